/// <reference types="@webgpu/types" />
/**
 * The completion network's loss, gradient and optimizer on a GPU, where all of it stays: a step sends pieces and the
 * backbone's vectors, and reads back a loss and a norm. The same mathematics as trainer/, which its tests compare it
 * with; see completion-layout.ts for the network.
 */
import { type Random } from '../../shared/random.js';
import { type ComputeDevice } from '../device/device.js';
import { type DeviceBuffer, type DeviceMatrix, DevicePlan, matrixIn, rowsOf } from '../device/device-plan.js';
import {
  type DeviceNetwork, type DeviceOptimizerConfig, type DevicePrecision, DeviceWeights,
} from '../device/device-weights.js';
import {
  attentionKernel, completionLossKernel, distanceGradientKernel, memoryKernel, pointerGradientKernel,
} from '../device/completion-kernels.js';
import { ROW_FIELDS } from '../device/kernel-words.js';
import {
  beginKernel, biasKernel, castKernel, columnSumsKernel, dropoutKernel, gatherKernel, lstmGradientKernel, lstmKernel,
  moveKernel, scatterKernel,
} from '../device/kernels.js';
import { type CompletionLayout, initialCompletionWeights } from './completion-layout.js';
import { type PieceBatch, type PieceBatchResult } from './trainer/training-workspace.js';

export interface DeviceTrainerOptions {
  readonly device: ComputeDevice;
  readonly precision: DevicePrecision;
  readonly layout: CompletionLayout;
  readonly steps: number;
  readonly sequences: number;
  readonly random: Random;
  readonly dropout?: number;
  readonly optimizer: DeviceOptimizerConfig;
}

type Floats = 'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average';

export interface DeviceTrainer extends DeviceNetwork<PieceBatch, PieceBatchResult> {
  readonly layout: CompletionLayout;
  /** As new as the last `fetch`; `gradient` only for tests. */
  readonly kernel: { readonly floats: Readonly<Record<Floats, Float32Array>> };
  /** As of the last `fetch`. */
  saveStates(): Float32Array;
  restoreStates(states: Float32Array): void;
  close(): Promise<void>;
}

/** @throws ModelFileError where the network is too large for the device; RangeError as `createCompletionTrainer` */
export async function createDeviceTrainer(options: DeviceTrainerOptions): Promise<DeviceTrainer> {
  const { device, layout } = options;
  const { gpu } = device;
  gpu.pushErrorScope('out-of-memory');
  gpu.pushErrorScope('validation');
  const trainer = buildTrainer(options);
  const invalid = await gpu.popErrorScope();
  const tooLarge = await gpu.popErrorScope();
  if (tooLarge !== null) throw trainer.weights.memory.tooLarge(trainer.weights.memory.bytes);
  if (invalid !== null) throw new Error(`the kernels do not fit the device: ${invalid.message}`);
  const { weights } = trainer;
  const { floats } = weights.mirror.kernel as DeviceTrainer['kernel'];
  let states: Float32Array = new Float32Array(trainer.carriedLength);
  const resultOf = (sums: Float32Array, weight: number): PieceBatchResult =>
    ({ lossNats: weight === 0 ? 0 : sums[2] / weight, accuracy: weight === 0 ? 0 : sums[3] / weight, weight });
  return {
    layout, kernel: { floats },
    async lossAndGradient(batch) {
      const weight = trainer.load(batch, true);
      weights.submit(trainer.forward, trainer.backward, trainer.carry);
      const sums = await weights.memory.read([weights.sums]);
      weights.takeNorm(sums.subarray(ROW_FIELDS));
      return resultOf(sums, weight);
    },
    async loss(batch, values) {
      const isAverage = values === floats.average;
      if (!isAverage && values !== floats.values) throw new RangeError('a device reads its own weights or averages');
      if (isAverage) weights.readyAverage();
      const weight = trainer.load(batch, false);
      weights.submit(isAverage ? trainer.forwardAverage : trainer.forwardPlain, trainer.carry);
      return resultOf(await weights.memory.read([weights.sums]), weight);
    },
    saveStates: () => states.slice(),
    restoreStates(saved) {
      states = saved.slice();
      trainer.restoreCarried(saved);
    },
    optimizer: {
      step: (learningRate) => weights.step(learningRate),
      get steps() {
        return weights.steps;
      },
      setSteps: (steps) => { weights.steps = steps; },
    },
    lossScale: { get: () => weights.saveScale(), set: (scale) => weights.restoreScale(scale) },
    async fetch() {
      await weights.fetch();
      states = await trainer.readCarried();
    },
    async fetchGradient() {
      const gradient = await weights.memory.read([weights.buffers.gradient]);
      return gradient.map((value) => value / weights.scale);
    },
    push: () => weights.push(),
    deviceBytes: weights.memory.bytes,
    close() {
      weights.memory.free();
      return Promise.resolve();
    },
  };
}

function buildTrainer(options: DeviceTrainerOptions) {
  const { device, precision, layout, steps, sequences, random, dropout = 0, optimizer } = options;
  const { sizes, total, places } = layout;
  const { pieces: vocabulary, embedding, units, layers, backbone, key, window } = sizes;
  if (key > 0 && steps % 8 !== 0) throw new RangeError(`with a pointer, steps must be a multiple of 8, not ${steps}`);
  const rows = steps * sequences;
  const span = key > 0 ? window + steps : 0;
  const spanWidth = (span + 7) & ~7;
  const initial = initialCompletionWeights(layout, random);
  const weights = new DeviceWeights(device, {
    layout,
    kernel: {
      floats: {
        values: initial, gradient: new Float32Array(0), average: initial.slice(),
        firstMoment: new Float32Array(total), secondMoment: new Float32Array(total),
      } as DeviceTrainer['kernel']['floats'],
    },
  }, precision, ROW_FIELDS);
  weights.configure(optimizer);
  const { memory, storage } = weights;
  const allocate = (length: number, of: typeof storage = storage): DeviceBuffer => memory.allocate(length, of);
  const words = (length: number): DeviceBuffer => memory.allocate(length, 'f32');

  const inputs = matrixIn(allocate(rows * embedding), rows, embedding);
  const backboneIn = matrixIn(allocate(rows * backbone, 'f32'), rows, backbone);
  const layerOf = Array.from({ length: layers }, (_, layer) => ({
    gates: matrixIn(allocate(rows * 4 * units), rows, 4 * units),
    states: matrixIn(allocate((rows + sequences) * units), rows + sequences, units),
    cells: matrixIn(allocate((rows + sequences) * units, 'f32'), rows + sequences, units),
    tangents: allocate(rows * units),
    // What the layer reads of the one below, where dropout changes it.
    read: dropout > 0 && layer > 0 ? matrixIn(allocate(rows * units), rows, units) : null,
  }));
  const lastStates = rowsOf(layerOf[layers - 1].states, sequences, rows);
  const top = dropout > 0 ? matrixIn(allocate(rows * units), rows, units) : lastStates;
  const projected = matrixIn(allocate(rows * embedding), rows, embedding);
  const projectedDelta = matrixIn(allocate(rows * embedding), rows, embedding);
  const logits = matrixIn(allocate(rows * vocabulary), rows, vocabulary);
  const stateDelta = matrixIn(allocate(rows * units, 'f32'), rows, units);
  const inputDelta = matrixIn(allocate(rows * embedding, 'f32'), rows, embedding);
  const cellDelta = allocate(sequences * units, 'f32');
  const rowFields = matrixIn(allocate(rows * ROW_FIELDS, 'f32'), rows, ROW_FIELDS);
  const attention = allocate(rows * spanWidth, 'f32');
  const [queries, keys, queryDelta, keyDelta] =
    Array.from({ length: 4 }, () => matrixIn(allocate(rows * key, 'f32'), rows, key));
  const remembered = allocate(sequences * span * key, 'f32');
  const moved = allocate(sequences * window * key, 'f32');
  const distances = matrixIn(allocate(key > 0 ? rows * 12 : 0, 'f32'), rows, 12);
  const [piecesIn, answers, known, begins, order] =
    [rows, rows, sequences * spanWidth, sequences, vocabulary + 1 + rows].map(words);
  const step = words(4);
  const { sums } = weights;
  const gradient = weights.buffers.gradient;

  const inMatrix = (buffer: DeviceBuffer) => (name: string): DeviceMatrix => {
    const { offset, rows: height, columns } = places[name];
    return matrixIn(buffer, height, columns, offset);
  };
  const gradientOf = inMatrix(gradient);
  const drop = (plan: DevicePlan, { buffer, offset, rows: height, columns }: DeviceMatrix, salt: number): void => {
    plan.each(dropoutKernel(buffer.storage), [buffer, step], [
      height * columns, offset, salt, Math.min(2 ** 32 - 1, Math.round(dropout * 2 ** 32)),
      Float32Array.of(1 / (1 - dropout)),
    ]);
  };
  /** Salts of dropout: of what each layer reads, and of what the output does. */
  const TOP = layers;

  const forwardOf = (read: DeviceBuffer, isTraining: boolean): DevicePlan => {
    const plan = new DevicePlan(memory);
    const parameter = inMatrix(read);
    plan.clear(sums);
    plan.each(gatherKernel(storage, storage), [inputs.buffer, read, piecesIn], [
      rows * embedding, embedding, 0, places['piece.embedding'].offset, 1, 0, 1,
    ]);
    if (backbone > 0) plan.product(inputs, backboneIn, parameter('backbone.projection'));
    const isDropping = dropout > 0 && isTraining;
    if (isDropping) drop(plan, inputs, 0);
    for (const [layer, { gates, states, cells, tangents, read: copy }] of layerOf.entries()) {
      for (const [matrix, kind] of [[states, storage], [cells, 'f32']] as const) {
        plan.each(beginKernel(kind), [matrix.buffer, begins], [sequences * units, units]);
      }
      const below = layer === 0 ? inputs : rowsOf(layerOf[layer - 1].states, sequences, rows);
      let given = below;
      if (copy !== null) {
        plan.each(castKernel(storage, storage), [copy.buffer, below.buffer], [rows * units, below.offset, 0]);
        if (isDropping) drop(plan, copy, layer);
        given = copy;
      }
      plan.each(biasKernel(storage, storage, 'fill'), [gates.buffer, read], [
        rows * 4 * units, 4 * units, 0, places[`lstm${layer}.bias`].offset,
      ]);
      plan.product(gates, given, parameter(`lstm${layer}.input`));
      for (let t = 0; t < steps; t++) {
        plan.product(
          rowsOf(gates, t * sequences, sequences), rowsOf(states, t * sequences, sequences),
          parameter(`lstm${layer}.recurrent`),
        );
        plan.each(lstmKernel(storage), [gates.buffer, cells.buffer, tangents, states.buffer], [
          sequences * units, units, t * sequences * 4 * units, t * sequences * units, (t + 1) * sequences * units,
        ]);
      }
    }
    if (dropout > 0) {
      plan.each(castKernel(storage, storage), [top.buffer, lastStates.buffer], [rows * units, lastStates.offset, 0]);
      if (isDropping) drop(plan, top, TOP);
    }
    plan.product(projected, top, parameter('output.projection'), { adds: false });
    if (key > 0) {
      const before = rowsOf(layerOf[layers - 1].states, 0, rows);
      plan.product(queries, lastStates, parameter('pointer.query'), { adds: false });
      plan.product(keys, before, parameter('pointer.before'), { adds: false });
      plan.product(keys, lastStates, parameter('pointer.after'));
      plan.each(memoryKernel('write'), [remembered, keys.buffer], [rows * key, sequences, steps, window, span, key]);
      plan.rows(attentionKernel(storage), [
        queries.buffer, remembered, lastStates.buffer, read, attention, rowFields.buffer, known,
      ], [
        rows, sequences, steps, window, span, spanWidth, key, units, lastStates.offset,
        ...['pointer.distance.bias', 'pointer.sentinel', 'pointer.sentinel.bias'].map((name) => places[name].offset),
      ]);
    }
    plan.each(biasKernel(storage, storage, 'fill'), [logits.buffer, read], [
      rows * vocabulary, vocabulary, 0, places['output.bias'].offset,
    ]);
    plan.product(logits, projected, parameter('piece.embedding'), { turned: 'b' });
    plan.rows(completionLossKernel(storage), [logits.buffer, attention, rowFields.buffer, known, answers, step], [
      rows, vocabulary, sequences, steps, span, spanWidth,
    ]);
    addColumnSums(plan, rowFields, matrixIn(sums, 1, ROW_FIELDS));
    return plan;
  };

  const backwardPlan = (): DevicePlan => {
    const plan = new DevicePlan(memory);
    const parameter = inMatrix(weights.read);
    plan.clear(gradient);
    addColumnSums(plan, logits, gradientOf('output.bias'));
    plan.product(projectedDelta, logits, parameter('piece.embedding'), { adds: false });
    plan.product(gradientOf('piece.embedding'), logits, projected, { turned: 'a' });
    plan.product(gradientOf('output.projection'), top, projectedDelta, { turned: 'a' });
    plan.product(stateDelta, projectedDelta, parameter('output.projection'), { turned: 'b', adds: false });
    if (dropout > 0) drop(plan, stateDelta, TOP);
    if (key > 0) {
      const before = rowsOf(layerOf[layers - 1].states, 0, rows);
      const shape = [sequences, steps, window, span, spanWidth, key];
      plan.each(pointerGradientKernel('queries'), [queryDelta.buffer, attention, remembered], [rows * key, ...shape]);
      plan.each(pointerGradientKernel('keys'), [keyDelta.buffer, attention, queries.buffer], [rows * key, ...shape]);
      plan.each(distanceGradientKernel(), [distances.buffer, attention], [
        rows * 12, sequences, steps, window, spanWidth,
      ]);
      addColumnSums(plan, distances, gradientOf('pointer.distance.bias'));
      plan.product(gradientOf('pointer.query'), lastStates, queryDelta, { turned: 'a' });
      plan.product(gradientOf('pointer.before'), before, keyDelta, { turned: 'a' });
      plan.product(gradientOf('pointer.after'), lastStates, keyDelta, { turned: 'a' });
      plan.product(stateDelta, queryDelta, parameter('pointer.query'), { turned: 'b' });
      plan.product(stateDelta, keyDelta, parameter('pointer.after'), { turned: 'b' });
      // Keys look at the state before their piece too: one step earlier; the first step's state is given.
      plan.product(
        rowsOf(stateDelta, 0, rows - sequences), rowsOf(keyDelta, sequences, rows - sequences),
        parameter('pointer.before'), { turned: 'b' },
      );
      const sentinelDelta: DeviceMatrix = { ...rowFields, offset: 1, columns: 1 };
      plan.product(gradientOf('pointer.sentinel'), sentinelDelta, lastStates, { turned: 'a' });
      plan.product(stateDelta, sentinelDelta, parameter('pointer.sentinel'));
      addColumnSums(plan, sentinelDelta, { ...gradientOf('pointer.sentinel.bias'), columns: 1 });
    }
    for (let layer = layers - 1; layer >= 0; layer--) {
      const { gates, states, cells, tangents, read: copy } = layerOf[layer];
      const recurrent = parameter(`lstm${layer}.recurrent`);
      plan.clear(cellDelta);
      for (let t = steps - 1; t >= 0; t--) {
        plan.each(lstmGradientKernel(storage), [gates.buffer, cells.buffer, tangents, stateDelta.buffer, cellDelta], [
          sequences * units, units, t * sequences * 4 * units, t * sequences * units,
        ]);
        if (t === 0) continue;
        plan.product(
          rowsOf(stateDelta, (t - 1) * sequences, sequences), rowsOf(gates, t * sequences, sequences), recurrent,
          { turned: 'b' },
        );
      }
      const given = layer === 0 ? inputs : copy ?? rowsOf(layerOf[layer - 1].states, sequences, rows);
      plan.product(gradientOf(`lstm${layer}.input`), given, gates, { turned: 'a' });
      plan.product(gradientOf(`lstm${layer}.recurrent`), rowsOf(states, 0, rows), gates, { turned: 'a' });
      addColumnSums(plan, gates, gradientOf(`lstm${layer}.bias`));
      const delta = layer === 0 ? inputDelta : stateDelta;
      plan.product(delta, gates, parameter(`lstm${layer}.input`), { turned: 'b', adds: false });
      if (dropout > 0) drop(plan, delta, layer);
    }
    if (backbone > 0) plan.product(gradientOf('backbone.projection'), backboneIn, inputDelta, { turned: 'a' });
    plan.each(scatterKernel('f32'), [gradient, inputDelta.buffer, order], [
      vocabulary * embedding, embedding, places['piece.embedding'].offset, 0, vocabulary + 1,
    ]);
    weights.addNorm(plan, ROW_FIELDS);
    return plan;
  };

  const carry = new DevicePlan(memory);
  for (const { states, cells } of layerOf) {
    carry.each(moveKernel(storage), [states.buffer], [sequences * units, rows * units, 0]);
    carry.each(moveKernel('f32'), [cells.buffer], [sequences * units, rows * units, 0]);
  }
  if (key > 0) {
    const shape = [sequences * window * key, sequences, steps, window, span, key];
    carry.each(memoryKernel('shift'), [moved, remembered], shape);
    carry.each(memoryKernel('back'), [remembered, moved], shape);
  }

  /** Of each sequence, the pieces that the pointer remembers and those of the chunk. */
  const knownNow = new Int32Array(sequences * spanWidth).fill(-1);
  const load = (batch: PieceBatch, learns: boolean): number => {
    if (batch.steps !== steps || batch.sequences !== sequences) {
      throw new RangeError(
        `a chunk of ${batch.steps} x ${batch.sequences} does not fit a trainer for ${steps} x ${sequences}`,
      );
    }
    for (let b = 0; b < sequences && span > 0; b++) {
      const line = knownNow.subarray(b * spanWidth, b * spanWidth + span);
      if (batch.begins[b]) line.fill(-1);
      for (let t = 0; t < steps; t++) line[window + t] = batch.pieces[t * sequences + b];
    }
    const weight = batch.targets.reduce((sum, target) => (target >= 0 ? sum + 1 : sum), 0);
    memory.write(known, knownNow);
    // For the next chunk, as `carry` moves their keys.
    for (let b = 0; b < sequences && span > 0; b++) {
      knownNow.subarray(b * spanWidth, b * spanWidth + span).copyWithin(0, steps);
    }
    memory.write(piecesIn, Int32Array.from(batch.pieces));
    memory.write(answers, Int32Array.from(batch.targets));
    memory.write(begins, Uint32Array.from(batch.begins));
    if (backbone > 0) memory.write(backboneIn.buffer, batch.backbone);
    if (learns) memory.write(order, rowsByPiece(batch.pieces, vocabulary));
    const share = Float32Array.of(weight === 0 ? 0 : weights.scale / weight);
    const seed = dropout > 0 && learns ? random.int(2 ** 32) : 0;
    memory.write(step, Uint32Array.of(seed, new Uint32Array(share.buffer)[0], learns ? 1 : 0, 0));
    return weight;
  };

  // States and cells as float32, whatever they are stored as, then what the pointer remembers.
  const stateLength = 2 * layers * sequences * units;
  const carriedLength = stateLength + sequences * (span * key + spanWidth);
  const staged = memory.allocate(stateLength);
  const unstage = new DevicePlan(memory);
  const stage = new DevicePlan(memory);
  layerOf.flatMap(({ states, cells }) => [states.buffer, cells.buffer]).forEach((buffer, k) => {
    const length = sequences * units;
    stage.each(castKernel('f32', buffer.storage), [staged, buffer], [length, 0, k * length]);
    unstage.each(castKernel(buffer.storage, 'f32'), [buffer, staged], [length, k * length, 0]);
  });
  return {
    weights, load, carriedLength, carry,
    forward: forwardOf(weights.read, true), forwardPlain: forwardOf(weights.read, false),
    forwardAverage: forwardOf(weights.readAverage, false), backward: backwardPlan(),
    async readCarried(): Promise<Float32Array> {
      weights.submit(stage);
      const found = new Float32Array(carriedLength);
      found.set(await memory.read(span > 0 ? [staged, remembered] : [staged]));
      found.set(knownNow, stateLength + sequences * span * key);
      return found;
    },
    restoreCarried(saved: Float32Array): void {
      memory.write(staged, saved.subarray(0, stateLength));
      weights.submit(unstage);
      if (span === 0) return;
      memory.write(remembered, saved.subarray(stateLength, stateLength + sequences * span * key));
      knownNow.set(saved.subarray(stateLength + sequences * span * key));
    },
  };
}

/** Out `[1, columns]` += the sums of columns. */
function addColumnSums(plan: DevicePlan, values: DeviceMatrix, out: DeviceMatrix): void {
  plan.add(
    columnSumsKernel(values.buffer.storage), [values.buffer, out.buffer],
    [values.rows, values.columns, values.stride, values.offset, out.offset], [Math.ceil(values.columns / 16), 1],
  );
}

/** Where the rows of each piece begin in what follows, and then all rows, by piece. */
export function rowsByPiece(pieces: Int16Array, vocabulary: number): Uint32Array {
  const found = new Uint32Array(vocabulary + 1 + pieces.length);
  for (const piece of pieces) if (piece >= 0) found[piece + 1]++;
  for (let piece = 0; piece < vocabulary; piece++) found[piece + 1] += found[piece];
  const next = found.slice(0, vocabulary);
  pieces.forEach((piece, row) => {
    if (piece >= 0) found[vocabulary + 1 + next[piece]++] = row;
  });
  return found;
}
