/**
 * Fits what says how sure an edit is, and puts it into a model file:
 *
 *     npx tsx scripts/fit-certainty.ts CORPUS... --model models/base.bin [--out models/base.bin]
 *                                      [--exclude-corpus FOLDER] [--files 3] [--clean-files 15]
 *
 * A few files of every project are spoilt in several ways (src/learn/certainty), a few more looked at as they are; the
 * weights of the network do not change. The command is repeatable: the same files give the same trees.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listProjects, readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { EVIDENCE_COLUMNS, MONOTONE } from '../src/format/certainty/edit-judge.js';
import { loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { ChangeExamples } from '../src/learn/certainty/change-examples.js';
import { gatherCleanChanges, gatherSpoiltChanges, UNDECIDED_TREES } from '../src/learn/certainty/gather-changes.js';
import { treeCount } from '../src/model/boosted-trees.js';
import { decodeModel, encodeModel } from '../src/model/weights-file.js';
import { createRandom } from '../src/shared/random.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { growTrees } from '../src/train/trees/grow-trees.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'models/base.bin' },
    out: { type: 'string' },
    'exclude-corpus': { type: 'string' },
    files: { type: 'string', default: '3' },
    'clean-files': { type: 'string', default: '15' },
    trees: { type: 'string', default: '300' },
  },
});
/** Tokens of a file: of larger ones there are fewer, and each takes long. */
const LEAST_TOKENS = 60;
const MOST_TOKENS = 2500;

const tokenizer = await createTokenizer();
const model = decodeModel(readFileSync(values.model), { path: values.model });
const policy = { ...policyWithoutTrees(), certainty: UNDECIDED_TREES };
const excluded = values['exclude-corpus'];
const projects = listProjects(positionals, excluded === undefined ? {} : { exclude: [excluded] });
const examples = new ChangeExamples();
for (const { name, files } of projects) {
  let clean = 0;
  let spoilt = 0;
  for (const file of createRandom(name).shuffle([...files])) {
    if (clean >= Number(values['clean-files'])) break;
    try {
      const text = readSource(file).text;
      const { tokenCount } = tokenizer.tokenize(text, file);
      if (text.includes('\r') || tokenCount < LEAST_TOKENS || tokenCount > MOST_TOKENS) continue;
      clean++;
      const source = { path: `${name}/${file.slice(file.indexOf(name) + name.length + 1)}`, text };
      gatherCleanChanges(tokenizer, policy, source, examples);
      if (spoilt >= Number(values.files)) continue;
      spoilt++;
      gatherSpoiltChanges(tokenizer, policy, source, examples);
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  console.error(`${name}: ${clean} files, ${examples.count} changes so far`);
}

const trees = growTrees(examples.toTreeExamples(), {
  trees: Number(values.trees), depth: 4, rate: 0.08, shrinkage: 5, leastWeight: 30, monotone: MONOTONE,
  onTree: (tree, loss) => {
    if (tree % 25 === 0) console.error(`tree ${tree}: ${loss.toFixed(4)} nats`);
  },
});
const bytes = encodeModel({ ...model, certainty: trees }, 'f32');
writeFileSync(values.out ?? values.model, bytes);
console.error(`${treeCount(trees)} trees over ${EVIDENCE_COLUMNS.length} columns, ${bytes.byteLength} bytes`);

/** That of the network alone: its trees may have been grown of other columns. */
function policyWithoutTrees(): FormatPolicy {
  const folder = mkdtempSync(join(tmpdir(), 'nnfmt-fit-'));
  try {
    const { certainty: _, ...network } = model;
    const modelPath = join(folder, 'network.bin');
    writeFileSync(modelPath, encodeModel(network, 'f32'));
    return loadBaseModel({ modelPath }).policy;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
