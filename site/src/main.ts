import { keymap, type EditorView } from '@codemirror/view';
import { isolateHistory } from '@codemirror/commands';
import { Prec } from '@codemirror/state';
import { Completion } from './completion.js';
import { droppedFiles, isPython } from './dropped-files.js';
import { createEditor, markFault, movedMarks, replaceText, textOf, type Edit } from './editor.js';
import { at, milliseconds, percent, plural, press, show } from './elements.js';
import { EXAMPLES, FIRST } from './examples.js';
import { flyHome } from './fly-home.js';
import { ghostText } from './ghost.js';
import { heatMap, reasons, showHeat, stepToGap } from './heat.js';
import { capital, createLearnPanel } from './learn-panel.js';
import { assetsUrl, type FormatResult, type GapExplanation, type ScoreFigures } from './library.js';
import { Remote, RemoteFault, Stopped } from './remote.js';
import { fragmentOf, LONGEST_LINK, textOfFragment } from './share.js';

declare const __CHARACTER_MODELS__: readonly { readonly name: string; readonly file: string }[];

/** Texts that are formatted while one types, and those that are coloured; longer ones when asked for. */
const LIVE_LENGTH = 60_000;
const HEAT_LENGTH = 200_000;
/** What is worth a word before it is begun. */
const LARGE_LENGTH = 400_000;
const PAUSE_MS = 260;

const layout = new Remote(() => new Worker(new URL('./workers/layout-worker.ts', import.meta.url), { type: 'module', name: 'layout' }));
let isReady = false;
let isInPlace = matchMedia('(max-width: 760px)').matches;
let isHeatOn = false;
/** False while the right text is the visitor's own. */
let isRightOurs = true;
let isWriting = false;
/** Whether something is under way that takes long: it is given up for whatever comes next. */
let isLarge = false;
let seed = 1;
let timer = 0;
/** The last question of a kind: answers to older ones are not shown. */
const asked = { format: 0, heat: 0, score: 0 };

const left = createEditor(at('left'), {
  label: 'Your Python code', text: FIRST,
  extensions: [
    ghostText(() => completion.report()), heatMap(showReasons),
    Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (void format(true), true) }])),
  ],
  onChange: (byHand) => {
    if (isWriting) return;
    if (byHand) completion.ask();
    later();
  },
});
const right = createEditor(at('right'), {
  label: 'Formatted code', text: '',
  onChange: (byHand) => {
    if (isWriting) return;
    if (byHand) {
      isRightOurs = false;
      at('right-title').textContent = 'To compare';
      at('right-figure').textContent = 'edited by you';
    }
    void score();
  },
});
/** Where one side is scrolled to, the other goes along: to the same share of its way. */
function scrollTogether(from: EditorView, to: EditorView): void {
  const [source, target] = [from.scrollDOM, to.scrollDOM];
  source.addEventListener('scroll', () => {
    // Of the two, the one that is pointed at or has the focus leads.
    if (isInPlace || !(from.dom.matches(':hover') || (from.hasFocus && !to.dom.matches(':hover')))) return;
    const share = source.scrollTop / Math.max(1, source.scrollHeight - source.clientHeight);
    target.scrollTop = share * (target.scrollHeight - target.clientHeight);
  }, { passive: true });
}
scrollTogether(left, right);
scrollTogether(right, left);

const completion = new Completion(left);
left.dom.addEventListener('keyup', ({ key }) => {
  if (key.startsWith('Arrow') || key === 'End' || key === 'Home') completion.ask();
});
left.dom.addEventListener('pointerup', () => completion.ask());

/** Changes an editor without taking that for the visitor's doing. */
function write(change: () => void): void {
  isWriting = true;
  try {
    change();
  } finally {
    isWriting = false;
  }
}

function say(text: string, kind: 'plain' | 'fault' = 'plain'): void {
  at('status').textContent = text;
  at('status').className = kind === 'fault' ? 'fault' : '';
}

function offer(words: string | null, action: () => void = () => undefined): void {
  show('act', words !== null);
  if (words !== null) at('act').textContent = words;
  at('act').onclick = action;
}

/** Tells of a fault, where in the code it is, and what one can do. */
function tellFault(error: unknown, view: EditorView = left): void {
  if (error instanceof Stopped) return;
  const fault = error instanceof RemoteFault ? error.fault : null;
  if (fault?.line !== undefined && fault.column !== undefined) {
    const offset = markFault(view, fault.line, fault.column);
    say(`Line ${fault.line}, column ${fault.column}: ${fault.reason}. The code stays as it is.`, 'fault');
    offer('Go there', () => {
      view.dispatch({ selection: { anchor: offset }, scrollIntoView: true });
      view.focus();
    });
    show('score', false);
    if (view === left && isRightOurs) at('right-figure').textContent = 'of the last code that parsed';
    return;
  }
  say(capital(fault?.reason ?? String(error)), 'fault');
}

async function load(): Promise<void> {
  offer(null);
  say('Fetching the model…');
  show('progress', true);
  try {
    await layout.call('load', { assets: assetsUrl() }, ({ loadedBytes, totalBytes }: { loadedBytes: number; totalBytes: number }) => {
      at<HTMLProgressElement>('progress').value = loadedBytes / totalBytes;
      if (loadedBytes < totalBytes) say(`Fetching the model, ${(loadedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`);
    });
    // A worker that was stopped had it, too.
    if (learning.used !== null) await layout.call('useProfile', { bytes: learning.used });
    isReady = true;
    show('progress', false);
    if (left.state.doc.length > LIVE_LENGTH) return sayLarge();
    await format(true);
    performance.mark('nnfmt-formatted');
    if (isHeatOn) void colour();
  } catch (error) {
    show('progress', false);
    layout.stop();
    tellFault(error);
    offer('Try again', () => void load());
  }
}

/** Formats what stands on the left: to the right, or in its place. */
async function format(isAsked: boolean): Promise<void> {
  if (!isReady) return;
  clearTimeout(timer);
  const text = textOf(left);
  const id = ++asked.format;
  isLarge = text.length > LARGE_LENGTH;
  if (isLarge) {
    say(`Formatting ${(text.length / 1e6).toFixed(1)} MB, which may take a minute or more…`);
    offer('Cancel', cancel);
  }
  try {
    const result = await layout.call<FormatResult & { elapsedMs: number }>('format', { text, restyle: learning.restyles });
    if (id !== asked.format || text !== textOf(left)) return;
    isLarge = false;
    offer(null);
    put(result, text, isAsked);
    const { gapsChanged, gaps, elapsedMs, notUnderstood, habits = [], reverted } = result;
    at(isInPlace ? 'left-figure' : 'right-figure').textContent = `${milliseconds(elapsedMs)}`;
    const style = learning.isUsed ? ' in your style' : '';
    say([
      gapsChanged === 0 ? `Well laid out${style}: nothing to change in ${plural(gaps, 'gap')}.` : `${plural(gapsChanged, 'gap')} of ${gaps.toLocaleString('en')} changed${style}.`,
      ...(notUnderstood.length > 0 ? [`Line ${notUnderstood.slice(0, 3).join(', ')} is not understood and stays.`] : []),
      ...(habits.length > 0 ? [`It keeps habits of its own: ${habits.join(', ')}.`] : []),
      ...(reverted > 0 ? [`${plural(reverted, 'statement')} stayed because a proof failed.`] : []),
    ].join(' '));
    void score();
  } catch (error) {
    if (id === asked.format) offer(null);
    tellFault(error);
  }
}

function put({ text: formatted }: FormatResult, text: string, isAnimated: boolean): void {
  const marks = (edits: readonly Edit[]) => movedMarks(edits, formatted);
  const animate = isAnimated && text.length < LIVE_LENGTH ? flyHome : (_: EditorView, change: () => void) => change();
  write(() => {
    if (isInPlace) {
      if (isAnimated) animate(left, () => replaceText(left, formatted, marks));
      return;
    }
    isRightOurs = true;
    at('right-title').textContent = 'Formatted';
    // From where it is now to where it belongs.
    if (isAnimated) replaceText(right, text);
    else if (textOf(right) === formatted) return;
    animate(right, () => {
      if (isAnimated) replaceText(right, formatted, marks);
      else {
        replaceText(right, text);
        replaceText(right, formatted, marks);
      }
    });
  });
  if (isInPlace && isHeatOn) void colour();
}

/** Once typing pauses: formats where that is quick, colours where that is wanted. */
function later(): void {
  clearTimeout(timer);
  if (isLarge) cancel();
  if (isHeatOn) showHeat(left, []);
  timer = window.setTimeout(() => {
    offer(null);
    if (left.state.doc.length > LIVE_LENGTH) sayLarge();
    else if (!isInPlace) void format(false);
    else say('');
    if (isHeatOn) void colour();
  }, PAUSE_MS);
}

/** Gives up what is under way; the model is read anew, from the browser's cache. */
function cancel(): void {
  isLarge = false;
  asked.format++;
  isReady = false;
  layout.stop();
  void load();
}

function sayLarge(): void {
  show('score', false);
  if (isRightOurs) at('right-figure').textContent = '';
  say(`${(left.state.doc.length / 1e6).toFixed(1)} MB of code: it is formatted when you press Format.`);
}

async function score(): Promise<void> {
  const [a, b] = [textOf(left), textOf(right)];
  const id = ++asked.score;
  if (isInPlace || b === '' || a.length + b.length > 2 * LIVE_LENGTH) return show('score', false);
  try {
    const figures = await layout.call<ScoreFigures>('score', { left: a, right: b });
    if (id !== asked.score) return;
    at<HTMLMeterElement>('score-meter').value = figures.score ?? 1;
    at('score-text').textContent = `${percent(figures.score ?? 1)} alike`;
    at('score-text').title = figures.exact === null ? '' : `${percent(figures.exact)} of the gaps are exactly the same`;
    show('score', true);
  } catch (error) {
    if (id !== asked.score) return;
    show('score', false);
    if (error instanceof RemoteFault && !isRightOurs) {
      at('right-figure').textContent = error.fault.name === 'TokensDifferError' ? 'another program: no score' : 'does not parse: no score';
    }
  }
}

async function colour(): Promise<void> {
  const text = textOf(left);
  if (!isReady || !isHeatOn) return;
  if (text.length > HEAT_LENGTH) return say('This is too long to be coloured.');
  const id = ++asked.heat;
  try {
    const gaps = await layout.call<GapExplanation[]>('explain', { text });
    if (id !== asked.heat || text !== textOf(left) || !isHeatOn) return;
    showHeat(left, gaps);
    at('left-figure').textContent = gaps.length === 0 ? 'the model agrees with every gap' : `${plural(gaps.length, 'gap')} in doubt`;
  } catch (error) {
    tellFault(error);
  }
}

function showReasons(gap: GapExplanation | null): void {
  if (gap !== null) at('reasons').replaceChildren(reasons(gap));
}

const learning = createLearnPanel(
  async (bytes) => {
    await layout.call('useProfile', { bytes });
    void completion.useProfile(bytes);
  },
  () => {
    void format(true);
    void colour();
  },
);

function setView(inPlace: boolean): void {
  isInPlace = inPlace;
  at('panes').classList.toggle('one', inPlace);
  press('view-one', inPlace);
  press('view-two', !inPlace);
  at('left-title').textContent = inPlace ? 'Code' : 'Your code';
  if (!inPlace) void format(false);
}

function open(text: string): void {
  if (isLarge) cancel();
  write(() => left.dispatch({ changes: { from: 0, to: left.state.doc.length, insert: text.replaceAll('\r\n', '\n') }, selection: { anchor: 0 }, scrollIntoView: true, annotations: isolateHistory.of('full') }));
  if (isHeatOn) void colour();
  if (text.length > LIVE_LENGTH) sayLarge();
  else void format(true);
}

at('format').onclick = () => void format(true);
at('scramble').onclick = async () => {
  clearTimeout(timer);
  const text = textOf(left);
  try {
    const mutant = await layout.call<string>('mutate', { text, rate: Number(at<HTMLInputElement>('rate').value) / 100, seed: seed++ });
    if (text !== textOf(left)) return;
    write(() => flyHome(left, () => replaceText(left, mutant, (edits) => movedMarks(edits, mutant))));
    say('Scrambled: the same program, spoilt. Now press Format.');
    at('left-figure').textContent = '';
    at('right-figure').textContent = '';
    if (isHeatOn) void colour();
    void score();
  } catch (error) {
    tellFault(error);
  }
};
at('rate').oninput = () => (at('rate-shown').textContent = `${at<HTMLInputElement>('rate').value} %`);
at('heat').onclick = () => {
  isHeatOn = !isHeatOn;
  press('heat', isHeatOn);
  show('inspector', isHeatOn);
  at('panes').classList.toggle('hot', isHeatOn);
  if (isHeatOn) void colour();
  else {
    showHeat(left, []);
    at('left-figure').textContent = '';
  }
};
at('previous-gap').onclick = () => stepToGap(left, -1, showReasons);
at('next-gap').onclick = () => stepToGap(left, 1, showReasons);
let isGhostOn = false;
at('ghost').onclick = () => {
  isGhostOn = !isGhostOn;
  press('ghost', isGhostOn);
  show('ghost-options', isGhostOn);
  void completion.toggle(isGhostOn);
};
at('temperature').oninput = () => {
  completion.temperature = Number(at<HTMLInputElement>('temperature').value);
  at('temperature-shown').textContent = completion.temperature.toFixed(1);
};
const models = at<HTMLSelectElement>('ghost-model');
for (const { name, file } of __CHARACTER_MODELS__) models.add(new Option(`characters: ${name}`, file), models.options.length - 1);
models.onchange = () => {
  if (models.value === 'file') at('model-input').click();
  else void completion.choose(models.value === '' ? null : { url: new URL(models.value, assetsUrl()).href });
};
at('model-input').addEventListener('cancel', () => (models.value = ''));
chooser(null, 'model-input', ([file]) => file !== undefined && void file.arrayBuffer().then((buffer) => completion.choose({ bytes: new Uint8Array(buffer) })));
at('view-one').onclick = () => setView(true);
at('view-two').onclick = () => setView(false);

const examples = at<HTMLSelectElement>('examples');
examples.append(new Option('Spoilt', ''), ...EXAMPLES.map(({ name }, k) => new Option(name, String(k))));
examples.onchange = () => open(examples.value === '' ? FIRST : EXAMPLES[Number(examples.value)].text);

const COLOURS = ['system', 'light', 'dark'] as const;
at('theme').onclick = () => {
  const root = document.documentElement;
  const next = COLOURS[(COLOURS.indexOf((root.dataset['colours'] ?? 'system') as 'system') + 1) % COLOURS.length];
  if (next === 'system') delete root.dataset['colours'];
  else root.dataset['colours'] = next;
  nameTheme();
  try {
    localStorage.setItem('nnfmt-colours', next);
  } catch {
    // Not kept, where nothing may be.
  }
};
function nameTheme(): void {
  const chosen = document.documentElement.dataset['colours'];
  at('theme').setAttribute('aria-label', `Colours: ${chosen ?? 'as the system'}`);
  at('theme').title = `Colours: ${chosen ?? 'as the system'}`;
  at('theme').textContent = chosen === 'light' ? '○' : chosen === 'dark' ? '●' : '◐';
}
nameTheme();

at('share').onclick = async () => {
  const fragment = await fragmentOf(textOf(left));
  if (fragment.length > LONGEST_LINK) return say('This is too long for a link.', 'fault');
  history.replaceState(null, '', fragment);
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link is copied. The code is in the link itself: no server has it.');
  } catch {
    say('The link is in the address bar. The code is in the link itself: no server has it.');
  }
};

/** Lets a hidden input choose files. */
function chooser(button: string | null, input: string, take: (files: File[]) => void): void {
  const element = at<HTMLInputElement>(input);
  if (button !== null) at(button).onclick = () => element.click();
  element.onchange = () => {
    take([...(element.files ?? [])]);
    element.value = '';
  };
}
const pathOf = (file: File): { path: string; file: File } => ({ path: file.webkitRelativePath || file.name, file });
chooser('pick-folder', 'folder-input', (files) => void learning.learn(files.map(pathOf)));
chooser('pick-files', 'files-input', (files) => void learning.learn(files.map(pathOf)));
chooser('profile-load', 'profile-input', ([file]) => file !== undefined && void learning.loadProfile(file));

let dragDepth = 0;
const dragsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
addEventListener('dragenter', (event) => {
  if (dragsFiles(event)) show('drop', ++dragDepth > 0);
});
addEventListener('dragleave', (event) => {
  if (dragsFiles(event)) show('drop', --dragDepth > 0);
});
addEventListener('dragover', (event) => {
  if (dragsFiles(event)) event.preventDefault();
});
addEventListener('drop', (event) => {
  if (!dragsFiles(event)) return;
  event.preventDefault();
  event.stopPropagation();
  show('drop', (dragDepth = 0) > 0);
  void droppedFiles(event.dataTransfer!.items).then(async ({ files, hasFolder }) => {
    const [one] = files;
    if (hasFolder || files.length > 1) await learning.learn(files);
    else if (one !== undefined && isPython(one.path)) open(await one.file.text());
    else if (one !== undefined) await learning.loadProfile(one.file);
  });
}, { capture: true });

async function readFragment(): Promise<void> {
  try {
    const text = await textOfFragment(location.hash);
    if (text !== null && text !== textOf(left)) open(text);
  } catch {
    say('The link cannot be read: it is cut, or not one of this page.', 'fault');
  }
}
addEventListener('hashchange', () => void readFragment());

setView(isInPlace);
void readFragment();
void load();
