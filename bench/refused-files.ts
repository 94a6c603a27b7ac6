/**
 * Which files does CPython compile and nnfmt refuse, and why? And in which does the grammar not know a
 * statement, so that it stays as it is?
 *
 *     npx tsx bench/refused-files.ts PATHS... [--python python3] [--lines] [--quiet]
 *
 * --lines prints each such statement, --quiet the closing line alone. Exit code 1 when a file was refused
 * that CPython compiles.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeSource } from '../src/corpus/decode-source.js';
import { createTokenizer, findLayoutFault, joinOverRawText, tokenText, withStructure } from '../src/tokenize/index.js';
import { startOracle } from '../tests/oracle/cpython-oracle.js';
import { pythonFiles } from '../tests/oracle/python-files.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: 'python3' },
    lines: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const tokenizer = await createTokenizer();
const oracle = startOracle(values.python);
let files = 0;
let refusedByBoth = 0;
let refusedByUs = 0;
/** Of files that CPython compiles, and that it refuses. */
const partly = { files: 0, statements: 0, brokenFiles: 0 };
for (const path of pythonFiles(positionals)) {
  files++;
  const found = read(path);
  if (found.reason === null && found.opaque.length === 0) continue;
  const compiles = (await oracle.checkFile(path)) === null;
  if (found.reason === null) {
    if (!compiles) {
      partly.brokenFiles++;
      continue;
    }
    partly.files++;
    partly.statements += found.opaque.length;
    if (values.lines) for (const statement of found.opaque) console.log(`${path}: ${statement}`);
    continue;
  }
  if (compiles) {
    refusedByUs++;
    if (!values.quiet) console.log(`${path}: ${found.reason}`);
  } else refusedByBoth++;
}
console.log(`${files} files; ${refusedByUs} refused by nnfmt alone, ${refusedByBoth} by CPython ${await oracle.version()} too`);
console.log(
  `left as they are: ${partly.statements} statements of ${partly.files} files that CPython compiles; ` +
    `${partly.brokenFiles} files that it refuses have such statements too`,
);
oracle.close();
process.exitCode = refusedByUs > 0 ? 1 : 0;

function read(path: string): { reason: string | null; opaque: string[] } {
  try {
    const { text } = decodeSource(readFileSync(path), path);
    const { source, structure } = withStructure(tokenizer.tokenize(text, path));
    if (joinOverRawText(source, text, source.gaps) !== text) return { reason: 'TOKENS AND GAPS DO NOT JOIN TO THE SOURCE', opaque: [] };
    return {
      reason: findLayoutFault(source, structure)?.reason ?? null,
      opaque: source.opaque.map((token) => JSON.stringify(tokenText(source, token))),
    };
  } catch (error) {
    return { reason: (error as Error).message.split('\n')[0].replace(`${path}: `, ''), opaque: [] };
  }
}
