import { COLON, COMMENT, FLOAT, GapRole, INTEGER, type GapPair, type StructuredSource } from '../../tokenize/index.js';
import { ASSIGNED_VALUE, ENTRY_VALUE, MODULE, TRAILING, pivotOf } from './column-pivots.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import { WRECKED } from '../confidence.js';
import type { Pins } from '../pins.js';
import { findLostColumns, type LostColumn } from './lost-columns.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Columns: neighbouring lines whose same token begins in one column because blanks were put before
 * it. Assignments, keyword arguments, entries of dictionaries, `import` and `as`, comments at the ends
 * of lines. A column is kept, a row that fell out of it is brought back where most rows stand in
 * it; a row too long for the column stays as it is.
 */
export interface Column {
  /** The gaps before the aligned tokens, one a line, from top to bottom. */
  readonly gaps: readonly number[];
  /** Per row: where its token stands in the column, in columns from the first token of its line. */
  readonly offset: readonly number[];
  /** Per row: whether it begins there, and where the text before the gap ends. */
  readonly aligned: readonly boolean[];
  readonly before: readonly number[];
  /** Per row: whether its token ends where those of most rows end, as numbers do that stand to the right. */
  readonly isRight: readonly boolean[];
}

/** One line's candidate for a column. */
interface Member {
  readonly gap: number;
  readonly line: number;
  readonly pivot: number;
  readonly isNumber: boolean;
  /** Column of the token, and where the text before the gap ends, from the line's first token. */
  readonly offset: number;
  readonly before: number;
  /** Column at which the token ends. */
  readonly end: number;
}

const NUMBERS = new Set<number>([INTEGER, FLOAT]);

/**
 * Share of the rows that may stand outside for them to be brought back, or a single one: more is where its author
 * stopped aligning.
 */
const OUTSIDE = 0.2;
/** Share of its rows that a column holds at least. */
const MOST = 2 / 3;

/** Rows that nobody's damage leaves in one column. */
const MANY = 8;
const NEARLY_ALL = 0.9;

/** Finds the columns of a layout, among neighbouring lines. */
export function findColumns({ source, structure }: StructuredSource, gaps: readonly string[]): Column[] {
  const columns: Column[] = [];
  /** Runs of members in neighbouring lines, by what they have in common. */
  const open = new Map<string, Member[]>();
  const close = (members: readonly Member[]): void => {
    const column = columnOf(members);
    if (column !== null) columns.push(column);
  };
  let line = 0;
  let width = 0;
  let first = true;
  /** How often each kind of pivot was met in this line. */
  let met = new Map<number, number>();
  const add = (kind: number, gap: number, container: number): void => {
    const text = gaps[gap];
    if (text.includes('\n') || text.includes('\\') || text.includes('\t')) return;
    const count = met.get(kind) ?? 0;
    met.set(kind, count + 1);
    const key = `${kind}:${count}:${container}`;
    const offset = width + text.length;
    const end = offset + source.end[gap] - source.start[gap];
    const member = { gap, line, pivot: kind, isNumber: NUMBERS.has(source.kind[gap]), offset, before: width, end };
    const run = open.get(key);
    if (run === undefined) open.set(key, [member]);
    else if (run[run.length - 1].line === line - 1) run.push(member);
    else {
      close(run);
      open.set(key, [member]);
    }
  };
  for (let i = 0; i < source.tokenCount; i++) {
    const text = gaps[i];
    const breaks = text === '' || text === ' ' ? 0 : text.split('\n').length - 1;
    if (breaks > 0 || i === 0) {
      line += breaks;
      width = 0;
      first = true;
      met = new Map();
    }
    if (!first) {
      const isComment = source.kind[i] === COMMENT;
      const container = structure.openBracket[i] >= 0
        ? structure.openBracket[i]
        : -2 - structure.blockNode[Math.max(0, structure.previousCode[i - 1])];
      if (isComment) {
        if (structure.role[i] === (GapRole.TrailingComment as number)) add(TRAILING, i, -1);
      } else {
        const pivot = pivotOf(source, i);
        if (pivot !== 0) add(pivot, i, container);
      }
    }
    if (!first) width += text.length;
    first = false;
    const end = source.end[i];
    const lastBreak = lastBreakIn(source.text, source.start[i], end);
    if (lastBreak >= 0) {
      // What follows a string of several lines is in no column with what stands above.
      line += 2;
      width = end - lastBreak - 1;
      met = new Map();
    } else width += end - source.start[i];
  }
  for (const run of open.values()) close(run);
  return columns;
}

function lastBreakIn(text: string, from: number, to: number): number {
  if (to - from < 7) return -1;
  const at = text.lastIndexOf('\n', to - 1);
  return at >= from ? at : -1;
}

/** The column of a run of members; null where nothing was aligned on purpose. */
function columnOf(members: readonly Member[]): Column | null {
  if (members.length < 2) return null;
  const { pivot } = members[0];
  const start = mostFrequent(members.map(({ offset }) => offset));
  const end = mostFrequent(members.map((member) => member.end));
  const isRight = members.map((member) => 2 * end.count > members.length && member.end === end.value);
  const isValue = pivot === ENTRY_VALUE || pivot === ASSIGNED_VALUE;
  const found = startsInColumn(members, start, pivot) ? members.map(() => start.value)
    : isValue && endsInColumn(members, end) ? members.map((member) => end.value + member.offset - member.end)
    : null;
  if (found === null) return null;
  return {
    gaps: members.map(({ gap }) => gap),
    offset: found,
    aligned: members.map(({ offset }, row) => offset === found[row]),
    before: members.map(({ before }) => before),
    isRight,
  };
}

/**
 * Padding alone shows intent: names of equal length stand in a column by chance. Words before modules have one length,
 * and show it by padding in every row.
 */
function startsInColumn(members: readonly Member[], { value, count }: Frequent, pivot: number): boolean {
  // Behind `=` blanks meet by chance in two rows of a hurried hand.
  if (count < (pivot === ASSIGNED_VALUE ? 3 : 2)) return false;
  const inside = members.filter(({ offset }) => offset === value);
  const padded = inside.filter((member) => member.offset - member.before > 1).length;
  if (pivot === MODULE && count >= 3 && padded === members.length) return true;
  if (new Set(inside.map(({ before }) => before)).size < 2) return false;
  // Imports and `from` differ in length everywhere, so that one slip would make a column.
  return pivot !== MODULE || padded >= 2;
}

/** Numbers to the right: of three or more, some are longer than others, and two stand behind more than one blank. */
function endsInColumn(members: readonly Member[], { value, count }: Frequent): boolean {
  const inside = members.filter(({ end }) => end === value);
  return count >= 3 && inside.every(({ isNumber }) => isNumber) &&
    new Set(inside.map(({ offset }) => offset)).size > 1 &&
    inside.filter(({ offset, before }) => offset - before > 1).length >= 2;
}

interface Frequent {
  readonly value: number;
  readonly count: number;
}

/** The first of the most frequent numbers. */
function mostFrequent(numbers: readonly number[]): Frequent {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  let most = { value: -1, count: 0 };
  for (const [value, count] of counts) if (count > most.count) most = { value, count };
  return most;
}

/** Keeps the columns of a layout, and brings back rows that fell out of one. */
export function decideColumns(input: GroupInput, verdicts: Verdicts): void {
  const { context: { structured: { source, structure } }, observed, pins, damage, columns } = input;
  const isWrecked = damage > WRECKED;
  const lost = isWrecked ? findLostColumns(input, input.spoilt) : [];
  // So many rows do not meet by chance.
  const whole = new Set(columns.flatMap(({ gaps, aligned }) => {
    const standing = gaps.filter((_, row) => aligned[row]);
    return standing.length >= Math.max(MANY, NEARLY_ALL * gaps.length) ? standing : [];
  }));
  restoreColumns(lost, whole, pins, verdicts);
  for (const { gaps, offset, aligned, before, isRight } of columns) {
    const count = aligned.filter(Boolean).length;
    const holds = count >= 3 && count >= MOST * gaps.length;
    // Among random blanks two rows meet in a column by chance.
    if (isWrecked && !holds) continue;
    const mayReturn = gaps.length - count <= Math.max(1, OUTSIDE * gaps.length);
    gaps.forEach((gap, row) => {
      if (pins.gap[gap] || verdicts[gap] !== undefined) return;
      const isComment = structure.role[gap] === (GapRole.TrailingComment as number);
      // A dictionary's colon may touch its key.
      const least = source.kind[gap] === COLON ? 0 : 1;
      // What ends where most rows end does so on purpose; so may a comment in a file that nobody spoilt.
      const isLoose = isWrecked || (!isComment && !isRight[row]);
      const returns = holds && mayReturn && isLoose && before[row] + least <= offset[row];
      if (aligned[row] || returns) verdicts[gap] = { group: 'column', text: observed.gaps[gap], offset: offset[row] };
      else if (count >= 3) verdicts[gap] = stays('column');
    });
  }
  mendRows(lost, pins, verdicts);
  if (!isWrecked) for (const gap of input.blanksInRows) verdicts[gap] ??= stays('column');
}

/** Brings back the columns of a spoilt file. */
function restoreColumns(
  lost: readonly LostColumn[], whole: ReadonlySet<number>, pins: Pins, verdicts: Verdicts,
): void {
  for (const { gaps, starts, offset } of lost) {
    gaps.forEach((gap, row) => {
      if (pins.gap[gap] || whole.has(gap)) return;
      verdicts[gap] ??= { group: 'column', text: ' ', offset, start: starts[row] };
    });
  }
}

/** Mends what damage put into the rows of such columns. */
function mendRows(lost: readonly LostColumn[], pins: Pins, verdicts: Verdicts): void {
  for (const [gap, text] of lost.flatMap(({ mended }) => mended)) {
    if (!pins.gap[gap]) verdicts[gap] ??= { group: 'column', text };
  }
}

/**
 * Blanks within the rows of columns, of the hand that put these up: several of them, and those on both sides within a
 * bracket.
 */
export function findBlanksInRows(
  { gaps, lineBreaks }: ObservedLayout, columns: readonly Column[], pairs: readonly GapPair[],
): number[] {
  const inRow = new Set<number>();
  for (const column of columns) {
    if (column.aligned.filter(Boolean).length < 3) continue;
    column.gaps.forEach((gap, row) => {
      if (!column.aligned[row]) return;
      for (let i = gap - 1; i > 0 && lineBreaks[i] === 0 && !inRow.has(i); i--) inRow.add(i);
    });
  }
  if (inRow.size === 0) return [];
  const pads = pairs.filter(({ left, right, isPads }) =>
    isPads && gaps[left] === ' ' && gaps[right] === ' ' && inRow.has(left) && inRow.has(right));
  return [...[...inRow].filter((i) => /^ {2,}$/u.test(gaps[i])), ...pads.flatMap(({ left, right }) => [left, right])];
}
