import type { EditProposal } from './edit-proposals.js';

/** Proposals whose shares lie in one tenth of [0, 1]. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean share of the proposals: how sure the model says it is. Null without any. */
  readonly share: number | null;
  /** How many of them are what the author wrote, as a part of `count`. Null without any. */
  readonly right: number | null;
}

export interface Calibration {
  readonly count: number;
  /** Ten bins of equal width. */
  readonly bins: readonly ReliabilityBin[];
  /**
   * Expected calibration error: mean over proposals of the distance between share and frequency of
   * their bin, in [0, 1]. Source: Guo et al., On Calibration of Modern Neural Networks (2017).
   */
  readonly expectedError: number;
  /** Mean share less frequency: above 0 the model is surer than it should be. */
  readonly overconfidence: number;
}

const BINS = 10;

/**
 * Compares the shares of proposals with how often they are right. A share weighs the proposed text
 * against the input's, so proposals where the author wrote neither say nothing about it and are left out.
 */
export function calibrationOf(proposals: Iterable<EditProposal>): Calibration {
  const counts = new Array<number>(BINS).fill(0);
  const shares = new Array<number>(BINS).fill(0);
  const rights = new Array<number>(BINS).fill(0);
  for (const { certainty: share, truth } of proposals) {
    if (truth === 'other') continue;
    const bin = Math.min(BINS - 1, Math.floor(share * BINS));
    counts[bin]++;
    shares[bin] += share;
    if (truth === 'proposed') rights[bin]++;
  }
  const total = sum(counts);
  return {
    count: total,
    bins: counts.map((count, k) => ({
      count,
      share: count === 0 ? null : shares[k] / count,
      right: count === 0 ? null : rights[k] / count,
    })),
    expectedError: total === 0 ? 0 : sum(counts.map((_, k) => Math.abs(shares[k] - rights[k]))) / total,
    overconfidence: total === 0 ? 0 : (sum(shares) - sum(rights)) / total,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
