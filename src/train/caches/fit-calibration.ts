import { confidenceOf, evidenceFeatures, type Calibration, type Evidence } from '../../complete/confidence.js';

/** A suggestion that was made, and whether it was what the author wrote. */
export interface JudgedSuggestion {
  readonly evidence: Evidence;
  readonly exact: boolean;
}

const STEPS = 3000;
const RATE = 0.05;
/** Pulls weights towards 0, per suggestion: a few hundred of them must do. */
const SHRINKAGE = 0.002;

/**
 * Logistic regression by gradient descent on standardised features; the weights returned are for features as they are.
 */
export function fitCalibration(judged: readonly JudgedSuggestion[]): Calibration {
  if (judged.length === 0) throw new RangeError('nothing to calibrate on');
  const rows = judged.map(({ evidence }) => evidenceFeatures(evidence));
  const width = rows[0].length;
  const mean = Array.from({ length: width }, (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  const deviation =
    mean.map((m, k) => Math.sqrt(rows.reduce((sum, row) => sum + (row[k] - m) ** 2, 0) / rows.length) || 1);
  const scaled = rows.map((row) => row.map((value, k) => (value - mean[k]) / deviation[k]));
  const weights = new Array<number>(width).fill(0);
  let bias = 0;
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Array<number>(width).fill(0);
    let biasGradient = 0;
    scaled.forEach((row, n) => {
      const fault =
        1 / (1 + Math.exp(-row.reduce((sum, value, k) => sum + value * weights[k], bias))) - (judged[n].exact ? 1 : 0);
      biasGradient += fault;
      row.forEach((value, k) => (gradient[k] += fault * value));
    });
    bias -= (RATE * biasGradient) / rows.length;
    gradient.forEach((g, k) => (weights[k] -= RATE * (g / rows.length + SHRINKAGE * weights[k])));
  }
  return {
    weights: weights.map((weight, k) => weight / deviation[k]),
    bias: weights.reduce((sum, weight, k) => sum - (weight * mean[k]) / deviation[k], bias),
  };
}

/** Mean difference between confidence and truth over ten equal parts of the suggestions, sorted by confidence. */
export function calibrationError(calibration: Calibration, judged: readonly JudgedSuggestion[]): number {
  const sorted = judged
    .map(({ evidence, exact }) => ({ confidence: confidenceOf(calibration, evidence), exact: exact ? 1 : 0 }))
    .sort((a, b) => a.confidence - b.confidence);
  let error = 0;
  for (let part = 0; part < 10; part++) {
    const slice = sorted.slice(Math.floor((part * sorted.length) / 10), Math.floor(((part + 1) * sorted.length) / 10));
    error += Math.abs(slice.reduce((sum, { confidence, exact }) => sum + confidence - exact, 0)) / sorted.length;
  }
  return error;
}
