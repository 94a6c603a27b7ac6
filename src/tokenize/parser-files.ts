import { pathToFileURL } from 'node:url';
import type * as TreeSitter from 'web-tree-sitter';
import { assetPath } from '../shared/asset-path.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { Module } from '../shared/web-assembly.js';

/** The parts of the parser that ship as files; in a browser other code brings them (src/browser). */

export type ParserLibrary = typeof TreeSitter;

/** Pages of 64 KiB that the parser's heap has at first. */
export const FIRST_HEAP_PAGES: number = 64;

/** The parser itself, compiled. */
export function parserModule(): object {
  const bytes = readRegularFile(assetPath('web-tree-sitter.wasm'), { limitBytes: MAX_MODEL_BYTES });
  const at = bytes.indexOf(OWN_HEAP);
  if (at < 0) throw new Error('web-tree-sitter.wasm does not import its memory as it did');
  FIRST_HEAP.copy(bytes, at);
  return new Module(bytes);
}

/**
 * How the module says that it imports 512 pages at least, which is 32 MB: a heap that V8 collects garbage for twice
 * when it is made, and once more soon after, while most files are parsed in 4 MB. It grows as it is needed.
 */
const OWN_HEAP = Buffer.from('\x06memory\x02\x01\x80\x04', 'latin1');
const FIRST_HEAP = Buffer.from(`\x06memory\x02\x01${String.fromCharCode(0x80 | FIRST_HEAP_PAGES)}\x00`, 'latin1');

/** The grammar, in a parser that runs. */
export const loadGrammar = (library: ParserLibrary): Promise<TreeSitter.Language> =>
  library.Language.load(readRegularFile(assetPath('tree-sitter-python.wasm'), { limitBytes: MAX_MODEL_BYTES }));

/** Another copy of the library, with a module of its own. */
export const copyOfLibrary = async (copy: number): Promise<ParserLibrary> =>
  (await import(`${pathToFileURL(assetPath('web-tree-sitter.js')).href}?copy=${copy}`)) as ParserLibrary;
