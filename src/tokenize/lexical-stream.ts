import { lazily } from '../shared/lazily.js';
import { tokenKind } from './kinds.js';
import { StatementTracker } from './statement-tracker.js';
import { abandonsBrackets, LONGEST_HEADER } from './unclosed-bracket.js';
import {
  COMMENT, FLOAT, HARD_KEYWORDS, IDENTIFIER, IMPORT_PREFIX, INTEGER, SOFT_HEADER_WORDS, SOFT_KEYWORDS, STRING,
  isCloserWord,
  isOpenerWord, namedKind,
} from './vocabulary.js';

/**
 * A lenient lexer for Python that is still being typed: no tree, no errors, one pass. It
 * gives the leaves that tree-sitter would give on complete code, a line end after every
 * physical line that holds tokens (inside brackets too), and says how a text ends: in the
 * middle of a word, of a string, of a comment. A line that can only begin a statement does so, whatever brackets are
 * open above it.
 *
 * Limits: `match`, `type`, `print` and other soft keywords are told from names by what stands
 * beside them on the line, the wildcard `_` of a pattern is a name, and an f-string that holds its own quotes reads as
 * several strings.
 */

/** Kind of the token that ends a physical line; outside TOKEN_KINDS. */
export const LINE_END = 254;

export interface LexicalToken {
  /** Index in TOKEN_KINDS, as tree-sitter would call the leaf; LINE_END at line ends. */
  readonly kind: number;
  /** '' for a line end. */
  readonly text: string;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Blocks around the token's statement: of the indent stack, and one more in `if x: here`. */
  readonly blockDepth: number;
  /** Brackets open before the token. */
  readonly bracketDepth: number;
  /** True for the first token of a statement. */
  readonly startsStatement: boolean;
  /**
   * Of a line end: change of block depth up to the next line's statement, 0 inside brackets;
   * null while the next line is unknown. 0 for other tokens.
   */
  readonly depthChange: number | null;
}

/** How the text ends, as far as a completion has to know. */
export interface LexicalEnd {
  /** `word`: the last token is a name, keyword or number that touches the end of the text. */
  readonly inside: 'code' | 'word' | 'string' | 'comment';
  /** Offset at which that word, string or comment starts; the text's length otherwise. */
  readonly start: number;
  /** Brackets that are open, outermost first. */
  readonly openBrackets: string;
}

export interface LexicalStream {
  readonly tokens: readonly LexicalToken[];
  readonly end: LexicalEnd;
  /** Offset of the last statement that began while brackets were open above it; -1 without one. */
  readonly brokenOffAt: number;
}

/** A line start outside brackets, from where a text can be split again as if from its beginning. */
export interface LexicalCheckpoint {
  /** UTF-16 offset of the line's first token, and its column. */
  readonly at: number;
  readonly column: number;
  /** Tokens before it. */
  readonly tokens: number;
  /** Columns of the blocks around the line before. */
  readonly indents: readonly number[];
  /** Indices of line ends: the one whose change of depth this line says, and the last one; -1 without one. */
  readonly pendingLineEnd: number;
  readonly lastLineEnd: number;
  readonly brokenOffAt: number;
}

/** Where to go on, and the tokens before that. */
export interface LexicalResumption {
  readonly from: LexicalCheckpoint;
  readonly tokens: readonly LexicalToken[];
}

/** Nothing before a line depends on what stands further behind its first token than this, in UTF-16 units. */
export const LEXICAL_FORESIGHT = LONGEST_HEADER;

const SYMBOLS = [
  '**=', '//=', '>>=', '<<=', '...', '!=', '%=', '&=', '**', '*=', '+=', '-=', '->', '//', '/=', ':=', '<<', '<=', '<>',
  '==', '>=', '>>', '@=', '^=', '|=',
];
const SYMBOLS_BY_FIRST = new Map<string, string[]>();
for (const symbol of SYMBOLS) {
  SYMBOLS_BY_FIRST.set(symbol[0]!, [...(SYMBOLS_BY_FIRST.get(symbol[0]!) ?? []), symbol]);
}

const words = lazily(() => /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy);
const NUMBER =
  /0[xX][\da-fA-F_]+[lL]?|0[bB][01_]+[lL]?|0[oO][0-7_]+[lL]?|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d[\d_]*)?[jJ]?|\d[\d_]*\.?(?:[eE][+-]?\d[\d_]*)?[jJlL]?/y;
const STRING_START = /(?:[rRbBuUfFtT]{0,2})("""|'''|"|')/y;
const DOTS = /\.+/y;
const BLANKS = /[ \t\f]+/y;
const LINE_REST = /[^\r\n]*/y;

/** What may begin with a character of ASCII, as bits: it costs less to look there than to try each pattern. */
const enum Begins { Blank = 1, String = 2, Word = 4, Number = 8 }
const beginsWith = new Uint8Array(128);
for (const [bit, characters] of [
  [Begins.Blank, ' \t\f'], [Begins.String, 'rRbBuUfFtT"\''], [Begins.Number, '0123456789.'],
  [Begins.Word, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_'],
] as const) {
  for (let k = 0; k < characters.length; k++) beginsWith[characters.charCodeAt(k)]! |= bit;
}
/** Other letters begin words. */
const mayBegin = (code: number, bit: Begins): boolean =>
  (code < 128 ? (beginsWith[code]! & bit) !== 0 : bit === Begins.Word);

/**
 * Splits a text into lexical tokens.
 *
 * @param options.comments keep comments as tokens (kind `comment`); they are dropped otherwise
 * @param options.checkpoints gets the places to resume from, in the order of the text
 * @param options.resumption begins there, see `createGrowingLexer`
 */
export function lexPython(text: string, options: {
  readonly comments?: boolean;
  readonly checkpoints?: LexicalCheckpoint[];
  readonly resumption?: LexicalResumption | null;
} = {}): LexicalStream {
  const { checkpoints, resumption = null } = options;
  const tokens: LexicalToken[] = resumption === null ? [] : resumption.tokens.slice(0, resumption.from.tokens);
  const indents = [...resumption?.from.indents ?? [0]];
  const brackets: string[] = [];
  const statements = new StatementTracker();
  let at = resumption?.from.at ?? (text.charCodeAt(0) === 0xfeff ? 1 : 0);
  /** True until the line shows a code token. */
  let lineIsEmpty = true;
  let pendingLineEnd = resumption?.from.pendingLineEnd ?? -1;
  let lastLineEnd = resumption?.from.lastLineEnd ?? -1;
  let brokenOffAt = resumption?.from.brokenOffAt ?? -1;
  let inside: LexicalEnd['inside'] = 'code';
  let endStart = text.length;

  const depth = (): number => indents.length - 1 + statements.inline;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    return found === null ? null : found[0];
  };
  /** Fills in what follows the latest line end. */
  const resolveLineEnd = (): void => {
    if (pendingLineEnd < 0) return;
    const before = tokens[pendingLineEnd]!;
    tokens[pendingLineEnd] = {
      ...before, depthChange: brackets.length > 0 ? 0 : indents.length - 1 - before.blockDepth,
    };
    pendingLineEnd = -1;
  };
  const push = (kind: number, end: number): void => {
    const word = text.slice(at, end);
    tokens.push({
      kind, text: word, start: at, end, blockDepth: depth(), bracketDepth: brackets.length,
      startsStatement: statements.startsStatement, depthChange: 0,
    });
    statements.push(kind);
    lineIsEmpty = false;
    at = end;
  };
  const closeLine = (): void => {
    if (lineIsEmpty) return;
    pendingLineEnd = lastLineEnd = tokens.length;
    // The change of depth counts from the block that the line's header stands in.
    tokens.push({
      kind: LINE_END, text: '', start: at, end: at, blockDepth: indents.length - 1, bracketDepth: brackets.length,
      startsStatement: false, depthChange: null,
    });
    if (brackets.length > 0) resolveLineEnd();
    statements.endLine();
    lineIsEmpty = true;
  };
  const openIndent = (column: number): void => {
    while (indents.length > 1 && indents[indents.length - 1]! > column) indents.pop();
    if (column > indents[indents.length - 1]!) indents.push(column);
  };
  let column = resumption?.from.column ?? 0;
  let isLineStart = true;
  const breaksOff = (): boolean => {
    let last = lastLineEnd - 1;
    while (last > 0 && tokens[last]!.kind === COMMENT) last--;
    const [statementColumn, bracket] = [indents[indents.length - 1]!, brackets[brackets.length - 1]!];
    return abandonsBrackets({ text, at, column, statementColumn, previous: tokens[last]?.text ?? '', bracket });
  };

  while (at < text.length) {
    if (mayBegin(text.charCodeAt(at), Begins.Blank)) {
      const blanks = match(BLANKS)!;
      if (isLineStart) column = indentColumn(blanks);
      at += blanks.length;
      if (at >= text.length) break;
    }
    const c = text[at]!;
    if (c === '\n' || c === '\r') {
      closeLine();
      at += c === '\r' && text[at + 1] === '\n' ? 2 : 1;
      isLineStart = true;
      column = 0;
      continue;
    }
    if (c === '\\' && (text[at + 1] === '\n' || text[at + 1] === '\r')) {
      at += text.startsWith('\r\n', at + 1) ? 3 : 2;
      isLineStart = false;
      continue;
    }
    if (c === '#') {
      const rest = match(LINE_REST)!;
      if (options.comments) {
        tokens.push({
          kind: COMMENT, text: rest, start: at, end: at + rest.length, blockDepth: depth(),
          bracketDepth: brackets.length,
          startsStatement: false, depthChange: 0,
        });
      }
      if (at + rest.length === text.length) {
        inside = 'comment';
        endStart = at;
      }
      at += rest.length;
      continue;
    }
    if (isLineStart && brackets.length > 0 && breaksOff()) {
      brackets.length = 0;
      statements.abandonBrackets();
      pendingLineEnd = lastLineEnd;
      brokenOffAt = at;
    }
    if (checkpoints !== undefined && isLineStart && brackets.length === 0 && statements.startsStatement) {
      checkpoints.push({
        at, column, tokens: tokens.length, indents: [...indents], pendingLineEnd, lastLineEnd, brokenOffAt,
      });
    }
    if (isLineStart && statements.startsStatement) openIndent(column);
    isLineStart = false;
    resolveLineEnd();

    const code = text.charCodeAt(at);
    STRING_START.lastIndex = at;
    const opening = mayBegin(code, Begins.String) ? STRING_START.exec(text) : null;
    if (opening !== null) {
      const end = stringEnd(text, at + opening[0].length, opening[1]!);
      if (end.open) {
        inside = 'string';
        endStart = at;
      }
      push(STRING, end.at);
      continue;
    }
    const word = mayBegin(code, Begins.Word) ? match(words()) : null;
    if (word !== null) {
      const start = at;
      push(wordKind(word, {
        text, end: at + word.length, first: statements.startsStatement, previous: tokens[tokens.length - 1],
      }), at + word.length);
      if (at === text.length) {
        inside = 'word';
        endStart = start;
      }
      continue;
    }
    const number = mayBegin(code, Begins.Number) ? match(NUMBER) : null;
    if (number !== null && number !== '') {
      const start = at;
      push(/^0[xXbBoO]|^\d[\d_]*[lL]?$/.test(number) ? INTEGER : FLOAT, at + number.length);
      if (at === text.length) {
        inside = 'word';
        endStart = start;
      }
      continue;
    }
    if (c === '.' && tokens[tokens.length - 1]?.text === 'from') {
      push(IMPORT_PREFIX, at + match(DOTS)!.length);
      continue;
    }
    const symbol = SYMBOLS_BY_FIRST.get(c)?.find((candidate) => text.startsWith(candidate, at)) ?? c;
    push(tokenKind(namedKind(symbol) ?? symbol), at + symbol.length);
    // A closer stands inside its bracket, as its opener stands before it.
    if (isOpenerWord(c)) brackets.push(c);
    else if (isCloserWord(c)) brackets.pop();
  }
  // Indentation typed on the last line says where its statement will stand.
  if (pendingLineEnd >= 0 && isLineStart && column > 0 && inside === 'code') {
    openIndent(column);
    resolveLineEnd();
  }
  return { tokens, end: { inside, start: endStart, openBrackets: brackets.join('') }, brokenOffAt };
}

/** Column of the first character after leading blanks, tabs to multiples of 8. */
function indentColumn(blanks: string): number {
  let column = 0;
  for (const c of blanks) column = c === '\t' ? (column | 7) + 1 : c === '\f' ? 0 : column + 1;
  return column;
}

/** Where the string ends, and whether the text (or, for one-line quotes, the line) ended first. */
function stringEnd(text: string, from: number, quote: string): { at: number; open: boolean } {
  const isTriple = quote.length === 3;
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') i += text.startsWith('\r\n', i + 1) ? 2 : 1;
    else if (c === quote[0] && (!isTriple || text.startsWith(quote, i))) return { at: i + quote.length, open: false };
    else if (!isTriple && (c === '\n' || c === '\r')) return { at: i, open: false };
  }
  return { at: text.length, open: true };
}

function wordKind(
  word: string,
  place: { text: string; end: number; first: boolean; previous: LexicalToken | undefined },
): number {
  const named = namedKind(word);
  if (named !== undefined) return tokenKind(named);
  // The grammar's own quirk: this module's name is no name.
  if (word === '__future__' && place.previous?.text === 'from') return 0;
  const afterDot = place.previous?.text === '.';
  if (HARD_KEYWORDS.has(word)) return tokenKind(word);
  if (SOFT_KEYWORDS.has(word) && place.first && !afterDot && startsSoftStatement(word, place.text, place.end)) {
    return tokenKind(word);
  }
  return IDENTIFIER;
}

const OPERAND = /[ \t]+(?:["'\w([{*-]|>>)/y;
const COMPOUND_REST = /[ \t]+[^=.,:)\]\s][^\r\n]*:/y;

/** Whether what follows a soft keyword makes it one: `print x`, `match value:`, not `print(x)` or `type = 1`. */
function startsSoftStatement(word: string, text: string, end: number): boolean {
  if (SOFT_HEADER_WORDS.includes(word)) {
    COMPOUND_REST.lastIndex = end;
    return COMPOUND_REST.test(text);
  }
  OPERAND.lastIndex = end;
  if (!OPERAND.test(text)) return false;
  const next = text.slice(end).trimStart();
  if (word === 'type') return /^[A-Za-z_]\w*\s*(?:\[|=)/.test(next.slice(0, 80));
  return !next.startsWith('(') && !/^(?:in|is|and|or|if|not)\b/.test(next.slice(0, 5)) &&
    !/^[*-]\s/.test(next.slice(0, 2));
}
