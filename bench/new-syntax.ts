/**
 * Small samples of new and of rare syntax (support/new-syntax.json): which does CPython compile, and which of
 * these does the grammar know, leave as they are or refuse?
 *
 *     npx tsx bench/new-syntax.ts [--python python3]
 *
 * Newer versions than those installed: support/pyodide-python.js. Exit code 1 when a sample that CPython
 * compiles was refused.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readProgram } from '../src/format/read-program.js';
import { createTokenizer, tokenText } from '../src/tokenize/index.js';
import { startOracle } from '../tests/oracle/cpython-oracle.js';

const { values } = parseArgs({ options: { python: { type: 'string', default: 'python3' } } });
const groups = JSON.parse(readFileSync(new URL('./support/new-syntax.json', import.meta.url), 'utf8')) as Record<string, string[]>;
const tokenizer = await createTokenizer();
const oracle = startOracle(values.python);
const rows: Record<string, Record<string, number>> = {};
for (const [name, samples] of Object.entries(groups)) {
  const row = { samples: samples.length, compile: 0, understood: 0, 'left as they are': 0, refused: 0 };
  for (const text of samples) {
    if ((await oracle.check(text)) !== null) continue;
    row.compile++;
    try {
      const { source } = readProgram(tokenizer, text, 'sample.py').structured;
      if (source.opaque.length === 0) row.understood++;
      else row['left as they are']++;
      for (const token of source.opaque) console.log(`left as it is: ${JSON.stringify(tokenText(source, token))}`);
    } catch (error) {
      row.refused++;
      console.log(`refused: ${JSON.stringify(text)}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  rows[name] = row;
}
console.log(`CPython ${await oracle.version()}`);
console.table(rows);
oracle.close();
process.exitCode = Object.values(rows).some((row) => row.refused > 0) ? 1 : 0;
