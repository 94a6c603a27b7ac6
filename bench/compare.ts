/**
 * nnfmt against rule-based formatters, on the same mutants of the same files: the base model, and
 * with a profile learned from 80 % of each project; black, ruff, yapf and autopep8, each with its
 * defaults and with the settings that do best on the project's 80 % (a search on mutants of some of
 * its files, at mixed rates). Measured on the other files, clean and spoilt.
 *
 *     npx tsx bench/compare.ts PROJECTS... --python VENV/bin [--files 25] [--rates 0,0.02,0.2,1]
 *                              [--seed 1] [--model FILE] [--cache FOLDER] [--only-project NAME]
 *                              [--peers black,ruff,yapf,autopep8]
 *                              [--write docs/benchmarks.md] [--json]
 *
 * `--python` names the folder that holds `python`, with black, yapf and autopep8 installed, and
 * `ruff`. `--cache` keeps the peers' answers, so that a second run with another nnfmt is quick.
 * `--write` puts tables and plots into a page, between its marks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSource } from '../src/corpus/index.js';
import { NnfmtError } from '../src/errors.js';
import {
  evaluateRestoration, mergeRestorations, restorationFigures, sampleFiles, type RestorationTally,
} from '../src/evaluate/index.js';
import { loadBaseModel } from '../src/format/index.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { comparisonText, type ComparisonRow, type PeerChoice } from './support/comparison-tables.js';
import { replaceSection } from './support/markdown.js';
import { learnPolicies, type Policies } from './support/learn-policies.js';
import { measurePeer, mutantCases, tunePeer, type BenchCase } from './support/measure-peer.js';
import { createPeerRunner } from './support/peer-cache.js';
import { findPeers } from './support/peers.js';
import { nameIn, splitProject } from './support/project-split.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    files: { type: 'string', default: '25' },
    rates: { type: 'string', default: '0,0.02,0.2,1' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    cache: { type: 'string' },
    'only-project': { type: 'string' },
    peers: { type: 'string', default: 'black,ruff,yapf,autopep8' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rates = values.rates.split(',').map(Number);
const { seed } = values;

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const { peers, missing } = values.python === undefined ? { peers: [], missing: [] } : findPeers(resolve(values.python), values.peers.split(','));
if (values.python === undefined) console.error('no --python: nnfmt alone');
for (const name of missing) console.error(`${name} is not installed there: left out`);
const run = createPeerRunner(values.cache);

const rows: ComparisonRow[] = [];
const choices: PeerChoice[] = [];
for (const root of positionals.map((path) => resolve(path))) {
  const project = basename(root);
  if (values['only-project'] !== undefined && !project.includes(values['only-project'])) continue;
  const { learned, heldOut } = splitProject(root);
  const files = heldOut.slice(0, Number(values.files));
  const taught = await learnPolicies(tokenizer, base, { root, files: learned });
  if (taught === null) {
    console.error(`${project}: nothing to learn from`);
    continue;
  }
  console.error(`${project}: ${learned.length} files learned, ${files.length} measured`);
  measureNnfmt(project, root, files, taught.policies);

  const tested = rates.map((rate) => ({ rate, cases: mutantCases(tokenizer, { root, files, rate, seed }) }));
  for (const peer of peers) {
    const settings = await tunePeer(tokenizer, run, { peer, groups: tuningGroups(root, learned) });
    choices.push({ project, peer: peer.name, version: peer.version, settings });
    console.error(`${project}: ${peer.name} ${JSON.stringify(settings)}`);
    for (const [tool, used] of [[`${peer.name}, defaults`, peer.defaults], [peer.name, settings]] as const) {
      for (const { rate, cases } of tested) {
        const { tally, failed, edited } = await measurePeer(tokenizer, run, { peer, settings: used, cases });
        rows.push({ project, rate, tool, figures: restorationFigures(tally), failed, edited });
      }
    }
  }
}
if (rows.length === 0) throw new Error('no project to measure: name folders with Python files');

if (values.json) console.log(JSON.stringify({ files: Number(values.files), seed, rows, choices }));
else console.log(comparisonText({ rows, choices }));
if (values.write !== undefined) {
  const page = readFileSync(values.write, 'utf8');
  writeFileSync(values.write, replaceSection(page, 'compare', comparisonText({ rows, choices })));
}

function measureNnfmt(project: string, root: string, files: readonly string[], policies: Policies): void {
  for (const rate of rates) {
    for (const [tool, policy] of [['nnfmt, base', policies.base], ['nnfmt, profile', policies.profile]] as const) {
      const tallies: RestorationTally[] = [];
      for (const file of files) {
        try {
          const { text } = readSource(file);
          tallies.push(evaluateRestoration({ tokenizer, policy, text, path: nameIn(root, file), rate, seed }));
        } catch (fault) {
          if (!(fault instanceof NnfmtError)) throw fault;
        }
      }
      if (tallies.length > 0) {
        rows.push({ project, rate, tool, figures: restorationFigures(mergeRestorations(tallies)), failed: 0, edited: 0 });
      }
    }
  }
}

/** Mutants of some learned files to search a peer's settings on, one group a rate. */
function tuningGroups(root: string, learned: readonly string[]): BenchCase[][] {
  const TUNING_RATES = [0.02, 0.2, 1];
  const FILES = 6;
  const MOST_GAPS = 4000;
  const LEAST_GAPS = 200;
  const chosen: string[] = [];
  for (const file of sampleFiles(root, learned, Infinity)) {
    if (chosen.length === FILES) break;
    const [found] = mutantCases(tokenizer, { root, files: [file], rate: 0, seed });
    if (found !== undefined && found.input.length >= LEAST_GAPS && found.input.length <= MOST_GAPS) chosen.push(file);
  }
  return TUNING_RATES.map((rate, r) =>
    mutantCases(tokenizer, { root, files: chosen.filter((_, k) => k % TUNING_RATES.length === r), rate, seed: `${seed}-tuning` }));
}
