import { GapRole, NODE_KINDS, TOKEN_KINDS } from '../../tokenize/index.js';

/** Values that several groups of features draw on: what a slot may hold, and the buckets of counts. */

/** Values of a slot that holds the kind of a token, and the one that stands for "no token". */
export const TOKEN_VALUES = TOKEN_KINDS.length + 1;
export const NO_TOKEN: number = TOKEN_KINDS.length;

/** Values of a slot that holds the kind of a node, and the one that stands for "no node". */
export const NODE_VALUES = NODE_KINDS.length + 1;
export const NO_NODE: number = NODE_KINDS.length;

/** Values of a slot that says yes or no. */
export const FLAG_VALUES = 2;

/** Two values as one: the second has `secondValues` values. */
export const paired = (first: number, second: number, secondValues: number): number => first * secondValues + second;

/** Bucket of a count: 0, 1, 2, 3, 4-5, 6-9, 10-19, 20 and more. */
export const COUNT_BUCKETS = 8;
export const countBucket = (n: number): number => (n < 4 ? Math.max(0, n) : n < 6 ? 4 : n < 10 ? 5 : n < 20 ? 6 : 7);

/** Bucket of a statement's size in tokens: none, then up to 3, 7, 15, 31, 79, 249, and more. */
export const SIZE_BUCKETS = 8;
export const sizeBucket = (n: number): number =>
  n <= 0 ? 0 : n < 4 ? 1 : n < 8 ? 2 : n < 16 ? 3 : n < 32 ? 4 : n < 80 ? 5 : n < 250 ? 6 : 7;

/** True for gaps between logical lines that may leave lines blank. */
export const mayHoldBlankLines = (role: number): boolean =>
  role === (GapRole.Statement as number) || role === (GapRole.BlockStart as number) ||
    role === (GapRole.OwnLineComment as number);

/** True for gaps between logical lines, which the features of statements describe. */
export const standsBetweenLines = (role: number): boolean =>
  role === (GapRole.Statement as number) || role === (GapRole.BlockStart as number) ||
  role === (GapRole.OwnLineComment as number) || role === (GapRole.AfterSemicolon as number);
