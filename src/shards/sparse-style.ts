import { WIDTH_HISTOGRAMS, type StyleCounts } from '../model/style-counts.js';

/**
 * Style counts without their zeros: for each that is none the distance from the one before, and the count. What
 * numbers mean, the digest of features says (`FEATURE_DIGEST`), which the manifest of shards names.
 */
export type SparseStyle = Readonly<Record<'table' | (typeof WIDTH_HISTOGRAMS)[number], readonly number[]>>;

const PARTS = ['table', ...WIDTH_HISTOGRAMS] as const;

/** The counts that are no zeros. */
export function sparseStyle(counts: StyleCounts): SparseStyle {
  const { table, flatWidths, brokenWidths, wholeColumns, splitColumns } = counts;
  return {
    table: pairsOf(table), flatWidths: pairsOf(flatWidths), brokenWidths: pairsOf(brokenWidths),
    wholeColumns: pairsOf(wholeColumns), splitColumns: pairsOf(splitColumns),
  };
}

/** Adds sparse counts to a table. @throws RangeError for counts of another table */
export function addSparse(style: SparseStyle, counts: StyleCounts): void {
  for (const name of PARTS) {
    const [pairs, values] = [style[name], counts[name]];
    let at = 0;
    for (let k = 0; k < pairs.length; k += 2) {
      at += pairs[k];
      if (!(at >= 0 && at < values.length)) throw new RangeError('a style is of another table');
      values[at] += pairs[k + 1];
    }
  }
}

function pairsOf(values: Float32Array): number[] {
  const pairs: number[] = [];
  let before = 0;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === 0) continue;
    pairs.push(at - before, values[at]);
    before = at;
  }
  return pairs;
}
