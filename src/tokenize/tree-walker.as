// Walks a tree of tree-sitter and writes down tokens and nodes as `walkTree` does, in AssemblyScript (not TypeScript),
// compiled by scripts/build-kernel.js into tree-walker-wasm.generated.ts. The steps are functions of web-tree-sitter's
// own module, which calls between modules reach without passing through JavaScript. Memory is laid out by the caller:
// columns of `capacity` numbers, tokens and nodes apart.

@external("cursor", "ts_tree_root_node_wasm") declare function rootNode(tree: i32): void;
@external("cursor", "ts_tree_cursor_new_wasm") declare function newCursor(tree: i32): void;
@external("cursor", "ts_tree_cursor_delete_wasm") declare function deleteCursor(tree: i32): void;
@external("cursor", "ts_tree_cursor_goto_first_child_wasm") declare function gotoFirstChild(tree: i32): i32;
@external("cursor", "ts_tree_cursor_goto_next_sibling_wasm") declare function gotoNextSibling(tree: i32): i32;
@external("cursor", "ts_tree_cursor_goto_parent_wasm") declare function gotoParent(tree: i32): i32;
@external("cursor", "ts_tree_cursor_current_node_type_id_wasm") declare function symbolOf(tree: i32): i32;
@external("cursor", "ts_tree_cursor_start_index_wasm") declare function startIndex(tree: i32): i32;
@external("cursor", "ts_tree_cursor_end_index_wasm") declare function endIndex(tree: i32): i32;

const DESCEND: i32 = 0;
const SKIP: i32 = 2;

/** What a walk comes to: everything is written down; there was no room for it; JavaScript has to look at it. */
const DONE: i32 = 0;
const FULL: i32 = 1;
const ODD: i32 = 2;

export let tokenCount: i32 = 0;
export let nodeCount: i32 = 0;

/** Addresses of the columns. */
let tokenStart: usize = 0;
let tokenEnd: usize = 0;
let tokenParent: usize = 0;
let tokenChildIndex: usize = 0;
let nodeParent: usize = 0;
let nodeFirst: usize = 0;
let nodeLast: usize = 0;
let nodeChildIndex: usize = 0;
let nodeChildCount: usize = 0;
let nextCode: usize = 0;
let previousCode: usize = 0;
let tokenKind: usize = 0;
let nodeKind: usize = 0;

@inline function get(column: usize, i: i32): i32 { return load<i32>(column + (<usize>i << 2)); }
@inline function put(column: usize, i: i32, value: i32): void { store<i32>(column + (<usize>i << 2), value); }

/** Bytes that columns of a capacity take: eleven of words, two of bytes. */
export function bytesFor(capacity: i32): i32 {
  return capacity * 46;
}

function placeColumns(from: usize, capacity: i32): void {
  const size = <usize>capacity << 2;
  tokenStart = from;
  tokenEnd = tokenStart + size;
  tokenParent = tokenEnd + size;
  tokenChildIndex = tokenParent + size;
  nodeParent = tokenChildIndex + size;
  nodeFirst = nodeParent + size;
  nodeLast = nodeFirst + size;
  nodeChildIndex = nodeLast + size;
  nodeChildCount = nodeChildIndex + size;
  nextCode = nodeChildCount + size;
  previousCode = nextCode + size;
  tokenKind = previousCode + size;
  nodeKind = tokenKind + capacity;
}

function openNode(kind: u8, parent: i32): i32 {
  const index = nodeCount++;
  store<u8>(nodeKind + index, kind);
  put(nodeParent, index, parent);
  put(nodeFirst, index, tokenCount);
  put(nodeLast, index, tokenCount - 1);
  put(nodeChildCount, index, 0);
  put(nodeChildIndex, index, parent < 0 ? 0 : countChild(parent));
  return index;
}

/** One child more; its index. */
@inline function countChild(node: i32): i32 {
  const count = get(nodeChildCount, node);
  put(nodeChildCount, node, count + 1);
  return count;
}

/**
 * @param tables kinds of tokens, kinds of nodes and actions by symbol, `symbols` bytes each
 * @param block the kind of node that holds no token only where something is missing
 * @param comment the kind of token that no node holds
 */
export function walk(
  tree: i32, tables: usize, symbols: i32, from: usize, capacity: i32, block: i32, comment: i32,
): i32 {
  placeColumns(from, capacity);
  tokenCount = 0;
  nodeCount = 0;
  rootNode(tree);
  newCursor(tree);
  const answer = walkFromRoot(tree, tables, symbols, capacity, block, comment);
  deleteCursor(tree);
  if (answer === DONE) trimComments(comment);
  return answer;
}

function walkFromRoot(tree: i32, tables: usize, symbols: i32, capacity: i32, block: i32, comment: i32): i32 {
  const kinds = tables + symbols;
  const actions = kinds + symbols;
  let symbol = symbolOf(tree);
  if (symbol >= symbols) return ODD;
  let current = openNode(load<u8>(kinds + symbol), -1);
  let depth = 0;
  if (gotoFirstChild(tree) === 1) {
    depth = 1;
    while (depth > 0) {
      // One place of the columns of what is between tokens is for the end.
      if (tokenCount + 1 >= capacity || nodeCount >= capacity) return FULL;
      symbol = symbolOf(tree);
      if (symbol >= symbols) return ODD;
      const action: i32 = load<u8>(actions + symbol);
      const kind = load<u8>(kinds + symbol);
      if (action === DESCEND && gotoFirstChild(tree) === 1) {
        current = openNode(kind, current);
        depth++;
        continue;
      }
      if (action !== SKIP) {
        const start = startIndex(tree);
        const end = endIndex(tree);
        if (end > start) {
          const token = tokenCount++;
          const tokenIs = load<u8>(tables + symbol);
          put(tokenStart, token, start);
          put(tokenEnd, token, end);
          store<u8>(tokenKind + token, tokenIs);
          if (<i32>tokenIs === comment) {
            put(tokenParent, token, -1);
            put(tokenChildIndex, token, -1);
          } else {
            put(tokenParent, token, current);
            put(tokenChildIndex, token, countChild(current));
          }
        } else if (<i32>kind === block) {
          return ODD;
        }
      }
      while (gotoNextSibling(tree) !== 1) {
        gotoParent(tree);
        put(nodeLast, current, tokenCount - 1);
        current = get(nodeParent, current);
        depth--;
        if (depth === 0) break;
      }
    }
  }
  put(nodeLast, 0, tokenCount - 1);
  return DONE;
}

/** See `trimComments` of walk-tree.ts. */
function trimComments(comment: i32): void {
  put(nextCode, tokenCount, tokenCount);
  for (let i = tokenCount - 1; i >= 0; i--) {
    put(nextCode, i, <i32>load<u8>(tokenKind + i) === comment ? get(nextCode, i + 1) : i);
  }
  let last = -1;
  for (let i = 0; i < tokenCount; i++) {
    if (<i32>load<u8>(tokenKind + i) !== comment) last = i;
    put(previousCode, i, last);
  }
  for (let n = 0; n < nodeCount; n++) {
    put(nodeFirst, n, get(nextCode, min(get(nodeFirst, n), tokenCount)));
    const to = get(nodeLast, n);
    put(nodeLast, n, to < 0 ? -1 : get(previousCode, to));
  }
}
