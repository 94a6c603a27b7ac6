/**
 * Whole lines by networks alone: nnfmt's, and those of the seeds, trained on the same corpora for
 * the same processor time. docs/completion-baselines.md says what came of it.
 *
 *     npx tsx bench/completion-baselines.ts --train CORPORA… [--exclude PATHS]
 *     npx tsx bench/completion-baselines.ts [PROJECTS…] [--cases CASES.json] [--count 400] [--files 4] [--cuts 4]
 *                                           [--text-characters 2000]
 *     both: [--minutes 8] [--runs FOLDER] [--only copy,file,nnfmt,…] [--beam 4] [--seed 1]
 *
 * Runs that are done are left alone, others are continued. CASES.json is PY150's, see bench/py150.ts.
 * `shipped` is models/complete.bin, which was trained for longer.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpora } from '../src/cli/corpus-projects.js';
import { loadCompletionEngine } from '../src/complete/completion-engine.js';
import { editSimilarity, isExactMatch } from '../src/evaluate/index.js';
import { assetPath } from '../src/shared/asset-path.js';
import { COMPLETION_MODEL } from '../src/shared/base-model.js';
import { createProgress } from '../src/shared/progress.js';
import { copyLine, fileLine } from './support/baseline-caches.js';
import { projectCases, py150Cases, sampledTexts, spellForPy150, type BaselineCase } from './support/baseline-cases.js';
import { lastLines, loadBaseline, type LinePrefix } from './support/baseline-networks.js';
import { createReaders, processorMs, readRecord, trainVariant, VARIANTS } from './support/baseline-runs.js';
import { bitsPerCharacter } from './support/code-characters.js';
import { mean, table } from './support/markdown.js';
import { readCases } from './support/py150.js';

const CACHES = ['copy', 'file'];
const SHIPPED = 'shipped';
const ROWS = [...CACHES, ...Object.keys(VARIANTS), SHIPPED];
/** Characters before the cut that networks over characters read. */
const CONTEXT_CHARACTERS = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: 'runs/baselines' },
    train: { type: 'boolean', default: false },
    exclude: { type: 'string' },
    minutes: { type: 'string', default: '8' },
    only: { type: 'string', default: ROWS.join(',') },
    seed: { type: 'string', default: '1' },
    beam: { type: 'string', default: '4' },
    cases: { type: 'string' },
    count: { type: 'string', default: '400' },
    files: { type: 'string', default: '4' },
    cuts: { type: 'string', default: '4' },
    'text-characters': { type: 'string', default: '2000' },
  },
});
const names = values.only.split(',');
const unknown = names.find((name) => !ROWS.includes(name));
if (unknown !== undefined) throw new Error(`no such row: ${unknown}; there are ${ROWS.join(', ')}`);

if (values.train) await train();
else evaluate();

async function train(): Promise<void> {
  const minutes = Number(values.minutes);
  const due = names.filter((name) => name in VARIANTS && readRecord(folderOf(name)) === null);
  if (due.length === 0) return;
  mkdirSync(values.runs, { recursive: true });
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  const note = (line: string): void => console.error(line);
  const corpora = readCorpora(positionals, { excludeCorpus: values.exclude ?? null, normalisedCorpus: null, holdOut: 0.05 }, note);
  const plan = { corpora, minutes, seed: Number(values.seed), filesPerProject: 40, signal: controller.signal };
  const readerOf = createReaders(plan, Object.keys(VARIANTS).map(folderOf));
  for (const name of due) {
    const { config } = VARIANTS[name];
    note(`${name}: ${minutes} minutes of processor time`);
    const progress = createProgress({ target: process.stderr, quiet: false, now: () => performance.now() });
    const done = await trainVariant(folderOf(name), VARIANTS[name], readerOf(config), { ...plan, progress });
    note(`${name} ${done ? 'is done' : 'was interrupted; the same command continues it'}`);
    if (!done) process.exit(130);
  }
}

/** How a row answers, and what is told of it besides. */
interface Row {
  readonly complete: (cases: readonly BaselineCase[]) => readonly (readonly string[])[];
  /** Parameters, seen, bits a character of code, bits a character of everything. */
  readonly facts: readonly string[];
}

interface Figures {
  readonly exact: number;
  readonly similarity: number;
  readonly firstToken: number;
  /** Processor time. */
  readonly seconds: number;
}

function evaluate(): void {
  const engine = loadCompletionEngine({ networkPath: null });
  const counts = { files: Number(values.files), cuts: Number(values.cuts) };
  const local = projectCases(positionals, counts, values.seed);
  const texts = sampledTexts(positionals, counts.files)
    .map(({ text }) => text.slice(0, text.lastIndexOf('\n', Number(values['text-characters'])) + 1)).filter((text) => text !== '');
  const foreign = values.cases === undefined ? [] : py150Cases(readCases(values.cases).slice(0, Number(values.count)), engine.vocabulary);
  console.error(`${local.length} cuts of ${positionals.length} projects, ${texts.length} texts for the loss, ${foreign.length} cases of PY150`);
  const rows = names.filter((name) => CACHES.includes(name) || existsSync(modelPath(name))).map((name) => {
    const row = rowOf(name);
    const ours = judge(row, local, (tokens) => tokens.join(' '));
    const theirs = judge(row, foreign, spellForPy150);
    const cells = [name, ...row.facts, ...cellsOf(ours), ...cellsOf(theirs), ours.seconds.toFixed(2)];
    console.error(cells.join('  '));
    return cells;
  });
  const figures = ['exact', 'similar', 'first token'];
  console.log(table(['', 'parameters', 'seen', 'bits, code', 'bits, all', ...figures, ...figures.map((name) => `PY150: ${name}`), 's'], rows));

  function rowOf(name: string): Row {
    const none = ['-', '-', '-', '-'];
    const beam = Number(values.beam);
    const each = (answer: (prefix: LinePrefix) => string[]): Row => ({ complete: (cases) => cases.map(({ pieces }) => answer(pieces)), facts: none });
    if (name === 'copy') return each((prefix) => copyLine(engine, prefix));
    if (name === 'file') return each((prefix) => fileLine(engine, prefix, beam));
    const network = loadBaseline(modelPath(name), { beam });
    const { codeNats, codeCharacters, allNats, allCharacters } = network.loss(texts, engine.vocabulary);
    const seen = readRecord(folderOf(name))?.seen;
    return {
      complete: (cases) => network.complete(cases.map(({ pieces, characters }) =>
        network.unit === 'token' ? pieces : { ...characters, text: lastLines(characters.text, CONTEXT_CHARACTERS) })),
      facts: [
        network.parameters.toLocaleString('en'), seen?.toLocaleString('en') ?? '-', bitsPerCharacter(codeNats, codeCharacters).toFixed(2),
        allNats === null ? '-' : bitsPerCharacter(allNats, allCharacters).toFixed(2),
      ],
    };
  }
}

/** Runs of another length are others: the learning rate falls over the whole of each. */
function folderOf(name: string): string {
  return join(values.runs, `${values.minutes}-minutes`, name);
}

function modelPath(name: string): string {
  return name === SHIPPED ? assetPath(COMPLETION_MODEL) : join(folderOf(name), 'model.bin');
}

function judge({ complete }: Row, cases: readonly BaselineCase[], spelled: (tokens: readonly string[]) => string): Figures {
  const started = processorMs();
  const answers = complete(cases);
  const seconds = (processorMs() - started) / 1000 / cases.length;
  const texts = answers.map(spelled);
  return {
    exact: mean(cases.map(({ truth }, k) => (isExactMatch(texts[k], truth) ? 1 : 0))),
    similarity: mean(cases.map(({ truth }, k) => editSimilarity(texts[k], truth))),
    firstToken: mean(cases.map(({ truth }, k) => (texts[k].split(' ')[0] === truth.split(' ')[0] ? 1 : 0))),
    seconds,
  };
}

function cellsOf({ exact, similarity, firstToken }: Figures): string[] {
  return Number.isNaN(exact) ? ['-', '-', '-'] : [(100 * exact).toFixed(1), similarity.toFixed(1), (100 * firstToken).toFixed(1)];
}
