import type { Tree } from 'web-tree-sitter';
import { nodeKind, tokenKind } from './kinds.js';
import { findLexicalFault, type Span } from './logical-lines.js';
import { treeAddress, type PythonParser, type RawCursor } from './parser.js';
import { skipGapText } from './scan-gap.js';
import { isClause } from './structure.js';
import { refuseAt, type NamedText } from './syntax-fault.js';
import type { TokenizedSource } from './token-table.js';
import { COMMENT } from './vocabulary.js';

const OTHER = 0;
const BLOCK = nodeKind('block');
/** Nodes whose children are statements. */
const STATEMENT_PARENTS = new Set(['module', 'block', 'decorated_definition'].map(nodeKind));

/** What to do at a tree-sitter symbol: descend, take as one token, or skip. */
export interface SymbolTable {
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

/** The table of a grammar's symbols. */
export function symbolTable({ language }: PythonParser): SymbolTable {
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

/** What the tree that is walked does not hold, in order. */
export interface Unseen {
  readonly comments: readonly Span[];
  /** Lines for which the tree holds stand-ins. */
  readonly opaque: readonly Span[];
}

/**
 * Reads tokens, gaps and nodes off a tree.
 *
 * @param named the source, whose tokens stand where the tree has them
 * @throws SyntaxRefusedError for what the tree takes and Python does not
 */
export function walkTree(
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

  const kinds = kind.bytes();
  trimComments(kinds.length, node, kinds);
  return withGaps({
    start: start.ints(),
    end: end.ints(),
    kind: kinds,
    parent: parent.ints(),
    childIndex: childIndex.ints(),
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
  }, { text, path });
}

/** Tokens and nodes of a source as they were read off a tree. */
export type WalkedTree = Omit<TokenizedSource, 'text' | 'tokenCount' | 'gaps'>;

/**
 * The source, with what stands between its tokens.
 *
 * @throws SyntaxRefusedError for what Python does not accept there
 */
export function withGaps(walked: WalkedTree, { text, path }: NamedText): TokenizedSource {
  const { start, end } = walked;
  const tokenCount = start.length;
  const gaps = new Array<string>(tokenCount + 1);
  let gapStart = 0;
  for (let i = 0; i <= tokenCount; i++) {
    const to = i < tokenCount ? start[i] : text.length;
    const gap = to === gapStart ? '' : text.slice(gapStart, to);
    gaps[i] = gap;
    if (gap !== '' && gap !== ' ') {
      const foreign = skipGapText(gap);
      if (foreign < gap.length) {
        throw refuseAt(text, gapStart + foreign, path, 'a character that Python does not accept here');
      }
    }
    if (i < tokenCount) gapStart = end[i];
  }
  return { text, tokenCount, gaps, ...walked };
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
