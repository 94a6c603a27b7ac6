import { NODE_KINDS, TOKEN_KINDS } from '../../tokenize/index.js';

/** Values that several groups of features draw on: what a slot may hold. */

/** Values of a slot that holds the kind of a token, and the one that stands for "no token". */
export const TOKEN_VALUES = TOKEN_KINDS.length + 1;
export const NO_TOKEN: number = TOKEN_KINDS.length;

/** Values of a slot that holds the kind of a node, and the one that stands for "no node". */
export const NODE_VALUES = NODE_KINDS.length + 1;
export const NO_NODE: number = NODE_KINDS.length;

/** Values of a slot that says yes or no. */
export const FLAG_VALUES = 2;

/** Values of `countBucket` and `sizeBucket`. */
export const COUNT_BUCKETS = 8;
export const SIZE_BUCKETS = 8;
