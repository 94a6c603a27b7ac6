import type { BoostedTrees } from './boosted-trees.js';
import type { MetadataReader } from './check-metadata.js';
import type { StoredTensor } from './tensor-file.js';

/** What a model file says of its trees beside their matrices. */
export interface TreesMetadata {
  readonly columns: readonly string[];
  readonly depth: number;
  readonly trees: number;
  readonly bias: number;
}

/** Deeper trees would be no small model. */
const MOST_DEPTH = 8;
const MOST_TREES = 5000;
const NAMES = ['certainty.splits', 'certainty.thresholds', 'certainty.leaves'] as const;

/** Trees as parts of a model file. */
export function storeTrees(
  { columns, depth, bias, splits, thresholds, leaves }: BoostedTrees,
): { metadata: TreesMetadata; tensors: readonly StoredTensor[] } {
  const trees = leaves.length >> depth;
  const nodes = 2 ** depth - 1;
  return {
    metadata: { columns, depth, trees, bias },
    tensors: [
      { name: NAMES[0], rows: trees, columns: nodes, precision: 'u8', values: Float32Array.from(splits) },
      { name: NAMES[1], rows: trees, columns: nodes, precision: 'f32', values: thresholds },
      { name: NAMES[2], rows: trees, columns: nodes + 1, precision: 'f32', values: leaves },
    ],
  };
}

/** Reads them back; `refuse` is called where they do not fit together. */
export function readTrees(
  metadata: MetadataReader, tensors: readonly StoredTensor[], refuse: (reason: string) => never,
): BoostedTrees {
  const columns = metadata.texts('columns');
  const depth = metadata.count('depth', 1, MOST_DEPTH);
  const trees = metadata.count('trees', 0, MOST_TREES);
  const bias = metadata.number('bias');
  const nodes = 2 ** depth - 1;
  const [splits, thresholds, leaves] = NAMES.map((name, k) => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return refuse(`the model lacks the matrix ${name}`);
    if (tensor.rows !== trees || tensor.columns !== nodes + (k === 2 ? 1 : 0)) {
      refuse(`the matrix ${name} does not belong to ${trees} trees of depth ${depth}`);
    }
    return tensor.values;
  });
  if (splits.some((column) => column >= columns.length)) refuse('a tree asks for a column that no row has');
  return { columns, depth, bias, splits: Uint8Array.from(splits), thresholds, leaves };
}
