import type { FeatureBatch } from '../model/feature-batch.js';
import { FEATURE_SHAPE, createFeatureBatch, type GapDescriber } from '../model/features.js';
import { CLASS_COUNT } from '../model/layout-classes.js';
import { checkTime } from '../shared/budget.js';
import type { GapPredictor } from './format-policy.js';

/** Gaps described and asked about at once. */
const CHUNK = 1024;
const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/** Describes all gaps and asks for their probabilities; `out` is `[gaps, classes]`. */
export function askAllGaps(describer: GapDescriber, predictor: GapPredictor, out: Float32Array): void {
  const count = out.length / CLASS_COUNT;
  const batch = createFeatureBatch(Math.min(CHUNK, count));
  for (let from = 0; from < count; from += CHUNK) {
    checkTime();
    const size = Math.min(CHUNK, count - from);
    for (let row = 0; row < size; row++) describer.describe(from + row, row, batch);
    predictor.probabilities(firstRows(batch, size), out.subarray(from * CLASS_COUNT, (from + size) * CLASS_COUNT));
  }
}

/** The same of the given gaps, into their rows of `out`, which is for the whole file. */
export function askGaps(
  describer: GapDescriber,
  predictor: GapPredictor,
  gaps: readonly number[],
  out: Float32Array,
): void {
  const batch = createFeatureBatch(Math.min(CHUNK, gaps.length));
  const answers = new Float32Array(Math.min(CHUNK, gaps.length) * CLASS_COUNT);
  for (let from = 0; from < gaps.length; from += CHUNK) {
    checkTime();
    const size = Math.min(CHUNK, gaps.length - from);
    for (let row = 0; row < size; row++) describer.describe(gaps[from + row], row, batch);
    predictor.probabilities(firstRows(batch, size), answers);
    for (let row = 0; row < size; row++) {
      out.set(answers.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT), gaps[from + row] * CLASS_COUNT);
    }
  }
}

function firstRows(batch: FeatureBatch, size: number): FeatureBatch {
  return size === batch.size ? batch : {
    size,
    slots: batch.slots.subarray(0, size * SLOTS),
    numbers: batch.numbers.subarray(0, size * NUMBERS),
    legal: batch.legal.subarray(0, size * CLASS_COUNT),
  };
}
