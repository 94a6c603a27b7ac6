/**
 * nnfmt against rule-based formatters, on the same mutants of the same files: the base model, and
 * with a profile learned from 80 % of each project; black, ruff, yapf and autopep8, each with its
 * defaults and with the settings that do best on the project's 80 % (a search on mutants of some of
 * its files, at mixed rates). Measured on the other files, clean and spoilt.
 *
 *     npx tsx bench/compare.ts PROJECTS... --python VENV/bin [--files 25] [--rates 0,0.02,0.2,1]
 *                              [--seed 1] [--model FILE] [--cache FOLDER] [--rows FOLDER]
 *                              [--peers black,ruff,yapf,autopep8] [--only-project NAME] [--damage] [--damage-files 5]
 *                              [--write docs/benchmarks.md] [--json]
 *
 * `--damage` also measures on damage that nnfmt's own mutator does not do (support/damages.ts).
 * `--python` names the folder that holds `python`, with black, yapf and autopep8 installed, and
 * `ruff`. `--cache` keeps the peers' answers, so that a second run with another nnfmt is quick.
 * `--rows` keeps the figures of each project, and takes those that are not measured again from there.
 * `--write` puts the tables into a page, between its marks, and the plot beside it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restorationFigures } from '../src/evaluate/index.js';
import { loadBaseModel } from '../src/format/index.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { BASE, comparisonSvg, comparisonText, damageText, PROFILE, rateName, type Comparison, type ComparisonRow, type PeerChoice } from './support/comparison-tables.js';
import { EDITOR_DAMAGES, FORMATTER_DAMAGES, spoilByEditor, spoilByFormatter } from './support/damages.js';
import { replaceSection } from './support/markdown.js';
import { learnPolicies } from './support/learn-policies.js';
import { measureNnfmt, measurePeer, mutantCases, type BenchCase, type PeerMeasure } from './support/measure.js';
import { createPeerRunner } from './support/peer-cache.js';
import { findPeers, type PeerSettings } from './support/peers.js';
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
    rows: { type: 'string' },
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

if (values.rows !== undefined) mkdirSync(values.rows, { recursive: true });
const measured = new Map<string, Comparison>();
for (const root of positionals.map((path) => resolve(path))) {
  const project = basename(root);
  const path = values.rows === undefined ? undefined : join(values.rows, `${project}.json`);
  const isAsked = values['only-project'] === undefined || project.includes(values['only-project']);
  const found = isAsked ? await measureProject(root, project) : null;
  if (found !== null) {
    measured.set(project, found);
    if (path !== undefined) writeFileSync(path, JSON.stringify(found));
  } else if (path !== undefined && existsSync(path)) {
    measured.set(project, JSON.parse(readFileSync(path, 'utf8')) as Comparison);
  }
}
const all: Comparison = {
  rows: [...measured.values()].flatMap(({ rows }) => rows),
  choices: [...measured.values()].flatMap(({ choices }) => choices),
};
if (all.rows.length === 0) throw new Error('no project to measure: name folders with Python files');

const sections = { compare: comparisonText(all), ...(values.damage ? { damage: damageText(all) } : {}) };
if (values.json) console.log(JSON.stringify({ files: Number(values.files), seed, ...all }));
else console.log(Object.values(sections).join('\n\n'));
if (values.write !== undefined) {
  let page = readFileSync(values.write, 'utf8');
  for (const [name, text] of Object.entries(sections)) page = replaceSection(page, name, text);
  writeFileSync(values.write, page);
  writeFileSync(values.write.replace(/\.md$/u, '.svg'), comparisonSvg(all));
}

/** Everything about one project; null where there is nothing to learn from. */
async function measureProject(root: string, project: string): Promise<Comparison | null> {
  const { learned, heldOut } = splitProject(root);
  const files = heldOut.slice(0, Number(values.files));
  const taught = await learnPolicies(tokenizer, base, { root, files: learned });
  if (taught === null) {
    console.error(`${project}: nothing to learn from`);
    return null;
  }
  console.error(`${project}: ${learned.length} files learned, ${files.length} measured`);
  const clean = mutantCases(tokenizer, { root, files, rate: 0, seed });
  const inputs: Input[] = rates.map((rate) => ({
    name: rateName(rate), kind: 'mutant', cases: rate === 0 ? clean : mutantCases(tokenizer, { root, files, rate, seed }),
  }));
  if (values.damage) inputs.push(...await damagedInputs(clean.slice(0, Number(values['damage-files']))));

  const rows: ComparisonRow[] = [];
  const choices: PeerChoice[] = [];
  const record = (tool: string, { name, kind }: Input, { tally, failed, edited }: PeerMeasure): void => {
    rows.push({ project, input: name, kind, tool, figures: restorationFigures(tally), failed, edited });
  };
  for (const input of inputs) {
    for (const [tool, policy] of [[BASE, taught.policies.base], [PROFILE, taught.policies.profile]] as const) {
      record(tool, input, { tally: measureNnfmt(tokenizer, policy, input.cases), failed: 0, edited: 0 });
    }
  }
  for (const peer of peers) {
    const settings = await tunePeer(tokenizer, run, { peer, groups: tuningGroups(tokenizer, { root, files: learned, seed }) });
    choices.push({ project, peer: peer.name, version: peer.version, settings });
    console.error(`${project}: ${peer.name} ${JSON.stringify(settings)}`);
    for (const input of inputs) {
      const measure = (used: PeerSettings): Promise<PeerMeasure> => measurePeer(tokenizer, run, { peer, settings: used, cases: input.cases });
      // On damage, the best settings are enough.
      if (input.kind === 'mutant') record(`${peer.name}, defaults`, input, await measure(peer.defaults));
      record(peer.name, input, await measure(settings));
    }
  }
  return { rows, choices };
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
