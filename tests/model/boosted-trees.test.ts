import { expect, test } from 'vitest';
import { NO_SPLIT, scoreOf, treeCount, type BoostedTrees } from '../../src/model/boosted-trees.js';
import { readMetadata } from '../../src/model/check-metadata.js';
import { readTrees, storeTrees } from '../../src/model/stored-trees.js';

/** One tree of depth 2: by column 1 first; of what is below, by column 0. */
const trees: BoostedTrees = {
  columns: ['x', 'y'], depth: 2, bias: 0.5,
  splits: Uint8Array.of(1, 0, 0),
  thresholds: Float32Array.of(10, 2, NO_SPLIT),
  leaves: Float32Array.of(1, 2, 4, 8),
};

test.each([
  [[1, 5], 1.5],
  [[2, 5], 2.5],
  [[1, 10], 4.5],
  // A node without a split sends everything to the left.
  [[1e30, 10], 4.5],
])('the row %j comes to its leaf', (row, score) => {
  expect(scoreOf(trees, Float32Array.from(row))).toBe(score);
});

test('trees add up', () => {
  const twice: BoostedTrees = {
    ...trees,
    splits: Uint8Array.of(...trees.splits, ...trees.splits),
    thresholds: Float32Array.of(...trees.thresholds, ...trees.thresholds),
    leaves: Float32Array.of(...trees.leaves, 10, 20, 40, 80),
  };
  expect(treeCount(twice)).toBe(2);
  expect(scoreOf(twice, Float32Array.of(2, 5))).toBe(22.5);
});

const refuse = (reason: string): never => {
  throw new Error(reason);
};
const read = (metadata: unknown, tensors = storeTrees(trees).tensors): BoostedTrees =>
  readTrees(readMetadata(metadata, 'the trees', refuse), tensors, refuse);

test('what is stored is read back', () => {
  const { metadata, tensors } = storeTrees(trees);
  expect(read(JSON.parse(JSON.stringify(metadata)), tensors)).toEqual(trees);
});

test.each<[string, (stored: ReturnType<typeof storeTrees>) => [unknown, ReturnType<typeof storeTrees>['tensors']]]>([
  ['lacks the matrix', ({ metadata, tensors }) => [metadata, tensors.slice(1)]],
  ['does not belong to 2 trees', ({ metadata, tensors }) => [{ ...metadata, trees: 2 }, tensors]],
  ['a column that no row has', ({ metadata, tensors }) => [{ ...metadata, columns: ['x'] }, tensors]],
  ['a whole number from 1 to 8', ({ metadata, tensors }) => [{ ...metadata, depth: 40 }, tensors]],
  ['a number', ({ metadata, tensors }) => [{ ...metadata, bias: null }, tensors]],
])('trees that do not fit together are refused: %s', (reason, change) => {
  const [metadata, tensors] = change(storeTrees(trees));
  expect(() => read(metadata, tensors)).toThrow(reason);
});
