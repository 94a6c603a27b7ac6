import type * as original from '../../tokenize/parser-files.js';
import { assetFolder, moduleNamed } from '../memory-files.js';

/** What the module asks for. */
export const FIRST_HEAP_PAGES: typeof original.FIRST_HEAP_PAGES = 512;

/** Compiled while it was fetched. */
export const parserModule: typeof original.parserModule = () => moduleNamed('web-tree-sitter.wasm');

export const loadGrammar: typeof original.loadGrammar = async (library) =>
  library.Language.loadSync(moduleNamed('tree-sitter-python.wasm') as never);

export const copyOfLibrary: typeof original.copyOfLibrary = (copy) =>
  import(`${new URL('web-tree-sitter.js', assetFolder()).href}?copy=${copy}`) as ReturnType<typeof copyOfLibrary>;
