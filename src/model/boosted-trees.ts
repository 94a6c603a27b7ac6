/**
 * A sum of small decision trees: what a second look at few numbers needs, where a network would be too much. Each
 * tree is complete and of one depth; a node goes left where its column is below its threshold.
 */
export interface BoostedTrees {
  /** What the columns of a row hold, by name; other columns are another model. */
  readonly columns: readonly string[];
  readonly depth: number;
  /** The score before any tree has spoken. */
  readonly bias: number;
  /** `[trees, 2 ** depth - 1]`, a tree's nodes level by level: the column that a node looks at, and its threshold. */
  readonly splits: Uint8Array;
  readonly thresholds: Float32Array;
  /** `[trees, 2 ** depth]` */
  readonly leaves: Float32Array;
}

/** Stands for a node that sends every row to the left. */
export const NO_SPLIT = 3e38;

export const treeCount = ({ leaves, depth }: BoostedTrees): number => leaves.length >> depth;

/** The score of one row, in log-odds. The same on every machine: nothing but comparisons and sums in one order. */
export function scoreOf({ splits, thresholds, leaves, depth, bias }: BoostedTrees, row: Float32Array): number {
  const nodes = (1 << depth) - 1;
  const trees = leaves.length >> depth;
  let score = bias;
  for (let tree = 0; tree < trees; tree++) {
    const at = tree * nodes;
    let node = 0;
    for (let level = 0; level < depth; level++) {
      node = 2 * node + (row[splits[at + node]] < thresholds[at + node] ? 1 : 2);
    }
    score += leaves[tree * (nodes + 1) + node - nodes];
  }
  return score;
}
