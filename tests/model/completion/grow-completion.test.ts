import { describe, expect, it } from 'vitest';
import { completionLayout, type CompletionSizes } from '../../../src/model/completion/completion-layout.js';
import { createCompletionTrainer } from '../../../src/model/completion/completion-trainer.js';
import { growCompletion } from '../../../src/model/completion/grow-completion.js';
import { type PieceBatch } from '../../../src/model/completion/trainer/training-workspace.js';
import { createRandom } from '../../../src/shared/random.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';

const SIZES: CompletionSizes = { pieces: 16, embedding: 8, units: 8, layers: 1, backbone: 8, key: 8, window: 8 };
const STEPS = 8;
const SEQUENCES = 3;

function batchOf(seed: string, begins: number, backbone: number): PieceBatch {
  const random = createRandom(seed);
  const size = STEPS * SEQUENCES;
  const pieces = (): Int16Array => Int16Array.from({ length: size }, () => random.int(16));
  return {
    size, steps: STEPS, sequences: SEQUENCES, pieces: pieces(), targets: pieces(),
    backbone: Float32Array.from({ length: size * backbone }, () => Math.abs(random.gaussian())),
    begins: new Uint8Array(SEQUENCES).fill(begins),
  };
}

function trainerOf(sizes: CompletionSizes, values?: Float32Array): ReturnType<typeof createCompletionTrainer> {
  const trainer = createCompletionTrainer({ layout: completionLayout(sizes), steps: STEPS, sequences: SEQUENCES, random: createRandom(1) });
  if (values !== undefined) trainer.kernel.floats.values.set(values);
  return trainer;
}

/** Weights far from the start, as if trained. */
function trainedValues(sizes: CompletionSizes): Float32Array {
  const random = createRandom('trained');
  return Float32Array.from({ length: completionLayout(sizes).total }, () => 0.5 * random.gaussian());
}

describe('growCompletion', () => {
  it.each([
    ['as it is', SIZES],
    ['with two layers', { ...SIZES, layers: 2 }],
    ['without pointer and backbone', { ...SIZES, key: 0, backbone: 0, window: 0 }],
  ])('keeps the function, over carried states, and every new unit learns, %s', async (_, sizes) => {
    const values = trainedValues(sizes);
    const grown = { ...sizes, units: 24 };
    const before = trainerOf(sizes, values);
    const after = trainerOf(grown, growCompletion({ sizes, values, units: 24, random: createRandom(2) }));
    for (const [seed, begins] of [['first', 1], ['second', 0]] as const) {
      const batch = batchOf(seed, begins, sizes.backbone);
      const { lossNats } = await before.lossAndGradient(batch);
      expect(Math.abs((await after.lossAndGradient(batch)).lossNats - lossNats)).toBeLessThan(1e-5);
    }
    // What reads the new units is zero, and has a gradient.
    const { offset, columns } = after.layout.places['output.projection']!;
    for (let unit = 8; unit < 24; unit++) {
      const at = offset + unit * columns;
      const { values: weights, gradient } = after.kernel.floats;
      expect([...weights.subarray(at, at + columns)]).toEqual(Array(columns).fill(0));
      expect(Math.hypot(...gradient.subarray(at, at + columns))).toBeGreaterThan(0);
    }

    const optimizer = createOptimizer(after, DEFAULT_OPTIMIZER);
    const batch = batchOf('learned', 1, sizes.backbone);
    const first = await after.lossAndGradient(batch);
    for (let step = 0; step < 100; step++) {
      optimizer.step(0.02);
      await after.lossAndGradient(batch);
    }
    expect((await after.lossAndGradient(batch)).lossNats).toBeLessThan(0.6 * first.lossNats);
    expect(Math.hypot(...after.kernel.floats.values.subarray(offset + 8 * columns, offset + 24 * columns))).toBeGreaterThan(0.1);
  });

  it('gives a copy for the same units, and refuses fewer', () => {
    const values = trainedValues(SIZES);
    const options = { sizes: SIZES, values, random: createRandom(2) };
    expect(growCompletion({ ...options, units: 8 })).toEqual(values);
    expect(() => growCompletion({ ...options, sizes: { ...SIZES, units: 16 }, units: 8 })).toThrow('cannot shrink');
  });
});
