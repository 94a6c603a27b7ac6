import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeviceGapNetwork, rowsBySlot } from '../../../src/model/device-gap-network.js';
import { createGapNetwork, BACKBONE_PARAMETERS } from '../../../src/model/network.js';
import { networkLayout } from '../../../src/model/network-weights.js';
import { createTrainingMemory } from '../../../src/model/training-memory.js';
import { createRandom } from '../../../src/shared/random.js';
import { selectBackend } from '../../../src/train/backends.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';
import { largestDifference } from '../../support/largest-difference.js';
import { gpuForTests } from '../../support/software-gpu.js';
import { toyBatch, TOY_SHAPE, TOY_SIZES } from '../toy-batches.js';

const found = await gpuForTests();
const device = 'device' in found ? found.device : null;
beforeAll(() => selectBackend('wasm'));
afterAll(() => device?.close());

/** Both networks, with the same weights. */
function both({ frozen = [] as readonly string[] } = {}) {
  const layout = networkLayout(TOY_SHAPE, TOY_SIZES);
  const memory = createTrainingMemory({ layout, maxBatch: 32, random: createRandom(1) });
  const { values } = memory.kernel.floats;
  const random = createRandom(2);
  for (let k = 0; k < layout.total; k++) values[k] = values[k]! + 0.1 * random.gaussian();
  memory.kernel.floats.average.set(values);
  const config = { ...DEFAULT_OPTIMIZER, frozen };
  const gpu = createDeviceGapNetwork({ device: device!, precision: 'f32', layout, maxBatch: 32, values, optimizer: config });
  return { layout, memory, cpu: createGapNetwork(memory), gpu, optimizer: createOptimizer(memory, config) };
}

describe.skipIf(device === null)('the gap network on a GPU', () => {
  it.each([32, 20])('has the loss and the gradient of TensorFlow.js, for %i gaps', async (size) => {
    const { layout, memory, cpu, gpu } = both();
    const batch = toyBatch(createRandom(3), size);
    const wanted = await cpu.lossAndGradient(batch);
    const result = await gpu.lossAndGradient(batch);
    expect(result.lossNats).toBeCloseTo(wanted.lossNats, 4);
    expect(result.accuracy).toBeCloseTo(wanted.accuracy, 4);
    expect(result.weight).toBe(wanted.weight);
    const gradient = await gpu.fetchGradient();
    for (const { name, offset, length } of Object.values(layout.places)) {
      const part = memory.kernel.floats.gradient.subarray(offset, offset + length);
      expect(largestDifference(gradient.subarray(offset, offset + length), part), name).toBeLessThan(1e-5);
      expect(part.some((value) => Math.abs(value) > 1e-4), name).toBe(true);
    }
    gpu.close();
  });

  it.each([[[]], [BACKBONE_PARAMETERS]])('steps as the optimizer of the kernel does, with %j frozen', async (frozen) => {
    const { layout, memory, cpu, gpu, optimizer } = both({ frozen });
    const start = memory.kernel.floats.values.slice();
    for (let step = 0; step < 4; step++) {
      const batch = toyBatch(createRandom(step), 32);
      await cpu.lossAndGradient(batch);
      await gpu.lossAndGradient(batch);
      expect(gpu.optimizer.step(0.01)).toBeCloseTo(optimizer.step(0.01), 3);
    }
    await gpu.fetch();
    const { values, average } = gpu.kernel.floats;
    expect(largestDifference(values, memory.kernel.floats.values)).toBeLessThan(1e-3);
    expect(largestDifference(average, memory.kernel.floats.average)).toBeLessThan(1e-3);
    const { offset, length } = layout.places['backbone.embedding'];
    const moved = largestDifference(values.subarray(offset, offset + length), start.subarray(offset, offset + length)) > 0;
    expect(moved).toBe(frozen.length === 0);
    const batch = toyBatch(createRandom('validation'), 32);
    expect((await gpu.loss(batch, average)).lossNats).toBeCloseTo((await cpu.loss(batch, memory.kernel.floats.average)).lossNats, 3);
    gpu.close();
  });

  it('learns nothing from rows without a target, and refuses too many', async () => {
    const { gpu } = both();
    const batch = toyBatch(createRandom(9), 32);
    batch.target.fill(0);
    expect(await gpu.lossAndGradient(batch)).toEqual({ lossNats: 0, accuracy: 0, weight: 0 });
    await expect(gpu.lossAndGradient(toyBatch(createRandom(9), 33))).rejects.toThrow('does not fit');
    gpu.close();
  });
});

it('rows are listed by slot, as often as they name it', () => {
  const slots = Int32Array.of(9, 1, 0, 9, 1, 1, 9, -1, 0);
  expect([...rowsBySlot(slots, { rows: 3, stride: 3, first: 1, count: 2, lines: 2 })]).toEqual([0, 2, 5, 0, 2, 0, 1, 1, 0]);
});
