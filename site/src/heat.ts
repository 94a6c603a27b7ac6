import { RangeSet, StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, hoverTooltip, keymap, WidgetType, type DecorationSet } from '@codemirror/view';
import { pieces } from './editor.js';
import type { GapExplanation } from './library.js';

/** Colours from calm to loud, by how much the model agrees with a gap as it is. */
const LEVELS: readonly (readonly [least: number, name: string])[] = [[0.99, ''], [0.9, 'h1'], [0.5, 'h2'], [0.1, 'h3'], [0, 'h4']];

const levelOf = ({ agreement }: GapExplanation): string => LEVELS.find(([least]) => agreement >= least)?.[1] ?? 'h4';

/** A gap that holds nothing, or a line break, has no text to colour. */
class Mark extends WidgetType {
  readonly names: string;

  constructor(names: string) {
    super();
    this.names = names;
  }

  override eq(other: Mark): boolean {
    return other.names === this.names;
  }

  toDOM(): HTMLElement {
    const span = document.createElement('span');
    span.className = this.names;
    span.setAttribute('aria-hidden', 'true');
    return span;
  }
}

interface Heat {
  readonly gaps: readonly GapExplanation[];
  readonly here: number;
  readonly shown: DecorationSet;
}

const setHeat = StateEffect.define<readonly GapExplanation[]>();
const setHere = StateEffect.define<number>();
const NONE: Heat = { gaps: [], here: -1, shown: Decoration.none };

const heat = StateField.define<Heat>({
  create: () => NONE,
  update(value, transaction) {
    let next = transaction.docChanged ? NONE : value;
    for (const effect of transaction.effects) {
      const text = transaction.state.doc.toString.bind(transaction.state.doc);
      if (effect.is(setHeat)) next = { gaps: effect.value, here: -1, shown: decorate(effect.value, -1, text()) };
      if (effect.is(setHere)) next = { ...next, here: effect.value, shown: decorate(next.gaps, effect.value, text()) };
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field, ({ shown }) => shown),
});

function decorate(gaps: readonly GapExplanation[], here: number, text: string): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  gaps.forEach((gap, k) => {
    const names = `heat ${levelOf(gap)}${gap.changes ? ' hc' : ''}${k === here ? ' heat-here' : ''}`;
    const body = text.slice(gap.from, gap.to);
    if (body === '') ranges.push(Decoration.widget({ widget: new Mark(`heat-mark ${names}`), side: -1 }).range(gap.from));
    const breakAt = body.indexOf('\n');
    if (breakAt >= 0) ranges.push(Decoration.widget({ widget: new Mark(`heat-break ${names}`), side: 1 }).range(gap.from + breakAt));
    for (const [from, to] of pieces(text, gap.from, gap.to)) ranges.push(Decoration.mark({ class: names }).range(from, to));
  });
  return RangeSet.of(ranges, true);
}

const percent = (share: number): string => `${share >= 0.995 && share < 1 ? '99' : Math.round(100 * share)} %`;

const element = (tag: string, names: string, text = ''): HTMLElement => {
  const made = document.createElement(tag);
  if (names !== '') made.className = names;
  made.textContent = text;
  return made;
};

/** The alternatives of a gap as bars. */
function bars(gap: GapExplanation): HTMLElement {
  const list = element('ul', 'bars');
  for (const { words, text, probability } of gap.alternatives) {
    const item = element('li', text === gap.after && gap.changes ? 'proposed' : text === gap.before ? 'today' : '');
    const track = element('span', 'track');
    const bar = element('i', '');
    bar.style.width = `${Math.max(1, 100 * probability)}%`;
    track.append(bar);
    item.append(element('b', '', percent(probability)), track, element('span', '', words));
    list.append(item);
  }
  return list;
}

/** Why a gap is laid out as it is: alternatives, what is needed to act, and what the file does elsewhere. */
export function reasons(gap: GapExplanation): HTMLElement {
  const box = element('div', '');
  const between = `${gap.left ?? 'start'} · ${gap.right ?? 'end'}`;
  box.append(element('h3', '', `Line ${gap.line}, between ${between} (${gap.inside})`));
  const verdict = gap.changes
    ? `${gap.beforeWords} today; ${gap.afterWords} proposed, ${gap.group === null ? `${percent(gap.confidence)} sure (needed: ${percent(gap.threshold)})` : GROUPS[gap.group]}.`
    : `${gap.beforeWords} today, and it stays: ${STAYS[gap.abstention ?? 'agrees']}.`;
  box.append(element('p', '', verdict), bars(gap));
  for (const { scope, total, counts } of gap.habits) {
    if (counts.length === 0) continue;
    const where = scope === 'file' ? 'Elsewhere in this file' : 'In the project';
    const parts = counts.slice(0, 3).map(({ words, count, lines }) =>
      `${words} in ${scope === 'file' ? `${count} of ${total}` : percent(count / total)}${lines.length > 0 ? ` (line ${lines.slice(0, 3).join(', ')})` : ''}`);
    box.append(element('p', '', `${where}: ${parts.join('; ')}.`));
  }
  return box;
}

/** Gaps that belong together change together. */
const GROUPS = {
  operator: 'with the other side of its operator', separator: 'with the other side of its comma or colon',
  pads: 'with the other side of its brackets', column: 'with the rows of its column',
  table: 'with the rows of its table', comments: 'with the comments around it', habit: 'as the file does it in nearly all places',
} as const;

const STAYS = {
  agrees: 'the model agrees with it, or says too little against it', pinned: 'a comment keeps it', group: 'its neighbours stay',
  unsure: 'the model is not sure enough', undone: 'a later look took the change back',
} as const;

/** Colours gaps, tells of the one that is pointed at, and goes from one to the next. */
export function heatMap(onGap: (gap: GapExplanation | null) => void): Extension {
  return [
    heat,
    hoverTooltip((view, position) => {
      const gap = gapAt(view, position);
      if (gap === undefined) return null;
      onGap(gap);
      return {
        pos: gap.from, end: gap.to,
        create: () => {
          const dom = element('div', 'gap-tip');
          dom.append(element('h3', '', gap.changes ? `${gap.message ?? 'would change'}` : `stays: ${gap.beforeWords}`), bars(gap));
          return { dom };
        },
      };
    }, { hoverTime: 60 }),
    EditorView.updateListener.of((update) => {
      if (!update.selectionSet || update.docChanged) return;
      const gap = gapAt(update.view, update.state.selection.main.head);
      if (gap !== undefined) onGap(gap);
    }),
    keymap.of([
      { key: 'F8', run: (view) => stepToGap(view, 1, onGap) },
      { key: 'Shift-F8', run: (view) => stepToGap(view, -1, onGap) },
    ]),
  ];
}

function gapAt(view: EditorView, position: number): GapExplanation | undefined {
  const { gaps } = view.state.field(heat);
  const near = gaps.filter(({ from, to }) => from <= position && position <= to);
  return near.find(({ changes }) => changes) ?? near[0];
}

/** Goes to the next gap that the model is not sure of. */
export function stepToGap(view: EditorView, step: 1 | -1, onGap: (gap: GapExplanation) => void): boolean {
  const { gaps, here } = view.state.field(heat);
  if (gaps.length === 0) return false;
  const head = view.state.selection.main.head;
  // Coloured anew, none is the one at hand: then the first behind the cursor, or before it.
  const fromCursor = (): number => step > 0
    ? gaps.findIndex(({ from }) => from > head || (from === 0 && head === 0))
    : gaps.findLastIndex(({ from }) => from < head);
  const wished = here >= 0 ? here + step : fromCursor();
  const next = wished >= 0 && wished < gaps.length ? wished : step > 0 ? 0 : gaps.length - 1;
  view.dispatch({ effects: [setHere.of(next), EditorView.scrollIntoView(gaps[next].from, { y: 'center' })], selection: { anchor: gaps[next].from } });
  onGap(gaps[next]);
  return true;
}

export const showHeat = (view: EditorView, gaps: readonly GapExplanation[]): void => {
  view.dispatch({ effects: setHeat.of(gaps) });
};
