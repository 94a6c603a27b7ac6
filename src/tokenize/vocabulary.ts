import { TOKEN_KINDS, tokenKind } from './kinds.js';

/**
 * Python's words, as far as layout and completion go by them: brackets, what heads a block, what is a keyword, what
 * hugs its neighbour. Whoever needs one of them takes it from here, by kind where there are tokens and by text where
 * there is text alone.
 *
 * Limits: what belongs to one rule alone, such as the operators that may stand between two operands, is with that rule.
 */
export const COMMENT = tokenKind('comment');
export const STRING = tokenKind('string');
export const IDENTIFIER = tokenKind('identifier');
export const INTEGER = tokenKind('integer');
export const FLOAT = tokenKind('float');
/** The dots of `from ..a import b`. */
export const IMPORT_PREFIX = tokenKind('import_prefix');
export const COMMA = tokenKind(',');
export const COLON = tokenKind(':');
export const SEMICOLON = tokenKind(';');
export const DOT = tokenKind('.');
export const EQUALS = tokenKind('=');
export const LAMBDA = tokenKind('lambda');

/** Brackets and what closes them. */
const CLOSER_OF_OPENER: ReadonlyMap<string, string> = new Map([['(', ')'], ['[', ']'], ['{', '}']]);
const OPENER_WORDS = [...CLOSER_OF_OPENER.keys()];
const CLOSER_WORDS = [...CLOSER_OF_OPENER.values()];

/** What closes a bracket; undefined for anything else than an opening bracket. */
export const closerOf = (word: string): string | undefined => CLOSER_OF_OPENER.get(word);

const isBracketWord = (words: readonly string[]) => (word: string): boolean => words.includes(word);
export const isOpenerWord: (word: string) => boolean = isBracketWord(OPENER_WORDS);
export const isCloserWord: (word: string) => boolean = isBracketWord(CLOSER_WORDS);

/** A set of token kinds that is asked by index. */
export function kindTest(words: readonly string[]): (kind: number) => boolean {
  const holds = new Uint8Array(256);
  for (const word of words) {
    if (!(TOKEN_KINDS as readonly string[]).includes(word)) throw new Error(`no kind of token: ${word}`);
    holds[tokenKind(word)] = 1;
  }
  return (kind) => holds[kind] === 1;
}

export const isOpener = kindTest(OPENER_WORDS);
export const isCloser = kindTest(CLOSER_WORDS);
/** Brackets that may hold arguments, parameters or an index: they hug what they belong to. */
export const isCallBracket = kindTest(['(', '[']);

/** Clauses that go on a compound statement. */
export const CLAUSE_WORDS: readonly string[] = ['elif', 'else', 'except', 'finally'];
/** First words of a compound statement or a clause, which end with the colon of a block; always keywords. */
export const HEADER_WORDS: readonly string[] = [
  'if', 'for', 'while', 'try', 'with', 'def', 'class', 'async', ...CLAUSE_WORDS,
];
/** The same, where they are no names. */
export const SOFT_HEADER_WORDS: readonly string[] = ['match', 'case'];

/** True for the keyword that heads a block. */
export const isHeader = kindTest([...HEADER_WORDS, ...SOFT_HEADER_WORDS]);

/** Always keywords. */
export const HARD_KEYWORDS: ReadonlySet<string> = new Set([
  ...HEADER_WORDS, 'and', 'as', 'assert', 'await', 'break', 'continue', 'del', 'from', 'global', 'import', 'in', 'is',
  'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'yield',
]);
/** Keywords only at the start of a statement that goes on like one. */
export const SOFT_KEYWORDS: ReadonlySet<string> = new Set([...SOFT_HEADER_WORDS, 'exec', 'print', 'type']);

const NAMED_KINDS: ReadonlyMap<string, string> = new Map([
  ['True', 'true'], ['False', 'false'], ['None', 'none'], ['...', 'ellipsis'],
]);

/** Name of the kind of a word or symbol whose kind is not called as it is written; undefined for others. */
export const namedKind = (word: string): string | undefined => NAMED_KINDS.get(word);

/** What ends an operand: a sign behind it stands between two, a bracket behind it is a call or a subscript. */
export const endsOperand = kindTest([
  ...CLOSER_WORDS, 'identifier', 'string', 'integer', 'float', 'true', 'false', 'none', 'ellipsis',
]);
/** True for what joins operands to one value; assignments and the dot do not. */
export const isOperator = kindTest([
  'and', 'or', '+', '-', '*', '/', '//', '%', '|', '&', '^', '==', '!=', '<', '>', '<=', '>=', 'in', 'is', 'not', '**',
  '@', '<<', '>>',
]);
/** True for the first words of the parts of a comprehension or a conditional. */
export const isPartWord = kindTest(['for', 'if', 'else', 'async']);
/** Signs and stars, which hug their operand where they stand before one alone. */
export const SIGN_WORDS: readonly string[] = ['-', '+', '*', '**'];
export const isSign = kindTest(SIGN_WORDS);

/** Words that usually hug what stands before them, and behind them; the colon depends on what it is for. */
export const TIGHT_BEFORE_WORDS: readonly string[] = [...CLOSER_WORDS, ',', ';', '.'];
export const TIGHT_AFTER_WORDS: readonly string[] = [...OPENER_WORDS, '.', '~'];

const hugsLeft = kindTest([...TIGHT_BEFORE_WORDS, ':']);
const hugsRight = kindTest([...TIGHT_AFTER_WORDS, '@']);

/** True where usually nothing stands between two tokens, whatever they are in: a guess for measuring and drafting. */
export const usuallyTouch = (left: number, right: number): boolean => hugsRight(left) || hugsLeft(right);
