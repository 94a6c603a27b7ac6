import { diffArrays } from 'diff';
import type { LineRange } from './line-ranges.js';

/**
 * Above so many edits among lines of both sides a minimal comparison takes seconds; lines that occur once then serve as
 * anchors.
 */
const MOST_EDITS = 1000;

/** The lines of a text without their ends: LF, CRLF and a lone CR, as Python counts them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/u);
}

/**
 * The lines of `after` that are not in `before`, in the sense of `matchLines`. Lines that were
 * only removed leave nothing.
 */
export function changedLineRanges(
  before: readonly string[],
  after: readonly string[],
  mostEdits?: number,
): LineRange[] {
  const ranges: { first: number; last: number }[] = [];
  matchLines(before, after, mostEdits).forEach((match, k) => {
    if (match !== -1) return;
    const open = ranges.at(-1);
    if (open !== undefined && open.last === k) open.last = k + 1;
    else ranges.push({ first: k + 1, last: k + 1 });
  });
  return ranges;
}

/**
 * For each line of `after` the same line of `before`, by index, or -1: a longest common
 * subsequence, so what is left over is a shortest edit script.
 *
 * @param mostEdits beyond it fewer lines may be matched than could be
 * Source: Myers, An O(ND) Difference Algorithm and Its Variations, 1986, by the package diff;
 *   beyond `mostEdits` the anchors of Bram Cohen's patience diff.
 */
export function matchLines(before: readonly string[], after: readonly string[], mostEdits = MOST_EDITS): Int32Array {
  const matches = new Int32Array(after.length).fill(-1);
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) matches[start] = start++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - start;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
    matches[after.length - tail] = before.length - tail;
  }
  // A line that only one side has is in no common subsequence, and costs the search much.
  const left = sharedLines(before, start, before.length - tail, new Set(after.slice(start, after.length - tail)));
  const right = sharedLines(after, start, after.length - tail, new Set(before.slice(start, before.length - tail)));
  const a = left.map((index) => before[index]!);
  const b = right.map((index) => after[index]!);
  for (const [i, j] of commonLines(a, b, mostEdits)) matches[right[j]!] = left[i]!;
  return matches;
}

/** Indices of the lines from `start` to `end` that the other side has too. */
function sharedLines(lines: readonly string[], start: number, end: number, others: ReadonlySet<string>): number[] {
  const found: number[] = [];
  for (let index = start; index < end; index++) if (others.has(lines[index]!)) found.push(index);
  return found;
}

function commonLines(a: readonly string[], b: readonly string[], mostEdits: number): (readonly [number, number])[] {
  const changes = diffArrays([...a], [...b], { maxEditLength: mostEdits });
  if (changes === undefined) return anchors(a, b);
  const pairs: (readonly [number, number])[] = [];
  let i = 0;
  let j = 0;
  for (const { removed, added, count } of changes) {
    if (removed) i += count;
    else if (added) j += count;
    else for (let k = 0; k < count; k++) pairs.push([i++, j++]);
  }
  return pairs;
}

/** The longest run, in the order of both sides, of lines that occur once on either. */
function anchors(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const inA = onlyOnce(a);
  const pairs =
    [...onlyOnce(b)].flatMap(([line, j]): [number, number][] => (inA.has(line) ? [[inA.get(line)!, j]] : []));
  // The longest increasing subsequence: the last pair of each length, and who stood before each pair.
  const ends: number[] = [];
  const previous: number[] = [];
  for (let k = 0; k < pairs.length; k++) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![0] < pairs[k]![0]) low = middle + 1;
      else high = middle;
    }
    previous[k] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = k;
  }
  const found: [number, number][] = [];
  for (let k = ends.at(-1) ?? -1; k !== -1; k = previous[k]!) found.push(pairs[k]!);
  return found;
}

/** Lines that occur once, with their indices, in their order. */
function onlyOnce(lines: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, k) => {
    if (found.has(line)) repeated.add(line);
    else found.set(line, k);
  });
  for (const line of repeated) found.delete(line);
  return found;
}
