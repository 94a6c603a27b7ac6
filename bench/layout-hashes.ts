/**
 * What two revisions compute alike: hashes of everything that formatting makes of many files, to be compared
 * before and after a restructuring.
 *
 *     npx tsx bench/layout-hashes.ts PROJECTS... [--files 5] [--rates 0,0.02,0.2,1] [--seed 1] [--model FILE] > hashes.txt
 *
 * Each project gives at most `--files` files, drawn by the hash of their paths, spoilt at each of the rates. A line holds
 * the path, the rate, and three hashes: of the formatted text, of the rows that describe the gaps (features and legal
 * classes, with and without a project's counts), and of the text that formatting gives with those counts. The last line is
 * the hash of all. Run it in both revisions and `diff` the outputs: the first differing line names a file to look at.
 */
import { createHash } from 'node:crypto';
import { basename, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { findFiles, readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { sampleFiles } from '../src/evaluate/index.js';
import { formatSource, loadPolicy } from '../src/format/index.js';
import { readProgram } from '../src/format/read-program.js';
import { createFeatureBatch, GapDescriber } from '../src/model/features.js';
import { countLayout } from '../src/model/count-layout.js';
import { observeLayout } from '../src/model/observed-layout.js';
import { StyleCounts } from '../src/model/style-counts.js';
import { mutateSource } from '../src/mutate/index.js';
import { createTokenizer } from '../src/tokenize/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '5' },
    rates: { type: 'string', default: '0,0.02,0.2,1' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
  },
});

const hash = (...parts: readonly (string | Uint8Array)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex').slice(0, 16);
};
const bytes = ({ buffer, byteOffset, byteLength }: Int16Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const tokenizer = await createTokenizer();
const policy = loadPolicy(values.model === undefined ? {} : { modelPath: values.model });

/** Hash of all rows of a text, and the counts of its layout. */
function describeText(text: string, path: string): { rows: string; counts: StyleCounts } {
  const context = readProgram(tokenizer, text, path);
  const { gaps } = context.structured.source;
  const observed = observeLayout(context, gaps);
  const counts = new StyleCounts();
  countLayout(context, observed, counts);
  const parts: Uint8Array[] = [];
  for (const project of [null, counts]) {
    const describer = new GapDescriber(context, observed, { file: counts, project });
    const batch = createFeatureBatch(gaps.length);
    for (let i = 0; i < gaps.length; i++) describer.describe(i, i, batch);
    parts.push(bytes(batch.slots), bytes(batch.numbers), batch.legal);
  }
  return { rows: hash(...parts), counts };
}

const lines: string[] = [];
for (const given of positionals) {
  const root = resolve(given);
  for (const file of sampleFiles(root, findFiles([root]).files, Number(values.files))) {
    const path = `${basename(root)}/${relative(root, file).split(sep).join('/')}`;
    for (const rate of values.rates.split(',').map(Number)) {
      let line: string;
      try {
        const { text } = readSource(file);
        const spoilt = rate === 0 ? text : mutateSource(tokenizer, text, { rate, seed: `${values.seed}:${path}:${rate}`, path });
        const { rows, counts } = describeText(spoilt, path);
        const alone = formatSource(tokenizer, policy, spoilt, path).text;
        const beside = formatSource(tokenizer, { ...policy, project: counts }, spoilt, path).text;
        line = `${path} ${rate} ${hash(alone)} ${rows} ${hash(beside)}`;
      } catch (fault) {
        if (!(fault instanceof NnfmtError)) throw fault;
        line = `${path} ${rate} ${fault.code}`;
      }
      lines.push(line);
      console.log(line);
    }
  }
}
console.log(`all ${lines.length} ${hash(lines.join('\n'))}`);
