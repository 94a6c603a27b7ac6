import type { EditorView } from '@codemirror/view';
import { textOf } from './editor.js';
import { at, milliseconds, percent } from './elements.js';
import { ghostShown, hideGhost, showGhost } from './ghost.js';
import { assetsUrl, type AssetProgress, type Suggestion } from './library.js';
import { Remote, RemoteFault, Stopped } from './remote.js';

/** A pause in typing after which a suggestion is asked for. */
const PAUSE_MS = 90;
/** Longer texts are not completed: each keystroke sends them to the worker. */
const LONGEST_TEXT = 400_000;

const SOURCES = { network: 'the network', file: 'this file', project: 'the project', corpus: "other people's code" } as const;

/** A network over characters: where it lies, or what it is. */
export interface CharacterModel {
  readonly url?: string;
  readonly bytes?: Uint8Array;
}

/** Asks for ghost text while one types. */
export class Completion {
  private readonly worker = new Remote(() =>
    new Worker(new URL('./workers/completion-worker.ts', import.meta.url), { type: 'module', name: 'completion' }));
  private readonly view: EditorView;
  private isOn = false;
  private isReady = false;
  private profile: Uint8Array | null = null;
  private characters: CharacterModel | null = null;
  private timer = 0;
  private asked = 0;
  private elapsedMs = 0;
  temperature = 0;

  constructor(view: EditorView) {
    this.view = view;
  }

  /** Fetches what it needs when it is switched on for the first time. */
  async toggle(isOn: boolean): Promise<void> {
    this.isOn = isOn;
    hideGhost(this.view);
    if (isOn) await this.prepare();
  }

  /** Lets a network over characters answer, or nnfmt's own again. */
  async choose(characters: CharacterModel | null): Promise<void> {
    this.characters = characters;
    this.isReady = false;
    hideGhost(this.view);
    if (this.isOn) await this.prepare();
  }

  /** Lays lines out by a profile from now on. */
  async useProfile(profile: Uint8Array | null): Promise<void> {
    this.profile = profile;
    if (this.characters !== null) return;
    this.isReady = false;
    hideGhost(this.view);
    if (this.isOn) await this.prepare();
  }

  private async prepare(): Promise<void> {
    if (this.isReady) return this.ask();
    const { characters, profile } = this;
    try {
      if (characters === null) {
        await this.worker.call('load', { assets: assetsUrl(), profile }, ({ loadedBytes, totalBytes }: AssetProgress) => {
          this.tell(`fetching its models, ${Math.round(100 * loadedBytes / totalBytes)} %`);
        });
      } else {
        this.tell('reading the model');
        await this.worker.call('loadCharacters', { assets: assetsUrl(), ...characters });
      }
      // Another one was chosen meanwhile.
      if (characters !== this.characters || profile !== this.profile) return;
      this.isReady = true;
      this.tell(characters === null ? 'ready: type, or set the cursor' : 'ready: character by character');
      this.ask();
    } catch (error) {
      if (characters !== this.characters || error instanceof Stopped) return;
      const again = characters === null ? '; switch it off and on to try again' : '';
      this.tell(error instanceof RemoteFault ? `${error.fault.reason}${again}` : String(error));
    }
  }

  /** Asks in a moment, unless something else happens until then. */
  ask(): void {
    clearTimeout(this.timer);
    if (!this.isOn || !this.isReady || ghostShown(this.view) !== null) return;
    this.timer = window.setTimeout(() => void this.askNow(), PAUSE_MS);
  }

  private async askNow(): Promise<void> {
    const { state } = this.view;
    const { main } = state.selection;
    const line = state.doc.lineAt(main.head);
    // Behind what stands in the line, or before closing brackets.
    if (!main.empty || state.doc.length > LONGEST_TEXT || /[^\s)\]}:,]/u.test(line.text.slice(main.head - line.from))) return;
    const id = ++this.asked;
    const { temperature } = this;
    try {
      const { suggestions, elapsedMs } = await this.worker.call<{ suggestions: Suggestion[]; elapsedMs: number }>(
        'complete', { text: textOf(this.view), offset: main.head, temperature, seed: id },
      );
      if (id !== this.asked || !this.isOn || this.view.state !== state && this.view.state.doc !== state.doc) return;
      if (this.view.state.selection.main.head !== main.head) return;
      this.elapsedMs = elapsedMs;
      showGhost(this.view, suggestions);
      if (ghostShown(this.view) === null) this.tell(`${milliseconds(elapsedMs)}, nothing to suggest here`);
    } catch (error) {
      if (error instanceof RemoteFault) this.tell(error.fault.reason);
    }
  }

  /** Says what is shown, how sure it is, and how long it took. */
  report(): void {
    const shown = ghostShown(this.view);
    if (shown === null) return;
    this.tell(this.characters === null
      ? `${milliseconds(this.elapsedMs)}, ${percent(shown.confidence)} sure, from ${SOURCES[shown.source]}`
      : `${milliseconds(this.elapsedMs)}, character by character`);
  }

  private tell(text: string): void {
    at('ghost-state').textContent = text;
  }
}
