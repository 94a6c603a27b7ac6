/**
 * Which files does CPython compile and nnfmt refuse, and why?
 *
 *     npx tsx bench/refused-files.ts PATHS... [--python python3]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeSource } from '../src/corpus/decode-source.js';
import { createTokenizer, findLayoutFault, joinGaps, withStructure } from '../src/tokenize/index.js';
import { startOracle } from '../tests/oracle/cpython-oracle.js';
import { pythonFiles } from '../tests/oracle/python-files.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' } },
});
const tokenizer = await createTokenizer();
const oracle = startOracle(values.python);
let files = 0;
let refusedByBoth = 0;
let refusedByUs = 0;
for (const path of pythonFiles(positionals)) {
  files++;
  const reason = refusalOf(path);
  if (reason === null) continue;
  if ((await oracle.checkFile(path)) === null) {
    refusedByUs++;
    console.log(`${path}: ${reason}`);
  } else refusedByBoth++;
}
console.log(`${files} files; ${refusedByUs} refused by nnfmt alone, ${refusedByBoth} by CPython ${await oracle.version()} too`);
oracle.close();

function refusalOf(path: string): string | null {
  try {
    const { text } = decodeSource(readFileSync(path), path);
    const { source, structure } = withStructure(tokenizer.tokenize(text, path));
    if (joinGaps(source, source.gaps) !== text) return 'TOKENS AND GAPS DO NOT JOIN TO THE SOURCE';
    return findLayoutFault(source, structure)?.reason ?? null;
  } catch (error) {
    return (error as Error).message.split('\n')[0].replace(`${path}: `, '');
  }
}
