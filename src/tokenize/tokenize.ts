import type { Node, Tree } from 'web-tree-sitter';
import { SyntaxRefusedError } from '../errors.js';
import { checkArgument, TEXT } from '../shared/check-arguments.js';
import { positionAt } from '../shared/positions.js';
import { nodeKind, tokenKind } from './kinds.js';
import { toLf } from './line-ends.js';
import { findLexicalFault, isFault, lexLogicalLines, type LexedSource, type LexicalFault, type Span } from './logical-lines.js';
import { setOpaqueLinesAside, type OpaqueSource } from './opaque-lines.js';
import { loadPythonParser, treeAddress, type PythonParser, type RawCursor } from './parser.js';
import { hasLongRun, skipGapText } from './scan-gap.js';
import { isClause } from './structure.js';
import type { TokenizedSource } from './token-table.js';
import { COMMENT, STRING } from './vocabulary.js';

const OTHER = 0;
const BLOCK = nodeKind('block');
/** Nodes whose children are statements. */
const STATEMENT_PARENTS = new Set(['module', 'block', 'decorated_definition'].map(nodeKind));

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
   * Takes more logical lines for unknown to the grammar, by their text. So tests exercise opaque lines
   * on programs that CPython knows and can judge.
   */
  readonly isUnknown?: (line: string) => boolean;
}

/** Loads the grammar and returns a tokenizer over it. */
export async function createTokenizer(): Promise<Tokenizer> {
  const python = await loadPythonParser();
  const symbols = symbolTable(python);
  return {
    tokenize(text, path = '<source>', options = {}) {
      checkArgument('tokenize: text', text, TEXT);
      checkArgument('tokenize: path', path, TEXT);
      return tokenizeWith(python, symbols, { text: toLf(text), path }, options);
    },
  };
}

/** What to do at a tree-sitter symbol: descend, take as one token, or skip. */
interface SymbolTable {
  readonly tokenKind: Uint8Array;
  readonly nodeKind: Uint8Array;
  readonly action: Uint8Array;
}
const DESCEND = 0;
const ATOM = 1;
const SKIP = 2;

/** Strings and prefixes are one token by decision; the others have no children to look for. */
const ATOMS = new Set(['string', 'import_prefix', 'comment', 'identifier', 'integer', 'float']);

/** Keywords and punctuation; `is not` and `not in` are nodes with two tokens. */
function isPlainToken(language: PythonParser['language'], id: number): boolean {
  const name = language.nodeTypeForId(id) ?? '';
  return name !== '' && !language.nodeTypeIsNamed(id) && nodeKind(name) === 0 && !name.includes(' ');
}

function symbolTable({ language }: PythonParser): SymbolTable {
  const count = language.nodeTypeCount;
  const table = {
    tokenKind: new Uint8Array(count),
    nodeKind: new Uint8Array(count),
    action: new Uint8Array(count),
  };
  for (let id = 0; id < count; id++) {
    const name = language.nodeTypeForId(id) ?? '';
    table.tokenKind[id] = tokenKind(name);
    table.nodeKind[id] = nodeKind(name);
    if (ATOMS.has(name) || isPlainToken(language, id)) table.action[id] = ATOM;
    if (name === 'line_continuation') table.action[id] = SKIP;
  }
  return table;
}

/** Growing integer column. */
class Column {
  private values: Int32Array<ArrayBuffer>;
  length = 0;
  constructor(capacity: number) {
    this.values = new Int32Array(capacity);
  }
  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Int32Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }
  set(index: number, value: number): void {
    this.values[index] = value;
  }
  get(index: number): number {
    return this.values[index];
  }
  ints(): Int32Array {
    return this.values.slice(0, this.length);
  }
  bytes(): Uint8Array {
    return Uint8Array.from(this.values.subarray(0, this.length));
  }
}

/** A source and its name. */
interface NamedText {
  readonly text: string;
  readonly path: string;
}

function tokenizeWith(python: PythonParser, symbols: SymbolTable, named: NamedText, options: TokenizeOptions): TokenizedSource {
  const { text } = named;
  python.path = named.path;
  const plain = (): TokenizedSource | null =>
    withTree(python, text, (tree) => (tree.rootNode.hasError ? null : walk(tree, python.cursor, symbols, named)));
  const lexed = (): TokenizedSource => tokenizeLexed(python, symbols, named, options);
  if (options.isUnknown) return lexed();
  if (!BACKSLASH_LINE.test(text) && !hasLongRun(text)) return plain() ?? lexed();
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

/** A line of nothing but a backslash, maybe within a string. */
const BACKSLASH_LINE = /(?:^|\n)[ \t\f]*\\\n/;

function withTree<T>(python: PythonParser, text: string, use: (tree: Tree) => T): T {
  const tree = python.parse(text);
  try {
    return use(tree);
  } finally {
    tree.delete();
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
      const source = walk(tree, python.cursor, symbols, named, { comments, opaque });
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
    const agrees = source.kind[i] === STRING ? endOf.get(start) === end : text.slice(start, end) === plainText.slice(start, end);
    if (!agrees) throw refuseAt(text, start, path, 'invalid syntax');
  }
}

/** What the tree that is walked does not hold, in order. */
interface Unseen {
  readonly comments: readonly Span[];
  /** Lines for which the tree holds stand-ins. */
  readonly opaque: readonly Span[];
}

function walk(
  tree: Tree,
  cursor: RawCursor,
  symbols: SymbolTable,
  { text, path }: NamedText,
  { comments, opaque }: Unseen = { comments: [], opaque: [] },
): TokenizedSource {
  const guess = Math.max(64, text.length >> 2);
  const start = new Column(guess);
  const end = new Column(guess);
  const kind = new Column(guess);
  const parent = new Column(guess);
  const childIndex = new Column(guess);
  const node = {
    kind: new Column(guess),
    parent: new Column(guess),
    firstToken: new Column(guess),
    lastToken: new Column(guess),
    childIndex: new Column(guess),
    childCount: new Column(guess),
  };
  const openNode = (symbol: number, parentNode: number): number => {
    const index = node.kind.length;
    node.kind.push(symbols.nodeKind[symbol]);
    node.parent.push(parentNode);
    node.firstToken.push(start.length);
    node.lastToken.push(start.length - 1);
    node.childIndex.push(parentNode < 0 ? 0 : node.childCount.get(parentNode));
    node.childCount.push(0);
    if (parentNode >= 0) node.childCount.set(parentNode, node.childCount.get(parentNode) + 1);
    return index;
  };

  let nextComment = 0;
  const pushCommentsBefore = (offset: number): void => {
    for (; nextComment < comments.length && comments[nextComment][0] < offset; nextComment++) {
      start.push(comments[nextComment][0]);
      end.push(comments[nextComment][1]);
      kind.push(COMMENT);
      parent.push(-1);
      childIndex.push(-1);
    }
  };

  const opaqueTokens: number[] = [];
  let nextOpaque = 0;
  /** Takes a node that lies in an opaque line: the line's token, once, in a node of its own where it is a statement. */
  const takeOpaque = (from: number, to: number, symbol: number): boolean => {
    while (nextOpaque < opaque.length && opaque[nextOpaque][1] <= from) nextOpaque++;
    if (nextOpaque === opaque.length || from < opaque[nextOpaque][0] || to > opaque[nextOpaque][1]) return false;
    const [lineStart, lineEnd] = opaque[nextOpaque];
    if (from === lineStart && symbols.nodeKind[symbol] === BLOCK) return false;
    if (from !== lineStart || to === from) return true;
    pushCommentsBefore(from);
    const isStatement = STATEMENT_PARENTS.has(node.kind.get(current)) || isClause(symbols.nodeKind[symbol]);
    const owner = isStatement && symbols.action[symbol] === DESCEND ? openNode(symbol, current) : current;
    opaqueTokens.push(start.length);
    start.push(lineStart);
    end.push(lineEnd);
    kind.push(OTHER);
    parent.push(owner);
    childIndex.push(node.childCount.get(owner));
    node.childCount.set(owner, node.childCount.get(owner) + 1);
    if (owner !== current) node.lastToken.set(owner, start.length - 1);
    return true;
  };

  const at = treeAddress(tree);
  cursor._ts_tree_root_node_wasm(at);
  cursor._ts_tree_cursor_new_wasm(at);
  let current = openNode(cursor._ts_tree_cursor_current_node_type_id_wasm(at), -1);
  try {
    let more = cursor._ts_tree_cursor_goto_first_child_wasm(at) === 1;
    let depth = more ? 1 : 0;
    while (more) {
      const symbol = cursor._ts_tree_cursor_current_node_type_id_wasm(at);
      let action = symbols.action[symbol];
      if (opaque.length > 0) {
        const from = cursor._ts_tree_cursor_start_index_wasm(at);
        if (takeOpaque(from, cursor._ts_tree_cursor_end_index_wasm(at), symbol)) action = SKIP;
      }
      if (action === DESCEND && cursor._ts_tree_cursor_goto_first_child_wasm(at) === 1) {
        current = openNode(symbol, current);
        depth++;
        continue;
      }
      if (action !== SKIP) {
        const from = cursor._ts_tree_cursor_start_index_wasm(at);
        const to = cursor._ts_tree_cursor_end_index_wasm(at);
        if (to > from) {
          const isComment = symbols.tokenKind[symbol] === COMMENT;
          pushCommentsBefore(from);
          start.push(from);
          end.push(to);
          kind.push(symbols.tokenKind[symbol]);
          parent.push(isComment ? -1 : current);
          childIndex.push(isComment ? -1 : node.childCount.get(current));
          if (!isComment) node.childCount.set(current, node.childCount.get(current) + 1);
        } else if (symbols.nodeKind[symbol] === BLOCK) {
          const fault = findLexicalFault(text);
          throw refuseAt(text, fault?.offset ?? from, path, fault?.reason ?? 'expected an indented block');
        }
      }
      while (cursor._ts_tree_cursor_goto_next_sibling_wasm(at) !== 1) {
        cursor._ts_tree_cursor_goto_parent_wasm(at);
        node.lastToken.set(current, start.length - 1);
        current = node.parent.get(current);
        depth--;
        if (depth === 0) {
          more = false;
          break;
        }
      }
    }
    pushCommentsBefore(text.length);
    node.lastToken.set(0, start.length - 1);
  } finally {
    cursor._ts_tree_cursor_delete_wasm(at);
  }

  const starts = start.ints();
  const ends = end.ints();
  const kinds = kind.bytes();
  const tokenCount = starts.length;
  trimComments(tokenCount, node, kinds);
  const gaps = new Array<string>(tokenCount + 1);
  let gapStart = 0;
  for (let i = 0; i <= tokenCount; i++) {
    const to = i < tokenCount ? starts[i] : text.length;
    gaps[i] = text.slice(gapStart, to);
    const foreign = skipGapText(gaps[i]);
    if (foreign < gaps[i].length) throw refuseAt(text, gapStart + foreign, path, 'a character that Python does not accept here');
    if (i < tokenCount) gapStart = ends[i];
  }
  return {
    text,
    tokenCount,
    start: starts,
    end: ends,
    kind: kinds,
    parent: parent.ints(),
    childIndex: childIndex.ints(),
    gaps,
    opaque: opaqueTokens,
    tree: {
      nodeCount: node.kind.length,
      kind: node.kind.bytes(),
      parent: node.parent.ints(),
      firstToken: node.firstToken.ints(),
      lastToken: node.lastToken.ints(),
      childIndex: node.childIndex.ints(),
      childCount: node.childCount.ints(),
    },
  };
}

/**
 * Comments float in the tree with their indentation. Pulls the edges of every node in to
 * its first and last token that is no comment, so that the tree does not depend on layout.
 */
function trimComments(
  tokenCount: number,
  node: { firstToken: Column; lastToken: Column },
  kinds: Uint8Array,
): void {
  const next = new Int32Array(tokenCount + 1);
  const previous = new Int32Array(tokenCount + 1);
  next[tokenCount] = tokenCount;
  for (let i = tokenCount - 1; i >= 0; i--) next[i] = kinds[i] === COMMENT ? next[i + 1] : i;
  let last = -1;
  for (let i = 0; i < tokenCount; i++) {
    if (kinds[i] !== COMMENT) last = i;
    previous[i] = last;
  }
  for (let n = 0; n < node.firstToken.length; n++) {
    node.firstToken.set(n, next[Math.min(node.firstToken.get(n), tokenCount)]);
    const to = node.lastToken.get(n);
    node.lastToken.set(n, to < 0 ? -1 : previous[to]);
  }
}

function refusal(tree: Tree, { text, path }: NamedText): SyntaxRefusedError {
  const { offset, reason } = faultIn(tree);
  return refuseAt(text, offset, path, reason);
}

function faultIn(tree: Tree): { offset: number; reason: string } {
  const fault = firstFault(tree.rootNode);
  return {
    offset: fault?.startIndex ?? 0,
    reason: fault?.isMissing ? `expected ${quoteToken(fault)}` : 'invalid syntax',
  };
}

/** `)` as `')'`, and a missing name as what it is. */
const quoteToken = ({ type, isNamed }: Node): string => (isNamed ? `a ${type.replaceAll('_', ' ')}` : `'${type}'`);

/**
 * The first ERROR or missing node in source order, found along nodes that hold an error. A loop over a
 * cursor, because a tree may be a million levels deep, and a node have millions of children.
 */
function firstFault(root: Node): Node | undefined {
  const cursor = root.walk();
  try {
    let fault: Node | undefined;
    for (let node = root; ; node = cursor.currentNode) {
      const isFault = node.isError || node.isMissing;
      if (isFault || node.id !== root.id) fault = node;
      if (!cursor.gotoFirstChild()) return fault;
      const isWanted = (child: Node): boolean => child.isMissing || (isFault ? child.isError : child.hasError);
      while (!isWanted(cursor.currentNode)) if (!cursor.gotoNextSibling()) return fault;
      if (isFault) return cursor.currentNode;
    }
  } finally {
    cursor.delete();
  }
}

/** Builds the refusal of a source at a UTF-16 offset. */
export function refuseAt(text: string, offset: number, path: string, reason: string): SyntaxRefusedError {
  return new SyntaxRefusedError({ path, reason, ...positionAt(text, offset) });
}
