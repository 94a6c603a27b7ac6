import type { Tree } from 'web-tree-sitter';
import { SyntaxRefusedError } from '../errors.js';
import { checkArgument, TEXT } from '../shared/check-arguments.js';
import { toLf } from './line-ends.js';
import { isFault, lexLogicalLines, type LexedSource, type LexicalFault, type Span } from './logical-lines.js';
import { setOpaqueLinesAside, type OpaqueSource } from './opaque-lines.js';
import { letGoOfHeap, loadPythonParser, type PythonParser } from './parser.js';
import { RecentTrees } from './recent-trees.js';
import { hasLongRun } from './scan-gap.js';
import { faultIn, NUL_REASON, refusal, refuseAt, type NamedText } from './syntax-fault.js';
import type { TokenizedSource } from './token-table.js';
import { COMMENT, STRING } from './vocabulary.js';
import { walkPlainTree } from './tree-walker.js';
import { symbolTable, walkTree, type SymbolTable } from './walk-tree.js';

/** Splits sources into tokens and gaps. Holds the parser, so that each call is synchronous. */
export interface Tokenizer {
  /**
   * @param text source without a byte order mark, any line endings; the result is over `toLf(text)`, from which
   *   `overRawText` leads back to the text
   * @param path for error messages only
   * @throws SyntaxRefusedError when the source is certainly broken, with line and column; where
   *   `options.strict` is set, also when it holds a statement that the grammar does not know, which
   *   is one opaque token otherwise
   * @throws OverBudgetError when it takes more than the budget at work allows, or than the parser's memory holds
   * @throws BadOptionError for something else than a string
   */
  tokenize(text: string, path?: string, options?: TokenizeOptions): TokenizedSource;
}

export interface TokenizeOptions {
  /** Refuse what the grammar does not know. */
  readonly strict?: boolean;
  /**
   * Refuse at once what the grammar does not take as it stands: what CPython's tokenizer would read otherwise is not
   * tried. For a text that `isReadPlainly`.
   */
  readonly asItStands?: boolean;
  /** The text comes again with a few lines changed, so its tree is kept, and that of an earlier one serves it. */
  readonly comesAgain?: boolean;
  /** Of a text that comes again: no other text's tree serves it. */
  readonly isAfresh?: boolean;
  /**
   * Takes more logical lines for unknown to the grammar, by their text. So tests exercise opaque lines
   * on programs that CPython knows and can judge.
   */
  readonly isUnknown?: (line: string) => boolean;
}

/** Loads the grammar and returns a tokenizer over it. */
export async function createTokenizer(): Promise<Tokenizer> {
  const python = await loadPythonParser();
  const symbols = symbolTable(python);
  const recent = new RecentTrees();
  return {
    tokenize(text, path = '<source>', options = {}) {
      checkArgument('tokenize: text', text, TEXT);
      checkArgument('tokenize: path', path, TEXT);
      return tokenizeWith({ python, symbols, recent }, { text: toLf(text), path }, options);
    },
  };
}

interface Parts {
  readonly python: PythonParser;
  readonly symbols: SymbolTable;
  readonly recent: RecentTrees;
}

function tokenizeWith(
  { python, symbols, recent }: Parts,
  named: NamedText,
  options: TokenizeOptions,
): TokenizedSource {
  const { text } = named;
  const nulAt = text.indexOf('\0');
  if (nulAt >= 0) throw refuseAt(text, nulAt, named.path, NUL_REASON);
  python.path = named.path;
  if (mayBeDeep(text)) refuseDeep(python, named);
  const plain = (): TokenizedSource | null =>
    withTree(python, text, (tree) => (tree.rootNode.hasError ? null : walkPlainTree(tree, python, symbols, named)));
  const again = (): TokenizedSource | null => {
    try {
      const tree = recent.parse(python, text, options.isAfresh);
      return tree && walkPlainTree(tree, python, symbols, named);
    } finally {
      letGoOfHeap(python);
    }
  };
  const lexed = (): TokenizedSource => tokenizeLexed(python, symbols, named, options);
  if (options.asItStands === true) {
    return withTree(python, text, (tree) => {
      if (tree.rootNode.hasError) throw refusal(tree, named);
      return walkPlainTree(tree, python, symbols, named);
    });
  }
  if (options.isUnknown) return lexed();
  if (isReadPlainly(text)) return (options.comesAgain === true ? again() : plain()) ?? lexed();
  // The grammar's scanner takes the indentation behind a backslash for that of the line, CPython does not; and
  // on a long run of comments or backslashes its time grows with the square.
  try {
    return lexed();
  } catch (fault) {
    const source = fault instanceof SyntaxRefusedError ? plain() : null;
    if (source === null) throw fault;
    return source;
  }
}

/**
 * True for a text that is read as it stands: where it is read strictly, it is read to the same tokens otherwise.
 *
 * @param text with LF line ends
 */
export const isReadPlainly = (text: string): boolean => !BACKSLASH_LINE.test(text) && !hasLongRun(text);

/** A line of nothing but a backslash, maybe within a string. */
const BACKSLASH_LINE = /(?:^|\n)[ \t\f]*\\\n/;

/** Levels of indentation that the grammar's scanner has room for, with some for strings; CPython takes 99. */
const MOST_LEVELS = 500;
/** What that many levels hold at least: each line is indented by one column more. */
const LEAST_DEEP_UNITS = (MOST_LEVELS * MOST_LEVELS) / 2;
const DEEP_LINE = new RegExp(`\n[ \t\f]{${MOST_LEVELS}}`);

const mayBeDeep = (text: string): boolean => text.length > LEAST_DEEP_UNITS && DEEP_LINE.test(text);

/**
 * Refuses a source that is nested deeper than the grammar follows, whose scanner would write beyond its memory.
 *
 * @throws SyntaxRefusedError
 */
function refuseDeep(python: PythonParser, named: NamedText): void {
  const lexed = lexLogicalLines(named.text);
  if (isFault(lexed)) throw lexicalRefusal(python, lexed, named);
  const line = lexed.lines.find(({ depth }) => depth > MOST_LEVELS);
  if (line === undefined) return;
  throw refuseAt(named.text, line.start, named.path, `too many levels of indentation (more than ${MOST_LEVELS})`);
}

function withTree<T>(python: PythonParser, text: string, use: (tree: Tree) => T): T {
  const tree = python.parse(text);
  try {
    return use(tree);
  } finally {
    tree.delete();
    letGoOfHeap(python);
  }
}

/**
 * Tries again as CPython's tokenizer reads the source: without the layout that tree-sitter trips over,
 * then with what the grammar does not know set aside.
 */
function tokenizeLexed(
  python: PythonParser,
  symbols: SymbolTable,
  named: NamedText,
  options: TokenizeOptions,
): TokenizedSource {
  const parses = (text: string): boolean => withTree(python, text, (tree) => !tree.rootNode.hasError);
  const lexed = lexLogicalLines(named.text);
  if (isFault(lexed)) throw lexicalRefusal(python, lexed, named);
  const read = ({ plainText, opaque }: OpaqueSource): TokenizedSource =>
    withTree(python, plainText, (tree) => {
      if (tree.rootNode.hasError) throw refusal(tree, named);
      const comments = lexed.comments.filter(([from]) => !isWithin(opaque, from));
      const source = walkTree(tree, python.cursor, symbols, named, { comments, opaque });
      checkTokens(source, { ...lexed, plainText }, named);
      return source;
    });
  const { strict, isUnknown } = options;
  if (strict || (!isUnknown && parses(lexed.plainText))) return read({ plainText: lexed.plainText, opaque: [] });
  const aside = setOpaqueLinesAside(lexed, parses, isUnknown);
  return read(aside ?? { plainText: lexed.plainText, opaque: [] });
}

/** The refusal where the lexer stopped; at the header before it, when that is what does not parse. */
function lexicalRefusal(
  python: PythonParser,
  { offset, reason, after }: LexicalFault,
  { text, path }: NamedText,
): SyntaxRefusedError {
  if (!after || after.opensBlock) return refuseAt(text, offset, path, reason);
  const header = `${text.slice(after.start, after.end)}\n`;
  return withTree(python, header, (tree) => {
    if (!tree.rootNode.hasError) return refuseAt(text, offset, path, reason);
    const fault = faultIn(tree);
    return refuseAt(text, after.start + fault.offset, path, fault.reason);
  });
}

function isWithin(spans: readonly Span[], offset: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle][1] <= offset) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && spans[low][0] <= offset;
}

/** Every token has to be what the lexer saw at its place: the tree is that of another text. */
function checkTokens(source: TokenizedSource, { plainText, strings }: LexedSource, { text, path }: NamedText): void {
  const opaque = new Set(source.opaque);
  const endOf = new Map(strings.map(([start, end]) => [start, end]));
  for (let i = 0; i < source.tokenCount; i++) {
    if (source.kind[i] === COMMENT || opaque.has(i)) continue;
    const [start, end] = [source.start[i], source.end[i]];
    const agrees =
      source.kind[i] === STRING ? endOf.get(start) === end : text.slice(start, end) === plainText.slice(start, end);
    if (!agrees) throw refuseAt(text, start, path, 'invalid syntax');
  }
}
