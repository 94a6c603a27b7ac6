/**
 * What a profile brings: for each project, a profile is learned from 80 % of the files (by a hash
 * of their paths) and the others are spoilt and restored, by the base model alone and with the
 * profile.
 *
 *     npx tsx bench/profile.ts PROJECTS... [--model FILE] [--files 25] [--rates 0,0.02,0.2,1]
 *                              [--seed 1] [--without thresholds,unit,counts] [--keep FOLDER] [--json]
 *
 * `--without` leaves parts out of the profile, to see what each is worth. `--keep` keeps the fine-tuned networks, so
 * that a second run with other decisions after the training is quick.
 */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import {
  evaluateRestoration, mergeRestorations, restorationFigures, type RestorationFigures, type RestorationTally,
} from '../src/evaluate/index.js';
import { loadBaseModel, withProfile, type FormatPolicy } from '../src/format/index.js';
import { learnProfile } from '../src/learn/index.js';
import { encodeProfile } from '../src/profile/index.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { DEFAULT_FINE_TUNING } from '../src/train/fine-tune.js';
import { decodeReplay } from '../src/train/replay.js';
import { keptFineTune } from './support/kept-networks.js';
import { nameIn, splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    files: { type: 'string', default: '25' },
    rates: { type: 'string', default: '0,0.02,0.2,1' },
    seed: { type: 'string', default: '1' },
    without: { type: 'string', default: '' },
    replay: { type: 'string', default: 'models/replay.bin' },
    'learning-rate': { type: 'string' },
    gaps: { type: 'string' },
    keep: { type: 'string' },
    'replay-rows': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rates = values.rates.split(',').map(Number);
const without = new Set(values.without.split(','));

interface Row {
  readonly project: string;
  readonly rate: number;
  readonly policy: 'base' | 'profile';
  readonly figures: RestorationFigures;
}

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const rows: Row[] = [];
const numberOr = (text: string | undefined, other: number): number => (text === undefined ? other : Number(text));
const { schedule, plannedGaps, replayRows } = DEFAULT_FINE_TUNING;
const tuning = without.has('weights') ? null : {
  replay: decodeReplay(readFileSync(values.replay), values.replay),
  ...(values.keep === undefined ? {} : { fineTune: keptFineTune(values.keep) }),
  config: {
    ...DEFAULT_FINE_TUNING,
    plannedGaps: numberOr(values.gaps, plannedGaps),
    replayRows: numberOr(values['replay-rows'], replayRows),
    schedule: { ...schedule, learningRate: numberOr(values['learning-rate'], schedule.learningRate) },
  },
};
for (const given of positionals) {
  const root = resolve(given);
  const project = basename(root);
  const { learned: learnedFiles, heldOut } = splitProject(root);
  const started = performance.now();
  const learned = await learnProfile({
    tokenizer, base, root, tuning, files: learnedFiles, onProgress: () => undefined, signal: new AbortController().signal,
  });
  if (learned === null || !('profile' in learned)) {
    console.error(`${project}: nothing to learn from`);
    continue;
  }
  const { profile } = learned;
  const full = withProfile(base, profile);
  const policies: Record<Row['policy'], FormatPolicy> = {
    base: base.policy,
    profile: {
      ...full,
      ...(without.has('thresholds') ? { thresholds: base.policy.thresholds } : {}),
      ...(without.has('unit') ? { unit: null } : {}),
      ...(without.has('counts') ? { project: null } : {}),
    },
  };
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`${project}: ${profile.files} files, ${Math.ceil(encodeProfile(profile).byteLength / 1024)} KB, ${seconds} s, unit ${JSON.stringify(profile.unit)}`);
  console.error(`  thresholds ${JSON.stringify(profile.thresholds)}`);

  const tallies = new Map<string, RestorationTally[]>();
  for (const file of heldOut.slice(0, Number(values.files))) {
    try {
      const { text } = readSource(file);
      for (const rate of rates) {
        for (const policy of ['base', 'profile'] as const) {
          const key = `${rate} ${policy}`;
          const path = nameIn(root, file);
          const tally = evaluateRestoration({ tokenizer, policy: policies[policy], text, path, rate, seed: values.seed });
          tallies.set(key, [...(tallies.get(key) ?? []), tally]);
        }
      }
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  for (const rate of rates) {
    for (const policy of ['base', 'profile'] as const) {
      const list = tallies.get(`${rate} ${policy}`);
      if (list !== undefined) rows.push({ project, rate, policy, figures: restorationFigures(mergeRestorations(list)) });
    }
  }
}

if (values.json) console.log(JSON.stringify({ rows, without: [...without] }));
else printTable();

function printTable(): void {
  const mean = (list: readonly Row[], of: (figures: RestorationFigures) => number): number =>
    list.reduce((sum, { figures }) => sum + of(figures), 0) / list.length;
  const columns: [string, (figures: RestorationFigures) => number, number][] = [
    ['files', (figures) => figures.files, 0],
    ['exact', (figures) => figures.exact, 4],
    ['score', (figures) => figures.score, 4],
    ['untouched', (figures) => figures.untouched, 3],
    ['precision', (figures) => figures.editPrecision, 4],
    ['spaces', (figures) => figures.classes.spaces.exact ?? NaN, 4],
    ['breaks', (figures) => figures.classes.lineBreaks.exact ?? NaN, 4],
    ['indent', (figures) => figures.classes.indentation.exact ?? NaN, 4],
    ['blanks', (figures) => figures.classes.blankLines.exact ?? NaN, 4],
    ['comments', (figures) => figures.classes.comments.exact ?? NaN, 4],
  ];
  console.log(`| project | rate | | ${columns.map(([name]) => name).join(' | ')} |`);
  console.log(`|---|---|---|${columns.map(() => '---').join('|')}|`);
  const print = (project: string, rate: number, policy: string, list: readonly Row[]): void =>
    console.log(`| ${project} | ${rate} | ${policy} | ${columns.map(([, of, digits]) => mean(list, of).toFixed(digits)).join(' | ')} |`);
  for (const row of rows) print(row.project, row.rate, row.policy, [row]);
  for (const rate of rates) {
    for (const policy of ['base', 'profile']) {
      const list = rows.filter((row) => row.rate === rate && row.policy === policy);
      if (list.length > 0) print('MEAN', rate, policy, list);
    }
  }
}
