/**
 * nnfmt against rule-based formatters, on the same mutants of the same files: the base model, and
 * with a profile learned from 80 % of each project; black, ruff, yapf and autopep8, each with its
 * defaults and with the settings that do best on the project's 80 % (a search on mutants of some of
 * its files, at mixed rates). Measured on the other files, clean and spoilt.
 *
 *     npx tsx bench/compare.ts PROJECTS... --python VENV/bin [--files 25] [--rates 0,0.02,0.2,1]
 *                              [--seed 1] [--model FILE] [--cache FOLDER] [--only-project NAME]
 *                              [--peers black,ruff,yapf,autopep8] [--damage] [--damage-files 5]
 *                              [--write docs/benchmarks.md] [--json]
 *
 * `--damage` also measures on damage that nnfmt's own mutator does not do (support/damages.ts).
 * `--python` names the folder that holds `python`, with black, yapf and autopep8 installed, and
 * `ruff`. `--cache` keeps the peers' answers, so that a second run with another nnfmt is quick.
 * `--write` puts the tables into a page, between its marks, and the plot beside it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restorationFigures } from '../src/evaluate/index.js';
import { loadBaseModel } from '../src/format/index.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { BASE, comparisonSvg, comparisonText, damageText, PROFILE, rateName, type ComparisonRow, type PeerChoice } from './support/comparison-tables.js';
import { EDITOR_DAMAGES, FORMATTER_DAMAGES, spoilByEditor, spoilByFormatter } from './support/damages.js';
import { replaceSection } from './support/markdown.js';
import { learnPolicies } from './support/learn-policies.js';
import { measureNnfmt, measurePeer, mutantCases, type BenchCase, type PeerMeasure } from './support/measure.js';
import { createPeerRunner } from './support/peer-cache.js';
import { findPeers } from './support/peers.js';
import { splitProject } from './support/project-split.js';
import { tunePeer, tuningGroups } from './support/tune-peer.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    files: { type: 'string', default: '25' },
    rates: { type: 'string', default: '0,0.02,0.2,1' },
    seed: { type: 'string', default: '1' },
    damage: { type: 'boolean', default: false },
    'damage-files': { type: 'string', default: '5' },
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

interface Input {
  readonly name: string;
  readonly kind: 'mutant' | 'damage';
  readonly cases: readonly BenchCase[];
}

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
  const clean = mutantCases(tokenizer, { root, files, rate: 0, seed });
  const inputs: Input[] = rates.map((rate) => ({
    name: rateName(rate), kind: 'mutant', cases: rate === 0 ? clean : mutantCases(tokenizer, { root, files, rate, seed }),
  }));
  if (values.damage) inputs.push(...await damagedInputs(clean.slice(0, Number(values['damage-files']))));
  const record = (tool: string, { name, kind }: Input, { tally, failed = 0, edited = 0 }: Partial<PeerMeasure> & Pick<PeerMeasure, 'tally'>): void => {
    rows.push({ project, input: name, kind, tool, figures: restorationFigures(tally), failed, edited });
  };
  for (const input of inputs) {
    record(BASE, input, { tally: measureNnfmt(tokenizer, taught.policies.base, input.cases) });
    record(PROFILE, input, { tally: measureNnfmt(tokenizer, taught.policies.profile, input.cases) });
  }
  for (const peer of peers) {
    const settings = await tunePeer(tokenizer, run, { peer, groups: tuningGroups(tokenizer, { root, files: learned, seed }) });
    choices.push({ project, peer: peer.name, version: peer.version, settings });
    console.error(`${project}: ${peer.name} ${JSON.stringify(settings)}`);
    for (const input of inputs) {
      // The defaults say little about damage; the best settings do.
      if (input.kind === 'mutant') record(`${peer.name}, defaults`, input, await measurePeer(tokenizer, run, { peer, settings: peer.defaults, cases: input.cases }));
      record(peer.name, input, await measurePeer(tokenizer, run, { peer, settings, cases: input.cases }));
    }
  }
}
if (rows.length === 0) throw new Error('no project to measure: name folders with Python files');

const sections = { compare: comparisonText({ rows, choices }), ...(values.damage ? { damage: damageText({ rows, choices }) } : {}) };
if (values.json) console.log(JSON.stringify({ files: Number(values.files), seed, rows, choices }));
else console.log(Object.values(sections).join('\n\n'));
if (values.write !== undefined) {
  let page = readFileSync(values.write, 'utf8');
  for (const [name, text] of Object.entries(sections)) page = replaceSection(page, name, text);
  writeFileSync(values.write, page);
  writeFileSync(values.write.replace(/\.md$/u, '.svg'), comparisonSvg({ rows, choices }));
}

/** The files with the second damage; without that of formatters that are not installed. */
async function damagedInputs(clean: readonly BenchCase[]): Promise<Input[]> {
  const inputs: Input[] = EDITOR_DAMAGES.map((damage) => ({ name: damage.name, kind: 'damage', cases: spoilByEditor(tokenizer, damage, clean) }));
  for (const damage of FORMATTER_DAMAGES) {
    const peer = peers.find(({ name }) => name === damage.peer);
    if (peer === undefined) continue;
    inputs.push({ name: damage.name, kind: 'damage', cases: await spoilByFormatter(tokenizer, run, { damage, peer, cases: clean }) });
  }
  return inputs.filter(({ cases }) => cases.length > 0);
}
