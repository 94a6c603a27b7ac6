import { parameterOf, type NetworkWeights, networkLayout } from '../network-weights.js';
import { createKernel } from '../kernel/kernel.js';
import { fileDigest } from '../tensor-file.js';

/** The frozen backbone of a gap network: rows of features to vectors. */
export interface BackboneVectors {
  /** Width of a vector. */
  readonly width: number;
  /** Of the backbone's weights, so that a completion model knows which backbone it was trained on. */
  readonly digest: string;
  /** Slots and numbers of a row. */
  readonly slots: number;
  readonly numbers: number;
  /** Writes `[rows, width]` for slots `[rows, slots]` and numbers `[rows, numbers]`. */
  compute(slots: Int16Array, numbers: Float32Array, rows: number, out: Float32Array): void;
}

const CHUNK = 256;

/** Copies the weights that it needs. */
export function createBackboneVectors({ shape, sizes, values }: NetworkWeights): BackboneVectors {
  const { places } = networkLayout(shape, sizes);
  const table = parameterOf(values, places['backbone.embedding']);
  const projection = parameterOf(values, places['backbone.numbers']);
  const bias = parameterOf(values, places['backbone.bias']);
  const width = sizes.backbone;
  const slotCount = shape.backboneSlots;
  const numberCount = shape.backboneNumbers;
  const { floats, shorts, matrices, shortMatrices, operations } = createKernel({
    floats: {
      table: [shape.backboneColumns, width], projection: [numberCount, width], bias: width,
      numbers: [CHUNK, numberCount], out: [CHUNK, width],
    },
    shorts: { slots: [CHUNK, slotCount] },
  });
  floats.table.set(table);
  floats.projection.set(projection);
  floats.bias.set(bias);
  const all = Float32Array.of(...bias, ...projection);
  const digest = fileDigest(Buffer.concat([
    Buffer.from(all.buffer), Buffer.from(table.buffer, table.byteOffset, table.byteLength),
  ])).slice(0, 16);
  return {
    width, digest, slots: slotCount, numbers: numberCount,
    compute(slots, numbers, rows, out) {
      for (let first = 0; first < rows; first += CHUNK) {
        const count = Math.min(CHUNK, rows - first);
        shorts.slots.set(slots.subarray(first * slotCount, (first + count) * slotCount));
        floats.numbers.set(numbers.subarray(first * numberCount, (first + count) * numberCount));
        const vectors = matrices.out.from(0, count);
        operations.embeddingSum(vectors, matrices.table, matrices.bias, shortMatrices.slots.from(0, count));
        operations.addProduct(vectors, matrices.numbers.from(0, count), matrices.projection);
        operations.relu(vectors);
        out.set(floats.out.subarray(0, count * width), first * width);
      }
    },
  };
}
