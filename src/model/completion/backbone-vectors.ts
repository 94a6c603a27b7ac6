import { BUILD_FACTS } from '../../shared/build-facts.js';
import { checksumText } from '../../shared/checksum.js';
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
export function createBackboneVectors(weights: NetworkWeights): BackboneVectors {
  const { shape, sizes, values } = weights;
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
  return {
    width, digest: backboneDigest(backboneBytes(weights)), slots: slotCount, numbers: numberCount,
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

/** What a backbone is known by. */
function backboneBytes({ shape, sizes, values }: NetworkWeights): Buffer {
  const { places } = networkLayout(shape, sizes);
  const names = ['backbone.bias', 'backbone.numbers', 'backbone.embedding'] as const;
  return Buffer.concat(names.map((name) => {
    const { buffer, byteOffset, byteLength } = parameterOf(values, places[name]);
    return Buffer.from(buffer, byteOffset, byteLength);
  }));
}

/** The digest of the built-in one is known, and told by a checksum that takes less time. */
function backboneDigest(bytes: Buffer): string {
  const known = BUILD_FACTS?.backbone;
  return known !== undefined && checksumText(bytes) === known.checksum ? known.digest : fileDigest(bytes).slice(0, 16);
}

/** What the build knows of the backbone of the built-in model. */
export function backboneFact(weights: NetworkWeights): { readonly checksum: string; readonly digest: string } {
  const bytes = backboneBytes(weights);
  return { checksum: checksumText(bytes), digest: backboneDigest(bytes) };
}
