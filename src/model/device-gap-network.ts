/// <reference types="@webgpu/types" />
/**
 * The gap network's loss, gradient and optimizer on a GPU, where all of it stays. The same mathematics as network.ts,
 * which its tests compare it with; the first layer gathers and scatters rows of its tables, as the kernel does.
 */
import { type ComputeDevice } from './device/device.js';
import { type DeviceBuffer, type DeviceMatrix, DevicePlan, matrixIn } from './device/device-plan.js';
import {
  type DeviceNetwork, type DeviceOptimizerConfig, type DevicePrecision, DeviceWeights,
} from './device/device-weights.js';
import { ROW_FIELDS } from './device/kernel-words.js';
import {
  biasKernel, columnSumsKernel, gapLossKernel, gatherKernel, reluGradientKernel, scatterKernel,
} from './device/kernels.js';
import { type TrainingBatch } from './feature-batch.js';
import { type BatchResult, BACKBONE_PARAMETERS } from './network.js';
import { type NetworkLayout, type ParameterName } from './network-weights.js';

export interface DeviceGapNetwork extends DeviceNetwork<TrainingBatch, BatchResult> {
  readonly layout: NetworkLayout;
  /** As new as the last `fetch`. */
  readonly kernel: {
    readonly floats: Readonly<Record<'values' | 'firstMoment' | 'secondMoment' | 'average', Float32Array>>;
  };
  close(): void;
}

/** @param options.values the weights to begin from, copied */
export function createDeviceGapNetwork(options: {
  readonly device: ComputeDevice;
  readonly precision: DevicePrecision;
  readonly layout: NetworkLayout;
  readonly maxBatch: number;
  readonly values: Float32Array;
  readonly optimizer: DeviceOptimizerConfig;
}): DeviceGapNetwork {
  const { device, precision, layout, maxBatch: rows, optimizer } = options;
  const { shape, sizes, places, total } = layout;
  const floats = {
    values: options.values.slice(), average: options.values.slice(),
    firstMoment: new Float32Array(total), secondMoment: new Float32Array(total),
  };
  const weights = new DeviceWeights(device, { layout, kernel: { floats } }, precision, ROW_FIELDS);
  weights.configure(optimizer);
  const { memory, storage, sums } = weights;
  const { gradient } = weights.buffers;
  const learnsBackbone = !BACKBONE_PARAMETERS.every((name) => optimizer.frozen.includes(name));

  const matrix = (columns: number): DeviceMatrix => matrixIn(memory.allocate(rows * columns, storage), rows, columns);
  const [backbone, backboneDelta] = [sizes.backbone, sizes.backbone].map(matrix);
  const [hidden1, delta1] = [sizes.hidden1, sizes.hidden1].map(matrix);
  const [hidden2, delta2] = [sizes.hidden2, sizes.hidden2].map(matrix);
  const logits = matrix(shape.labels);
  const slotStride = shape.backboneSlots + shape.headSlots;
  const numberStride = shape.backboneNumbers + shape.headNumbers;
  const numbers = memory.allocate(rows * numberStride);
  const numbersFrom = (offset: number, columns: number): DeviceMatrix =>
    ({ buffer: numbers, offset, rows, columns, stride: numberStride });
  const rowFields = matrixIn(memory.allocate(rows * ROW_FIELDS), rows, ROW_FIELDS);
  const [slots, classes, shares, step] =
    [rows * slotStride, rows * shape.labels, rows, 4].map((length) => memory.allocate(length));
  /** The two tables, and where their rows of a batch are listed. */
  const tables = [
    {
      name: 'backbone.embedding', numbersName: 'backbone.numbers', biasName: 'backbone.bias', out: backbone,
      delta: backboneDelta, first: 0, count: shape.backboneSlots, lines: shape.backboneColumns,
      given: numbersFrom(0, shape.backboneNumbers),
      order: memory.allocate(shape.backboneColumns + 1 + rows * shape.backboneSlots),
    },
    {
      name: 'head.embedding', numbersName: 'head.numbers', biasName: 'head.bias', out: hidden1, delta: delta1,
      first: shape.backboneSlots, count: shape.headSlots, lines: shape.headColumns,
      given: numbersFrom(shape.backboneNumbers, shape.headNumbers),
      order: memory.allocate(shape.headColumns + 1 + rows * shape.headSlots),
    },
  ] as const;
  const inMatrix = (buffer: DeviceBuffer) => (name: ParameterName): DeviceMatrix => {
    const { offset, rows: height, columns } = places[name];
    return matrixIn(buffer, height, columns, offset);
  };
  const gradientOf = inMatrix(gradient);

  const forwardOf = (read: DeviceBuffer): DevicePlan => {
    const plan = new DevicePlan(memory);
    const parameter = inMatrix(read);
    const bias = (out: DeviceMatrix, name: ParameterName, does: 'relu' | 'add'): void =>
      plan.each(biasKernel(storage, storage, does), [out.buffer, read], [
        rows * out.columns, out.columns, 0, places[name].offset,
      ]);
    plan.clear(sums);
    for (const { name, numbersName, biasName, out, first, count, given } of tables) {
      plan.each(gatherKernel(storage, storage), [out.buffer, read, slots], [
        rows * out.columns, out.columns, 0, places[name].offset, slotStride, first, count,
      ]);
      if (given.columns > 0) plan.product(out, given, parameter(numbersName));
      if (name === 'head.embedding') plan.product(out, backbone, parameter('head.backbone'));
      bias(out, biasName, 'relu');
    }
    plan.product(hidden2, hidden1, parameter('hidden.weights'), { adds: false });
    bias(hidden2, 'hidden.bias', 'relu');
    plan.product(logits, hidden2, parameter('output.weights'), { adds: false });
    bias(logits, 'output.bias', 'add');
    plan.rows(gapLossKernel(storage), [logits.buffer, rowFields.buffer, classes, shares, step], [rows, shape.labels]);
    columnSums(plan, rowFields, matrixIn(sums, 1, ROW_FIELDS));
    return plan;
  };

  const backward = new DevicePlan(memory);
  const parameter = inMatrix(weights.read);
  const through = (delta: DeviceMatrix, above: DeviceMatrix, name: ParameterName, active: DeviceMatrix): void => {
    backward.product(delta, above, parameter(name), { turned: 'b', adds: false });
    backward.each(reluGradientKernel(storage, storage), [delta.buffer, active.buffer], [rows * delta.columns]);
  };
  const learn = (name: ParameterName, biasName: ParameterName, below: DeviceMatrix, delta: DeviceMatrix): void => {
    backward.product(gradientOf(name), below, delta, { turned: 'a' });
    columnSums(backward, delta, gradientOf(biasName));
  };
  backward.clear(gradient);
  learn('output.weights', 'output.bias', hidden2, logits);
  through(delta2, logits, 'output.weights', hidden2);
  learn('hidden.weights', 'hidden.bias', hidden1, delta2);
  through(delta1, delta2, 'hidden.weights', hidden1);
  learn('head.backbone', 'head.bias', backbone, delta1);
  if (learnsBackbone) {
    through(backboneDelta, delta1, 'head.backbone', backbone);
    columnSums(backward, backboneDelta, gradientOf('backbone.bias'));
  }
  const learned = learnsBackbone ? tables : tables.slice(1);
  for (const { name, numbersName, delta, lines, given, order } of learned) {
    if (given.columns > 0) backward.product(gradientOf(numbersName), given, delta, { turned: 'a' });
    backward.each(scatterKernel(storage), [gradient, delta.buffer, order], [
      lines * delta.columns, delta.columns, places[name].offset, 0, lines + 1,
    ]);
  }
  weights.addNorm(backward, ROW_FIELDS);
  const forward = forwardOf(weights.read);
  const forwardAverage = forwardOf(weights.readAverage);

  /** Rows beyond the batch count for nothing. */
  const load = (batch: TrainingBatch, learns: boolean): number => {
    if (batch.size > rows) {
      throw new RangeError(`a batch of ${batch.size} gaps does not fit into a memory for ${rows}`);
    }
    const { labels } = shape;
    const bits = new Uint32Array(rows * labels);
    const share = new Float32Array(rows);
    let weight = 0;
    for (let row = 0; row < batch.size; row++) {
      let targets = 0;
      for (let at = row * labels; at < (row + 1) * labels; at++) {
        if (batch.legal[at] === 0) continue;
        const isTarget = batch.target[at] !== 0;
        bits[at] = isTarget ? 3 : 1;
        if (isTarget) targets++;
      }
      if (targets > 0) weight += share[row] = batch.weight[row];
    }
    if (weight > 0) for (let row = 0; row < rows; row++) share[row] /= weight;
    const wide = new Int32Array(rows * slotStride).fill(-1);
    wide.set(batch.slots.subarray(0, batch.size * slotStride));
    memory.write(slots, wide);
    memory.write(classes, bits);
    memory.write(shares, share);
    memory.write(numbers, batch.numbers.subarray(0, batch.size * numberStride));
    const scale = Float32Array.of(weights.scale);
    memory.write(step, Uint32Array.of(0, new Uint32Array(scale.buffer)[0], learns ? 1 : 0, 0));
    if (!learns) return weight;
    for (const { order, first, count, lines } of learned) {
      memory.write(order, rowsBySlot(wide, { rows: batch.size, stride: slotStride, first, count, lines }));
    }
    return weight;
  };

  const run = async (plans: readonly DevicePlan[], weight: number): Promise<BatchResult> => {
    weights.submit(...plans);
    const read = await memory.read([sums]);
    weights.takeNorm(read.subarray(ROW_FIELDS));
    return { lossNats: read[2], accuracy: read[3], weight };
  };
  return {
    layout, kernel: { floats },
    async lossAndGradient(batch) {
      const weight = load(batch, true);
      return weight === 0 ? { lossNats: 0, accuracy: 0, weight } : run([forward, backward], weight);
    },
    async loss(batch, values) {
      if (values !== floats.average && values !== floats.values) {
        throw new RangeError('a device reads its own weights or averages');
      }
      if (values === floats.average) weights.readyAverage();
      const weight = load(batch, false);
      if (weight === 0) return { lossNats: 0, accuracy: 0, weight };
      return run([values === floats.average ? forwardAverage : forward], weight);
    },
    optimizer: {
      step: (learningRate) => weights.step(learningRate),
      get steps() {
        return weights.steps;
      },
      setSteps: (steps) => { weights.steps = steps; },
    },
    lossScale: { get: () => weights.saveScale(), set: (scale) => weights.restoreScale(scale) },
    fetch: () => weights.fetch(),
    async fetchGradient() {
      return (await memory.read([gradient])).map((value) => value / weights.scale);
    },
    push: () => weights.push(),
    deviceBytes: memory.bytes,
    close: () => memory.free(),
  };
}

function columnSums(plan: DevicePlan, values: DeviceMatrix, out: DeviceMatrix): void {
  plan.add(
    columnSumsKernel(values.buffer.storage), [values.buffer, out.buffer],
    [values.rows, values.columns, values.stride, values.offset, out.offset], [Math.ceil(values.columns / 16), 1],
  );
}

/** Where the rows that name each line of a table begin in what follows, and then those rows, line by line. */
export function rowsBySlot(
  slots: Int32Array,
  of: {
    readonly rows: number; readonly stride: number; readonly first: number; readonly count: number;
    readonly lines: number;
  },
): Uint32Array {
  const { rows, stride, first, count, lines } = of;
  const found = new Uint32Array(lines + 1 + rows * count);
  const each = (does: (slot: number, row: number) => void): void => {
    for (let row = 0; row < rows; row++) {
      const from = row * stride + first;
      for (const slot of slots.subarray(from, from + count)) if (slot >= 0) does(slot, row);
    }
  };
  each((slot) => found[slot + 1]++);
  for (let line = 0; line < lines; line++) found[line + 1] += found[line];
  const next = found.slice(0, lines);
  each((slot, row) => { found[lines + 1 + next[slot]++] = row; });
  return found;
}
