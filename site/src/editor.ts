import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Few distinctions, so that code stays what one reads and the accent what one sees. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], class: 'k' },
  { tag: [tags.string, tags.special(tags.string), tags.docString], class: 's' },
  { tag: [tags.comment, tags.lineComment], class: 'c' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: 'd' },
  { tag: [tags.number, tags.bool, tags.null], class: 'n' },
  { tag: [tags.meta], class: 'o' },
]);

/** Marks that stay until the text is edited: gaps that formatting changed, and a syntax fault. */
export const setMarks = StateEffect.define<DecorationSet>();
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value;
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const unit = new Compartment();
/** Characters that are looked at for what a block adds. */
const FIRST_CHARACTERS = 20_000;

/** What the first block of a text adds to the indentation: what Enter behind a colon is to add too. */
function unitOf(text: string): string {
  return /:[ \t]*(?:#.*)?\n(\t| {1,8})\S/u.exec(text.slice(0, FIRST_CHARACTERS))?.[1] ?? '    ';
}

export interface EditorOptions {
  readonly label: string;
  readonly text: string;
  readonly extensions?: Extension;
  /** Heard after edits by hand and by the page. */
  readonly onChange: (byHand: boolean) => void;
}

/** An editor of Python. */
export function createEditor(parent: HTMLElement, options: EditorOptions): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        options.extensions ?? [],
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), marks,
        pythonLanguage, syntaxHighlighting(HIGHLIGHT), unit.of(indentUnit.of(unitOf(options.text))),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorState.tabSize.of(4),
        EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          const own = unitOf(textOf(update.view));
          if (own !== update.state.facet(indentUnit)) update.view.dispatch({ effects: unit.reconfigure(indentUnit.of(own)) });
          options.onChange(update.transactions.some((one) => one.isUserEvent('input') || one.isUserEvent('delete') || one.isUserEvent('undo') || one.isUserEvent('redo') || one.isUserEvent('move')));
        }),
      ],
    }),
  });
}

export const textOf = (view: EditorView): string => view.state.doc.toString();

/** A replacement in a text, by its offsets. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * The gaps in which two layouts of one program differ. They hold the same characters but for whitespace and backslashes at
 * line ends, so both are walked side by side; null where they are not the same program.
 */
export function gapEdits(before: string, after: string): Edit[] | null {
  const edits: Edit[] = [];
  const gap = /(?:[ \t\f\r\n]|\\\r?\n)*/uy;
  const gapAt = (text: string, at: number): number => {
    gap.lastIndex = at;
    gap.exec(text);
    return gap.lastIndex;
  };
  let [i, j] = [0, 0];
  for (;;) {
    const [iEnd, jEnd] = [gapAt(before, i), gapAt(after, j)];
    const [old, wanted] = [before.slice(i, iEnd), after.slice(j, jEnd)];
    if (old !== wanted) edits.push(shrink({ from: i, to: iEnd, insert: wanted }, old));
    [i, j] = [iEnd, jEnd];
    if (i === before.length || j === after.length) break;
    const character = before.codePointAt(i)!;
    if (character !== after.codePointAt(j)) return null;
    // Whole: from within a surrogate pair the pattern would go back to its start, and never on.
    const width = character > 0xffff ? 2 : 1;
    [i, j] = [i + width, j + width];
  }
  return i === before.length && j === after.length ? edits : null;
}

/** Without what both ends share, so that a cursor there stays. */
function shrink({ from, to, insert }: Edit, old: string): Edit {
  let start = 0;
  while (start < Math.min(old.length, insert.length) && old[start] === insert[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, insert.length) - start && old.at(-1 - end) === insert.at(-1 - end)) end++;
  return { from: from + start, to: to - end, insert: insert.slice(start, insert.length - end) };
}

/** Marks the gaps that edits have changed, in the text that has them. */
export function movedMarks(edits: readonly Edit[], text: string): DecorationSet {
  let shift = 0;
  const ranges = edits.flatMap(({ from, to, insert }) => {
    const start = from + shift;
    shift += insert.length - (to - from);
    // What was taken away, or is nothing but a line break, shows as a line before the character behind it.
    const isBare = !/[^\n]/u.test(insert);
    const [a, b] = isBare ? [start + insert.length, Math.min(text.length, start + insert.length + 1)] : [start, start + insert.length];
    return pieces(text, a, b).map(([from, to]) => Decoration.mark({ class: isBare ? 'moved-here' : 'moved' }).range(from, to));
  });
  return Decoration.set(ranges, true);
}

/** A range without its line breaks. */
export function pieces(text: string, from: number, to: number): [number, number][] {
  const found: [number, number][] = [];
  let start = from;
  for (let k = from; k <= to; k++) {
    if (k === to || text[k] === '\n') {
      if (k > start) found.push([start, k]);
      start = k + 1;
    }
  }
  return found;
}

/** Puts a text in the place of another, gap by gap where they are the same program. */
export function replaceText(view: EditorView, text: string, marksOf?: (edits: readonly Edit[]) => DecorationSet): void {
  const old = textOf(view);
  const edits = old.length + text.length > 2_000_000 ? null : gapEdits(old, text);
  view.dispatch({
    changes: edits === null ? { from: 0, to: old.length, insert: text } : edits.map((edit) => ({ ...edit })),
    // Undone by itself, not with what was done before.
    annotations: isolateHistory.of('full'),
    ...(edits === null || marksOf === undefined ? {} : { effects: setMarks.of(marksOf(edits)) }),
  });
}

/** Shows where a source does not parse, and goes there where asked to. */
export function markFault(view: EditorView, line: number, column: number): number {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  // Columns count characters, offsets UTF-16 units.
  const from = at.from + [...at.text].slice(0, column - 1).join('').length;
  const to = Math.min(at.to, from + 1);
  const ranges = [Decoration.line({ class: 'syntax-line' }).range(at.from)];
  if (at.length > 0) ranges.push(Decoration.mark({ class: 'syntax-fault' }).range(Math.min(from, at.to - 1), Math.max(to, Math.min(from, at.to - 1) + 1)));
  view.dispatch({ effects: setMarks.of(Decoration.set(ranges, true)) });
  return from;
}
