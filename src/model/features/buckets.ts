import { GapRole } from '../../tokenize/index.js';
import type { bool, i32 } from './views.js';

/** What several groups make of a number. */

/** The smaller and the larger of two whole numbers. */
export function atMost(limit: i32, value: i32): i32 {
  return value < limit ? value : limit;
}
export function atLeast(limit: i32, value: i32): i32 {
  return value > limit ? value : limit;
}

/** Two values as one: the second has `secondValues` values. */
export function paired(first: i32, second: i32, secondValues: i32): i32 {
  return first * secondValues + second;
}

/** Bucket of a count: 0, 1, 2, 3, 4-5, 6-9, 10-19, 20 and more. */
export function countBucket(n: i32): i32 {
  return n < 4 ? atLeast(0, n) : n < 6 ? 4 : n < 10 ? 5 : n < 20 ? 6 : 7;
}

/** Bucket of a statement's size in tokens: none, then up to 3, 7, 15, 31, 79, 249, and more. */
export function sizeBucket(n: i32): i32 {
  return n <= 0 ? 0 : n < 4 ? 1 : n < 8 ? 2 : n < 16 ? 3 : n < 32 ? 4 : n < 80 ? 5 : n < 250 ? 6 : 7;
}

/** True for gaps between logical lines that may leave lines blank. */
export function mayHoldBlankLines(role: i32): bool {
  return role === GapRole.Statement || role === GapRole.BlockStart || role === GapRole.OwnLineComment;
}

/** True for gaps between logical lines, which the features of statements describe. */
export function standsBetweenLines(role: i32): bool {
  return mayHoldBlankLines(role) || role === GapRole.AfterSemicolon;
}
