/**
 * Makes models/complete-caches.bin: counts n-grams over corpora, fits the gate of the mixture
 * and the calibration of confidence on the projects held out.
 *
 *     npx tsx scripts/train-caches.ts CORPUS... --pieces FILE [--exclude-corpus FOLDER,...] [--normalised-corpus FOLDER,...]
 *         [--counted FILE | --gated FILE] [--network models/complete.bin|none] [--out models/complete-caches.bin]
 *         [--pieces-per-project 500000] [--seed 1]
 *
 * Each path is a corpus, each folder in it a project. `--pieces` is the list of pieces (JSON);
 * `--counted` takes n-grams from an earlier file instead of counting again, `--gated` gate and
 * n-grams, so that only the calibration is made, on so many `--cuts` of held-out lines. The
 * split is that of `nnfmt train`, so that the network has not seen the held-out projects either.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { corporaIn, folderOf, splitProjects } from '../src/cli/corpus-projects.js';
import { decodeCaches, encodeCaches } from '../src/complete/caches-file.js';
import { Completer, loadCompletionEngine, ProjectContext } from '../src/complete/index.js';
import { UNCALIBRATED, type Calibration } from '../src/complete/confidence.js';
import type { GateWeights } from '../src/complete/gate.js';
import { pieceShape } from '../src/complete/contexts.js';
import { CorpusTable, packCorpus, type PackedCorpus } from '../src/complete/corpus-table.js';
import { PieceVocabulary, type PieceList } from '../src/complete/pieces.js';
import { loadMatchingHead } from '../src/complete/completion-engine.js';
import { listProjects, readSource } from '../src/corpus/index.js';
import { loadBaseModel } from '../src/format/index.js';
import { completionCases, judgeCompletion } from '../src/evaluate/index.js';
import { createRandom } from '../src/shared/random.js';
import { calibrationError, fitCalibration, type JudgedSuggestion } from '../src/train/fit-calibration.js';
import { countCorpus, DEFAULT_COUNTING } from '../src/train/count-corpus.js';
import { DEFAULT_GATE_TRAINING, fitGate } from '../src/train/fit-gate.js';
import { collectGateSamples, type GateProject } from '../src/train/gate-samples.js';
import { joinPieces, projectPieces, type FilePieces } from '../src/train/project-pieces.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pieces: { type: 'string' },
    'exclude-corpus': { type: 'string', default: '' },
    'normalised-corpus': { type: 'string', default: '' },
    counted: { type: 'string' },
    out: { type: 'string', default: 'models/complete-caches.bin' },
    'pieces-per-project': { type: 'string', default: '500000' },
    'sketch-bits': { type: 'string', default: String(DEFAULT_COUNTING.sketchBits) },
    budget: { type: 'string', default: String(DEFAULT_COUNTING.budget) },
    'sample-rate': { type: 'string', default: '0.3' },
    'gate-pieces': { type: 'string', default: '300000' },
    epochs: { type: 'string', default: String(DEFAULT_GATE_TRAINING.epochs) },
    'learning-rate': { type: 'string', default: String(DEFAULT_GATE_TRAINING.learningRate) },
    cuts: { type: 'string', default: '1000' },
    gated: { type: 'string' },
    network: { type: 'string', default: 'models/complete.bin' },
    seed: { type: 'string', default: '1' },
  },
});
const HELD_OUT_SHARE = 0.05;
/** Share of a held-out project's files that are predicted from the others. */
const PREDICTED_SHARE = 0.25;
/** Files of a held-out project that places to fit the gate on are taken from, at most. */
const GATE_FILES = 60;

/** Files of a held-out project that are read for the calibration, and lines cut in each. */
const CALIBRATION_FILES = 50;
const CUTS_PER_FILE = 5;

const seed = Number(values.seed);
const started = performance.now();
const note = (text: string): void => console.error(`${((performance.now() - started) / 1000).toFixed(0)} s  ${text}`);

const earlierPath = values.counted ?? values.gated;
const earlier = earlierPath === undefined ? null : decodeCaches(readFileSync(earlierPath), earlierPath, { anyGate: values.counted !== undefined });
const list: PieceList = earlier?.pieces ?? (JSON.parse(readFileSync(values.pieces!, 'utf8')) as PieceList);
const vocabulary = new PieceVocabulary(list);
const shape = pieceShape(vocabulary);
const projects = listProjects(positionals, {
  exclude: corporaIn(values['exclude-corpus']), normalised: corporaIn(values['normalised-corpus']),
});
const { training, heldOut } = splitProjects(projects, HELD_OUT_SHARE);
note(`${training.length} projects to count, ${heldOut.length} held out`);

const corpus = earlier?.corpus ?? count();
const head = values.network === 'none' ? null : loadMatchingHead(list, loadBaseModel(), values.network);
const gate = values.gated === undefined ? trainGate() : earlier!.gate;
const digest = createHash('sha256').update(projects.map(({ name, files }) => `${name} ${files.length}\n`).join('')).digest('hex').slice(0, 16);
const caches = {
  pieces: list, corpus, gate, calibration: UNCALIBRATED,
  training: {
    corpusDigest: digest, projects: training.length, seed,
    piecesPerProject: earlier?.training['piecesPerProject'] ?? Number(values['pieces-per-project']),
  },
};
// Written before the calibration, which asks the model as it is used.
writeFileSync(values.out, encodeCaches(caches));
const calibration = await calibrate();
const bytes = encodeCaches({ ...caches, calibration });
writeFileSync(values.out, bytes);
note(`${values.out}: ${bytes.length} bytes`);

function trainGate(): GateWeights {
  const samples = collectGateSamples(heldOut.flatMap(gateProjects), {
    vocabulary, shape, head, corpus: new CorpusTable(corpus), rate: Number(values['sample-rate']), seed,
  });
  note(`${samples.count} places to fit the gate on`);
  return fitGate(samples, { ...DEFAULT_GATE_TRAINING, epochs: Number(values.epochs), learningRate: Number(values['learning-rate']), seed }, (epoch, bits) => note(`epoch ${epoch}: ${bits.toFixed(4)} bits a piece`));
}

/** Completes cut lines of held-out projects and learns how sure to be. */
async function calibrate(): Promise<Calibration> {
  const engine = loadCompletionEngine({ cachesPath: values.out, networkPath: values.network === 'none' ? null : values.network });
  const judged: JudgedSuggestion[] = [];
  const current = heldOut.filter(({ normalised }) => normalised !== true);
  const perProject = Math.ceil(Number(values.cuts) / current.length);
  for (const held of current) {
    const paths = createRandom(`${seed}:${held.name}`).shuffle([...held.files]).slice(0, CALIBRATION_FILES);
    const texts = paths.map((path) => ({ path, text: readSource(path).text }));
    const project = new ProjectContext(engine, texts);
    const outcomes: JudgedSuggestion[] = [];
    for (const { path, text } of texts) {
      if (outcomes.length >= perProject) break;
      const completer = new Completer(engine, { project });
      for (const cut of completionCases(text, CUTS_PER_FILE, `${seed}:${path}`).filter(({ kind }) => kind === 'token')) {
        const [found] = await completer.suggestWithEvidence({ text: text.slice(0, cut.offset), offset: cut.offset, path, count: 1 });
        if (found === undefined) continue;
        const { exact } = judgeCompletion(cut, [found.suggestion], { parses: true, word: '', milliseconds: 0 });
        outcomes.push({ evidence: found.evidence, exact });
      }
    }
    judged.push(...outcomes);
  }
  const fitted = fitCalibration(judged);
  const right = judged.filter(({ exact }) => exact).length / judged.length;
  note(`calibrated on ${judged.length} suggestions, ${(100 * right).toFixed(1)} % exact; error ${calibrationError(fitted, judged).toFixed(3)}`);
  return fitted;
}

function count(): PackedCorpus {
  const maxPieces = Number(values['pieces-per-project']);
  // Revisions of a project are one project.
  const byFolder = new Map<string, FilePieces[]>();
  for (const project of training) {
    const isOld = project.normalised === true;
    const files = projectPieces(vocabulary, shape, project, { maxPieces: isOld ? maxPieces / 2 : maxPieces, seed, normalised: isOld });
    byFolder.set(folderOf(project), [...(byFolder.get(folderOf(project)) ?? []), ...files]);
  }
  const streams = [...byFolder.values()].map(joinPieces);
  note(`${streams.reduce((sum, { length }) => sum + length, 0)} pieces read`);
  const contexts = countCorpus(shape, streams, {
    ...DEFAULT_COUNTING, budget: Number(values.budget), sketchBits: Number(values['sketch-bits']),
  });
  note(`${contexts.length} contexts, ${contexts.reduce((sum, { followers }) => sum + followers.length, 0)} followers`);
  return packCorpus(contexts);
}

/**
 * A held-out project twice: as it is, and file by file with normalised literals, where most
 * places lie near a file's start. Old revisions only the second way.
 */
function gateProjects(project: (typeof projects)[number]): GateProject[] {
  const texts = createRandom(`gate ${seed}:${project.name}`).shuffle([...project.files]).slice(0, GATE_FILES).map((path) => readSource(path).text);
  const alone: GateProject = { cached: [], predicted: texts, normalised: true, piecesPerFile: 1500 };
  if (project.normalised === true) return [alone];
  const files = projectPieces(vocabulary, shape, project, { maxPieces: Number(values['gate-pieces']), seed, normalised: false });
  const count = Math.ceil(Math.min(files.length * PREDICTED_SHARE, GATE_FILES / 4));
  const predicted = files.slice(0, count).map(({ path }) => readSource(path).text);
  const cached = files.slice(count).map(({ pieces }) => pieces);
  return [{ cached, predicted, normalised: false, piecesPerFile: 4000 }, alone];
}
