import type { LearnedProfile, ProjectSource } from '../../src/browser/index.js';
import { readFiles } from './dropped-files.js';
import { at, plural, show } from './elements.js';
import { assetsUrl } from './library.js';
import { Remote, RemoteFault, Stopped } from './remote.js';

export interface LearnPanel {
  /** Learns from files, which replaces the profile at hand. */
  learn(files: readonly { readonly path: string; readonly file: File }[]): Promise<void>;
  loadProfile(file: File): Promise<void>;
  /** What is to be formatted by; null for none. */
  readonly isUsed: boolean;
  readonly used: Uint8Array | null;
  readonly restyles: boolean;
}

/** A profile is some hundred KB, at most half a megabyte. */
const MOST_PROFILE_BYTES = 8_000_000;

/**
 * The card in which a style is learned.
 *
 * @param useProfile puts a profile into the formatter, or takes it out; throws where it does not fit
 * @param onChange the next formatting may come out otherwise
 */
export function createLearnPanel(
  useProfile: (bytes: Uint8Array | null) => Promise<void>, onChange: () => void,
): LearnPanel {
  const worker = new Remote(() => new Worker(new URL('./workers/learn-worker.ts', import.meta.url), { type: 'module', name: 'learn' }));
  let profile: Uint8Array | null = null;
  const used = at<HTMLInputElement>('use-profile');
  const restyle = at<HTMLInputElement>('restyle');
  const fault = at('learn-fault');

  const tell = (error: unknown): void => {
    if (error instanceof Stopped) fault.textContent = 'Cancelled: nothing was learned, and nothing is kept.';
    else fault.textContent = error instanceof RemoteFault ? capital(error.fault.reason) : String(error);
  };
  const take = async (bytes: Uint8Array, summary: string, report: string): Promise<void> => {
    await useProfile(bytes);
    profile = bytes;
    used.checked = true;
    at('profile-summary').textContent = summary;
    at('profile-report').textContent = report;
    at('profile').querySelector('details')!.hidden = report === '';
    show('profile', true);
    onChange();
  };
  const work = async (sources: readonly ProjectSource[]): Promise<void> => {
    if (sources.length === 0) {
      fault.textContent = 'There is no Python file among these.';
      return;
    }
    const start = performance.now();
    show('learn-work', true);
    at('learn-step').textContent = `Reading ${plural(sources.length, 'file')}…`;
    at<HTMLProgressElement>('learn-progress').value = 0;
    addEventListener('beforeunload', askBeforeLeaving);
    try {
      const learned = await worker.call<LearnedProfile>(
        'learn', { assets: assetsUrl(), sources, thorough: at<HTMLInputElement>('thorough').checked },
        ({ done, text }: { done: number; text: string }) => {
          at<HTMLProgressElement>('learn-progress').value = done;
          at('learn-step').textContent = capital(text);
        },
      );
      const seconds = Math.max(1, Math.round((performance.now() - start) / 1000));
      const refused = learned.refused.length === 0 ? '' : `, ${learned.refused.length} refused`;
      await take(learned.bytes,
        `Learned from ${plural(learned.files, 'file')} and ${plural(learned.gaps, 'gap')} in ${plural(seconds, 'second')}${refused}.`,
        [learned.report.trim(), ...learned.refused].join('\n'));
    } catch (error) {
      tell(error);
    } finally {
      removeEventListener('beforeunload', askBeforeLeaving);
      show('learn-work', false);
      // What training held is given back.
      worker.stop();
    }
  };

  at('learn-cancel').onclick = () => worker.stop();
  at('profile-save').onclick = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([profile! as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }));
    link.download = 'profile';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  at('profile-forget').onclick = () => {
    profile = null;
    show('profile', false);
    void useProfile(null).then(onChange, tell);
  };
  used.onchange = () => void useProfile(used.checked ? profile : null).then(onChange, tell);
  restyle.onchange = onChange;

  return {
    async learn(files) {
      fault.textContent = '';
      if (worker.isBusy) {
        fault.textContent = 'Something is being learned already: cancel that first.';
        return;
      }
      at('learn').scrollIntoView({ block: 'nearest' });
      await work(await readFiles(files));
    },
    async loadProfile(file) {
      fault.textContent = '';
      try {
        if (file.size > MOST_PROFILE_BYTES) throw new Error('this is no profile: it is too large');
        await take(new Uint8Array(await file.arrayBuffer()), `Loaded ${file.name}.`, '');
      } catch (error) {
        tell(error);
      }
    },
    get isUsed() {
      return profile !== null && used.checked;
    },
    get used() {
      return used.checked ? profile : null;
    },
    get restyles() {
      return profile !== null && used.checked && restyle.checked;
    },
  };
}

const askBeforeLeaving = (event: BeforeUnloadEvent): void => event.preventDefault();

export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
