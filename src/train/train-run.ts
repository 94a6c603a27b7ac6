/** Training of the gap network: what train-in-folder.ts is to be told of it. */
import { type FeatureShape, type TrainingBatch } from '../model/feature-batch.js';
import { createGapNetwork } from '../model/network.js';
import {
  DEFAULT_NETWORK_SIZES, networkLayout, type NetworkSizes, type NetworkWeights,
} from '../model/network-weights.js';
import { createTrainingMemory } from '../model/training-memory.js';
import { encodeModel } from '../model/weights-file.js';
import { createRandom } from '../shared/random.js';
import { type BackendName, selectBackend } from './backends.js';
import { type BatchSource } from './batch-source.js';
import { DEFAULT_OPTIMIZER } from './optimizer.js';
import { openRunFolder } from './run-folder.js';
import { DEFAULT_SCHEDULE } from './schedule.js';
import {
  type FolderOutcome, type FolderRun, meanFigures, type RunSurroundings, trainInFolder,
} from './train-in-folder.js';

export type TrainingConfig = FolderRun<TrainingBatch>['config'] & {
  readonly backend: BackendName;
  readonly sizes: NetworkSizes;
};

export const DEFAULT_TRAINING: TrainingConfig = {
  backend: 'wasm',
  sizes: DEFAULT_NETWORK_SIZES,
  optimizer: DEFAULT_OPTIMIZER,
  schedule: DEFAULT_SCHEDULE,
  plannedExamples: 10_000_000,
  plannedMinutes: null,
  evaluateEvery: 500_000,
  checkpointEvery: 1_000_000,
  reportEvery: 100_000,
  patience: 0,
};

export interface TrainingRun extends RunSurroundings {
  readonly config: TrainingConfig;
  readonly shape: FeatureShape;
  readonly labelNames: readonly string[];
  readonly vocabularyDigest: string;
  readonly source: BatchSource;
  /** Read from its present state to the end of its epoch at every evaluation. */
  readonly validation?: BatchSource;
  /** Most gaps in a batch of either source. */
  readonly maxBatch: number;
  /** Weights to start from instead of random ones, for fine-tuning. */
  readonly start?: NetworkWeights;
  /** More validation figures of the averaged weights, which are a view: copy what is kept. */
  readonly moreFigures?: (average: NetworkWeights) => Promise<Readonly<Record<string, number>>>;
}

export interface TrainingOutcome extends Omit<FolderOutcome, 'values'> {
  /** Best averaged weights, or the last ones when nothing was validated. */
  readonly weights: NetworkWeights;
}

/** What must be the same for a run to be continued; the plan may change. */
const FIXED = ['seed', 'corpusDigest', 'vocabularyDigest', 'shape', 'sizes'] as const;

/**
 * Trains, or continues training.
 *
 * @throws BadOptionError when the folder holds a run that would be overwritten, or that does
 *   not fit these settings; MissingBackendError; ModelFileError for a damaged checkpoint
 */
export async function runTraining(run: TrainingRun): Promise<TrainingOutcome> {
  const { config, shape, seed, corpusDigest, codeRevision, labelNames, vocabularyDigest, validation } = run;
  const { sizes } = config;
  const paths = openRunFolder({
    folder: run.folder, resume: run.resume, fixed: FIXED, experiment: run.experiment,
    record: { seed, corpusDigest, codeRevision, vocabularyDigest, shape, sizes, config },
  });
  await selectBackend(config.backend);
  const memory = createTrainingMemory({
    layout: networkLayout(shape, sizes), maxBatch: run.maxBatch, random: createRandom(`weights ${seed}`),
    start: run.start?.values,
  });
  const network = createGapNetwork(memory);
  const { average } = memory.kernel.floats;
  const validationStart = validation?.state();
  const { values, ...outcome } = await trainInFolder({
    ...run, paths, memory, network, unit: 'gaps', tokenizer: vocabularyDigest,
    async validate() {
      if (validation === undefined) return null;
      validation.restore(validationStart);
      const figures = await meanFigures(validation, (batch) => network.loss(batch, average));
      return { ...figures, ...await run.moreFigures?.({ shape, sizes, values: average }) };
    },
    encode: (flat, { examples, bestLossNats }) => encodeModel({
      weights: { shape, sizes, values: flat }, labelNames, vocabularyDigest, thresholds: {},
      training: { seed, corpusDigest, codeRevision, gaps: examples, validationLossNats: bestLossNats },
    }),
  });
  return { ...outcome, weights: { shape, sizes, values } };
}
