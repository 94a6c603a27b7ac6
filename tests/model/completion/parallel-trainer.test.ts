import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { completionLayout, type CompletionSizes } from '../../../src/model/completion/completion-layout.js';
import { createCompletionTrainer } from '../../../src/model/completion/completion-trainer.js';
import { lanesOf, splitLanes } from '../../../src/model/completion/lane-parts.js';
import { createParallelTrainer, type ParallelTrainer } from '../../../src/model/completion/parallel-trainer.js';
import { type PieceBatch } from '../../../src/model/completion/trainer/training-workspace.js';
import { createRandom } from '../../../src/shared/random.js';
import { folderWith } from '../../support/folder-with.js';
import { largestDifference } from '../../support/largest-difference.js';

const SIZES: CompletionSizes = { pieces: 16, embedding: 8, units: 8, layers: 1, backbone: 8, key: 8, window: 8 };
const STEPS = 8;
const SEQUENCES = 5;

/** The first sequence has a text that ends early, so that parts weigh differently. */
function batchOf(seed: string, begins: number, backbone = SIZES.backbone): PieceBatch {
  const random = createRandom(seed);
  const size = STEPS * SEQUENCES;
  const isRead = (row: number): boolean => row % SEQUENCES > 0 || row < 3 * SEQUENCES;
  return {
    size, steps: STEPS, sequences: SEQUENCES,
    pieces: Int16Array.from({ length: size }, (_, row) => (isRead(row) ? random.int(16) : -1)),
    targets: Int16Array.from({ length: size }, (_, row) => (isRead(row) ? random.int(16) : -1)),
    backbone: Float32Array.from({ length: size * backbone }, () => Math.abs(random.gaussian())),
    begins: Uint8Array.from({ length: SEQUENCES }, () => begins),
  };
}

const open: ParallelTrainer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.close()));
});
const trainerOf = (threads: number, sizes = SIZES, more: { dropout?: number; workerUrl?: URL } = {}): ParallelTrainer => {
  const trainer = createParallelTrainer({
    layout: completionLayout(sizes), steps: STEPS, sequences: SEQUENCES, random: createRandom(1), threads, ...more,
  });
  open.push(trainer);
  return trainer;
};

/** Norm of the difference, as a share of the norm. */
function relative(found: Float32Array, expected: Float32Array): number {
  const norm = (values: Float32Array): number => Math.hypot(...values);
  return norm(found.map((value, k) => value - expected[k]!)) / norm(expected);
}

describe('createParallelTrainer', () => {
  it.each([
    [2, 'as it is', SIZES],
    [3, 'with two layers', { ...SIZES, layers: 2 }],
    [2, 'without pointer and backbone', { ...SIZES, key: 0, backbone: 0, window: 0 }],
  ])('with %i threads has the gradient of one, %s, and carries the same states', async (threads, _, sizes) => {
    const one = createCompletionTrainer({ layout: completionLayout(sizes), steps: STEPS, sequences: SEQUENCES, random: createRandom(1) });
    const several = trainerOf(threads, sizes);
    expect(several.saveStates()).toEqual(one.saveStates());
    expect(several.kernel.floats.values).toEqual(one.kernel.floats.values);
    for (const [seed, begins] of [['first', 0], ['second', 0], ['third', 1]] as const) {
      const batch = batchOf(seed, begins, sizes.backbone);
      const expected = await one.lossAndGradient(batch);
      const found = await several.lossAndGradient(batch);
      expect(found.weight).toBe(expected.weight);
      expect(found.lossNats).toBeCloseTo(expected.lossNats, 6);
      expect(found.accuracy).toBeCloseTo(expected.accuracy, 6);
      expect(relative(several.kernel.floats.gradient, one.kernel.floats.gradient)).toBeLessThan(1e-5);
      for (const trainer of [one, several]) {
        const { values, gradient } = trainer.kernel.floats;
        for (let k = 0; k < values.length; k++) values[k] = values[k]! - 0.1 * gradient[k]!;
      }
    }
    const states = one.saveStates();
    const found = several.saveStates();
    expect(largestDifference(found, states)).toBeLessThan(5e-6);

    // Validation: other weights, states of its own, and back.
    const { average } = several.kernel.floats;
    const expected = await one.loss(batchOf('held out', 1, sizes.backbone), one.kernel.floats.average);
    expect((await several.loss(batchOf('held out', 1, sizes.backbone), average)).lossNats).toBeCloseTo(expected.lossNats, 6);
    several.restoreStates(states);
    expect(several.saveStates()).toEqual(states);
    one.restoreStates(states);
    const batch = batchOf('last', 0, sizes.backbone);
    expect((await several.lossAndGradient(batch)).lossNats).toBeCloseTo((await one.lossAndGradient(batch)).lossNats, 5);
  });

  it('gives the same bits again, dropped units included', async () => {
    const gradients: Float32Array[] = [];
    for (let k = 0; k < 2; k++) {
      const trainer = trainerOf(2, { ...SIZES, layers: 2 }, { dropout: 0.4 });
      await trainer.lossAndGradient(batchOf('first', 1));
      await trainer.lossAndGradient(batchOf('second', 0));
      gradients.push(trainer.kernel.floats.gradient.slice());
    }
    expect(gradients[0]).toEqual(gradients[1]);
  });

  it('fails with the fault of a thread, then and later', async () => {
    const folder = folderWith({
      'worker.mjs': "import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => { throw new Error('no memory left'); });\n",
    });
    const trainer = trainerOf(2, SIZES, { workerUrl: pathToFileURL(join(folder, 'worker.mjs')) });
    await expect(trainer.lossAndGradient(batchOf('first', 1))).rejects.toThrow('a training thread ended: no memory left');
    await expect(trainer.lossAndGradient(batchOf('first', 1))).rejects.toThrow('no memory left');
    const missing = trainerOf(2, SIZES, { workerUrl: pathToFileURL(join(folder, 'missing.mjs')) });
    await expect(missing.lossAndGradient(batchOf('first', 1))).rejects.toThrow('a training thread ended: Cannot find module');
  });

  it('refuses more threads than sequences', () => {
    expect(() => trainerOf(6)).toThrow('6 threads cannot share 5 sequences');
  });
});

it('splits sequences evenly', () => {
  expect(splitLanes(24, 2)).toEqual([{ from: 0, to: 12 }, { from: 12, to: 24 }]);
  expect(splitLanes(5, 3)).toEqual([{ from: 0, to: 1 }, { from: 1, to: 3 }, { from: 3, to: 5 }]);
  const batch = batchOf('split', 1);
  const part = lanesOf(batch, { from: 1, to: 3 });
  expect(part).toMatchObject({ size: 2 * STEPS, sequences: 2 });
  expect([...part.pieces.subarray(2, 4)]).toEqual([...batch.pieces.subarray(SEQUENCES + 1, SEQUENCES + 3)]);
  expect(part.backbone.subarray(16, 24)).toEqual(batch.backbone.subarray(8 * (SEQUENCES + 1), 8 * (SEQUENCES + 2)));
});
