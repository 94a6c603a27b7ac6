/**
 * Foreign code brought home: files of each project are laid out by other people's rules, consistently, and formatted
 * with the profile that is learned from the other 80 % of the project; the same files go to black, ruff, yapf and
 * autopep8 with the settings that a search found for the project (as in `bench/compare.ts`).
 *
 *     npx tsx bench/foreign.ts PROJECTS... --python VENV/bin [--files 10] [--functions] [--seed 1] [--model FILE]
 *                              [--cache FOLDER] [--rows FOLDER] [--peers black,ruff,yapf,autopep8] [--only-project NAME]
 *                              [--only-kind NAME] [--kinds '{"OWNER+NAME": "by hand"}'] [--diffs FOLDER] [--counts-only]
 *                              [--write docs/benchmarks.md] [--json]
 *
 * `--functions` also measures a foreign function in an own file, of which only the lines are formatted. `--cache` keeps
 * the peers' answers. `--rows` keeps figures, profiles and the peers' settings by project: those of projects that are
 * not measured again are taken from there, settings always, profiles where they belong to the same base model.
 * A project's files are also laid out by the profile of another one: the largest given one of another kind. `--diffs`
 * writes what is left after restyling for people to read, a file for each project and kind: authors' lines with `-`, ours
 * with `+`. `--counts-only` learns profiles without fine-tuning, which takes seconds instead of a minute.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mergeRestorations, restorationFigures, compareRestoration, type RestorationTally } from '../src/evaluate/index.js';
import { loadBaseModel, type FormatPolicy } from '../src/format/index.js';
import { unifiedDiff } from '../src/format/unified-diff.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { FOREIGN_KINDS } from './support/foreign-kinds.js';
import { foreignFunctions, measureFunctions } from './support/foreign-functions.js';
import { CLEAN, foreignText, PROFILE, RESTYLE, type ForeignFigures, type ForeignRow, type FunctionRow } from './support/foreign-tables.js';
import { keepPolicies } from './support/kept-policies.js';
import { replaceSection } from './support/markdown.js';
import { measureNnfmt, measurePeer, mutantCases, type BenchCase } from './support/measure.js';
import { createPeerRunner } from './support/peer-cache.js';
import { findPeers, type Peer, type PeerSettings } from './support/peers.js';
import { projectKind } from './support/project-kinds.js';
import { splitProject } from './support/project-split.js';
import { restyle } from './support/restyle.js';
import { tunePeer, tuningGroups } from './support/tune-peer.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    files: { type: 'string', default: '10' },
    functions: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
    cache: { type: 'string' },
    rows: { type: 'string' },
    peers: { type: 'string', default: 'black,ruff,yapf,autopep8' },
    'only-project': { type: 'string', default: '' },
    'only-kind': { type: 'string', default: '' },
    kinds: { type: 'string', default: '{}' },
    diffs: { type: 'string' },
    'counts-only': { type: 'boolean', default: false },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const { seed } = values;

const tokenizer = await createTokenizer();
const base = loadBaseModel(values.model === undefined ? {} : { modelPath: values.model });
const { peers, missing } = values.python === undefined ? { peers: [], missing: [] } : findPeers(resolve(values.python), values.peers.split(','));
if (values.python === undefined) console.error('no --python: nnfmt alone, and no files by other formatters');
for (const name of missing) console.error(`${name} is not installed there: left out`);
const run = createPeerRunner(values.cache);
if (values.rows !== undefined) mkdirSync(values.rows, { recursive: true });
const kept = (name: string): string | undefined => (values.rows === undefined ? undefined : join(values.rows, name));
const policyOf = keepPolicies(tokenizer, base, { ...(values.rows === undefined ? {} : { folder: values.rows }), countsOnly: values['counts-only'] });
const kindOf = (root: string): string => projectKind(basename(root), JSON.parse(values.kinds) as Record<string, string>);

const roots = positionals.map((path) => resolve(path));
const sizes = new Map(roots.map((root) => [root, splitProject(root).learned.length]));
const measured: ForeignFigures[] = [];
for (const root of roots) {
  const project = basename(root);
  const path = kept(`${project}.json`);
  if (project.includes(values['only-project'])) {
    const found = await measureProject(root, project);
    if (found === null) continue;
    measured.push(found);
    if (path !== undefined) writeFileSync(path, JSON.stringify(found));
  } else if (path !== undefined && existsSync(path)) {
    measured.push(JSON.parse(readFileSync(path, 'utf8')) as ForeignFigures);
  }
}
if (measured.length === 0) throw new Error('no project to measure: name folders with Python files');
const all: ForeignFigures = { rows: measured.flatMap(({ rows }) => rows), functions: measured.flatMap(({ functions }) => functions) };

const text = foreignText(all);
console.log(values.json ? JSON.stringify({ files: Number(values.files), seed, ...all }) : text);
if (values.write !== undefined) writeFileSync(values.write, replaceSection(readFileSync(values.write, 'utf8'), 'foreign', text));

/** Everything about one project; null where there is nothing to learn from. */
async function measureProject(root: string, project: string): Promise<ForeignFigures | null> {
  const started = Date.now();
  const policy = await policyOf(root);
  if (policy === null) {
    console.error(`${project}: nothing to learn from`);
    return null;
  }
  const other = await otherPolicy(root);
  const tuned = await settingsOf(root, project);
  console.error(`${project}: learned and tuned (${seconds(started)})`);

  const clean = mutantCases(tokenizer, { root, files: splitProject(root).heldOut.slice(0, Number(values.files)), rate: 0, seed });
  const rows: ForeignRow[] = [];
  const functions: FunctionRow[] = [];
  const about = { project, projectKind: projectKind(project, JSON.parse(values.kinds) as Record<string, string>) };
  const record = (kind: string, tool: string, tally: RestorationTally): void => {
    const { files, inputExact, exact, untouched } = restorationFigures(tally);
    rows.push({ ...about, kind, tool, files, inputExact, exact, untouched });
  };
  for (const [tool, measure] of [[PROFILE, measureNnfmt], [RESTYLE, measureRestyle]] as const) {
    record(CLEAN, tool, measure(tokenizer, policy, clean));
  }
  for (const kind of FOREIGN_KINDS.filter(({ name }) => name.includes(values['only-kind']))) {
    const cases = await kind.layOut(clean, { tokenizer, run, peers, other });
    if (cases === null || cases.length === 0) continue;
    record(kind.name, PROFILE, measureNnfmt(tokenizer, policy, cases));
    record(kind.name, RESTYLE, measureRestyle(tokenizer, policy, cases));
    if (values.diffs !== undefined) writeDiffs(values.diffs, `${project}, ${kind.name}`, policy, cases);
    for (const { peer, settings } of tuned) record(kind.name, peer.name, (await measurePeer(tokenizer, run, { peer, settings, cases })).tally);
    if (values.functions) {
      const found = foreignFunctions(tokenizer, cases);
      const { compared, exact, inputExact, ...rest } = measureFunctions(tokenizer, policy, found);
      if (compared > 0) functions.push({ ...about, kind: kind.name, exact: exact / compared, inputExact: inputExact / compared, ...rest });
    }
    console.error(`${project}: ${kind.name}, ${cases.length} files (${seconds(started)})`);
  }
  return { rows, functions };
}

function seconds(since: number): string {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}

/** The policy of the largest project of another kind. */
async function otherPolicy(root: string): Promise<FormatPolicy | null> {
  const [other] = roots.filter((candidate) => kindOf(candidate) !== kindOf(root)).sort((a, b) => sizes.get(b)! - sizes.get(a)!);
  return other === undefined ? null : policyOf(other);
}

/** The peers with the settings found for a project, which are kept once they were searched. */
async function settingsOf(root: string, project: string): Promise<{ peer: Peer; settings: PeerSettings }[]> {
  const path = kept(`${project}.settings.json`);
  const found = (path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}) as Record<string, PeerSettings>;
  const tuned: { peer: Peer; settings: PeerSettings }[] = [];
  for (const peer of peers) {
    const key = `${peer.name} ${peer.version}`;
    found[key] ??= await tunePeer(tokenizer, run, { peer, groups: tuningGroups(tokenizer, { root, files: splitProject(root).learned, seed }) });
    tuned.push({ peer, settings: found[key] });
    if (path !== undefined) writeFileSync(path, JSON.stringify(found, null, 1));
  }
  return tuned;
}

function measureRestyle(using: typeof tokenizer, policy: FormatPolicy, cases: readonly BenchCase[]): RestorationTally {
  return mergeRestorations(cases.map(({ path, program, input, inputText }) => {
    const output = restyle(using, policy, inputText, path);
    return { ...compareRestoration(program, input, using.tokenize(output, path).gaps), untouched: output === program.source.text ? 1 : 0 };
  }));
}

function writeDiffs(folder: string, name: string, policy: FormatPolicy, cases: readonly BenchCase[]): void {
  mkdirSync(folder, { recursive: true });
  const diffs = cases.map(({ path, program, inputText }) =>
    unifiedDiff({ before: program.source.text, after: restyle(tokenizer, policy, inputText, path), beforeName: path, afterName: path }));
  writeFileSync(join(folder, `${name}.diff`), diffs.join(''));
}
