import { createHash } from 'node:crypto';
import { lineLimit } from '../model/line-limit.js';
import { decodeHalf, encodeHalf } from '../model/half-float.js';
import { BracketHabits } from '../model/bracket-habits.js';
import type { ParameterDelta } from '../model/weights-delta.js';
import { CONTEXT_ROWS, COUNT_FAMILIES } from '../model/count-contexts.js';
import { countedPlaces } from '../model/style-agreement.js';
import { StyleCounts, WIDTH_BUCKETS, WIDTH_COLUMNS, WIDTH_HISTOGRAMS } from '../model/style-counts.js';

/** What `nnfmt train` learned of one project. */
export interface Profile {
  /** Digest of the model file that it was learned with. */
  readonly baseModel: string;
  /** Layout of the project's files, as the network was trained to see it. */
  readonly counts: StyleCounts;
  /** How the project shapes its brackets; null in profiles that do not say it. */
  readonly brackets: BracketHabits | null;
  /** What a block adds to the indentation; null where the project's files do not agree. */
  readonly unit: string | null;
  /** What brackets add that break at once; null where the project's files do not agree. */
  readonly hang: string | null;
  /** Of the gaps of files held out, the share that laying them out anew changes; null where nothing was held out. */
  readonly drift: number | null;
  /** When to abstain, by class of edit; those that are missing are the model's. Plain JSON. */
  readonly thresholds: Readonly<Record<string, unknown>>;
  /** Files that it was learned from. */
  readonly files: number;
  /** What fine-tuning changed in the base network; empty for nothing. */
  readonly delta: readonly ParameterDelta[];
}

/**
 * Identifies the meaning of the counts: another digest means other contexts. A function, for what computes digests
 * takes long to load, and formatting without a profile never asks.
 */
export const countsDigest = (): string => createHash('sha256')
  .update(JSON.stringify([COUNT_FAMILIES, CONTEXT_ROWS, WIDTH_BUCKETS, WIDTH_COLUMNS]))
  .digest('hex')
  .slice(0, 16);

/** Files that the network saw at most behind the counts of a project. */
export const FILES_IN_TRAINING = 16;
/** Of one outcome; below the largest half. */
const MOST = 60_000;

/**
 * Brings the sums over all files of a project to what the network knows: to as many files as it
 * was shown. It takes plain numbers for certainty, so that unscaled sums of 200 files make it
 * follow rare contexts too closely. Rounded as the profile's file stores them.
 */
export function projectCounts(sums: StyleCounts, files: number): StyleCounts {
  const counts = new StyleCounts();
  const scale = Math.min(1, FILES_IN_TRAINING / Math.max(1, files));
  // Of one project few counts are not 0.
  const { places, amounts } = countedPlaces(sums);
  const stored = encodeHalf(amounts.map((count) => Math.min(MOST, scale * count)));
  decodeHalf(stored, amounts);
  places.forEach((place, k) => (counts.table[place] = amounts[k]));
  for (const name of WIDTH_HISTOGRAMS) sums[name].forEach((count, k) => (counts[name][k] = scale * count));
  return counts;
}

/** Assumed where lines keep to none. */
const USUAL_LIMIT = 79;

/**
 * How a project's brackets are shaped, by its limit; rounded as the profile's file stores it.
 *
 * @param described the brackets of each file, see `describeBrackets`
 */
export function bracketHabits(described: readonly Int16Array[], counts: StyleCounts): BracketHabits {
  const { column, trust } = lineLimit(counts);
  const limit = trust > 0 ? column : USUAL_LIMIT;
  const exact = new BracketHabits(limit);
  for (const fields of described) exact.addRows(fields);
  const amounts = Float32Array.from(exact.counts.values(), (count) => Math.min(MOST, count));
  decodeHalf(encodeHalf(amounts), amounts);
  const habits = new BracketHabits(limit);
  [...exact.counts.keys()].forEach((place, k) => habits.add(place, amounts[k]));
  return habits;
}
