import { createKernel, type RegionShape } from '../../kernel/kernel.js';
import { type ByteMatrix, type Matrix, matrixOver, type ShortMatrix } from '../../kernel/matrix.js';
import { type MatrixOperations } from '../../kernel/matrix-operations.js';
import { type WholeOperations, wholeOperations } from '../../kernel/whole-products.js';
import { completionLayout, type CompletionSizes } from '../completion-layout.js';

/** The regions of one part of the network. */
export interface PartRegions {
  readonly floats: Readonly<Record<string, RegionShape>>;
  readonly shorts?: Readonly<Record<string, RegionShape>>;
  readonly bytes?: Readonly<Record<string, RegionShape>>;
}

/** The memory that the parts of one network share: its weights, and the regions that each part asks for. */
export interface NetworkMemory {
  readonly sizes: CompletionSizes;
  readonly matrices: Readonly<Record<string, Matrix>>;
  readonly shorts: Readonly<Record<string, ShortMatrix>>;
  readonly bytes: Readonly<Record<string, ByteMatrix>>;
  readonly operations: MatrixOperations;
  readonly whole: WholeOperations;
  /** A matrix of the weights, such as `output.bias`. */
  parameter(name: string): Matrix;
}

/** @param values the network's flat weights; copied */
export function createNetworkMemory(
  sizes: CompletionSizes,
  values: Float32Array,
  parts: readonly PartRegions[],
): NetworkMemory {
  const { places, total } = completionLayout(sizes);
  const floats: Record<string, RegionShape> = Object.assign({}, ...parts.map((part) => part.floats));
  const shorts: Record<string, RegionShape> = Object.assign({}, ...parts.map((part) => part.shorts ?? {}));
  const bytes: Record<string, RegionShape> = Object.assign({}, ...parts.map((part) => part.bytes ?? {}));
  const kernel = createKernel({ floats: { ...floats, values: total }, shorts, bytes });
  const weights = kernel.floats['values'];
  weights.set(values);
  return {
    sizes,
    matrices: kernel.matrices,
    shorts: kernel.shortMatrices,
    bytes: kernel.byteMatrices,
    operations: kernel.operations,
    whole: wholeOperations(kernel.memory, kernel.operations.scale),
    parameter(name) {
      const { rows, columns, offset } = places[name];
      return matrixOver(weights.subarray(offset), rows, columns);
    },
  };
}
