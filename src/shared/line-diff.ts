import { diffArrays } from 'diff';
import type { LineRange } from './line-ranges.js';

/** Above so many edits a minimal comparison takes seconds; lines that occur once then serve as anchors. */
const MOST_EDITS = 4000;

/** The lines of a text without their ends: LF, CRLF and a lone CR, as Python counts them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/u);
}

/**
 * The lines of `after` that are not in `before`, in the sense of a shortest edit script. Lines
 * that were only removed leave nothing.
 *
 * @param mostEdits beyond it the result may name lines that a shortest script would keep
 * Source: Myers, An O(ND) Difference Algorithm and Its Variations, 1986, by the package diff;
 *   beyond `mostEdits` the anchors of Bram Cohen's patience diff.
 */
export function changedLineRanges(before: readonly string[], after: readonly string[], mostEdits = MOST_EDITS): LineRange[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - start;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;

  const left = before.slice(start, before.length - tail);
  const right = after.slice(start, after.length - tail);
  const isKept = keptLines(left, right, mostEdits);
  const ranges: { first: number; last: number }[] = [];
  for (let k = 0; k < right.length; k++) {
    if (isKept[k]!) continue;
    const line = start + k + 1;
    const open = ranges.at(-1);
    if (open !== undefined && open.last === line - 1) open.last = line;
    else ranges.push({ first: line, last: line });
  }
  return ranges;
}

/** Which lines of `right` a longest common subsequence takes. */
function keptLines(left: readonly string[], right: readonly string[], mostEdits: number): boolean[] {
  // A line that only one side has is in no common subsequence, and costs the search much.
  const leftHas = new Set(left);
  const rightHas = new Set(right);
  const shared = right.flatMap((line, k) => (leftHas.has(line) ? [k] : []));
  const a = left.filter((line) => rightHas.has(line));
  const b = shared.map((k) => right[k]!);
  const kept = new Array<boolean>(right.length).fill(false);
  const changes = diffArrays(a, b, { maxEditLength: mostEdits });
  if (changes === undefined) {
    for (const k of anchors(a, b)) kept[shared[k]!] = true;
    return kept;
  }
  let at = 0;
  for (const { removed, added, count } of changes) {
    if (removed) continue;
    for (let k = at; k < at + count; k++) if (!added) kept[shared[k]!] = true;
    at += count;
  }
  return kept;
}

/** Positions in `b` of the longest run, in both orders, of lines that occur once on either side. */
function anchors(a: readonly string[], b: readonly string[]): number[] {
  const inA = onlyOnce(a);
  const pairs = [...onlyOnce(b)].flatMap(([line, k]) => (inA.has(line) ? [{ a: inA.get(line)!, b: k }] : []));
  // The longest increasing subsequence: the last pair of each length, and who stood before each pair.
  const ends: number[] = [];
  const previous: number[] = [];
  for (let k = 0; k < pairs.length; k++) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]!.a < pairs[k]!.a) low = middle + 1;
      else high = middle;
    }
    previous[k] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = k;
  }
  const found: number[] = [];
  for (let k = ends.at(-1) ?? -1; k !== -1; k = previous[k]!) found.push(pairs[k]!.b);
  return found.reverse();
}

/** Lines that occur once, with their positions, in their order. */
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
