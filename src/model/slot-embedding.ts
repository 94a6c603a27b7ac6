/**
 * The first layer sums one table row per active slot. Two ways to do it: the SIMD kernel
 * gathers and scatters rows, far quicker than any matrix product on one CPU core; on a
 * GPU the one-hot rows are multiplied as a dense matrix, which keeps the work there.
 * Of the numbers beside the slots four in five are 0, and the kernel passes over them: it
 * adds the others in the order in which TensorFlow.js does, so that the sums are the same.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type FeatureBatch } from './feature-batch.js';
import { parameterOf, type ParameterName } from './network-weights.js';
import { type TrainingMemory } from './training-memory.js';

/** An array that a tensor is made of: a copy where the backend keeps what it is given. That of WebAssembly does not. */
export const forTensor = (values: Float32Array): Float32Array => (tf.getBackend() === 'wasm' ? values : values.slice());

export type EmbeddingGroup = 'backbone' | 'head';

export interface SlotEmbedding {
  /** Takes the batch that `sum` and `scatter` refer to. */
  load(batch: FeatureBatch): void;
  /** `[size, width]`; the caller disposes it. */
  sum(values: Float32Array, group: EmbeddingGroup): tf.Tensor2D;
  /** Writes the table's gradient; `delta` is `[size, width]` and stays the caller's. */
  scatter(delta: tf.Tensor2D, group: EmbeddingGroup): Promise<void>;
  /** Products with the head's numbers; null where TensorFlow.js multiplies them. */
  readonly numbers: NumberProducts | null;
  /** Frees what `load` allocated. */
  unload(): void;
}

export interface NumberProducts {
  /** Numbers times their weights, `[size, width]`; the caller disposes it. */
  product(values: Float32Array): tf.Tensor2D;
  /** Writes the gradient of the weights; `delta` is `[size, width]` and stays the caller's. */
  gradient(delta: tf.Tensor2D): Promise<void>;
}

/** For wasm and cpu. */
export function kernelEmbedding(memory: TrainingMemory): SlotEmbedding {
  const { kernel, layout } = memory;
  const { run } = kernel;
  const { slots } = kernel.shorts;
  const groups = groupsOf(memory);
  const stride = layout.shape.backboneSlots + layout.shape.headSlots;
  const { shape } = layout;
  const { numbers, numbersTransposed, products, list, gradient: gradients } = kernel.floats;
  const count = shape.headNumbers;
  const place = layout.places['head.numbers'];
  const { width: headWidth } = groups.head;
  let size = 0;
  return {
    load(batch) {
      size = batch.size;
      slots.set(batch.slots.subarray(0, size * stride));
      // Number by number: views of short rows cost more.
      for (let row = 0, at = 0; row < size; row++) {
        let here = row * (shape.backboneNumbers + count) + shape.backboneNumbers;
        for (let k = 0; k < count; k++) numbers[at++] = batch.numbers[here++]!;
      }
    },
    numbers: count === 0 ? null : {
      product(values) {
        const out = products.subarray(0, size * headWidth).fill(0);
        run.addSparseProduct(
          out.byteOffset, headWidth, numbers.byteOffset, count, count, values.byteOffset + 4 * place.offset, size,
          list.byteOffset, -Infinity,
        );
        return tf.tensor2d(forTensor(out), [size, headWidth]);
      },
      async gradient(delta) {
        products.set(await delta.data());
        run.transpose(numbersTransposed.byteOffset, numbers.byteOffset, count, size, count);
        const out = parameterOf(gradients, place).fill(0);
        run.addSparseProduct(
          out.byteOffset, headWidth, numbersTransposed.byteOffset, size, size, products.byteOffset, count,
          list.byteOffset, -Infinity,
        );
      },
    },
    sum(values, group) {
      const { table, width, scratch, firstSlot, slotCount } = groups[group];
      run.embeddingSum(
        scratch.byteOffset, width, values.byteOffset + 4 * table.offset, kernel.floats.zeros.byteOffset,
        slots.byteOffset + 2 * firstSlot, stride, slotCount, size,
      );
      return tf.tensor2d(forTensor(scratch.subarray(0, size * width)), [size, width]);
    },
    async scatter(delta, group) {
      const { table, width, scratch, firstSlot, slotCount } = groups[group];
      scratch.set(await delta.data());
      const gradient = parameterOf(kernel.floats.gradient, table).fill(0);
      run.embeddingScatter(
        gradient.byteOffset, width, scratch.byteOffset, slots.byteOffset + 2 * firstSlot, stride, slotCount, size,
      );
    },
    unload() {},
  };
}

/** For backends on a GPU, and the reference in tests. */
export function denseEmbedding(memory: TrainingMemory): SlotEmbedding {
  const groups = groupsOf(memory);
  const { shape } = memory.layout;
  const stride = shape.backboneSlots + shape.headSlots;
  const rows: Partial<Record<EmbeddingGroup, tf.Tensor2D>> = {};
  return {
    numbers: null,
    load(batch) {
      for (const group of ['backbone', 'head'] as const) {
        const { table, firstSlot, slotCount } = groups[group];
        const dense = new Float32Array(batch.size * table.rows);
        for (let row = 0; row < batch.size; row++) {
          const first = row * stride + firstSlot;
          for (let slot = first; slot < first + slotCount; slot++) {
            // Added, not set: two slots may name the same column.
            if (batch.slots[slot]! >= 0) dense[row * table.rows + batch.slots[slot]!]! += 1;
          }
        }
        rows[group] = tf.tensor2d(dense, [batch.size, table.rows]);
      }
    },
    sum(values, group) {
      const { table } = groups[group];
      return tf.tidy(() =>
        tf.matMul(rows[group]!, tf.tensor2d(forTensor(parameterOf(values, table)), [table.rows, table.columns])),
      );
    },
    async scatter(delta, group) {
      const { table } = groups[group];
      const gradient = tf.tidy(() => tf.matMul(tf.transpose(rows[group]!), delta));
      parameterOf(memory.kernel.floats.gradient, table).set(await gradient.data<'float32'>());
      gradient.dispose();
    },
    unload() {
      tf.dispose(Object.values(rows));
    },
  };
}

function groupsOf(memory: TrainingMemory) {
  const { shape, sizes, places } = memory.layout;
  const { floats } = memory.kernel;
  const table = (name: ParameterName) => places[name];
  return {
    backbone: {
      table: table('backbone.embedding'), width: sizes.backbone, scratch: floats.backbone,
      firstSlot: 0, slotCount: shape.backboneSlots,
    },
    head: {
      table: table('head.embedding'), width: sizes.hidden1, scratch: floats.hidden,
      firstSlot: shape.backboneSlots, slotCount: shape.headSlots,
    },
  };
}
