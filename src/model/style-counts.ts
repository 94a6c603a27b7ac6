/**
 * How often each kind of layout occurred in a context, for one file or for a project: the
 * model's memory of "what this code base does here". A fixed hashed table per family, so
 * that counting, adding two tables and leaving one gap out are cheap and bounded.
 */

import { ARRANGEMENTS } from './bracket-arrangement.js';

/** A family of contexts with its own set of outcomes. */
export interface CountFamily {
  readonly name: string;
  /** Outcomes counted apart. */
  readonly outcomes: number;
}

/** none / space / two spaces / line break / anything else. */
export const INLINE_OUTCOMES = 5;
/** After bracket or first element / opener / opener+1 / opener+2 / previous / ancestor or sibling / statement / anything else. */
export const BREAK_OUTCOMES = 8;
/** One to four or more line breaks. */
export const LINES_OUTCOMES = 4;

export const COUNT_FAMILIES = [
  { name: 'left-right-node', outcomes: INLINE_OUTCOMES },
  { name: 'left-node', outcomes: INLINE_OUTCOMES },
  { name: 'right-node', outcomes: INLINE_OUTCOMES },
  { name: 'break-position', outcomes: BREAK_OUTCOMES },
  { name: 'break-node', outcomes: BREAK_OUTCOMES },
  { name: 'lines-kinds', outcomes: LINES_OUTCOMES },
  { name: 'lines-next', outcomes: LINES_OUTCOMES },
  { name: 'lines-owner', outcomes: LINES_OUTCOMES },
  { name: 'list-shape', outcomes: INLINE_OUTCOMES },
  { name: 'arrangement-node', outcomes: ARRANGEMENTS },
  { name: 'arrangement-bracket', outcomes: ARRANGEMENTS },
] as const satisfies readonly CountFamily[];

/** Contexts per family; keys are hashed into this many rows. */
export const CONTEXT_ROWS = 2048;

/** Numbers that `describe` writes per family: a smoothed share per outcome, and log(1 + n) / 5. */
export const describedSize = (family: number): number => COUNT_FAMILIES[family].outcomes + 1;

const familyOutcomes = COUNT_FAMILIES.map((family) => family.outcomes);
const familyOffset: number[] = [];
let tableSize = 0;
for (const family of COUNT_FAMILIES) {
  familyOffset.push(tableSize);
  tableSize += family.outcomes * CONTEXT_ROWS;
}

/** Hashes up to three small integers to a row. */
export function contextRow(a: number, b: number, c: number): number {
  let h = (a * 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(c + 0x165667b1, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 13;
  return (h >>> 0) % CONTEXT_ROWS;
}

/** Columns per bucket of the width histograms, and the number of buckets. */
export const WIDTH_STEP = 4;
export const WIDTH_BUCKETS = 44;

/** Columns counted one by one, for the limit that a project keeps to. */
export const WIDTH_COLUMNS = 201;

/** The histograms of widths that counts hold, by their names in profiles. */
export const WIDTH_HISTOGRAMS = ['flatWidths', 'brokenWidths', 'wholeColumns', 'splitColumns'] as const;

export class StyleCounts {
  readonly table = new Float32Array(tableSize);
  /** Logical lines with brackets by the column at which they would end flat: left flat, and broken. */
  readonly flatWidths = new Float32Array(WIDTH_BUCKETS);
  readonly brokenWidths = new Float32Array(WIDTH_BUCKETS);
  /** Lines by the exact column at which they end whole; and those that were split, by where they would have ended. */
  readonly wholeColumns = new Float32Array(WIDTH_COLUMNS);
  readonly splitColumns = new Float32Array(WIDTH_COLUMNS);

  clear(): void {
    this.table.fill(0);
    for (const name of WIDTH_HISTOGRAMS) this[name].fill(0);
  }

  add(family: number, row: number, outcome: number): void {
    this.table[familyOffset[family] + row * familyOutcomes[family] + outcome]++;
  }

  /** Counts of each outcome in a context; a view. */
  outcomesOf(family: number, row: number): Float32Array {
    const from = familyOffset[family] + row * COUNT_FAMILIES[family].outcomes;
    return this.table.subarray(from, from + COUNT_FAMILIES[family].outcomes);
  }

  addAll(other: StyleCounts, factor = 1): void {
    for (let k = 0; k < tableSize; k++) this.table[k] += factor * other.table[k];
    for (const name of WIDTH_HISTOGRAMS) other[name].forEach((count, k) => (this[name][k] += factor * count));
  }

  /**
   * Writes the smoothed shares of a context into `out` at `at`, leaving one observation of
   * `without` out (-1 for none).
   */
  describe(family: number, row: number, without: number, out: Float32Array, at: number): void {
    const { table } = this;
    const outcomes = familyOutcomes[family];
    const from = familyOffset[family] + row * outcomes;
    let total = 0;
    for (let k = 0; k < outcomes; k++) total += table[from + k];
    if (without >= 0) total--;
    if (total < 0) total = 0;
    const scale = 1 / (total + 0.5);
    for (let k = 0; k < outcomes; k++) {
      const count = table[from + k] - (k === without ? 1 : 0);
      out[at + k] = count > 0 ? count * scale : 0;
    }
    out[at + outcomes] = LOG[Math.min(LOG.length - 1, total | 0)];
  }
}

/** log(1 + n) / 5 for small n: the logarithm is the same on every machine only when tabled once. */
const LOG = Float32Array.from({ length: 1024 }, (_, n) => Math.log1p(n) / 5);
