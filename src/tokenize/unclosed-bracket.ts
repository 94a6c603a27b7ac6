import { lazily } from '../shared/lazily.js';

/**
 * A bracket that is open while code is typed would swallow everything below it. What can only begin a statement ends
 * the statement above, brackets or not. In code that is complete there is no such line.
 */

/** Where a line begins within brackets. */
export interface LineInBrackets {
  readonly text: string;
  /** UTF-16 offset of its first token. */
  readonly at: number;
  /** Column of its first token, and of the statement that opened the brackets. */
  readonly column: number;
  readonly statementColumn: number;
  /** Text of the token before it, line ends and comments left out. */
  readonly previous: string;
  /** The innermost open bracket. */
  readonly bracket: string;
}

const firstWord = lazily(() => /[\p{L}_][\p{L}\p{N}_]*/uy);
/** No expression holds one of these. */
const STATEMENT_WORDS = new Set([
  'assert', 'break', 'class', 'continue', 'def', 'del', 'elif', 'except', 'finally', 'global', 'import', 'nonlocal',
  'pass', 'raise', 'return', 'try', 'while', 'with',
]);
/** Words between or before operands, and those that go on in a comprehension or a conditional. */
const EXPRESSION_WORDS =
  new Set(['and', 'as', 'async', 'await', 'else', 'for', 'from', 'if', 'in', 'is', 'lambda', 'not', 'or', 'yield']);
const statement = lazily(() => new RegExp(
  [
    String.raw`async[ \t]+(?:def|with)\b`,
    String.raw`from[ \t]+[\w.]+[ \t]+import\b`,
    String.raw`@[\w.]+(?:\([^\r\n]*\))?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)[ \t]*(?:@|def\b|class\b|async\b)`,
    // Headers, up to the colon at the line's end.
    String.raw`(?:async[ \t]+)?for\b[^\r\n]*\bin\b[^\r\n]*:[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)`,
    String.raw`if\b(?![^\r\n]*\b(?:else|lambda)\b)[^\r\n]*:[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)`,
    String.raw`else[ \t]*:[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)`,
  ].join('|'),
  'uy',
));
/** Characters in which a header is looked for: time stays linear in lines of any length. */
export const LONGEST_HEADER = 400;
const assignment = lazily(() => /[\p{L}_][\p{L}\p{N}_.]*[ \t]*=(?!=)/uy);
const operand = lazily(() => /[\p{L}\p{N}_]/uy);
const operandEnd = lazily(() => /[\p{L}\p{N}_"'`)\]}]$/u);

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
};

/** Whether a line can only be the beginning of a statement, so that the brackets above it were never closed. */
export function abandonsBrackets({ text, at, column, statementColumn, previous, bracket }: LineInBrackets): boolean {
  const word = matchAt(firstWord(), text, at) ?? '';
  const isOutside = column <= statementColumn;
  // A word that is still being typed may become a name.
  if (STATEMENT_WORDS.has(word) && (isOutside || at + word.length < text.length)) return true;
  if (!isOutside) return false;
  if (matchAt(statement(), text.slice(at, at + LONGEST_HEADER), 0) !== null) return true;
  if (EXPRESSION_WORDS.has(word)) return false;
  if (matchAt(assignment(), text, at) !== null &&
    (bracket !== '(' || !(previous === ',' || previous === '(' || previous.startsWith('*')))) return true;
  // Two operands in a row, at the margin: one comma may be missing, but a bracket more likely.
  return operandEnd().test(previous) && !EXPRESSION_WORDS.has(previous) && matchAt(operand(), text, at) !== null &&
    !isStringStart(text, at);
}

const STRING_START = /[rRbBuUfFtT]{0,2}["']/y;
const isStringStart = (text: string, at: number): boolean => matchAt(STRING_START, text, at) !== null;
