/**
 * The largest difference between two rows of numbers at the same place; Infinity where the lengths differ or a
 * number is none. For one comparison of many numbers: a test of each costs more than the computation.
 */
export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Infinity;
  let largest = 0;
  for (let k = 0; k < left.length; k++) {
    const difference = Math.abs(left[k] - right[k]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
