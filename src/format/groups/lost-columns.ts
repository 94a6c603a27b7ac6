import { COLON, COMMENT, EQUALS, GapRole, type StructuredSource } from '../../tokenize/index.js';
import { pivotOf } from './column-pivots.js';
import { columnsAmong, type Row } from './column-stretches.js';
import { MANY_LINES, expectedLines, type ExpectedLines } from './expected-lines.js';
import { MOST_PIVOTS, pivotsByContainer, type Pivot } from './row-pivots.js';
import type { GroupInput } from './verdict.js';

/**
 * Columns of a spoilt file. Lines say little there: rows were broken, joined and set apart by blank lines. So rows are
 * those of the program, the statements of a block and the elements of a bracket, and the text before a row's pivot is
 * as wide as the network would write it, whatever blanks came into it. Every row speaks for or against a column at each
 * place where some row's pivot was put by blanks; where the rows of a stretch together speak for one strongly enough,
 * the stretch is a column again.
 */
export interface LostColumn {
  /** The gaps before the pivots of all rows of the stretch that reach no farther than the column. */
  readonly gaps: readonly number[];
  /** Per row: its first token. */
  readonly starts: readonly number[];
  /** What is wrong in the rows before the pivots, and what should stand there. */
  readonly mended: readonly (readonly [gap: number, text: string])[];
  /** Where the pivot begins, in columns from the first token of its row. */
  readonly offset: number;
}

/** What the evidence for a column has to outweigh, in nats: few runs of rows are columns. */
const RARE = 4;
/** The least of that in files full of columns. */
const COMMON = 1.5;
/**
 * Finds the columns that a spoilt layout still shows.
 *
 * @param spoilt share of the gaps that damage has hit, in (0, 1)
 */
export function findLostColumns(
  input: Pick<GroupInput, 'context' | 'observed' | 'probabilities'>, spoilt: number,
): LostColumn[] {
  const { context: { structured }, observed: { gaps } } = input;
  const expected = expectedLines(input);
  const groups = pivotsByContainer(structured, gaps, expected);
  const found = columnsOf(groups, { expected, gaps, structured, spoilt, needed: RARE });
  if (found.length === 0) return [];
  // Where some were found there are more.
  const runs = groups.filter((pivots) => pivots.length > 2).length;
  const needed = Math.max(COMMON, Math.min(RARE, 1 + Math.log(runs / found.length)));
  return columnsOf(groups, { expected, gaps, structured, spoilt, needed });
}

interface Search {
  readonly expected: ExpectedLines;
  readonly gaps: readonly string[];
  readonly structured: StructuredSource;
  readonly spoilt: number;
  /** Least evidence for a column. */
  readonly needed: number;
}

function columnsOf(groups: readonly (readonly Pivot[])[], search: Search): LostColumn[] {
  const columns: LostColumn[] = [];
  /** Where pivots begin that stand in a column. */
  const placed = new Map<Pivot, number>();
  // What stands farther to the right begins where what stands before it ends.
  for (let rank = 0; rank <= MOST_PIVOTS; rank++) {
    for (const pivots of groups) {
      if (pivots[0].rank !== rank) continue;
      const rows = pivots.map((pivot) => rowOf(pivot, placed, search)).filter(({ before }) => before < MANY_LINES);
      for (const { members, offset } of columnsAmong(rows, search)) {
        columns.push({
          gaps: members.map(({ pivot }) => pivot.gap), starts: members.map(({ pivot }) => pivot.start), offset,
          mended: mendedIn(members, search),
        });
        for (const { pivot } of members) placed.set(pivot, offset);
      }
    }
  }
  return columns;
}

/**
 * Several blanks that lead into no column are damage, and before a sign whose values are aligned stands what does so in
 * most rows.
 */
function mendedIn(
  members: readonly Row[], { expected, gaps, structured: { source, structure } }: Search,
): [number, string][] {
  const mended: [number, string][] = [];
  const signs = members.map(({ pivot }) => pivot.gap - 1).filter((gap) => source.kind[gap] === COLON);
  const [tight, spaced] = ['', ' '].map((text) => signs.filter((gap) => gaps[gap] === text).length);
  if (Math.max(tight, spaced) > signs.length / 2) {
    const text = tight > spaced ? '' : ' ';
    for (const gap of signs) if (gaps[gap] !== text) mended.push([gap, text]);
  }
  for (const { pivot: { start, gap } } of members) {
    for (let i = start + 1; i < gap; i++) {
      const role = structure.role[i] as GapRole;
      const isWithin = (role === GapRole.Line || role === GapRole.Bracket) && expected.starts[i] === 0;
      if (isWithin && pivotOf(source, i) !== 0 && /^ {2,}$/u.test(gaps[i])) {
        mended.push([i, ' '.repeat(expected.blanks[i])]);
      }
    }
  }
  return mended;
}

function rowOf(pivot: Pivot, placed: ReadonlyMap<Pivot, number>, { expected, gaps, structured }: Search): Row {
  const { gap, start } = pivot;
  let [from, at] = [start, 0];
  for (let left = pivot.previous; left !== undefined; left = left.previous) {
    const offset = placed.get(left);
    if (offset === undefined) continue;
    [from, at] = [left.gap, offset];
    break;
  }
  const kind = structured.source.kind[gap];
  const isComment = kind === COMMENT;
  // A sign may touch what stands before it.
  const least = isComment ? expected.commentLead : kind === COLON || kind === EQUALS ? 0 : 1;
  const natural = Math.max(least, expected.blanks[gap]);
  const before = at + expected.place[gap] - expected.blanks[gap] - expected.place[from];
  const text = gaps[gap];
  const isPure = /^ *$/u.test(text);
  const blanks = isPure ? text.length : /[\n\\]/u.test(text) ? -1 : text.replaceAll(/[^ ]/gu, '').length;
  return { pivot, before, natural, isComment, blanks, isPure };
}
