import { NO_SPLIT, type BoostedTrees } from '../../model/boosted-trees.js';

/** What trees learn from. */
export interface TreeExamples {
  /** What a row holds, by name. */
  readonly columns: readonly string[];
  /** `[rows, columns]` */
  readonly rows: Float32Array;
  /** `[rows]`: 1 for yes, 0 for no. */
  readonly labels: Uint8Array;
  /** `[rows]` */
  readonly weights: Float32Array;
}

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Added to the weight of every leaf, so that few rows say little. */
  readonly shrinkage: number;
  /** Least weight of rows on either side of a split. */
  readonly leastWeight: number;
  /** Per column: 1 where the score may only rise with it, -1 where it may only fall, else 0. */
  readonly monotone: readonly number[];
  readonly onTree?: (tree: number, loss: number) => void;
}

/** Values of a column are told apart by so many thresholds, at most. */
const BINS = 64;

/**
 * Grows trees by gradient boosting of the logistic loss (Friedman 2001), with second-order leaves and histograms as in
 * Chen and Guestrin 2016; a split that would break a monotone column is not taken, and its halves bound what grows
 * below. Nothing is drawn at random: the same examples give the same trees.
 */
export function growTrees(examples: TreeExamples, options: TreeOptions): BoostedTrees {
  const { labels, weights, columns } = examples;
  const count = labels.length;
  const cuts = columns.map((_, column) => cutsOf(examples, column));
  const bins = binsOf(examples, cuts);
  const { trees, depth } = options;
  const nodes = 2 ** depth - 1;
  const splits = new Uint8Array(trees * nodes);
  const thresholds = new Float32Array(trees * nodes).fill(NO_SPLIT);
  const leaves = new Float32Array(trees * (nodes + 1));
  const bias = Math.fround(priorOf(examples));
  const scores = new Float64Array(count).fill(bias);
  const gradients = new Float64Array(count);
  const curvatures = new Float64Array(count);
  for (let tree = 0; tree < trees; tree++) {
    let loss = 0;
    let total = 0;
    for (let row = 0; row < count; row++) {
      const chance = 1 / (1 + Math.exp(-scores[row]));
      gradients[row] = weights[row] * (chance - labels[row]);
      curvatures[row] = weights[row] * chance * (1 - chance);
      loss -= weights[row] * Math.log(Math.max(1e-12, labels[row] === 1 ? chance : 1 - chance));
      total += weights[row];
    }
    options.onTree?.(tree, loss / total);
    const grown = growTree({ bins, cuts, gradients, curvatures, weights, columns: columns.length }, options);
    splits.set(grown.splits, tree * nodes);
    thresholds.set(grown.thresholds, tree * nodes);
    leaves.set(grown.leaves, tree * (nodes + 1));
    for (let row = 0; row < count; row++) scores[row] += grown.leaves[grown.leafOf[row]];
  }
  return { columns, depth, bias, splits, thresholds, leaves };
}

/** Log-odds of a yes among all examples. */
function priorOf({ labels, weights }: TreeExamples): number {
  let yes = 0;
  let all = 0;
  labels.forEach((label, row) => {
    yes += label * weights[row];
    all += weights[row];
  });
  return yes === 0 || yes === all ? 0 : Math.log(yes / (all - yes));
}

/** Thresholds of a column, rising: between neighbouring values where they are few, else at equal shares of the rows. */
function cutsOf({ rows, columns, labels }: TreeExamples, column: number): Float32Array {
  const values = Float32Array.from(labels, (_, row) => rows[row * columns.length + column]).sort();
  const distinct = values.filter((value, k) => k === 0 || value !== values[k - 1]);
  const chosen = distinct.length <= BINS
    ? distinct
    : Float32Array.from({ length: BINS }, (_, k) => values[Math.floor((k * values.length) / BINS)])
      .filter((value, k, all) => k === 0 || value !== all[k - 1]);
  return chosen.subarray(1);
}

/** `[columns, rows]`: the number of thresholds that a value reaches. */
function binsOf({ rows, columns, labels }: TreeExamples, cuts: readonly Float32Array[]): Uint8Array {
  const bins = new Uint8Array(columns.length * labels.length);
  columns.forEach((_, column) => {
    const at = column * labels.length;
    for (let row = 0; row < labels.length; row++) {
      const value = rows[row * columns.length + column];
      let low = 0;
      let high = cuts[column].length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value < cuts[column][middle]) high = middle;
        else low = middle + 1;
      }
      bins[at + row] = low;
    }
  });
  return bins;
}

interface Boosting {
  readonly bins: Uint8Array;
  readonly cuts: readonly Float32Array[];
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
  readonly weights: Float32Array;
  readonly columns: number;
}

interface Tree {
  readonly splits: Uint8Array;
  readonly thresholds: Float32Array;
  readonly leaves: Float32Array;
  /** `[rows]` */
  readonly leafOf: Uint16Array;
}

/** Rows of a node, as sums, and between which values its leaves have to stay. */
interface Bounds { readonly low: number; readonly high: number }

function growTree(boosting: Boosting, { depth, rate, shrinkage, leastWeight, monotone }: TreeOptions): Tree {
  const { bins, cuts, gradients, curvatures, columns } = boosting;
  const count = gradients.length;
  const nodes = 2 ** depth - 1;
  const splits = new Uint8Array(nodes);
  const thresholds = new Float32Array(nodes).fill(NO_SPLIT);
  const leaves = new Float32Array(nodes + 1);
  const nodeOf = new Uint16Array(count);
  const bounds: Bounds[] = [{ low: -Infinity, high: Infinity }];
  const within = ({ low, high }: Bounds, value: number): number => Math.min(high, Math.max(low, value));
  const leafValue = (gradient: number, curvature: number): number => -gradient / (curvature + shrinkage);
  for (let level = 0; level < depth; level++) {
    const first = 2 ** level - 1;
    const width = 2 ** level;
    const sums = nodeSums(boosting, nodeOf, first, width);
    for (let k = 0; k < width; k++) {
      const node = first + k;
      const own = bounds[node];
      const best = { gain: 1e-9, column: 0, bin: -1, left: 0, right: 0 };
      for (let column = 0; column < columns; column++) {
        const base = (k * columns + column) * BINS * 3;
        let [gradient, curvature, weight] = [0, 0, 0];
        for (let bin = 0; bin < BINS; bin++) {
          gradient += sums[base + 3 * bin];
          curvature += sums[base + 3 * bin + 1];
          weight += sums[base + 3 * bin + 2];
        }
        const whole = within(own, leafValue(gradient, curvature));
        const score = gainOf(gradient, curvature, whole);
        let [g, h, w] = [0, 0, 0];
        for (let bin = 0; bin < cuts[column].length; bin++) {
          g += sums[base + 3 * bin];
          h += sums[base + 3 * bin + 1];
          w += sums[base + 3 * bin + 2];
          if (w < leastWeight || weight - w < leastWeight) continue;
          const left = within(own, leafValue(g, h));
          const right = within(own, leafValue(gradient - g, curvature - h));
          if (monotone[column] * (right - left) < 0) continue;
          const gain = gainOf(g, h, left) + gainOf(gradient - g, curvature - h, right) - score;
          if (gain > best.gain) Object.assign(best, { gain, column, bin, left, right });
        }
      }
      const middle = (best.left + best.right) / 2;
      const direction = best.bin < 0 ? 0 : monotone[best.column];
      if (best.bin >= 0) {
        splits[node] = best.column;
        thresholds[node] = cuts[best.column][best.bin];
      }
      bounds[2 * node + 1] =
        direction === 0 ? own : direction > 0 ? { low: own.low, high: middle } : { low: middle, high: own.high };
      bounds[2 * node + 2] =
        direction === 0 ? own : direction > 0 ? { low: middle, high: own.high } : { low: own.low, high: middle };
      chosenBins[node] = best.bin < 0 ? BINS : best.bin;
    }
    for (let row = 0; row < count; row++) {
      const node = nodeOf[row];
      nodeOf[row] = 2 * node + (bins[splits[node] * count + row] <= chosenBins[node] ? 1 : 2);
    }
  }
  const totals = new Float64Array(2 * (nodes + 1));
  for (let row = 0; row < count; row++) {
    const leaf = (nodeOf[row] -= nodes);
    totals[2 * leaf] += gradients[row];
    totals[2 * leaf + 1] += curvatures[row];
  }
  for (let leaf = 0; leaf <= nodes; leaf++) {
    leaves[leaf] = rate * within(bounds[nodes + leaf], leafValue(totals[2 * leaf], totals[2 * leaf + 1]));
  }
  return { splits, thresholds, leaves, leafOf: nodeOf };

  /** What a leaf of this value takes off the loss, to second order. */
  function gainOf(gradient: number, curvature: number, value: number): number {
    return -(gradient * value + ((curvature + shrinkage) * value * value) / 2);
  }
}

/** Per node of a level that is being split: the last bin that goes left. */
const chosenBins = new Uint8Array(2 ** 10);

/** `[nodes, columns, BINS, 3]`: sums of gradients, curvatures and weights of a level's nodes. */
function nodeSums(
  { bins, gradients, curvatures, weights, columns }: Boosting, nodeOf: Uint16Array, first: number, width: number,
): Float64Array {
  const count = gradients.length;
  const sums = new Float64Array(width * columns * BINS * 3);
  for (let column = 0; column < columns; column++) {
    const at = column * count;
    for (let row = 0; row < count; row++) {
      const to = (((nodeOf[row] - first) * columns + column) * BINS + bins[at + row]) * 3;
      sums[to] += gradients[row];
      sums[to + 1] += curvatures[row];
      sums[to + 2] += weights[row];
    }
  }
  return sums;
}
