import { GapRole, hasLineBreak, tokenText } from '../../tokenize/index.js';
import type { DefectView } from './defect-view.js';
import type { DefectSite, LoneDefect } from './lone-defects.js';

/** Elements on lines of their own that a bracket has to have before one of them can be off. */
const LEAST_LINES = 3;
/** Columns in which a call certainly stays on its line. */
const SHORT = 60;

const shortened = (text: string): string => text.slice(0, -1);

/** Lines of brackets whose elements start in one column, without the first line. */
function elementLines(view: DefectView): number[] {
  return view.openersWhere(() => true).flatMap((open) => {
    const lines = view.linesIn(open);
    const isEven =
      lines.length >= LEAST_LINES && lines.every((i) => view.breaks(i) === 1 && view.gaps[i] === view.gaps[lines[0]]);
    return isEven ? lines.slice(1) : [];
  });
}

/** Lines right of an opening bracket's column by one: all broken lines of brackets that are not broken at once. */
function alignedLines(view: DefectView): number[] {
  const lines = view.openersWhere((open) => !hasLineBreak(view.gaps[open + 1])).flatMap((open) =>
    view.linesIn(open).map((i) => ({ i, open })));
  return lines.every(({ i, open }) => view.lineOf(i).length === view.column[open] + 1) ? lines.map(({ i }) => i) : [];
}

/**
 * Gaps before closing brackets of brackets that are broken at once, where all of these stand alone at the line's
 * indentation.
 */
function closingLines(view: DefectView): number[] {
  const closers = view.openersWhere((open, close) =>
    close > open + 1 && hasLineBreak(view.gaps[open + 1]) && !view.isComment(close - 1))
    .map((open) => ({ close: view.partner(open), open }));
  return closers.every(({ close, open }) =>
    hasLineBreak(view.gaps[close]) && view.lineOf(close) === view.indentation[open])
    ? closers.map(({ close }) => close) : [];
}

/** Opening brackets of short calls with two arguments or more, in a file that breaks no such call. */
function shortCalls(view: DefectView): number[] {
  const width = (open: number, close: number): number => {
    let columns = view.column[open];
    for (let i = open; i <= close; i++) {
      columns += tokenText(view.program.source, i).length + (hasLineBreak(view.gaps[i]) ? 1 : view.gaps[i].length);
    }
    return columns;
  };
  const calls = view.openersWhere((open, close) => {
    if (view.node(open) !== 'argument_list' || view.opener(open) >= 0 || width(open, close) > SHORT) return false;
    for (let i = open + 1; i <= close; i++) if (view.isComment(i)) return false;
    for (let i = open + 1; i < close; i++) {
      if (view.text(i) === ',' && view.opener(i) === open && i + 1 < close) return true;
    }
    return false;
  });
  const isFlat = (open: number): boolean => {
    for (let i = open + 1; i <= view.partner(open); i++) if (hasLineBreak(view.gaps[i])) return false;
    return true;
  };
  return calls.length >= LEAST_LINES && calls.every(isFlat) ? calls : [];
}

const firstComma = (view: DefectView, open: number): number => {
  let i = open + 1;
  while (view.text(i) !== ',' || view.opener(i) !== open) i++;
  return i;
};

/** Starts of blocks of one simple statement, in a file whose blocks all stand a unit deeper on their own lines. */
function singleStatements(view: DefectView): number[] {
  const { source, structure } = view.program;
  const starts = view.gapsWhere((i) => view.role(i) === GapRole.BlockStart);
  if (!starts.every((i) => hasLineBreak(view.gaps[i]) && view.lineOf(i).endsWith(view.unit))) return [];
  return starts.filter((i) => {
    if (view.isComment(i - 1) || view.breaks(i) !== 1) return false;
    const last = source.tree.lastToken[structure.blockNode[i]];
    for (let k = i + 1; k <= last; k++) if (structure.startsLine[k] || hasLineBreak(view.gaps[k])) return false;
    return true;
  });
}

const at = (name: string, find: (
  view: DefectView,
) => number[], wrong: (text: string, view: DefectView) => string, least = 2): LoneDefect => ({
  name,
  sites: (view) => {
    const found = find(view);
    return found.length < least
      ? []
      : found.map((i): DefectSite => ({ gaps: [i], texts: [wrong(view.gaps[i], view)] }));
  },
});

const withinLine = (view: DefectView, list: number[]): number[] => list.filter((i) => view.lineOf(i).length > 1);

/** Indentation and line breaks. */
export const INDENTATION_DEFECTS: readonly LoneDefect[] = [
  at('an element one column too far', elementLines, (text) => `${text} `),
  at('an element one column short', (view) => withinLine(view, elementLines(view)), shortened),
  at('an element a level too deep', elementLines, (text, view) => text + view.unit),
  at('an element joined to the one before', elementLines, () => ' ', LEAST_LINES),
  at('an aligned line one column too far', alignedLines, (text) => `${text} `),
  at('an aligned line one column short', alignedLines, shortened),
  at('an aligned line at the column of the bracket minus four', (view) => alignedLines(view).filter((i) =>
    view.lineOf(i).length > 8), (text) => text.slice(0, -4)),
  at('a closing bracket a level too deep', closingLines, (text, view) => text + view.unit),
  at('a closing bracket one column off', closingLines, (text) => `${text} `),
  at('a closing bracket behind the last element', closingLines, () => '', LEAST_LINES),
  {
    name: 'a short call broken at its first comma',
    sites: (view) => shortCalls(view).map((open) => ({
      gaps: [firstComma(view, open) + 1], texts: [`\n${' '.repeat(view.column[open] + 1)}`],
    })),
  },
  {
    name: 'a short call opened for nothing',
    sites: (view) => shortCalls(view).map((open) => ({
      gaps: [open + 1, view.partner(open)],
      texts: [`\n${view.indentation[open]}${view.unit}`, `\n${view.indentation[open]}`],
    })),
  },
  at('a body one column too deep', singleStatements, (text) => `${text} `),
  at('a body a unit too deep', singleStatements, (text, view) => text + view.unit),
  at('a body with a tab among spaces', (view) => (view.unit.includes('\t')
    ? []
    : singleStatements(view)), (text, view) => `${text.slice(0, -view.unit.length)}\t`),
  at('a body with spaces among tabs', (view) => (view.unit === '\t' ? singleStatements(view) : []), (text) =>
    `${text.slice(0, -1)}    `),
  at('a body on the line of its header', (view) => singleStatements(view).filter((i) =>
    view.program.structure.mayInline[i] === 1), () => ' '),
];
