import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { completionLayout, type CompletionSizes } from '../../../src/model/completion/completion-layout.js';
import { createCompletionTrainer } from '../../../src/model/completion/completion-trainer.js';
import { type PieceBatch } from '../../../src/model/completion/trainer/training-workspace.js';
import { tensorProducts } from '../../../src/model/completion/tensor-products.js';
import { createRandom } from '../../../src/shared/random.js';
import { selectBackend } from '../../../src/train/backends.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';
import { largestDifference } from '../../support/largest-difference.js';

const SIZES: CompletionSizes = { pieces: 16, embedding: 8, units: 8, layers: 1, backbone: 8, key: 8, window: 8 };
const STEPS = 8;
const SEQUENCES = 3;

function batchOf(seed: string, begins: number, backbone: number): PieceBatch {
  const random = createRandom(seed);
  const size = STEPS * SEQUENCES;
  const pieces = Int16Array.from({ length: size }, () => random.int(16));
  const targets = Int16Array.from({ length: size }, (_, row) => (row + SEQUENCES < size ? pieces[row + SEQUENCES]! : random.int(16)));
  // The end of a text: nothing read, nothing asked.
  pieces[size - 1] = -1;
  targets[size - 1] = -1;
  targets[size - 1 - SEQUENCES] = -1;
  return {
    size, steps: STEPS, sequences: SEQUENCES, pieces, targets,
    backbone: Float32Array.from({ length: size * backbone }, () => Math.abs(random.gaussian())),
    begins: Uint8Array.from({ length: SEQUENCES }, () => begins),
  };
}

describe('createCompletionTrainer', () => {
  it.each([
    ['as it is', SIZES],
    ['with two layers', { ...SIZES, layers: 2 }],
    ['without pointer and backbone', { ...SIZES, key: 0, backbone: 0, window: 0 }],
  ])('has the gradient of its loss, %s', async (_, sizes) => {
    const layout = completionLayout(sizes);
    const trainer = createCompletionTrainer({ layout, steps: STEPS, sequences: SEQUENCES, random: createRandom(1) });
    const { values, gradient } = trainer.kernel.floats;
    const random = createRandom(2);
    for (let k = 0; k < layout.total; k++) values[k] = values[k]! + 0.3 * random.gaussian();
    // The second chunk starts from carried states, keys and pieces.
    await trainer.loss(batchOf('first', 1, sizes.backbone), values);
    const states = trainer.saveStates();
    const batch = batchOf('second', 0, sizes.backbone);
    await trainer.lossAndGradient(batch);
    const found = gradient.slice();
    const lossAt = async (k: number, change: number): Promise<number> => {
      const before = values[k]!;
      values[k] = before + change;
      trainer.restoreStates(states);
      const { lossNats } = await trainer.loss(batch, values);
      values[k] = before;
      return lossNats;
    };
    for (const { name, offset, length } of Object.values(layout.places)) {
      for (let n = 0; n < 12; n++) {
        const k = offset + random.int(length);
        const step = 4e-3;
        const slope = (await lossAt(k, step) - await lossAt(k, -step)) / (2 * step);
        expect(Math.abs(slope - found[k]!), `${name}[${k - offset}]: ${slope} against ${found[k]}`)
          .toBeLessThan(2e-4 + 0.02 * Math.abs(slope));
      }
    }
  });

  it('has the gradient of its loss under dropout', async () => {
    const sizes = { ...SIZES, layers: 2 };
    const layout = completionLayout(sizes);
    const random = createRandom(3);
    const trainer = createCompletionTrainer({ layout, steps: STEPS, sequences: SEQUENCES, random, dropout: 0.4 });
    const { values, gradient } = trainer.kernel.floats;
    const noise = createRandom(4);
    for (let k = 0; k < layout.total; k++) values[k] = values[k]! + 0.3 * noise.gaussian();
    const batch = batchOf('dropped', 1, sizes.backbone);
    const before = random.state();
    // The same units are dropped each time.
    const lossNow = async (): Promise<number> => {
      random.restore(before);
      return (await trainer.lossAndGradient(batch)).lossNats;
    };
    await lossNow();
    const found = gradient.slice();
    for (const { name, offset, length } of Object.values(layout.places)) {
      for (let n = 0; n < 6; n++) {
        const k = offset + noise.int(length);
        const kept = values[k]!;
        values[k] = kept + 4e-3;
        const above = await lossNow();
        values[k] = kept - 4e-3;
        const slope = (above - await lossNow()) / 8e-3;
        values[k] = kept;
        expect(Math.abs(slope - found[k]!), `${name}[${k - offset}]: ${slope} against ${found[k]}`).toBeLessThan(2e-4 + 0.02 * Math.abs(slope));
      }
    }
  });

  it('overfits one batch', async () => {
    const layout = completionLayout(SIZES);
    const trainer = createCompletionTrainer({ layout, steps: STEPS, sequences: SEQUENCES, random: createRandom(1) });
    const optimizer = createOptimizer(trainer, DEFAULT_OPTIMIZER);
    const batch = batchOf('learned', 1, SIZES.backbone);
    const first = await trainer.lossAndGradient(batch);
    let last = first;
    for (let step = 0; step < 400; step++) {
      last = await trainer.lossAndGradient(batch);
      optimizer.step(0.02);
    }
    expect(first.lossNats).toBeGreaterThan(2);
    expect(last.lossNats).toBeLessThan(0.1);
    expect(last.accuracy).toBeGreaterThan(0.95);
  });

  it('gives the same gradient with the products of a TensorFlow.js backend, and leaves no tensor', async () => {
    await selectBackend('wasm');
    const layout = completionLayout(SIZES);
    const batch = batchOf('compared', 1, SIZES.backbone);
    const gradients: Float32Array[] = [];
    const before = tf.memory().numTensors;
    for (const products of [undefined, tensorProducts]) {
      const trainer = createCompletionTrainer({
        layout, steps: STEPS, sequences: SEQUENCES, random: createRandom(1), ...(products === undefined ? {} : { products }),
      });
      await trainer.lossAndGradient(batch);
      gradients.push(trainer.kernel.floats.gradient.slice());
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(largestDifference(gradients[0], gradients[1])).toBeLessThan(5e-6);
  });
});
