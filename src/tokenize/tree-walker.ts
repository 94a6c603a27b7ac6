import type { Tree } from 'web-tree-sitter';
import { compileWarmModule } from '../shared/engine-flags.js';
import { Instance, Memory, Module } from '../shared/web-assembly.js';
import { nodeKind } from './kinds.js';
import { treeAddress, type PythonParser } from './parser.js';
import type { NamedText } from './syntax-fault.js';
import type { TokenizedSource } from './token-table.js';
import { TREE_WALKER_WASM_BASE64 } from './tree-walker-wasm.generated.js';
import { COMMENT } from './vocabulary.js';
import { walkTree, withGaps, type SymbolTable } from './walk-tree.js';

/**
 * The walk over a tree in WebAssembly, beside the parser: what `walkTree` writes down, without the way between
 * JavaScript and the parser at each step. What is odd or huge is walked by `walkTree`.
 */

interface WalkerFunctions {
  readonly tokenCount: { readonly value: number };
  readonly nodeCount: { readonly value: number };
  bytesFor(capacity: number): number;
  walk(
    tree: number, tables: number, symbols: number, from: number, capacity: number, block: number, comment: number,
  ): number;
}

const PAGE_BYTES = 65536;
/** The compiler keeps the start of the memory to itself. */
const TABLES_AT = 1024;
/** Of characters, from which on the memory would be more than it is worth to keep. */
const MOST_TEXT = 2_000_000;
/** Of a memory that is not kept for the next text. */
const LARGE_BYTES = 4 * 1024 * 1024;
/** What a walk comes to, see tree-walker.as. */
const DONE = 0;
const FULL = 1;
const BLOCK = nodeKind('block');

class TreeWalker {
  private readonly memory = new Memory({ initial: 1 });
  private readonly run: WalkerFunctions;
  private readonly columnsAt: number;

  /** @param exports of the module whose trees are walked */
  constructor(readonly exports: object, private readonly symbols: SymbolTable) {
    module ??= compileWarmModule(() => new Module(Buffer.from(TREE_WALKER_WASM_BASE64, 'base64')));
    const { memory } = this;
    this.run = new Instance(module, { env: { memory }, cursor: exports }).exports as unknown as WalkerFunctions;
    const count = symbols.action.length;
    const bytes = new Uint8Array(memory.buffer);
    const tables = [symbols.tokenKind, symbols.nodeKind, symbols.action];
    tables.forEach((table, k) => bytes.set(table, TABLES_AT + k * count));
    this.columnsAt = (TABLES_AT + 3 * count + 15) & ~15;
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Null where JavaScript has to look. */
  walk(tree: Tree, text: string): Parameters<typeof withGaps>[0] | null {
    // No token is empty, so there are never more.
    for (let capacity = 64 + (text.length >> 2); ; capacity *= 2) {
      const missing = this.columnsAt + this.run.bytesFor(capacity) - this.memory.buffer.byteLength;
      if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
      const answer = this.run.walk(
        treeAddress(tree), TABLES_AT, this.symbols.action.length, this.columnsAt, capacity, BLOCK, COMMENT,
      );
      if (answer === DONE) return this.columns(capacity);
      if (answer !== FULL) return null;
    }
  }

  private columns(capacity: number): Parameters<typeof withGaps>[0] {
    const { buffer } = this.memory;
    const tokenCount = this.run.tokenCount.value;
    const nodeCount = this.run.nodeCount.value;
    const ints = (column: number, length: number): Int32Array =>
      new Int32Array(buffer, this.columnsAt + 4 * capacity * column, length).slice();
    const bytes = (column: number, length: number): Uint8Array =>
      new Uint8Array(buffer, this.columnsAt + 4 * capacity * INT_COLUMNS + capacity * column, length).slice();
    return {
      start: ints(0, tokenCount), end: ints(1, tokenCount), kind: bytes(0, tokenCount),
      parent: ints(2, tokenCount), childIndex: ints(3, tokenCount), opaque: [],
      tree: {
        nodeCount, kind: bytes(1, nodeCount), parent: ints(4, nodeCount), firstToken: ints(5, nodeCount),
        lastToken: ints(6, nodeCount), childIndex: ints(7, nodeCount), childCount: ints(8, nodeCount),
      },
    };
  }
}

/** Columns of whole numbers, two of which are of no use outside. */
const INT_COLUMNS = 11;

let module: object | undefined;
let walker: TreeWalker | undefined;

/** What `walkTree` reads off a tree without comments or opaque lines of its own. */
export function walkPlainTree(
  tree: Tree, python: PythonParser, symbols: SymbolTable, named: NamedText,
): TokenizedSource {
  if (named.text.length <= MOST_TEXT) {
    // The parser is another one after its memory was full.
    if (walker?.exports !== python.exports) walker = new TreeWalker(python.exports, symbols);
    const walked = walker.walk(tree, named.text);
    if (walker.bytes > LARGE_BYTES) walker = undefined;
    if (walked !== null) return withGaps(walked, named);
  }
  return walkTree(tree, python.cursor, symbols, named);
}
