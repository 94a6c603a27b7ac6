/**
 * How sure a suggestion is: the probability that it is what the author would write, fitted on
 * projects that neither network nor corpus table have seen. A beam's own probability is too
 * bold for short lines and too shy for copied ones.
 */

/** What is known of a suggestion when it is made; every number is used as it stands. */
export interface Evidence {
  /** Natural logarithms of the whole line's probability and of its least likely piece. */
  readonly logProbability: number;
  readonly weakest: number;
  /** Share of the probability of all lines found that this one has. */
  readonly share: number;
  /** Pieces of the line. */
  readonly length: number;
  /** Names that resolve nowhere. */
  readonly strangers: number;
  /** Tokens of the line before the cursor: early in a line, less is decided than the beam thinks. */
  readonly tokensBefore: number;
  /** Share of the line's probability that file and project gave, between 0 and 1. */
  readonly written: number;
}

/** Weights of a logistic regression over `evidenceFeatures`. */
export interface Calibration {
  readonly weights: readonly number[];
  readonly bias: number;
}

/** Trusts the beam, for models that were never calibrated. */
export const UNCALIBRATED: Calibration = { weights: [1, 0, 0, 0, 0, 0, 0], bias: 0 };

export const evidenceFeatures = (
  { logProbability, weakest, share, length, strangers, tokensBefore, written }: Evidence,
): number[] => [
  Math.max(-12, logProbability), Math.max(-8, weakest), share, Math.log(length), Math.min(3, strangers),
  Math.min(2, Math.log(1 + tokensBefore)), written,
];

/** Between 0 and 1. */
export function confidenceOf(calibration: Calibration, evidence: Evidence): number {
  const features = evidenceFeatures(evidence);
  return 1 / (1 +
    Math.exp(-features.reduce((sum, feature, k) => sum + feature * calibration.weights[k], calibration.bias)));
}
