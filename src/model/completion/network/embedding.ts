import { type Matrix } from '../../kernel/matrix.js';
import { type BackboneVectors } from '../backbone-vectors.js';
import { type CompletionSizes } from '../completion-layout.js';
import { CHUNK, type PieceRows } from './completion-state.js';
import { type NetworkMemory, type PartRegions } from './network-memory.js';

/** Pieces, and what the backbone says after them, to what the first layer reads. */
export interface Embedding {
  /** `[count, embedding]` of rows `[from, from + count)`; a view that the next call overwrites. */
  embed(rows: PieceRows, from: number, count: number): Matrix;
}

export const embeddingRegions = ({ embedding, backbone }: CompletionSizes): PartRegions => ({
  floats: {
    zeros: embedding, inputs: [CHUNK, embedding], vectors: [CHUNK, backbone], backbonePanels: [backbone, embedding],
  },
  shorts: { pieces: [CHUNK, 1] },
});

/** @param backbone null for a network that was trained without one */
export function createEmbedding(memory: NetworkMemory, backbone: BackboneVectors | null): Embedding {
  const { matrices: { zeros, inputs, vectors, backbonePanels }, shorts, operations, parameter } = memory;
  const table = parameter('piece.embedding');
  const projection = backbone === null ? null : operations.pack(parameter('backbone.projection'), backbonePanels);
  return {
    embed(rows, from, count) {
      const out = inputs.from(0, count);
      shorts['pieces'].values.set(rows.pieces.subarray(from, from + count));
      operations.embeddingSum(out, table, zeros, shorts['pieces'].from(0, count));
      if (backbone === null) return out;
      const { slots, numbers } = backbone;
      backbone.compute(
        rows.slots.subarray(from * slots, (from + count) * slots),
        rows.numbers.subarray(from * numbers, (from + count) * numbers), count, vectors.values,
      );
      operations.addPacked(out, vectors.from(0, count), projection!);
      return out;
    },
  };
}
