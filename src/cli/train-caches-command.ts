import { join } from 'node:path';
import { decodeCaches, encodeCaches, type CompletionCaches } from '../complete/caches-file.js';
import { loadMatchingHead } from '../complete/completion-engine.js';
import { UNCALIBRATED } from '../complete/confidence.js';
import { loadCompletionEngine } from '../complete/index.js';
import { loadHead } from '../complete/load-head.js';
import type { PieceList } from '../complete/pieces.js';
import type { Project } from '../corpus/index.js';
import { BadOptionError } from '../errors.js';
import { judgeSuggestions } from '../evaluate/index.js';
import { loadBaseModel } from '../format/index.js';
import { experimentText } from '../options/experiment-file.js';
import type { OptionsFor } from '../options/index.js';
import { createRandom } from '../shared/random.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { VERSION } from '../shared/version.js';
import { makeFolder, writeAtomically } from '../shared/write-atomically.js';
import { DEFAULT_COUNTING } from '../train/caches/count-corpus.js';
import { calibrationError, fitCalibration } from '../train/caches/fit-calibration.js';
import { DEFAULT_GATE_TRAINING } from '../train/caches/fit-gate.js';
import { countProjects, trainGate } from '../train/caches/train-caches.js';
import { DEFAULT_PIECE_LEARNING, learnPieces } from '../train/completion/learn-pieces.js';
import { EXIT_FINE, type CliContext } from './context.js';
import { codeRevision, readCorpora } from './corpus-projects.js';
import { withDataSets } from './data-sets.js';

type Options = OptionsFor<'train --task caches'>;

/** `nnfmt train --task caches CORPORA…`: counts, fits the gate, learns how sure to be; writes `caches.bin`. */
export async function runTrainCaches(
  roots: readonly string[],
  options: Options,
  context: Pick<CliContext, 'stderr' | 'env' | 'platform'>,
): Promise<number> {
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  const { seed, piecesPerProject, budget, sketchBits } = options;
  const earlier = readEarlier(options);
  const { training, heldOut, corpusDigest } = readCorpora(
    await withDataSets(roots, options.columns, context), options, note);
  const current = heldOut.filter(({ normalised }) => normalised !== true);
  if (current.length === 0) {
    throw new BadOptionError({
      option: '--hold-out', reason: 'leaves no project to fit the gate and the confidence on',
    });
  }
  const pieces = earlier?.pieces ?? piecesOf(options, training);
  const corpus = earlier?.corpus ??
    countProjects(pieces, training, {
      counting: { ...DEFAULT_COUNTING, budget, sketchBits }, piecesPerProject, seed, note,
    });
  const { epochs, learningRate, sampleRate, gatePieces, network } = options;
  const gate = options.gated !== null ? earlier!.gate : trainGate(pieces, heldOut, {
    corpus, sampleRate, note, piecesPerProject: gatePieces,
    head: network === false ? null : loadMatchingHead(pieces, loadBaseModel(), network ?? undefined),
    training: { ...DEFAULT_GATE_TRAINING, epochs, learningRate, seed },
  });
  const caches: CompletionCaches = {
    pieces, corpus, gate, calibration: UNCALIBRATED,
    training: {
      corpusDigest, projects: training.length, seed,
      piecesPerProject: earlier?.training['piecesPerProject'] ?? piecesPerProject,
    },
  };
  makeFolder(options.out);
  const path = join(options.out, 'caches.bin');
  writeAtomically(join(options.out, 'experiment.json'), experimentText({
    task: 'train --task caches', options, corpora: roots, folder: options.out,
    record: { seed, corpusDigest, codeRevision: codeRevision(), nnfmt: VERSION },
  }));
  // Written before the calibration, which asks the model as it is used.
  writeAtomically(path, encodeCaches(caches));
  const engine =
    loadCompletionEngine({ cachesPath: path, ...(network === null ? {} : { networkPath: network || null }) });
  const judged = await judgeSuggestions(engine, current, { suggestions: options.suggestions, seed });
  const calibration = fitCalibration(judged);
  const right = judged.filter(({ exact }) => exact).length / judged.length;
  note(`calibrated on ${judged.length} suggestions, ${(100 * right).toFixed(1)} % exact; ` +
    `error ${calibrationError(calibration, judged).toFixed(3)}`);
  const bytes = encodeCaches({ ...caches, calibration });
  writeAtomically(path, bytes);
  note(`${path}: ${bytes.length} bytes`);
  return EXIT_FINE;
}

/** @throws ModelFileError when the file is damaged or foreign */
function readEarlier({ counted, gated }: Options): CompletionCaches | null {
  if (counted !== null && gated !== null) {
    throw new BadOptionError({ option: '--counted', reason: 'is told by --gated' });
  }
  const path = gated ?? counted;
  // A gate for other experts does not matter where another is fitted.
  return path === null
    ? null
    : decodeCaches(readRegularFile(path, { limitBytes: MAX_MODEL_BYTES }), path, { anyGate: gated === null });
}

/** The pieces of the network, or where there is none, pieces learned for the caches alone. */
function piecesOf({ network, seed }: Options, training: readonly Project[]): PieceList {
  if (network === false) return learnPieces(training, DEFAULT_PIECE_LEARNING, createRandom(`pieces ${seed}`));
  return loadHead({
    base: loadBaseModel().weights, ...(network === null ? {} : { modelPath: network }),
  }).vocabulary.list;
}
