/** Operators of two and three characters that two neighbouring tokens could merge into. */
const OPERATORS = new Set([
  '**', '//', '>>', '<<', '<=', '>=', '==', '!=', '->', ':=', '<>', '+=', '-=', '*=', '/=', '%=',
  '&=', '|=', '^=', '@=', '..',
]);
const WORD = /[\p{L}\p{N}_\u0080-\uffff]/u;
const QUOTE = /["']/;
const DIGIT_START = /^[.]?\d/;

/**
 * True when some whitespace has to stand between two adjacent tokens for them to stay two
 * tokens. Errs on the safe side: it also asks for a space where Python would manage without
 * but would warn (`1if`) or where a string prefix could form (`x"..."`).
 */
export function needsSeparator(left: string, right: string): boolean {
  if (left === '' || right === '') return false;
  const last = left[left.length - 1];
  const first = right[0];
  if (WORD.test(last) && (WORD.test(first) || QUOTE.test(first))) return true;
  if (QUOTE.test(last) && (QUOTE.test(first) || WORD.test(first))) return true;
  // `1.` before a word: `1.else` reads as far as the exponent.
  if (DIGIT_START.test(left) && (first === '.' || WORD.test(first))) return true;
  if (last === '.' && (first === '.' || /\d/.test(first))) return true;
  return OPERATORS.has(last + first);
}
