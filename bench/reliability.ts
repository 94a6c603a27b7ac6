/**
 * How much the certainty of an edit can be believed: for each class of edit and each level of damage,
 * how often the proposed layout is the author's, against how sure the model was of it.
 *
 *     npx tsx bench/reliability.ts PROJECTS... [--profiles none|counts|tuned] [--files 15] [--rates 0,0.02,0.05,0.2,0.5,1]
 *                                  [--seed 1] [--model FILE] [--svg docs/calibration.svg] [--json]
 *
 * Every file is spoilt at each of the rates, which are those of training, and every proposal with a share of 5 %
 * or more counts, also those that the thresholds would hold back. A proposal is judged by the text
 * alone. Damage is what the formatter takes the file for. With `--profiles`, a profile is learned from 80 %
 * of each project's files (by a hash of their paths), with a fine-tuned network or by counts only, and the
 * others are measured with it.
 */
import { writeFileSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import { calibrationOf, collectEditProposals, sampleFiles, type Calibration, type EditProposal } from '../src/evaluate/index.js';
import { EDIT_CLASSES, loadBaseModel, withProfile, type FormatPolicy } from '../src/format/index.js';
import { readProgram } from '../src/format/read-program.js';
import { learnProfile, listProjectFiles, loadReplay } from '../src/learn/index.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { DEFAULT_FINE_TUNING } from '../src/train/fine-tune.js';
import { isLearned } from './learned-share.js';
import { reliabilitySvg, type Panel } from './reliability-svg.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    profiles: { type: 'string', default: 'none' },
    files: { type: 'string', default: '15' },
    rates: { type: 'string', default: '0,0.02,0.05,0.2,0.5,1' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    svg: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rates = values.rates.split(',').map(Number);
/** Fewer say nothing of how often something is right. */
const LEAST_PROPOSALS = 50;

/** Levels of damage by the file's look, from 0 to 1. */
const LEVELS = [
  { name: 'undamaged', holds: (damage: number) => damage < 0.1 },
  { name: 'damaged', holds: (damage: number) => damage >= 0.1 && damage < 1 },
  { name: 'wrecked', holds: (damage: number) => damage >= 1 },
] as const;

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const proposals: EditProposal[] = [];
for (const given of positionals) {
  const root = resolve(given);
  const files = listProjectFiles([root]).files;
  const policy = values.profiles !== 'none' ? await learnedPolicy(root, files) : base.policy;
  const before = proposals.length;
  const measured = values.profiles !== 'none' ? files.filter((file) => !isLearned(root, file)) : files;
  for (const file of sampleFiles(root, measured, Number(values.files))) {
    try {
      const path = relative(root, file).split(sep).join('/');
      const context = readProgram(tokenizer, readSource(file).text, path);
      for (const rate of rates) proposals.push(...collectEditProposals({ context, policy, path, rate, seed: values.seed }));
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  console.error(`${basename(root)}: ${proposals.length - before} proposals`);
}

const met = EDIT_CLASSES.filter((edit) => proposals.some((proposal) => proposal.edit === edit));
const rows = [...met, 'all'].map((edit) => {
  const ofClass = edit === 'all' ? proposals : proposals.filter((proposal) => proposal.edit === edit);
  return {
    edit,
    neither: ofClass.filter(({ truth }) => truth === 'other').length / Math.max(1, ofClass.length),
    all: calibrationOf(ofClass),
    levels: LEVELS.map(({ name, holds }) => ({ name, ...calibrationOf(ofClass.filter(({ damage }) => holds(damage))) })),
  };
});
if (values.svg !== undefined) {
  const panels: Panel[] = rows.filter(({ edit }) => edit !== 'all').map(({ edit, levels }) => ({ title: edit, curves: levels }));
  writeFileSync(values.svg, reliabilitySvg(panels));
}
if (values.json) console.log(JSON.stringify(rows));
else printTable();

function printTable(): void {
  const names = LEVELS.map(({ name }) => name);
  console.log(`| edit | proposals | neither right | ECE | too sure by | ${names.map((name) => `${name}: ECE | too sure by`).join(' | ')} |`);
  console.log(`|---|---|---|---|---|${names.map(() => '---|---|').join('')}`);
  const cells = ({ count, expectedError, overconfidence }: Calibration): string =>
    count < LEAST_PROPOSALS ? '– | –' : `${expectedError.toFixed(3)} | ${overconfidence < 0 ? '−' : '+'}${Math.abs(overconfidence).toFixed(3)}`;
  for (const { edit, neither, all, levels } of rows) {
    console.log(`| ${edit} | ${all.count.toLocaleString('en')} | ${(100 * neither).toFixed(1)} % | ${cells(all)} | ${levels.map(cells).join(' | ')} |`);
  }
}

/** The policy with a profile of 80 % of a project's files; the base policy where nothing can be learned. */
async function learnedPolicy(root: string, files: readonly string[]): Promise<FormatPolicy> {
  const learned = await learnProfile({
    tokenizer, base, root, files: files.filter((file) => isLearned(root, file)),
    tuning: values.profiles === 'tuned' ? { replay: loadReplay(), config: DEFAULT_FINE_TUNING } : null,
    onProgress: () => undefined, signal: new AbortController().signal,
  });
  return learned !== null && 'profile' in learned ? withProfile(base, learned.profile) : base.policy;
}
