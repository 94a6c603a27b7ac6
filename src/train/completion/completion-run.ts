/**
 * One training run of a completion network in a folder: the files of train-run.ts, the loop of
 * train-loop.ts. A "gap" of the loop's counters is a piece or a character here.
 */
import { encodeCompletionModel } from '../../model/completion/completion-file.js';
import { completionLayout, type CompletionSizes } from '../../model/completion/completion-layout.js';
import { type CompletionTrainer } from '../../model/completion/completion-trainer.js';
import { createParallelTrainer, type ParallelTrainer } from '../../model/completion/parallel-trainer.js';
import { tensorProducts } from '../../model/completion/tensor-products.js';
import { type PieceBatch } from '../../model/completion/training-workspace.js';
import { type Project } from '../../corpus/index.js';
import { type Progress } from '../../shared/progress.js';
import { createRandom, type Random } from '../../shared/random.js';
import { writeAtomically } from '../../shared/write-atomically.js';
import { type BackendName, selectBackend } from '../backends.js';
import { type BatchSource } from '../batch-source.js';
import { readCheckpoint, writeCheckpoint } from '../checkpoint.js';
import { createMetricsLog } from '../metrics-log.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../optimizer.js';
import { openRunFolder, type RunFolder } from '../run-folder.js';
import { INITIAL_STATE, type LoopEnd, type LoopState, trainLoop } from '../train-loop.js';
import { type CompletionConfig } from './presets.js';
import { CHUNKS_PER_TEXT, TextBatches } from './text-batches.js';
import { type TextReader } from './text-reader.js';
import { warmWeights, type WarmStart } from './warm-start.js';

export interface CompletionRun {
  /** Created when missing. */
  readonly folder: string;
  readonly config: CompletionConfig;
  readonly backend: BackendName;
  /** That share the texts of each chunk; more than one only with the backend wasm. */
  readonly threads: number;
  readonly seed: number | string;
  /** Pieces to train on, or minutes, or whichever comes first. */
  readonly plannedPieces: number | null;
  readonly plannedMinutes: number | null;
  /** Evaluations without a better validation loss before the run ends early; 0: never. */
  readonly patience: number;
  readonly filesPerProject: number;
  readonly training: readonly Project[];
  /** Whole projects put aside for the validation loss. */
  readonly heldOut: readonly Project[];
  /** Of the vocabulary of `init`, where that is given. */
  readonly reader: TextReader;
  /** The model to begin from; null for random weights. */
  readonly init: WarmStart | null;
  /** Of the backbone whose vectors the reader gives; null without one. */
  readonly backboneDigest: string | null;
  readonly corpusDigest: string;
  readonly codeRevision: string;
  readonly resume: boolean;
  readonly progress: Progress;
  /** Milliseconds. */
  readonly now: () => number;
  /** Aborting ends the run with a checkpoint after the current chunk. */
  readonly signal?: AbortSignal;
}

export interface CompletionOutcome {
  readonly end: LoopEnd;
  readonly state: Readonly<LoopState>;
  /** Absolute path. */
  readonly modelPath: string;
}

/** Width of the pointer's keys. */
export const KEY_WIDTH = 64;
const EVALUATE_EVERY = 900_000;
const REPORT_EVERY = 50_000;
/** Of held-out projects: files of each, and chunks of each kind of text, that the validation loss is measured on. */
const VALIDATION_FILES = 8;
const VALIDATION_CHUNKS = 30;
/** The last steps count most: the rate has fallen by then. */
const AVERAGE_DECAY = 0.998;

/** What must be the same for a run to be continued; the plan and the rates may change. */
const FIXED = ['seed', 'corpusDigest', 'unit', 'init', 'sizes', 'context', 'sequences', 'vocabulary', 'backboneDigest'];

/**
 * Trains, or continues training.
 *
 * @throws BadOptionError when the folder holds a run that would be overwritten or does not fit, or `init` does not fit;
 *   MissingBackendError; ModelFileError for a damaged checkpoint
 */
export async function runCompletionTraining(run: CompletionRun): Promise<CompletionOutcome> {
  const { config, reader, seed } = run;
  const sizes = sizesOf(config, reader);
  const { corpusDigest, codeRevision, backboneDigest, init } = run;
  const warm = init === null ? null : warmWeights(init, { sizes, backboneDigest, random: createRandom(`new units ${seed}`) });
  const paths = openRunFolder({
    folder: run.folder, resume: run.resume, fixed: FIXED,
    record: {
      task: 'complete', seed, corpusDigest, codeRevision, unit: config.unit, ...(init === null ? {} : { init: init.digest }), sizes, context: config.context,
      sequences: config.sequences, backboneDigest, backend: run.backend, threads: run.threads, config, vocabulary: reader.vocabulary,
    },
  });
  await selectBackend(run.backend);
  const random = createRandom(`weights ${seed}`);
  const trainer = createParallelTrainer({
    layout: completionLayout(sizes), steps: config.context, sequences: config.sequences, dropout: config.dropout,
    random, threads: run.threads,
    // The kernel is the wasm backend's equal and copies nothing.
    ...(run.backend === 'wasm' ? {} : { products: tensorProducts }),
  });
  if (warm !== null) {
    trainer.kernel.floats.values.set(warm);
    trainer.kernel.floats.average.set(warm);
  }
  try {
    return await trainIn({ run, sizes, paths, trainer, random });
  } finally {
    await trainer.close();
  }
}

async function trainIn({ run, sizes, paths, trainer, random }: {
  run: CompletionRun; sizes: CompletionSizes; paths: RunFolder; trainer: ParallelTrainer; random: Random;
}): Promise<CompletionOutcome> {
  const { config, reader, seed, now, progress, corpusDigest, codeRevision, backboneDigest } = run;
  const optimizer = createOptimizer(trainer, {
    ...DEFAULT_OPTIMIZER, clipNorm: config.clipNorm, weightDecay: config.weightDecay, averageDecay: AVERAGE_DECAY,
  });
  const source = batchesOf(run, run.training, config.normalisedShare, seed);
  const state: LoopState = { ...INITIAL_STATE };
  let best: Float32Array | null = null;
  if (run.resume) {
    const saved = readCheckpoint(paths.checkpoint, trainer);
    Object.assign(state, saved.state);
    optimizer.setSteps(saved.optimizerSteps);
    const position = saved.source as { texts: unknown; random: number[] };
    source.restore(position.texts);
    random.restore(position.random);
    best = saved.best;
    if (saved.carried) trainer.restoreStates(saved.carried);
  }
  const metrics = createMetricsLog({ path: paths.metrics, curvePath: paths.curve, now, afterGaps: state.gaps, unit: config.unit === 'char' ? 'characters' : 'pieces' });
  const { average } = trainer.kernel.floats;
  const saveModel = (): void => {
    const training = { seed, corpusDigest, codeRevision, pieces: state.gaps, validationLossNats: state.bestLossNats };
    writeAtomically(paths.model, encodeCompletionModel({
      sizes, values: (best ?? average).slice(), vocabulary: reader.vocabulary, unit: config.unit, backboneDigest, training,
    }));
  };

  const chunk = config.context * config.sequences;
  const end = await trainLoop<PieceBatch>({
    network: trainer, optimizer, source, state, now,
    config: {
      schedule: { shape: config.schedule, learningRate: config.learningRate, floor: 0.01, warmupGaps: config.warmUpChunks * chunk },
      plannedGaps: run.plannedPieces, plannedMinutes: run.plannedMinutes, patience: run.patience,
      evaluateEveryGaps: EVALUATE_EVERY, checkpointEveryGaps: EVALUATE_EVERY,
    },
    hooks: {
      interrupted: () => run.signal?.aborted ?? false,
      onStep(report) {
        metrics.add(report);
        if (metrics.pendingGaps() >= REPORT_EVERY) metrics.flush();
        progress.update(report.done, metrics.summary());
      },
      async evaluate() {
        const figures = await validate(run, trainer);
        if (figures === null) return null;
        metrics.flush();
        metrics.validation(state, figures);
        progress.note(`${state.gaps} pieces: validation loss ${figures.lossNats.toFixed(4)}`);
        return figures.lossNats;
      },
      onBest() {
        best = average.slice();
        saveModel();
      },
      checkpoint() {
        metrics.flush();
        writeCheckpoint(paths.checkpoint, trainer, {
          state, optimizerSteps: optimizer.steps, source: { texts: source.state(), random: random.state() }, best, carried: trainer.saveStates(),
        });
        return Promise.resolve();
      },
    },
  });
  saveModel();
  progress.finish();
  return { end, state, modelPath: paths.model };
}

function sizesOf(config: CompletionConfig, reader: TextReader): CompletionSizes {
  return {
    pieces: (reader.size + 7) & ~7, embedding: config.embedding, units: config.units, layers: config.layers,
    backbone: reader.backboneWidth, key: config.window > 0 ? KEY_WIDTH : 0, window: config.window,
  };
}

function batchesOf(run: CompletionRun, projects: readonly Project[], normalisedShare: number, seed: number | string): TextBatches {
  const { context, sequences } = run.config;
  return new TextBatches(projects, run.reader, {
    steps: context, sequences, seed, normalisedShare, filesPerProject: run.filesPerProject, maxPieces: CHUNKS_PER_TEXT * context,
  });
}

/** Losses of the averaged weights: of texts as they are, and, where training has such, of normalised ones. */
async function validate(
  run: CompletionRun, trainer: CompletionTrainer,
): Promise<{ lossNats: number; accuracy: number; normalisedLossNats?: number } | null> {
  if (run.heldOut.length === 0) return null;
  const kept = trainer.saveStates();
  const lossOf = (normalisedShare: number): Promise<{ lossNats: number; accuracy: number }> =>
    meanLoss(trainer, batchesOf({ ...run, filesPerProject: VALIDATION_FILES }, run.heldOut, normalisedShare, 'validation'));
  const plain = await lossOf(0);
  const normalised = run.config.normalisedShare > 0 ? await lossOf(1) : null;
  trainer.restoreStates(kept);
  return normalised === null ? plain : { ...plain, normalisedLossNats: normalised.lossNats };
}

async function meanLoss(trainer: CompletionTrainer, source: BatchSource<PieceBatch>): Promise<{ lossNats: number; accuracy: number }> {
  let weight = 0;
  let lossNats = 0;
  let accuracy = 0;
  for (let k = 0; k < VALIDATION_CHUNKS; k++) {
    const batch = await source.next();
    if (batch === null) break;
    const result = await trainer.loss(batch, trainer.kernel.floats.average);
    weight += result.weight;
    lossNats += result.weight * result.lossNats;
    accuracy += result.weight * result.accuracy;
  }
  return weight === 0 ? { lossNats: 0, accuracy: 0 } : { lossNats: lossNats / weight, accuracy: accuracy / weight };
}
