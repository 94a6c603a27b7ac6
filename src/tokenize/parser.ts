import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';

/** A ready parser and the language whose symbol ids its trees use. */
export interface PythonParser {
  readonly parser: Parser;
  readonly language: Language;
}

let loading: Promise<PythonParser> | undefined;

/** Loads the grammar once for the process; later calls return the same parser. */
export function loadPythonParser(): Promise<PythonParser> {
  loading ??= initialise();
  return loading;
}

async function initialise(): Promise<PythonParser> {
  await Parser.init({ wasmBinary: readFileSync(locate('web-tree-sitter', 'web-tree-sitter.wasm')) });
  const grammar = readFileSync(locate('tree-sitter-python', 'tree-sitter-python.wasm'));
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, language };
}

/** The bundle carries the wasm files beside itself; a source checkout has them in packages. */
function locate(packageName: string, fileName: string): string {
  const beside = fileURLToPath(new URL(`./${fileName}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return createRequire(import.meta.url).resolve(`${packageName}/${fileName}`);
}
