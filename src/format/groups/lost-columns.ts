import { COMMA, COMMENT, GapRole, isCloser, isOpener, type StructuredSource } from '../../tokenize/index.js';
import { TRAILING, pivotOf } from './column-pivots.js';

/**
 * Columns of a spoilt file. Lines say little there: rows were broken, joined and set apart by blank lines. So rows are
 * those of the program, the statements of a block and the elements of a bracket, and the text before a row's pivot is
 * as wide as it usually would be, whatever blanks came into it. Every row whose gap is still blanks votes for the place
 * of its pivot; where most rows of a stretch agree, and two of them by padding, the stretch is a column again.
 *
 * Limits: a row's first token has to stand at the start of a line; comments are those at the ends of lines.
 */
export interface LostColumn {
  /** The gaps before the pivots of all rows of the stretch that reach no farther than the column. */
  readonly gaps: readonly number[];
  /** Where the pivot begins, in columns from the first token of its row. */
  readonly offset: number;
}

/** A pivot and the row that it stands in. */
interface Pivot {
  readonly gap: number;
  /** First token of the row. */
  readonly start: number;
  /** Rows of one container that follow one another count up by one; for comments, lines. */
  readonly place: number;
  /** Whether a blank line stands before the row. */
  readonly isApart: boolean;
  /** The one before it in its row. */
  readonly previous: Pivot | undefined;
  /** How many stand before it in its row. */
  readonly rank: number;
}

/** A row as one of its pivots sees it. */
interface Row extends Pivot {
  /** Columns before the gap, from the row's first token, as they would usually be. */
  readonly before: number;
  /** Where the pivot begins; -1 where the gap is no longer blanks. */
  readonly offset: number;
  readonly pivot: Pivot;
}

/** Least rows that agree. */
const LEAST = 4;
/** Of those, how many have to be padded: one may be so by damage. */
const LEAST_PADDED = 2;
/** Share of a stretch's rows that agree. */
const MOST = 0.5;
/** Rows between two that agree, at most, and one more. */
const APART = 4;
/** Pivots of a row that are looked at, and one more for the comment behind it. */
const MOST_PIVOTS = 4;
/** Rows beyond those that agree, at either end, at most. */
const MOST_BEYOND = 2;

/** Finds the columns that a spoilt layout still shows. */
export function findLostColumns(structured: StructuredSource, gaps: readonly string[]): LostColumn[] {
  const columns: LostColumn[] = [];
  const usual = usualPlaces(structured, gaps);
  /** Where pivots begin that stand in a column. */
  const placed = new Map<Pivot, number>();
  const groups = pivotsByContainer(structured, gaps);
  // What stands farther to the right begins where what stands before it ends.
  for (let rank = 0; rank <= MOST_PIVOTS; rank++) {
    for (const pivots of groups) {
      if (pivots[0].rank !== rank) continue;
      const rows = pivots.map((pivot) => rowOf(pivot, { usual, placed, gaps }))
        .filter(({ before }) => before < MANY_LINES);
      for (const column of columnsAmong(rows, gaps)) {
        columns.push({ gaps: column.rows.map(({ gap }) => gap), offset: column.offset });
        for (const row of column.rows) placed.set(row.pivot, column.offset);
      }
    }
  }
  return columns;
}

/** What says where a pivot begins. */
interface Places {
  readonly usual: UsualPlaces;
  readonly placed: ReadonlyMap<Pivot, number>;
  readonly gaps: readonly string[];
}

function rowOf(pivot: Pivot, { usual, placed, gaps }: Places): Row {
  const { gap, start } = pivot;
  let [from, at] = [start, 0];
  for (let left = pivot.previous; left !== undefined; left = left.previous) {
    const offset = placed.get(left);
    if (offset === undefined) continue;
    [from, at] = [left.gap, offset];
    break;
  }
  const before = at + usual.place[gap] - usual.blanks[gap] - usual.place[from];
  return { ...pivot, pivot, before, offset: /^ *$/u.test(gaps[gap]) ? before + gaps[gap].length : -1 };
}

/** The stretches of rows that stand in a column, the best attested first; no row is in two. */
function columnsAmong(rows: readonly Row[], gaps: readonly string[]): { rows: Row[]; offset: number }[] {
  const voters = new Map<number, number[]>();
  rows.forEach(({ offset }, at) => {
    if (offset < 0) return;
    const found = voters.get(offset);
    if (found === undefined) voters.set(offset, [at]);
    else found.push(at);
  });
  const columns: { rows: Row[]; offset: number }[] = [];
  const taken = new Uint8Array(rows.length);
  for (const [offset, all] of [...voters].sort(([, a], [, b]) => b.length - a.length)) {
    for (const stretch of stretches(all.filter((at) => taken[at] === 0), rows)) {
      if (!isColumn(stretch, rows, gaps)) continue;
      const members: Row[] = [];
      const end = endOf(stretch, rows, 1);
      for (let at = endOf(stretch, rows, -1); at <= end; at++) {
        if (taken[at] === 1) continue;
        taken[at] = 1;
        if (rows[at].before < offset) members.push(rows[at]);
      }
      columns.push({ rows: members, offset });
    }
  }
  return columns;
}

/** Parts of the agreeing rows that lie close to one another. */
function stretches(agreeing: readonly number[], rows: readonly Row[]): number[][] {
  const found: number[][] = [];
  for (const at of agreeing) {
    const current = found.at(-1);
    if (current !== undefined && rows[at].place - rows[current.at(-1)!].place < APART) current.push(at);
    else found.push([at]);
  }
  return found;
}

function isColumn(stretch: readonly number[], rows: readonly Row[], gaps: readonly string[]): boolean {
  const within = stretch.at(-1)! - stretch[0] + 1;
  const padded = stretch.filter((at) => gaps[rows[at].gap].length > 1).length;
  return stretch.length >= Math.max(LEAST, MOST * within) && padded >= LEAST_PADDED &&
    new Set(stretch.map((at) => rows[at].before)).size > 1;
}

/**
 * The end of a stretch, upwards (`step` -1) or downwards (1): it goes on over rows that follow directly and that damage
 * put where no author does, neither in the column nor one blank behind the text.
 */
function endOf(stretch: readonly number[], rows: readonly Row[], step: -1 | 1): number {
  let at = step < 0 ? stretch[0] : stretch.at(-1)!;
  for (let more = 0; more < MOST_BEYOND; more++) {
    const next = rows[at + step] as Row | undefined;
    if (next === undefined || Math.abs(next.place - rows[at].place) !== 1 || next.offset === next.before + 1) break;
    if ((step < 0 ? rows[at] : next).isApart) break;
    at += step;
  }
  return at;
}

/** Stands for the width of a token of several lines: no column is as far to the right. */
const MANY_LINES = 1e6;

/** A bracket that is open, or the statement around all of them. */
interface Level {
  /** The bracket, or below zero the block. */
  readonly container: number;
  /** First token of the element or statement. */
  start: number;
  place: number;
}

/** The pivots of every container, by their kind and number in a row. */
function pivotsByContainer({ source, structure }: StructuredSource, gaps: readonly string[]): Pivot[][] {
  const found = new Map<string, Pivot[]>();
  /** Statements so far, by block. */
  const statements = new Map<number, number>();
  const levels: Level[] = [];
  /** The last pivot of the rows that begin with a token. */
  const lastOf = new Map<number, Pivot>();
  let line = 0;
  /** First token of the line. */
  let lineStart = 0;
  const add = (gap: number, kind: number, { container, start, place }: Level, least = 0): void => {
    const previous = lastOf.get(start);
    const rank = Math.max(least, previous === undefined ? 0 : previous.rank + 1);
    if (rank > MOST_PIVOTS || (start > 0 && !gaps[start].includes('\n'))) return;
    const pivot = { gap, start, place, isApart: /\n[^\n]*\n/u.test(gaps[start]), previous, rank };
    if (least === 0) lastOf.set(start, pivot);
    const key = `${kind}:${rank}:${container}`;
    const pivots = found.get(key);
    if (pivots === undefined) found.set(key, [pivot]);
    else pivots.push(pivot);
  };
  for (let i = 0; i < source.tokenCount; i++) {
    const kind = source.kind[i];
    if (gaps[i].includes('\n')) {
      line += gaps[i].split('\n').length - 1;
      lineStart = i;
    }
    if (kind === COMMENT) {
      if (structure.role[i] === (GapRole.TrailingComment as number)) {
        add(i, TRAILING, { container: -1, start: lineStart, place: line }, MOST_PIVOTS);
      }
      continue;
    }
    if (structure.startsLine[i] === 1) {
      const container = -2 - structure.blockNode[i];
      const place = (statements.get(container) ?? 0) + 1;
      statements.set(container, place);
      levels.length = 0;
      levels.push({ container, start: i, place });
    }
    const level = levels.at(-1)!;
    const pivot = i > level.start ? pivotOf(source, i) : 0;
    if (pivot !== 0) add(i, pivot, level);
    if (isOpener(kind)) levels.push({ container: i, start: structure.nextCode[i + 1], place: 0 });
    else if (isCloser(kind) && levels.length > 1) levels.pop();
    else if (kind === COMMA && levels.length > 1) {
      level.start = structure.nextCode[i + 1];
      level.place++;
    }
  }
  return [...found.values()];
}

/** Where each token would begin were the file one line with the blanks it usually has, and those before it. */
interface UsualPlaces {
  readonly place: Float64Array;
  readonly blanks: Uint8Array;
}

function usualPlaces({ source }: StructuredSource, gaps: readonly string[]): UsualPlaces {
  const { tokenCount, kind, parent, tree, start, end } = source;
  const keyOf = (i: number): number =>
    (kind[i - 1] * 256 + kind[i]) * 256 + (parent[i] < 0 ? 0 : tree.kind[parent[i]]);
  /** More blanks than none, by what stands around. */
  const surplus = new Map<number, number>();
  for (let i = 1; i < tokenCount; i++) {
    if (gaps[i].length > 1 || gaps[i] === '\n' || gaps[i] === '\t') continue;
    surplus.set(keyOf(i), (surplus.get(keyOf(i)) ?? 0) + (gaps[i] === '' ? -1 : 1));
  }
  const place = new Float64Array(tokenCount + 1);
  const blanks = new Uint8Array(tokenCount + 1);
  for (let i = 1; i < tokenCount; i++) {
    blanks[i] = (surplus.get(keyOf(i)) ?? 0) > 0 ? 1 : 0;
    const isMany = end[i - 1] - start[i - 1] >= 8 && source.text.slice(start[i - 1], end[i - 1]).includes('\n');
    place[i] = place[i - 1] + end[i - 1] - start[i - 1] + blanks[i] + (isMany ? MANY_LINES : 0);
  }
  return { place, blanks };
}
