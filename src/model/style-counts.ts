import { CONTEXT_ROWS, COUNT_FAMILIES } from './count-contexts.js';
import { NOT_COUNTED } from './count-outcomes.js';

/**
 * How often each kind of layout occurred in a context, for one file or for a project: the
 * model's memory of "what this code base does here". A fixed hashed table per family, so
 * that counting, adding two tables and leaving one gap out are cheap and bounded.
 */

/** Numbers that `describe` writes per family: a smoothed share per outcome, and log(1 + n) / 5. */
export const describedSize = (family: number): number => COUNT_FAMILIES[family].outcomes + 1;

const familyOutcomes = COUNT_FAMILIES.map((family) => family.outcomes);
const familyOffset: number[] = [];
let tableSize = 0;
for (const family of COUNT_FAMILIES) {
  familyOffset.push(tableSize);
  tableSize += family.outcomes * CONTEXT_ROWS;
}
/** Per family: where its counts begin in `StyleCounts.table`. */
export const FAMILY_OFFSETS = Int32Array.from(familyOffset);

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

  /** Takes over what another table holds. */
  copy(other: StyleCounts): void {
    this.table.set(other.table);
    for (const name of WIDTH_HISTOGRAMS) this[name].set(other[name]);
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
   * `without` out (NOT_COUNTED for none).
   */
  describe(family: number, row: number, without: number, out: Float32Array, at: number): void {
    const { table } = this;
    const outcomes = familyOutcomes[family];
    const from = familyOffset[family] + row * outcomes;
    let total = 0;
    for (let k = 0; k < outcomes; k++) total += table[from + k];
    if (without !== NOT_COUNTED) total--;
    if (total < 0) total = 0;
    const scale = 1 / (total + 0.5);
    for (let k = 0; k < outcomes; k++) {
      const count = table[from + k] - (k === without ? 1 : 0);
      out[at + k] = count > 0 ? count * scale : 0;
    }
    out[at + outcomes] = LOGARITHMS[Math.min(LAST_LOGARITHM, total | 0)];
  }
}

/** log(1 + n) / 5 for small n: the logarithm is the same on every machine only when tabled once. */
export const LAST_LOGARITHM = 1023;
export const LOGARITHMS = new Float32Array(LAST_LOGARITHM + 1);
for (let n = 0; n <= LAST_LOGARITHM; n++) LOGARITHMS[n] = Math.log1p(n) / 5;
