import diff from 'fast-diff';
import { checkArgument, TEXT } from '../shared/check-arguments.js';

/**
 * 2M/T of two texts: 1 for equal ones, 0 where no character is in common. Symmetric.
 *
 * @throws BadOptionError for something else than strings
 */
export function similarityRatio(left: string, right: string): number {
  checkArgument('similarityRatio: left', left, TEXT);
  checkArgument('similarityRatio: right', right, TEXT);
  if (left === right) return 1;
  const total = left.length + right.length;
  if (left === '' || right === '') return 0;
  const [first, second] = left < right ? [left, right] : [right, left];
  if (isPrefixOrSuffix(first, second)) return (2 * Math.min(first.length, second.length)) / total;
  let common = 0;
  for (const [operation, text] of diff(first, second)) if (operation === diff.EQUAL) common += text.length;
  return (2 * common) / total;
}

/** Most pairs of gaps: some spaces against more spaces. */
function isPrefixOrSuffix(left: string, right: string): boolean {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left];
  return longer.startsWith(shorter) || longer.endsWith(shorter);
}
