import { type FeatureShape, type TrainingBatch } from '../../src/model/feature-batch.js';
import { createRandom, type Random } from '../../src/shared/random.js';
import { type BatchSource } from '../../src/train/batch-source.js';

export const TOY_SHAPE: FeatureShape = {
  backboneSlots: 3, backboneColumns: 11, backboneNumbers: 2,
  headSlots: 4, headColumns: 13, headNumbers: 3,
  labels: 6,
};
export const TOY_SIZES = { backbone: 8, hidden1: 12, hidden2: 8 };
export const TOY_LABELS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Random features; the answer follows from one slot and one number. */
export function toyBatch(random: Random, size: number, shape: FeatureShape = TOY_SHAPE): TrainingBatch {
  const { labels } = shape;
  const slotCount = shape.backboneSlots + shape.headSlots;
  const numberCount = shape.backboneNumbers + shape.headNumbers;
  const batch = {
    size,
    slots: new Int16Array(size * slotCount),
    numbers: new Float32Array(size * numberCount),
    legal: new Uint8Array(size * labels),
    target: new Uint8Array(size * labels),
    weight: new Float32Array(size),
  };
  for (let row = 0; row < size; row++) {
    for (let slot = 0; slot < slotCount; slot++) {
      const columns = slot < shape.backboneSlots ? shape.backboneColumns : shape.headColumns;
      batch.slots[row * slotCount + slot] = random.int(columns + 1) - 1;
    }
    for (let at = 0; at < numberCount; at++) {
      batch.numbers[row * numberCount + at] = random.next() < 0.3 ? 0 : random.next() * 2 - 1;
    }
    for (let at = row * labels; at < (row + 1) * labels; at++) batch.legal[at] = random.next() < 0.7 ? 1 : 0;
    const slot = batch.slots[row * slotCount]! + 1;
    const answer = (slot + (batch.numbers[row * numberCount]! > 0 ? 1 : 0)) % labels;
    batch.legal[row * labels + answer] = 1;
    batch.target[row * labels + answer] = 1;
    // Some gaps are rendered alike by two classes; some have no answer.
    if (random.next() < 0.2) batch.target[row * labels + random.int(labels)] = 1;
    if (random.next() < 0.05) batch.target.fill(0, row * labels, (row + 1) * labels);
    batch.weight[row] = random.pick([0, 0.5, 1, 2]);
  }
  return batch;
}

/** Endless variety, cut into epochs; the state is that of the generator. */
export function toySource(seed: number, options: { size: number; perEpoch: number; shape?: FeatureShape }): BatchSource {
  const random = createRandom(seed);
  let served = 0;
  return {
    async next() {
      if (served === options.perEpoch) {
        served = 0;
        return null;
      }
      served++;
      return toyBatch(random, options.size, options.shape);
    },
    state: () => ({ random: random.state(), served }),
    restore(state) {
      const saved = state as { random: number[]; served: number };
      random.restore(saved.random);
      served = saved.served;
    },
    progress: () => served / options.perEpoch,
  };
}
