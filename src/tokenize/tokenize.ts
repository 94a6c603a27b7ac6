import type { Node, Tree } from 'web-tree-sitter';
import { SyntaxRefusedError } from '../errors.js';
import { checkArgument, TEXT } from '../shared/check-arguments.js';
import { positionAt } from '../shared/positions.js';
import { blankLayout } from './blank-layout.js';
import { nodeKind, tokenKind } from './kinds.js';
import { loadPythonParser, treeAddress, type PythonParser, type RawCursor } from './parser.js';
import { hasLongRun, skipGapText } from './scan-gap.js';
import type { TokenizedSource } from './token-table.js';

const COMMENT = tokenKind('comment');

/** Splits sources into tokens and gaps. Holds the parser, so that each call is synchronous. */
export interface Tokenizer {
  /**
   * @param text source without a byte order mark, any line endings
   * @param path for error messages only
   * @throws SyntaxRefusedError when the source does not parse, with line and column
   * @throws BadOptionError for something else than a string
   */
  tokenize(text: string, path?: string): TokenizedSource;
}

/** Loads the grammar and returns a tokenizer over it. */
export async function createTokenizer(): Promise<Tokenizer> {
  const python = await loadPythonParser();
  const symbols = symbolTable(python);
  return {
    tokenize(text, path = '<source>') {
      checkArgument('tokenize: text', text, TEXT);
      checkArgument('tokenize: path', path, TEXT);
      return tokenizeWith(python, symbols, text, path);
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

function tokenizeWith(
  python: PythonParser,
  symbols: SymbolTable,
  text: string,
  path: string,
): TokenizedSource {
  // The scanner knows LF and CRLF; a lone CR ends a line in Python too. Same length, same offsets.
  const parsed = text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
  if (hasLongRun(parsed)) {
    const blanked = tokenizeBlanked(python, symbols, parsed, { text, path });
    if (blanked) return blanked;
  }
  const tree = python.parser.parse(parsed);
  if (!tree) throw new Error('tree-sitter returned no tree although no limit was set');
  try {
    if (!tree.rootNode.hasError) return walk(tree, python.cursor, symbols, { text, path });
    const blanked = tokenizeBlanked(python, symbols, parsed, { text, path });
    if (blanked) return blanked;
    throw refusal(tree, text, path);
  } finally {
    tree.delete();
  }
}

/** Tries again without the layout that tree-sitter trips over; null when that does not parse either. */
function tokenizeBlanked(
  python: PythonParser,
  symbols: SymbolTable,
  parsed: string,
  { text, path }: { text: string; path: string },
): TokenizedSource | null {
  const blanked = blankLayout(parsed);
  if (!blanked || blanked.blanks.length === 0) return null;
  const tree = python.parser.parse(blanked.text);
  if (!tree) return null;
  try {
    if (tree.rootNode.hasError) return null;
    const source = walk(tree, python.cursor, symbols, { text, path }, blanked.comments);
    return coversBlank(source, blanked.blanks) ? null : source;
  } finally {
    tree.delete();
  }
}

/** True when a token other than a comment covers something that was blanked: it was part of a string. */
function coversBlank(
  { tokenCount, start, end, kind }: TokenizedSource,
  blanks: readonly (readonly [number, number])[],
): boolean {
  let token = 0;
  for (const [from, to] of blanks) {
    while (token < tokenCount && (end[token] <= from || kind[token] === COMMENT)) token++;
    if (token < tokenCount && start[token] < to) return true;
  }
  return false;
}

/** @param comments spans of the comments that the tree does not hold, in order. */
function walk(
  tree: Tree,
  cursor: RawCursor,
  symbols: SymbolTable,
  { text, path }: { text: string; path: string },
  comments: readonly (readonly [number, number])[] = [],
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

  const at = treeAddress(tree);
  cursor._ts_tree_root_node_wasm(at);
  cursor._ts_tree_cursor_new_wasm(at);
  try {
    let current = openNode(cursor._ts_tree_cursor_current_node_type_id_wasm(at), -1);
    let more = cursor._ts_tree_cursor_goto_first_child_wasm(at) === 1;
    let depth = more ? 1 : 0;
    while (more) {
      const symbol = cursor._ts_tree_cursor_current_node_type_id_wasm(at);
      const action = symbols.action[symbol];
      if (action === DESCEND && cursor._ts_tree_cursor_goto_first_child_wasm(at) === 1) {
        current = openNode(symbol, current);
        depth++;
        continue;
      }
      if (action !== SKIP) {
        const from = cursor._ts_tree_cursor_start_index_wasm(at);
        let to = cursor._ts_tree_cursor_end_index_wasm(at);
        if (to > from) {
          const isComment = symbols.tokenKind[symbol] === COMMENT;
          // `.` in the grammar's comment rule takes the CR of a CRLF along.
          if (isComment && text.charCodeAt(to - 1) === 13) to--;
          pushCommentsBefore(from);
          start.push(from);
          end.push(to);
          kind.push(symbols.tokenKind[symbol]);
          parent.push(isComment ? -1 : current);
          childIndex.push(isComment ? -1 : node.childCount.get(current));
          if (!isComment) node.childCount.set(current, node.childCount.get(current) + 1);
        } else if (symbols.nodeKind[symbol] === nodeKind('block')) {
          throw refuseAt(text, from, path, 'expected an indented block');
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

function refusal(tree: Tree, text: string, path: string): SyntaxRefusedError {
  const fault = firstFault(tree.rootNode);
  const reason = fault?.isMissing ? `expected ${fault.type}` : 'invalid syntax';
  return refuseAt(text, fault?.startIndex ?? 0, path, reason);
}

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
