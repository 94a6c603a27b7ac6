import { Prec, StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap, WidgetType } from '@codemirror/view';
import type { Suggestion } from './library.js';

interface Ghost {
  readonly suggestions: readonly Suggestion[];
  readonly shown: number;
  readonly at: number;
}

const setGhost = StateEffect.define<Ghost | null>();

/** What is suggested at the cursor; typing what it begins with keeps the rest. */
const ghost = StateField.define<Ghost | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setGhost)) return effect.value;
    if (value === null || (!transaction.docChanged && !transaction.selection)) return value;
    if (!transaction.docChanged) return null;
    const head = transaction.state.selection.main.head;
    const typed = head > value.at ? transaction.state.sliceDoc(value.at, head) : '';
    const left = typed === '' ? [] : value.suggestions.filter(({ text }) => text.startsWith(typed) && text.length > typed.length);
    return left.length === 0 || transaction.newDoc.length !== transaction.startState.doc.length + typed.length
      ? null
      : { at: head, shown: 0, suggestions: left.map((one) => ({ ...one, text: one.text.slice(typed.length), range: { start: head, end: head } })) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => {
    const suggestion = value?.suggestions[value.shown];
    if (value === null || suggestion === undefined) return Decoration.none;
    return Decoration.set([Decoration.widget({ widget: new GhostText(suggestion.text), side: 1 }).range(value.at)]);
  }),
});

class GhostText extends WidgetType {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override eq(other: GhostText): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const span = document.createElement('span');
    span.className = 'ghost';
    span.textContent = this.text;
    return span;
  }
}

export const showGhost = (view: EditorView, suggestions: readonly Suggestion[]): void => {
  const at = view.state.selection.main.head;
  // What is half typed may be in the suggestion once more.
  const usable = suggestions.flatMap((suggestion) => {
    const { text, range } = suggestion;
    const typed = view.state.sliceDoc(range.start, at);
    if (range.end !== at || !text.startsWith(typed) || text.length === typed.length) return [];
    return [{ ...suggestion, text: text.slice(typed.length), range: { start: at, end: at } }];
  });
  view.dispatch({ effects: setGhost.of(usable.length === 0 ? null : { suggestions: usable, shown: 0, at }) });
};

export const hideGhost = (view: EditorView): void => {
  if (view.state.field(ghost) !== null) view.dispatch({ effects: setGhost.of(null) });
};

export const ghostShown = (view: EditorView): Suggestion | null => {
  const value = view.state.field(ghost);
  return value?.suggestions[value.shown] ?? null;
};

/** Takes all of it, or a word: leading blanks and what stands together behind them. */
function take(view: EditorView, whole: boolean): boolean {
  const value = view.state.field(ghost);
  const suggestion = value?.suggestions[value.shown];
  if (value === null || suggestion === undefined) return false;
  const part = whole ? suggestion.text : /^\s*(?:\w+|[^\w\s]+)/u.exec(suggestion.text)?.[0] ?? suggestion.text;
  const rest = suggestion.text.slice(part.length);
  const at = value.at + part.length;
  view.dispatch({
    changes: { from: value.at, insert: part }, selection: { anchor: at }, userEvent: 'input.complete', scrollIntoView: true,
    effects: setGhost.of(rest === '' ? null : { at, shown: 0, suggestions: [{ ...suggestion, text: rest, range: { start: at, end: at } }] }),
  });
  return true;
}

function cycle(view: EditorView, step: number): boolean {
  const value = view.state.field(ghost);
  if (value === null) return false;
  const count = value.suggestions.length;
  view.dispatch({ effects: setGhost.of({ ...value, shown: (value.shown + step + count) % count }) });
  return true;
}

/** Suggestions behind the cursor, and their keys; each key does what it always does where nothing is suggested. */
export function ghostText(onShown: () => void): Extension {
  return [
    ghost,
    EditorView.updateListener.of((update) => {
      if (update.state.field(ghost) !== update.startState.field(ghost)) onShown();
    }),
    Prec.highest(keymap.of([
      { key: 'Tab', run: (view) => take(view, true) },
      { key: 'Ctrl-ArrowRight', mac: 'Cmd-ArrowRight', run: (view) => take(view, false) },
      { key: 'Escape', run: (view) => {
        if (view.state.field(ghost) === null) return false;
        hideGhost(view);
        return true;
      } },
      { key: 'Alt-]', run: (view) => cycle(view, 1) },
      { key: 'Alt-[', run: (view) => cycle(view, -1) },
    ])),
  ];
}
