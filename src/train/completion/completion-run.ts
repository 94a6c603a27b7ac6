/** Training of a completion network: what train-in-folder.ts is to be told of it. */
import { encodeCompletionModel } from '../../model/completion/completion-file.js';
import {
  completionLayout, type CompletionLayout, type CompletionSizes,
} from '../../model/completion/completion-layout.js';
import { type CompletionTrainer } from '../../model/completion/completion-trainer.js';
import { createDeviceTrainer, type DeviceTrainer } from '../../model/completion/device-trainer.js';
import { createParallelTrainer, type ParallelTrainer } from '../../model/completion/parallel-trainer.js';
import { tensorProducts } from '../../model/completion/tensor-products.js';
import { type PieceBatch } from '../../model/completion/trainer/training-workspace.js';
import { fileDigest } from '../../model/tensor-file.js';
import { type Project } from '../../corpus/index.js';
import { createRandom, type Random } from '../../shared/random.js';
import { type BackendName, type Precision, selectBackend, selectDevice } from '../backends.js';
import { DEFAULT_OPTIMIZER, type OptimizerConfig } from '../optimizer.js';
import { openRunFolder, type RunFolder } from '../run-folder.js';
import { lossScalePart, randomPart } from '../run-parts.js';
import {
  type FolderOutcome, meanFigures, type RunSurroundings, trainInFolder, type ValidationFigures,
} from '../train-in-folder.js';
import { type CompletionConfig } from './presets.js';
import { CHUNKS_PER_TEXT, TextBatches } from './text-batches.js';
import { type TextReader } from './text-reader.js';
import { warmWeights, type WarmStart } from './warm-start.js';

export interface CompletionRun extends RunSurroundings {
  readonly config: CompletionConfig;
  readonly backend: BackendName;
  /** Mixed: float16 where the network calculates; with the backend webgpu. */
  readonly precision?: Precision;
  /** That share the texts of each chunk; more than one only with the backend wasm. */
  readonly threads: number;
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
}

export type CompletionOutcome = Pick<FolderOutcome, 'end' | 'state' | 'modelPath'>;

/** Width of the pointer's keys. */
export const KEY_WIDTH = 64;
/** In pieces or characters. */
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
  const warm =
    init === null ? null : warmWeights(init, { sizes, backboneDigest, random: createRandom(`new units ${seed}`) });
  const random = createRandom(`weights ${seed}`);
  // Before the folder: a backend or precision that is not to be had leaves none.
  const trainer = await trainerOf(run, completionLayout(sizes), random);
  if (warm !== null) {
    trainer.kernel.floats.values.set(warm);
    trainer.kernel.floats.average.set(warm);
    if ('push' in trainer) trainer.push();
  }
  try {
    const paths = openRunFolder({
      folder: run.folder, resume: run.resume, fixed: FIXED, experiment: run.experiment,
      record: {
        task: 'complete', seed, corpusDigest, codeRevision, unit: config.unit,
        ...(init === null ? {} : { init: init.digest }), sizes, context: config.context,
        sequences: config.sequences, backboneDigest, backend: run.backend, precision: run.precision ?? 'f32',
        threads: run.threads, config, vocabulary: reader.vocabulary,
      },
    });
    return await trainIn({ run, sizes, paths, trainer, random });
  } finally {
    await trainer.close();
  }
}

/** On the GPU, or in threads of the processor. */
async function trainerOf(
  { config, backend, precision = 'f32', threads }: CompletionRun, layout: CompletionLayout, random: Random,
): Promise<ParallelTrainer | DeviceTrainer> {
  const shape = { layout, steps: config.context, sequences: config.sequences, dropout: config.dropout, random };
  if (backend === 'webgpu') {
    const device = await selectDevice(precision);
    const trainer = await createDeviceTrainer({ ...shape, device, precision, optimizer: optimizerOf(config) });
    const close = async (): Promise<void> => {
      await trainer.close();
      device.close();
    };
    // Getters must stay such.
    return Object.assign(Object.create(trainer) as DeviceTrainer, { close });
  }
  await selectBackend(backend);
  return createParallelTrainer({
    ...shape, threads,
    // The kernel is the wasm backend's equal and copies nothing.
    ...(backend === 'wasm' ? {} : { products: tensorProducts }),
  });
}

const optimizerOf = ({ clipNorm, weightDecay }: CompletionConfig): OptimizerConfig =>
  ({ ...DEFAULT_OPTIMIZER, clipNorm, weightDecay, averageDecay: AVERAGE_DECAY });

async function trainIn({ run, sizes, paths, trainer, random }: {
  run: CompletionRun; sizes: CompletionSizes; paths: RunFolder; trainer: ParallelTrainer | DeviceTrainer;
  random: Random;
}): Promise<CompletionOutcome> {
  const { config, reader, seed, corpusDigest, codeRevision, backboneDigest } = run;
  const texts = batchesOf(run, run.training, config.normalisedShare, seed);
  const chunk = config.context * config.sequences;
  const { end, state, modelPath } = await trainInFolder<PieceBatch>({
    ...run, paths, memory: trainer, network: trainer, carried: trainer,
    unit: config.unit === 'char' ? 'characters' : 'pieces',
    config: {
      optimizer: optimizerOf(config),
      schedule: {
        shape: config.schedule, learningRate: config.learningRate, floor: 0.01,
        warmupExamples: config.warmUpChunks * chunk,
      },
      plannedExamples: run.plannedPieces, plannedMinutes: run.plannedMinutes, patience: run.patience,
      evaluateEvery: EVALUATE_EVERY, checkpointEvery: EVALUATE_EVERY, reportEvery: REPORT_EVERY,
    },
    source: texts,
    tokenizer: fileDigest(Buffer.from(JSON.stringify(reader.vocabulary))),
    // Dropout draws from it.
    parts: {
      random: randomPart(random),
      ...('lossScale' in trainer && run.precision === 'mixed'
        ? { lossScale: lossScalePart(trainer.lossScale) } : {}),
    },
    ...('push' in trainer ? { device: trainer } : {}),
    validate: () => validate(run, trainer),
    encode: (values, { examples, bestLossNats }) => encodeCompletionModel({
      sizes, values, vocabulary: reader.vocabulary, unit: config.unit, backboneDigest,
      training: { seed, corpusDigest, codeRevision, pieces: examples, validationLossNats: bestLossNats },
    }),
  });
  return { end, state, modelPath };
}

function sizesOf(config: CompletionConfig, reader: TextReader): CompletionSizes {
  return {
    pieces: (reader.size + 7) & ~7, embedding: config.embedding, units: config.units, layers: config.layers,
    backbone: reader.backboneWidth, key: config.window > 0 ? KEY_WIDTH : 0, window: config.window,
  };
}

function batchesOf(
  run: CompletionRun,
  projects: readonly Project[],
  normalisedShare: number,
  seed: number | string,
): TextBatches {
  const { context, sequences } = run.config;
  return new TextBatches(projects, run.reader, {
    steps: context, sequences, seed, normalisedShare, filesPerProject: run.filesPerProject,
    maxPieces: CHUNKS_PER_TEXT * context,
  });
}

/** Losses of the averaged weights: of texts as they are, and, where training has such, of normalised ones. */
async function validate(
  run: CompletionRun, trainer: CompletionTrainer | DeviceTrainer,
): Promise<ValidationFigures | null> {
  if (run.heldOut.length === 0) return null;
  // What a device carries is read only when asked for.
  if ('fetch' in trainer) await trainer.fetch();
  const kept = trainer.saveStates();
  const lossOf = (normalisedShare: number): Promise<ValidationFigures> => meanFigures(
    batchesOf({ ...run, filesPerProject: VALIDATION_FILES }, run.heldOut, normalisedShare, 'validation'),
    (batch) => trainer.loss(batch, trainer.kernel.floats.average), VALIDATION_CHUNKS,
  );
  const plain = await lossOf(0);
  const normalised = run.config.normalisedShare > 0 ? await lossOf(1) : null;
  trainer.restoreStates(kept);
  return normalised === null ? plain : { ...plain, normalisedLossNats: normalised.lossNats };
}
