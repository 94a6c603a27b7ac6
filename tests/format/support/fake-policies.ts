import type { FeatureBatch } from '../../../src/model/feature-batch.js';
import { FEATURE_SHAPE } from '../../../src/model/features.js';
import { CLASS_COUNT, layoutClass, type LayoutClassName } from '../../../src/model/layout-classes.js';
import { DEFAULT_THRESHOLDS, type FormatPolicy } from '../../../src/format/index.js';

const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/** A policy around a function that scores one described gap: weights over the classes, normalised here. */
export function policyOf(
  weigh: (row: { slots: Int16Array; numbers: Float32Array; classIndex: number }) => number,
  confidence: number | null = 0,
): FormatPolicy {
  return {
    predictor: {
      probabilities(batch: FeatureBatch, out: Float32Array): void {
        for (let row = 0; row < batch.size; row++) {
          const slots = batch.slots.subarray(row * SLOTS, (row + 1) * SLOTS);
          const numbers = batch.numbers.subarray(row * NUMBERS, (row + 1) * NUMBERS);
          const at = row * CLASS_COUNT;
          let sum = 0;
          for (let k = 0; k < CLASS_COUNT; k++) {
            out[at + k] = batch.legal[at + k] ? weigh({ slots, numbers, classIndex: k }) : 0;
            sum += out[at + k];
          }
          for (let k = 0; k < CLASS_COUNT; k++) out[at + k] = sum > 0 ? out[at + k] / sum : 0;
        }
      },
    },
    thresholds: DEFAULT_THRESHOLDS,
    confidence,
    project: null,
  };
}

/** Keeps everything. */
export const keeping = (): FormatPolicy => prefer('keep', 0.5);

/** Prefers a class wherever it is legal, and the input elsewhere. */
export function prefer(name: LayoutClassName, confidence: number | null = 0): FormatPolicy {
  const preferred = layoutClass(name);
  const keep = layoutClass('keep');
  return policyOf(({ classIndex }) => (classIndex === preferred ? 90 : classIndex === keep ? 1 : 0), confidence);
}

/** The tree-based slots that head the list of the head group; like the first of the backbone they see no layout. */
const BLIND_SLOTS = [0, 1, 2, 3, ...Array.from({ length: 14 }, (_, k) => FEATURE_SHAPE.backboneSlots + k)];
const ALL_SLOTS = Array.from({ length: SLOTS }, (_, k) => k);

/**
 * Random over the legal classes, yet a function of the gap's description alone, as a network
 * is. A blind one sees tokens only, so that its passes soon agree; one that sees the layout
 * hardly ever settles. `power` above 1 makes it surer of its nonsense.
 */
export function randomPolicy(
  seed: number,
  { confidence = 0 as number | null, power = 4, blind = true } = {},
): FormatPolicy {
  let last: Int16Array | null = null;
  let rowHash = 0;
  return policyOf(({ slots, numbers, classIndex }) => {
    if (slots !== last) {
      last = slots;
      rowHash = seed;
      for (const k of blind ? BLIND_SLOTS : ALL_SLOTS) rowHash = mix(rowHash ^ slots[k]);
      for (let k = 0; !blind && k < numbers.length; k++) rowHash = mix(rowHash ^ Math.round(numbers[k] * 4096));
    }
    return (mix(rowHash ^ (classIndex * 0x9e3779b1)) / 2 ** 32) ** power;
  }, confidence);
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
