import { COMMA, COMMENT, GapRole, isCloser, isOpener, type StructuredSource } from '../../tokenize/index.js';
import { TRAILING, pivotOf } from './column-pivots.js';
import type { ExpectedLines } from './expected-lines.js';

/** A pivot and the row that it stands in. */
export interface Pivot {
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

/** Pivots of a row that are looked at, and one more for the comment behind it. */
export const MOST_PIVOTS = 4;
/** More than there are ranks, and kinds of pivots. */
const RANKS = 8;
const KINDS = 1 << 17;

/** A bracket that is open, or the statement around all of them. */
interface Level {
  /** The bracket, or below zero the block. */
  readonly container: number;
  /** First token of the element or statement. */
  start: number;
  place: number;
}

/** The pivots of every container, by their kind and number in a row. */
export function pivotsByContainer(
  { source, structure }: StructuredSource, gaps: readonly string[], { starts }: ExpectedLines,
): Pivot[][] {
  const found = new Map<number, Pivot[]>();
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
    if (rank > MOST_PIVOTS || (start > 0 && starts[start] === 0 && !gaps[start].includes('\n'))) return;
    const isApart = gaps[start].indexOf('\n') < gaps[start].lastIndexOf('\n');
    const pivot = { gap, start, place, isApart, previous, rank };
    if (least === 0) lastOf.set(start, pivot);
    const key = (container * RANKS + rank) * KINDS + kind - TRAILING;
    const pivots = found.get(key);
    if (pivots === undefined) found.set(key, [pivot]);
    else pivots.push(pivot);
  };
  for (let i = 0; i < source.tokenCount; i++) {
    const kind = source.kind[i];
    if (starts[i] === 1) {
      line += Math.max(1, gaps[i].split('\n').length - 1);
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
