/** Training of the gap network: what train-in-folder.ts is to be told of it. */
import { type FeatureShape, type TrainingBatch } from '../model/feature-batch.js';
import { createDeviceGapNetwork, type DeviceGapNetwork } from '../model/device-gap-network.js';
import { createGapNetwork, type GapNetwork } from '../model/network.js';
import {
  DEFAULT_NETWORK_SIZES, initialWeights, type NetworkLayout, networkLayout, type NetworkSizes, type NetworkWeights,
} from '../model/network-weights.js';
import { createTrainingMemory } from '../model/training-memory.js';
import { encodeModel } from '../model/weights-file.js';
import { createRandom, type Random } from '../shared/random.js';
import { type BackendName, type Precision, selectBackend, selectDevice } from './backends.js';
import { type BatchSource } from './batch-source.js';
import { DEFAULT_OPTIMIZER, type OptimizedMemory, type WeightsMemory } from './optimizer.js';
import { openRunFolder } from './run-folder.js';
import { lossScalePart } from './run-parts.js';
import { DEFAULT_SCHEDULE } from './schedule.js';
import type { TrainingContext } from './training-context.js';
import {
  type FolderOutcome, type FolderRun, meanFigures, type RunSurroundings, trainInFolder,
} from './train-in-folder.js';

export type TrainingConfig = FolderRun<TrainingBatch>['config'] & {
  readonly backend: BackendName;
  /** As `--precision`; float32 unless given. */
  readonly precision?: Precision;
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
  /** A checkpoint to begin from, which another run left. */
  readonly begin?: string;
  /** Parts of checkpoints beside those of every run. */
  readonly parts?: TrainingContext;
  /** What must be the same for the run to be continued, beside what always must. */
  readonly fixed?: Readonly<Record<string, unknown>>;
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
  const random = createRandom(`weights ${seed}`);
  const layout = networkLayout(shape, sizes);
  // Before the folder: a backend or precision that is not to be had leaves none.
  const { memory, network, device, close } = await learnerOf(run, layout, random);
  const { average } = memory.kernel.floats;
  const validationStart = validation?.state();
  const train = async (): Promise<FolderOutcome> => trainInFolder<TrainingBatch>({
    ...run, memory, network, unit: 'gaps',
    paths: openRunFolder({
      folder: run.folder, resume: run.resume, fixed: [...FIXED, ...Object.keys(run.fixed ?? {})],
      experiment: run.experiment,
      record: { seed, corpusDigest, codeRevision, vocabularyDigest, shape, sizes, config, ...run.fixed },
    }),
    tokenizer: vocabularyDigest,
    ...(device === null ? {} : { device }),
    parts: {
      ...run.parts,
      ...(device !== null && config.precision === 'mixed' ? { lossScale: lossScalePart(device.lossScale) } : {}),
    },
    async validate() {
      if (validation === undefined) return null;
      validation.restore(validationStart);
      const figures = await meanFigures(validation, (batch) => network.loss(batch, average));
      if (run.moreFigures !== undefined) await device?.fetch();
      return { ...figures, ...await run.moreFigures?.({ shape, sizes, values: average }) };
    },
    encode: (flat, { examples, bestLossNats }) => encodeModel({
      weights: { shape, sizes, values: flat }, labelNames, vocabularyDigest, thresholds: {},
      training: { seed, corpusDigest, codeRevision, gaps: examples, validationLossNats: bestLossNats },
    }),
  });
  const { values, ...outcome } = await train().finally(close);
  return { ...outcome, weights: { shape, sizes, values } };
}

/** What learns, and where: on the GPU, or in a kernel's memory by TensorFlow.js. */
async function learnerOf({ config, maxBatch, start }: TrainingRun, layout: NetworkLayout, random: Random): Promise<{
  memory: OptimizedMemory | WeightsMemory;
  network: Pick<GapNetwork, 'lossAndGradient' | 'loss'>;
  device: DeviceGapNetwork | null;
  close: () => void;
}> {
  const { backend, precision = 'f32', optimizer } = config;
  if (backend !== 'webgpu') {
    await selectBackend(backend);
    const memory = createTrainingMemory({ layout, maxBatch, random, start: start?.values });
    return { memory, network: createGapNetwork(memory), device: null, close: () => undefined };
  }
  const device = await selectDevice(precision);
  const values = start?.values ?? initialWeights(layout, random);
  const network = createDeviceGapNetwork({ device, precision, layout, maxBatch, values, optimizer });
  const close = (): void => {
    network.close();
    device.close();
  };
  return { memory: network, network, device: network, close };
}
