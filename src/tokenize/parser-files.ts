import { pathToFileURL } from 'node:url';
import type * as TreeSitter from 'web-tree-sitter';
import { assetPath } from '../shared/asset-path.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { Module } from '../shared/web-assembly.js';

/** The parts of the parser that ship as files; in a browser other code brings them (src/browser). */

export type ParserLibrary = typeof TreeSitter;

/** The parser itself, compiled. */
export const parserModule = (): object =>
  new Module(readRegularFile(assetPath('web-tree-sitter.wasm'), { limitBytes: MAX_MODEL_BYTES }));

/** The grammar, in a parser that runs. */
export const loadGrammar = (library: ParserLibrary): Promise<TreeSitter.Language> =>
  library.Language.load(readRegularFile(assetPath('tree-sitter-python.wasm'), { limitBytes: MAX_MODEL_BYTES }));

/** Another copy of the library, with a module of its own. */
export const copyOfLibrary = async (copy: number): Promise<ParserLibrary> =>
  (await import(`${pathToFileURL(assetPath('web-tree-sitter.js')).href}?copy=${copy}`)) as ParserLibrary;
