import { afterAll, describe, expect, it } from 'vitest';
import { completionLayout, type CompletionSizes } from '../../../src/model/completion/completion-layout.js';
import { createCompletionTrainer } from '../../../src/model/completion/completion-trainer.js';
import { createDeviceTrainer, rowsByPiece, type DeviceTrainer } from '../../../src/model/completion/device-trainer.js';
import { type DevicePrecision } from '../../../src/model/device/device-weights.js';
import { type PieceBatch } from '../../../src/model/completion/trainer/training-workspace.js';
import { createRandom } from '../../../src/shared/random.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';
import { largestDifference } from '../../support/largest-difference.js';
import { gpuForTests } from '../../support/software-gpu.js';

const found = await gpuForTests();
const device = 'device' in found ? found.device : null;
if ('missing' in found) console.warn(`no test on a GPU: ${found.missing}`);
afterAll(() => device?.close());

const SIZES: CompletionSizes = { pieces: 24, embedding: 8, units: 16, layers: 1, backbone: 8, key: 8, window: 16 };
const STEPS = 8;
const SEQUENCES = 3;

function batchOf(seed: string, begins: number, backbone: number): PieceBatch {
  const random = createRandom(seed);
  const size = STEPS * SEQUENCES;
  const pieces = Int16Array.from({ length: size }, () => random.int(24));
  const targets = Int16Array.from({ length: size }, (_, row) => (row + SEQUENCES < size ? pieces[row + SEQUENCES]! : random.int(24)));
  pieces[size - 1] = -1;
  targets[size - 1] = -1;
  targets[size - 1 - SEQUENCES] = -1;
  return {
    size, steps: STEPS, sequences: SEQUENCES, pieces, targets,
    backbone: Float32Array.from({ length: size * backbone }, () => Math.abs(random.gaussian())),
    begins: Uint8Array.from({ length: SEQUENCES }, () => begins),
  };
}

const made: DeviceTrainer[] = [];
afterAll(async () => {
  for (const trainer of made) await trainer.close();
});

/** Both trainers, with the same weights, which are larger than those at a start. */
async function both(sizes: CompletionSizes, { precision = 'f32' as DevicePrecision, dropout = 0 } = {}) {
  const layout = completionLayout(sizes);
  const shape = { layout, steps: STEPS, sequences: SEQUENCES, dropout };
  const cpu = createCompletionTrainer({ ...shape, random: createRandom(1) });
  const gpu = await createDeviceTrainer({ ...shape, random: createRandom(1), device: device!, precision, optimizer: DEFAULT_OPTIMIZER });
  made.push(gpu);
  const random = createRandom(2);
  const { values, average } = cpu.kernel.floats;
  for (let k = 0; k < layout.total; k++) values[k] = values[k]! + 0.2 * random.gaussian();
  average.set(values);
  gpu.kernel.floats.values.set(values);
  gpu.kernel.floats.average.set(values);
  gpu.push();
  return { layout, cpu, gpu };
}

describe.skipIf(device === null)('the completion network on a GPU', () => {
  it.each([
    ['as it is', SIZES],
    ['with two layers', { ...SIZES, layers: 2 }],
    ['without pointer and backbone', { ...SIZES, key: 0, backbone: 0, window: 0 }],
    ['wider than a tile', { ...SIZES, units: 72, embedding: 40, pieces: 136 }],
  ])('has the loss and the gradient of the kernel, chunk after chunk, %s', async (_, sizes) => {
    const { layout, cpu, gpu } = await both(sizes);
    for (const [name, begins] of [['a', 1], ['b', 0], ['c', 0]] as const) {
      const batch = batchOf(name, begins, sizes.backbone);
      const wanted = await cpu.lossAndGradient(batch);
      const result = await gpu.lossAndGradient(batch);
      expect(result.lossNats).toBeCloseTo(wanted.lossNats, 4);
      expect(result).toMatchObject({ weight: wanted.weight, accuracy: wanted.accuracy });
      const gradient = await gpu.fetchGradient();
      for (const { name: place, offset, length } of Object.values(layout.places)) {
        const part = cpu.kernel.floats.gradient.subarray(offset, offset + length);
        expect(largestDifference(gradient.subarray(offset, offset + length), part), place).toBeLessThan(2e-5);
        expect(part.some((value) => Math.abs(value) > 1e-4), place).toBe(true);
      }
    }
  });

  it('steps as the optimizer of the kernel does, with clipping, decay and averages', async () => {
    const { cpu, gpu } = await both(SIZES);
    const optimizer = createOptimizer(cpu, DEFAULT_OPTIMIZER);
    for (let step = 0; step < 5; step++) {
      const batch = batchOf(`s${step}`, step === 0 ? 1 : 0, SIZES.backbone);
      await cpu.lossAndGradient(batch);
      await gpu.lossAndGradient(batch);
      expect(gpu.optimizer.step(0.01)).toBeCloseTo(optimizer.step(0.01), 3);
    }
    await gpu.fetch();
    for (const name of ['values', 'average', 'firstMoment', 'secondMoment'] as const) {
      expect(largestDifference(gpu.kernel.floats[name], cpu.kernel.floats[name]), name).toBeLessThan(name === 'values' ? 2e-3 : 1e-3);
    }
    // Under the averages, too.
    const batch = batchOf('validation', 1, SIZES.backbone);
    const { lossNats } = await gpu.loss(batch, gpu.kernel.floats.average);
    expect(lossNats).toBeCloseTo((await cpu.loss(batch, cpu.kernel.floats.average)).lossNats, 2);
  });

  it('carries on from what the kernel carried, and the other way round', async () => {
    const { cpu, gpu } = await both({ ...SIZES, layers: 2 });
    const first = batchOf('first', 1, SIZES.backbone);
    const second = batchOf('second', 0, SIZES.backbone);
    await cpu.loss(first, cpu.kernel.floats.values);
    gpu.restoreStates(cpu.saveStates());
    const { lossNats } = await cpu.loss(second, cpu.kernel.floats.values);
    expect((await gpu.loss(second, gpu.kernel.floats.values)).lossNats).toBeCloseTo(lossNats, 4);
    await gpu.loss(first, gpu.kernel.floats.values);
    await gpu.fetch();
    cpu.restoreStates(gpu.saveStates());
    expect((await cpu.loss(second, cpu.kernel.floats.values)).lossNats).toBeCloseTo(lossNats, 4);
  });

  it('drops other units each time it learns, and none when it does not', async () => {
    const { layout, gpu } = await both({ ...SIZES, layers: 2 }, { dropout: 0.4 });
    const batch = batchOf('dropped', 1, SIZES.backbone);
    const { values } = gpu.kernel.floats;
    const trainer = gpu as DeviceTrainer;
    // The same seed, hence the same mask, each time.
    const fixed = { ...batch };
    await trainer.lossAndGradient(fixed);
    const losses = new Set<number>();
    for (let k = 0; k < 3; k++) losses.add((await trainer.lossAndGradient(fixed)).lossNats);
    expect(losses.size).toBe(3);
    expect(values).toHaveLength(layout.total);
    const plain = await trainer.loss(fixed, values);
    expect((await trainer.loss(fixed, values)).lossNats).toBe(plain.lossNats);
  });

  it('learns in float16, rounded here, as in float32; and leaves out a step whose loss was scaled too much', async () => {
    const curves: number[][] = [];
    // Every kernel is compiled anew for these numbers: the fewest do.
    const sizes = { ...SIZES, key: 0, backbone: 0, window: 0 };
    const batch = batchOf('learned', 1, 0);
    for (const precision of ['f32', 'rounded'] as const) {
      const { gpu } = await both(sizes, { precision });
      if (precision === 'rounded') {
        gpu.lossScale.set({ scale: 2 ** 40, goodSteps: 7 });
        await gpu.lossAndGradient(batch);
        expect(Number.isFinite(gpu.optimizer.step(0.05))).toBe(false);
        expect(gpu.lossScale.get()).toEqual({ scale: 2 ** 39, goodSteps: 0 });
        const before = gpu.kernel.floats.values.slice();
        await gpu.fetch();
        expect(gpu.kernel.floats.values).toEqual(before);
        gpu.lossScale.set({ scale: 2 ** 15, goodSteps: 0 });
        gpu.optimizer.setSteps(0);
      }
      const curve: number[] = [];
      for (let step = 0; step < 20; step++) {
        curve.push((await gpu.lossAndGradient(batch)).lossNats);
        gpu.optimizer.step(0.05);
      }
      curves.push(curve);
    }
    expect(curves[1]!.at(-1)).toBeLessThan(curves[1]![0]! / 2);
    expect(largestDifference(curves[0], curves[1])).toBeLessThan(0.1);
  }, 60_000);
});

it('rows are listed by piece, each once, in order', () => {
  expect([...rowsByPiece(Int16Array.of(2, -1, 0, 2, 1), 3)]).toEqual([0, 1, 2, 4, 2, 4, 0, 3, 0]);
});
