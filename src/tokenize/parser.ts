import { Language, Parser, type Tree } from 'web-tree-sitter';
import { assetPath } from '../shared/asset-path.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';

/** A ready parser and the language whose symbol ids its trees use. */
export interface PythonParser {
  readonly parser: Parser;
  readonly language: Language;
  readonly cursor: RawCursor;
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

let loading: Promise<PythonParser> | undefined;

/** Loads the grammar once for the process; later calls return the same parser. */
export function loadPythonParser(): Promise<PythonParser> {
  loading ??= initialise();
  return loading;
}

async function initialise(): Promise<PythonParser> {
  // Emscripten adds the functions of the module to the options that it is given.
  const module = { wasmBinary: readRegularFile(assetPath('web-tree-sitter.wasm'), { limitBytes: MAX_MODEL_BYTES }) };
  await Parser.init(module);
  const grammar = readRegularFile(assetPath('tree-sitter-python.wasm'), { limitBytes: MAX_MODEL_BYTES });
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, language, cursor: module as unknown as RawCursor };
}
