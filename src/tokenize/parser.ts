import type { Language, Parser, Tree } from 'web-tree-sitter';
import { OverBudgetError } from '../errors.js';
import { bytesAllowed, checkTime, isTimeUp } from '../shared/budget.js';
import { Instance, Memory } from '../shared/web-assembly.js';
import { copyOfLibrary, FIRST_HEAP_PAGES, loadGrammar, parserModule, type ParserLibrary } from './parser-files.js';
import { ParserInput } from './parser-input.js';
import { isParserReady, renewParser } from './parser-ready.js';

/** A ready parser and the language whose symbol ids its trees use. */
export interface PythonParser {
  readonly parser: Parser;
  readonly language: Language;
  readonly cursor: RawCursor;
  /** The functions of web-tree-sitter's module of WebAssembly, for other such modules to call. */
  readonly exports: object;
  /** What the parser reads from. */
  readonly input: ParserInput;
  /** Names the source at hand in messages. */
  path: string;
  /**
   * @param earlier the tree of an earlier text, edited to be as long as this one; it stays the caller's
   * @throws OverBudgetError when the budget is spent, or the parser's memory
   */
  parse(text: string, earlier?: Tree): Tree;
}

/**
 * web-tree-sitter's own functions behind `TreeCursor`, which keep the cursor in a buffer of
 * theirs from call to call. `TreeCursor` copies it out and in around each step, which costs
 * more than the step. Each takes the tree's address; only one walk can go on at a time.
 */
export interface RawCursor {
  _ts_tree_root_node_wasm(tree: number): void;
  /** Starts a walk at the node that was put into the buffer last. */
  _ts_tree_cursor_new_wasm(tree: number): void;
  _ts_tree_cursor_delete_wasm(tree: number): void;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

/** Where a tree lies in the memory of web-tree-sitter. */
export const treeAddress = (tree: Tree): number => (tree as unknown as readonly number[])[0];

/** The heap of web-tree-sitter cannot grow beyond 2 GB; parsing is given up before it is full. */
const MOST_HEAP_BYTES = 1_600_000_000;

interface Imports {
  readonly env: Record<string, unknown>;
}

interface ParserOptions {
  /** Where the heap ends, for tests; 2 GB where not given. */
  readonly maximumBytes?: number;
}

let loading: Promise<PythonParser> | undefined;

/** Loads the grammar once for the process; later calls return the same parser, whatever their options. */
export function loadPythonParser(options: ParserOptions = {}): Promise<PythonParser> {
  loading ??= import('web-tree-sitter').then((library) => initialise(library, options));
  return loading;
}

/** Bytes that the parser's heap takes; it never shrinks. */
export const parserHeapBytes = (python: Pick<PythonParser, 'cursor'>): number => heapOf(python.cursor).length;

const heapOf = (module: unknown): Uint8Array => (module as { HEAPU8: Uint8Array }).HEAPU8;

async function initialise(
  library: ParserLibrary, { maximumBytes = 2 ** 31 }: ParserOptions,
): Promise<PythonParser> {
  const silent = (): void => undefined;
  const input = new ParserInput();
  let exports: object = {};
  // Emscripten adds the functions of the module to the options that it is given.
  const module = {
    instantiateWasm: (imports: Imports, done: (instance: object, of: object) => void) => {
      imports.env['tree_sitter_parse_callback'] =
        (buffer: number, index: number, _row: number, _column: number, length: number): void =>
          input.read(heapOf(module), buffer, index, length);
      const core = parserModule();
      const instance = new Instance(core, imports);
      exports = instance.exports;
      done(instance, core);
    },
    // What it has to say when it runs out of memory is said better below.
    print: silent,
    printErr: silent,
    wasmMemory: new Memory({ initial: FIRST_HEAP_PAGES, maximum: Math.floor(maximumBytes / 65_536) }),
  };
  await library.Parser.init(module);
  const language = await loadGrammar(library);
  const parser = new library.Parser();
  parser.setLanguage(language);
  return pythonParser({ parser, language, exports, cursor: module as unknown as RawCursor, input });
}

/** Apart from where they are made: what stands there would hold a heap that is given back. */
function pythonParser(parts: Pick<PythonParser, 'parser' | 'language' | 'exports' | 'cursor' | 'input'>): PythonParser {
  const python: PythonParser = {
    ...parts, path: '<source>', parse: (text, earlier) => parse(python, text, earlier),
  };
  return python;
}

function parse(python: PythonParser, text: string, earlier: Tree | null = null): Tree {
  const { path } = python;
  if (!isParserReady()) throw new OverBudgetError({ path, limit: 'bytes', allowed: null });
  // A heap that an earlier file has made large is no fault of this one.
  const most = Math.max(parserHeapBytes(python), Math.min(MOST_HEAP_BYTES, bytesAllowed() ?? MOST_HEAP_BYTES));
  let isFull = false;
  let tree: Tree | null;
  python.input.take(text);
  try {
    // Of the text itself no more is asked than that it is one.
    tree = python.parser.parse(text, earlier, {
      progressCallback: () => (isFull = parserHeapBytes(python) > most) || isTimeUp(),
    });
  } catch (cause) {
    // How Emscripten ends a program that gets no memory.
    if (!(cause instanceof Error) || cause.name !== 'RuntimeError') throw cause;
    renewParser(renew(python));
    throw new OverBudgetError({ path, limit: 'bytes', allowed: null, cause });
  } finally {
    python.input.release();
  }
  if (tree !== null) return tree;
  python.parser.reset();
  if (isFull) throw new OverBudgetError({ path, limit: 'bytes', allowed: bytesAllowed() });
  checkTime();
  throw new Error('tree-sitter returned no tree although no limit was reached');
}

let copies = 0;
const anotherParser = async (): Promise<PythonParser> => initialise(await copyOfLibrary(++copies), {});

/**
 * Makes the parser anew after its heap was full, which leaves it unusable for good. The library keeps one
 * instance of its module for ever, so another copy of the library is loaded.
 */
async function renew(python: PythonParser): Promise<void> {
  dismantle(python);
  replaceBy(python, await anotherParser());
}

/** Lets go of a parser's heap, which may be of up to 2 GB. */
function dismantle(python: PythonParser): void {
  const old = python.cursor as unknown as Record<string, unknown>;
  // Functions stay callable: the library's finalizers may still come for trees of the old heap.
  for (const name of Object.keys(old)) old[name] = typeof old[name] === 'function' ? () => 0 : undefined;
}

function replaceBy(python: PythonParser, { parser, language, cursor, exports, input }: PythonParser): void {
  Object.assign(python, { parser, language, cursor, exports, input });
}

/** Of a heap that is worth another parser. */
const LARGE_HEAP_BYTES = 48 * 1024 * 1024;
let standing: PythonParser | undefined;

/** Makes another parser, which takes over from one whose heap a long text has made large. */
export async function standBy(): Promise<void> {
  await loadPythonParser();
  standing ??= await anotherParser();
}

/** Gives a large heap back where another parser stands by; of trees in it nothing may be asked any more. */
export function letGoOfHeap(python: PythonParser): void {
  if (standing === undefined || parserHeapBytes(python) < LARGE_HEAP_BYTES) return;
  dismantle(python);
  replaceBy(python, standing);
  standing = undefined;
}
