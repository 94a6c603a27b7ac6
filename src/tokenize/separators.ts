/** Operators of two and three characters that two neighbouring tokens could merge into. */
const OPERATORS = new Set([
  '**', '//', '>>', '<<', '<=', '>=', '==', '!=', '->', ':=', '<>', '+=', '-=', '*=', '/=', '%=',
  '&=', '|=', '^=', '@=', '..',
]);
/** All that is not ASCII counts as a letter. */
const WORD = /[\w\u0080-\uffff]/;
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

/** From this length on a token that begins with a digit is a number for sure. */
const LONGEST_JUDGED = 12;
const OPERATOR_PAIRS = new Uint8Array(128 * 128);
for (const pair of OPERATORS) OPERATOR_PAIRS[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isQuote = (code: number): boolean => code === 34 || code === 39;
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95 || code >= 128;

/**
 * `needsSeparator` for the token in `[start, end)` of a text and the one that starts at
 * `next`, without cutting them out: it is asked for every gap.
 */
export function needsSeparatorAt(text: string, { start, end, next, isNumber }: {
  start: number;
  end: number;
  next: number;
  isNumber: boolean;
}): boolean {
  const last = text.charCodeAt(end - 1);
  const first = text.charCodeAt(next);
  if (isWord(last)) {
    if (isWord(first) || isQuote(first)) return true;
  } else if (isQuote(last) && (isQuote(first) || isWord(first))) return true;
  if ((first === 46 || isWord(first)) && (isNumber || end - start < LONGEST_JUDGED)) {
    const begin = text.charCodeAt(start) === 46 ? start + 1 : start;
    if (begin < end && isDigit(text.charCodeAt(begin))) return true;
  }
  if (last === 46 && (first === 46 || isDigit(first))) return true;
  return last < 128 && first < 128 && OPERATOR_PAIRS[last * 128 + first] === 1;
}
