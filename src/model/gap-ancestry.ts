import type { StructuredSource } from '../tokenize/index.js';

/** Where each gap hangs in the tree: the lowest node that holds the code on both sides. */
export interface GapAncestry {
  /** Per gap: lowest common ancestor of the code tokens around it; 0 (the module) at the ends. */
  readonly node: Int32Array;
  /** Per gap: child node of `node` that holds the left or right code token; -1 when the token is a direct child. */
  readonly leftBranch: Int32Array;
  readonly rightBranch: Int32Array;
  /** Per gap: position of the right side among the children of `node`. */
  readonly rightIndex: Int32Array;
  /** Per gap: first token of the branch to the left, -1 without one. */
  readonly siblingToken: Int32Array;
  /** First token of the `level`-th node up from `node` (0 is `node` itself), -1 above the module. */
  ancestorToken(gap: number, level: number): number;
}

/** Finds the ancestry of all gaps; time is linear in tokens times the local depth of the tree. */
export function gapAncestry({ source, structure }: StructuredSource): GapAncestry {
  const { tokenCount, tree, parent } = source;
  const depth = new Int32Array(tree.nodeCount);
  for (let n = 1; n < tree.nodeCount; n++) depth[n] = depth[tree.parent[n]] + 1;
  const node = new Int32Array(tokenCount + 1);
  const leftBranch = new Int32Array(tokenCount + 1).fill(-1);
  const rightBranch = new Int32Array(tokenCount + 1).fill(-1);
  const rightIndex = new Int32Array(tokenCount + 1);
  const siblingToken = new Int32Array(tokenCount + 1).fill(-1);
  for (let i = 1; i < tokenCount; i++) {
    const left = structure.previousCode[i - 1];
    const right = structure.nextCode[i];
    if (left < 0 || right >= tokenCount) continue;
    let a = parent[left];
    let b = parent[right];
    let aBranch = -1;
    let bBranch = -1;
    while (depth[a] > depth[b]) {
      aBranch = a;
      a = tree.parent[a];
    }
    while (depth[b] > depth[a]) {
      bBranch = b;
      b = tree.parent[b];
    }
    while (a !== b) {
      aBranch = a;
      a = tree.parent[a];
      bBranch = b;
      b = tree.parent[b];
    }
    node[i] = a;
    leftBranch[i] = aBranch;
    rightBranch[i] = bBranch;
    rightIndex[i] = bBranch >= 0 ? tree.childIndex[bBranch] : source.childIndex[right];
    siblingToken[i] = aBranch >= 0 ? tree.firstToken[aBranch] : left;
  }
  return {
    node,
    leftBranch,
    rightBranch,
    rightIndex,
    siblingToken,
    ancestorToken(gap, level) {
      let n = node[gap];
      for (let k = 0; k < level && n > 0; k++) n = tree.parent[n];
      return n <= 0 ? -1 : tree.firstToken[n];
    },
  };
}
