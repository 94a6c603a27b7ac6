import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createGapNetwork } from '../../src/model/network.js';
import { networkLayout, PARAMETER_NAMES } from '../../src/model/network-weights.js';
import { denseEmbedding, kernelEmbedding } from '../../src/model/slot-embedding.js';
import { createTrainingMemory, type TrainingMemory } from '../../src/model/training-memory.js';
import { createRandom } from '../../src/shared/random.js';
import { selectBackend } from '../../src/train/backends.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../src/train/optimizer.js';
import { referenceLogits, referenceLoss } from './reference-network.js';
import { TOY_SHAPE, TOY_SIZES, toyBatch } from './toy-batches.js';
import { largestDifference } from '../support/largest-difference.js';

const layout = networkLayout(TOY_SHAPE, TOY_SIZES);
const toyMemory = (maxBatch: number): TrainingMemory =>
  createTrainingMemory({ layout, maxBatch, random: createRandom('weights') });

beforeAll(() => selectBackend('wasm'));

it('adds the products of numbers by the kernel in the order in which TensorFlow.js does', async () => {
  const shape = { ...TOY_SHAPE, headNumbers: 37 };
  const gradientBy = async (isByKernel: boolean): Promise<Float32Array> => {
    const memory =
      createTrainingMemory({ layout: networkLayout(shape, TOY_SIZES), maxBatch: 50, random: createRandom('weights') });
    const batch = toyBatch(createRandom(7), 50, shape);
    const random = createRandom(8);
    for (let k = 0; k < batch.numbers.length; k++) if (random.next() < 0.7) batch.numbers[k] = 0;
    const embedding = kernelEmbedding(memory);
    await createGapNetwork(memory, isByKernel ? embedding : { ...embedding, numbers: null }).lossAndGradient(batch);
    return memory.kernel.floats.gradient.slice();
  };
  const gradient = await gradientBy(true);
  expect(gradient.some((value) => value !== 0)).toBe(true);
  expect(gradient).toEqual(await gradientBy(false));
});

describe.each([
  ['kernel', kernelEmbedding],
  ['dense', denseEmbedding],
])('gap network, %s embedding', (_name, embedding) => {
  it('computes what its definition says', async () => {
    const memory = toyMemory(9);
    const { values } = memory.kernel.floats;
    const batch = toyBatch(createRandom(4), 9);
    const network = createGapNetwork(memory, embedding(memory));
    const logits = await network.logits(batch, values);
    for (let row = 0; row < batch.size; row++) {
      const expected = referenceLogits({ shape: TOY_SHAPE, sizes: TOY_SIZES, values }, batch, row);
      expect(largestDifference(logits.subarray(row * TOY_SHAPE.labels, (row + 1) * TOY_SHAPE.labels), expected)).toBeLessThan(5e-5);
    }
  });

  it('has the same gradient for the rest where the backbone does not learn, and none for that', async () => {
    const gradientOf = async (isBackboneFrozen: boolean): Promise<Float32Array> => {
      const memory = toyMemory(40);
      memory.kernel.floats.gradient.fill(7);
      await createGapNetwork(memory, embedding(memory), { isBackboneFrozen }).lossAndGradient(toyBatch(createRandom(5), 40));
      return memory.kernel.floats.gradient.slice();
    };
    const [whole, frozen] = [await gradientOf(false), await gradientOf(true)];
    for (const name of PARAMETER_NAMES) {
      const { offset, length } = layout.places[name];
      const wanted = whole.slice(offset, offset + length);
      expect(wanted.some((value) => value !== 0)).toBe(true);
      expect(frozen.slice(offset, offset + length)).toEqual(name.startsWith('backbone') ? wanted.fill(0) : wanted);
    }
  });

  it('has the gradient that finite differences find', async () => {
    const memory = toyMemory(40);
    const { values, gradient } = memory.kernel.floats;
    const batch = toyBatch(createRandom(5), 40);
    const { lossNats } = await createGapNetwork(memory, embedding(memory)).lossAndGradient(batch);
    const weights = { shape: TOY_SHAPE, sizes: TOY_SIZES, values: values.slice() };
    expect(lossNats).toBeCloseTo(referenceLoss(weights, batch), 4);

    const random = createRandom(6);
    const step = 1e-3;
    for (const name of PARAMETER_NAMES) {
      const { offset, length } = layout.places[name];
      for (let probe = 0; probe < 6; probe++) {
        const at = offset + random.int(length);
        const before = weights.values[at]!;
        const lossAt = (change: number): number => {
          weights.values[at] = before + change;
          const loss = referenceLoss(weights, batch);
          weights.values[at] = before;
          return loss;
        };
        const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
        expect(Math.abs(gradient[at]! - slope), `${name} ${at}`).toBeLessThan(1e-3);
      }
    }
  });
});

describe('training a gap network', () => {
  it('can learn one batch by heart', async () => {
    const memory = toyMemory(32);
    const network = createGapNetwork(memory);
    const optimizer = createOptimizer(memory, { ...DEFAULT_OPTIMIZER, weightDecay: 0 });
    const batch = toyBatch(createRandom(7), 32);
    for (let step = 0; step < 400; step++) {
      await network.lossAndGradient(batch);
      optimizer.step(0.01);
    }
    const { lossNats, accuracy } = await network.loss(batch, memory.kernel.floats.values);
    expect(lossNats).toBeLessThan(0.02);
    expect(accuracy).toBeCloseTo(1, 6);
  });

  it('keeps no tensor', async () => {
    for (const embedding of [kernelEmbedding, denseEmbedding]) {
      const memory = toyMemory(8);
      const network = createGapNetwork(memory, embedding(memory));
      const batch = toyBatch(createRandom(8), 8);
      await network.lossAndGradient(batch);
      const before = tf.memory().numTensors;
      await network.lossAndGradient(batch);
      await network.loss(batch, memory.kernel.floats.average);
      await network.logits(batch, memory.kernel.floats.values);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('learns nothing from rows without a target or a weight', async () => {
    const memory = toyMemory(8);
    const network = createGapNetwork(memory);
    const batch = toyBatch(createRandom(9), 8);
    batch.target.fill(0);
    expect(await network.lossAndGradient(batch)).toEqual({ lossNats: 0, accuracy: 0, weight: 0 });
    expect(memory.kernel.floats.gradient.every((value) => value === 0)).toBe(true);
  });

  it('clips, freezes, averages', async () => {
    const memory = toyMemory(8);
    const network = createGapNetwork(memory);
    const optimizer = createOptimizer(memory, { ...DEFAULT_OPTIMIZER, frozen: ['head.embedding'] });
    const { values, average } = memory.kernel.floats;
    const before = values.slice();
    await network.lossAndGradient(toyBatch(createRandom(10), 8));
    expect(optimizer.step(0.01)).toBeGreaterThan(0);
    const { offset, length } = layout.places['head.embedding'];
    expect(values.subarray(offset, offset + length)).toEqual(before.subarray(offset, offset + length));
    const moved = layout.places['output.bias'].offset;
    expect(values[moved]).not.toBe(before[moved]);
    expect(average[moved]! - before[moved]!).toBeCloseTo((1 - 2 / 11) * (values[moved]! - before[moved]!), 6);
  });

  it('passes over what never had a gradient, and computes nothing else for it', () => {
    // Of a gradient of -0 comes what comes of 0, but it is not passed over.
    const afterSteps = (zero: number): Int32Array[] => {
      const memory = toyMemory(8);
      const { values, gradient, firstMoment, secondMoment, average } = memory.kernel.floats;
      const random = createRandom(11);
      for (let k = 0; k < values.length; k += 3) values[k] = average[k] = k % 2 === 0 ? -0 : 0;
      for (let k = 0; k < values.length; k += 7) average[k]! += 1;
      const optimizer = createOptimizer(memory, { ...DEFAULT_OPTIMIZER, weightDecay: 0 });
      for (let step = 0; step < 3; step++) {
        for (let k = 0; k < gradient.length; k++) gradient[k] = k % 40 < 10 ? random.gaussian() : zero;
        optimizer.step(0.01);
      }
      return [values, firstMoment, secondMoment, average].map((numbers) => new Int32Array(numbers.slice().buffer));
    };
    expect(afterSteps(0)).toEqual(afterSteps(-0));
  });

  it('refuses a batch that does not fit', async () => {
    const network = createGapNetwork(toyMemory(4));
    await expect(network.lossAndGradient(toyBatch(createRandom(1), 5))).rejects.toThrow(RangeError);
  });
});
