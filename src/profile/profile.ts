import { createHash } from 'node:crypto';
import { CONTEXT_ROWS, COUNT_FAMILIES, StyleCounts, WIDTH_BUCKETS } from '../model/style-counts.js';

/** What `nnfmt train` learned of one project. */
export interface Profile {
  /** Digest of the model file that it was learned with. */
  readonly baseModel: string;
  /** Layout of the project's files, as the network was trained to see it. */
  readonly counts: StyleCounts;
  /** What a block adds to the indentation; null where the project's files do not agree. */
  readonly unit: string | null;
  /** When to abstain, by class of edit; those that are missing are the model's. Plain JSON. */
  readonly thresholds: Readonly<Record<string, unknown>>;
  /** Files that it was learned from. */
  readonly files: number;
}

/** Identifies the meaning of the counts: another digest means other contexts. */
export const COUNTS_DIGEST = createHash('sha256')
  .update(JSON.stringify([COUNT_FAMILIES, CONTEXT_ROWS, WIDTH_BUCKETS]))
  .digest('hex')
  .slice(0, 16);

/** Files that the network saw at most behind the counts of a project. */
export const FILES_IN_TRAINING = 16;
/** Observations of a context beyond which more say nothing new. */
const MOST_IN_A_ROW = 1000;

/**
 * Brings the sums over all files of a project to what the network knows. Contexts are kept as
 * they were counted, because a rare one is worth no less in a large project, and only cut where
 * they are more frequent than in any training example; the widths, whose plain number matters,
 * are scaled to as many files as in training.
 */
export function projectCounts(sums: StyleCounts, files: number): StyleCounts {
  const counts = new StyleCounts();
  let at = 0;
  for (const { outcomes } of COUNT_FAMILIES) {
    for (let row = 0; row < CONTEXT_ROWS; row++, at += outcomes) {
      let total = 0;
      for (let k = 0; k < outcomes; k++) total += sums.table[at + k];
      const scale = total > MOST_IN_A_ROW ? MOST_IN_A_ROW / total : 1;
      for (let k = 0; k < outcomes; k++) counts.table[at + k] = Math.round(scale * sums.table[at + k]);
    }
  }
  const scale = Math.min(1, FILES_IN_TRAINING / Math.max(1, files));
  for (let k = 0; k < WIDTH_BUCKETS; k++) {
    counts.flatWidths[k] = Math.fround(scale * sums.flatWidths[k]);
    counts.brokenWidths[k] = Math.fround(scale * sums.brokenWidths[k]);
  }
  return counts;
}
