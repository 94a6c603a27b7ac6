/**
 * One training run in a folder: everything around the loop that touches the disk.
 *
 *     run.json         configuration, seed, corpus digest, code revision
 *     metrics.jsonl    one JSON object a line: "train" and "validation" figures
 *     curve.svg        the losses so far
 *     checkpoint.bin   to continue from, written atomically
 *     model.bin        the averaged weights with the best validation loss
 */
import { type FeatureShape } from '../model/feature-batch.js';
import { createGapNetwork, type GapNetwork } from '../model/network.js';
import {
  DEFAULT_NETWORK_SIZES, networkLayout, type NetworkSizes, type NetworkWeights,
} from '../model/network-weights.js';
import { createTrainingMemory } from '../model/training-memory.js';
import { encodeModel } from '../model/weights-file.js';
import { type Progress } from '../shared/progress.js';
import { createRandom } from '../shared/random.js';
import { type BackendName, selectBackend } from './backends.js';
import { type BatchSource } from './batch-source.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { createMetricsLog } from './metrics-log.js';
import { createOptimizer, DEFAULT_OPTIMIZER, type OptimizerConfig } from './optimizer.js';
import { openRunFolder } from './run-folder.js';
import { DEFAULT_SCHEDULE } from './schedule.js';
import { INITIAL_STATE, type LoopConfig, type LoopEnd, type LoopState, trainLoop } from './train-loop.js';
import { writeAtomically } from '../shared/write-atomically.js';

export interface TrainingConfig extends LoopConfig {
  readonly backend: BackendName;
  readonly sizes: NetworkSizes;
  readonly optimizer: OptimizerConfig;
  /** Gaps between two lines of metrics. */
  readonly reportEveryGaps: number;
}

export const DEFAULT_TRAINING: TrainingConfig = {
  backend: 'wasm',
  sizes: DEFAULT_NETWORK_SIZES,
  optimizer: DEFAULT_OPTIMIZER,
  schedule: DEFAULT_SCHEDULE,
  plannedGaps: 10_000_000,
  plannedMinutes: null,
  evaluateEveryGaps: 500_000,
  checkpointEveryGaps: 1_000_000,
  reportEveryGaps: 100_000,
  patience: 0,
};

export interface TrainingRun {
  /** Created when missing. */
  readonly folder: string;
  readonly config: TrainingConfig;
  readonly seed: number | string;
  readonly shape: FeatureShape;
  readonly labelNames: readonly string[];
  readonly vocabularyDigest: string;
  readonly corpusDigest: string;
  readonly codeRevision: string;
  readonly source: BatchSource;
  /** Read from its present state to the end of its epoch at every evaluation. */
  readonly validation?: BatchSource;
  /** Most gaps in a batch of either source. */
  readonly maxBatch: number;
  /** Weights to start from instead of random ones, for fine-tuning. */
  readonly start?: NetworkWeights;
  /** Continue from the folder's checkpoint. */
  readonly resume: boolean;
  /** More validation figures of the averaged weights, which are a view: copy what is kept. */
  readonly moreFigures?: (average: NetworkWeights) => Promise<Readonly<Record<string, number>>>;
  readonly progress: Progress;
  /** Milliseconds. */
  readonly now: () => number;
  /** Aborting ends the run with a checkpoint after the current batch. */
  readonly signal?: AbortSignal;
}

export interface TrainingOutcome {
  readonly end: LoopEnd;
  readonly state: Readonly<LoopState>;
  /** Best averaged weights, or the last ones when nothing was validated. */
  readonly weights: NetworkWeights;
  /** Absolute paths. */
  readonly modelPath: string;
  readonly checkpointPath: string;
}

/**
 * Trains, or continues training.
 *
 * @throws BadOptionError when the folder holds a run that would be overwritten, or that does
 *   not fit these settings; MissingBackendError; ModelFileError for a damaged checkpoint
 */
export async function runTraining(run: TrainingRun): Promise<TrainingOutcome> {
  const { config, shape, source, progress, now } = run;
  const paths = openRunFolder({ folder: run.folder, resume: run.resume, record: recordOf(run), fixed: FIXED });
  const { checkpoint: checkpointPath, model: modelPath } = paths;
  await selectBackend(config.backend);

  const layout = networkLayout(shape, config.sizes);
  const memory = createTrainingMemory({
    layout, maxBatch: run.maxBatch, random: createRandom(`weights ${run.seed}`), start: run.start?.values,
  });
  const network = createGapNetwork(memory);
  const optimizer = createOptimizer(memory, config.optimizer);
  const validationStart = run.validation?.state();
  const state: LoopState = { ...INITIAL_STATE };
  let best: Float32Array | null = null;
  if (run.resume) {
    const saved = readCheckpoint(checkpointPath, memory);
    Object.assign(state, saved.state);
    optimizer.setSteps(saved.optimizerSteps);
    source.restore(saved.source);
    best = saved.best;
  }
  const metrics = createMetricsLog({
    path: paths.metrics, curvePath: paths.curve, now, afterGaps: state.gaps,
  });
  const { average } = memory.kernel.floats;
  const exported = (): NetworkWeights => ({ shape, sizes: config.sizes, values: (best ?? average).slice() });
  const saveModel = (): void => {
    const { seed, corpusDigest, codeRevision, labelNames, vocabularyDigest } = run;
    const training = { seed, corpusDigest, codeRevision, gaps: state.gaps, validationLossNats: state.bestLossNats };
    writeAtomically(modelPath, encodeModel({
      weights: exported(), labelNames, vocabularyDigest, training, thresholds: {},
    }));
  };

  const end = await trainLoop({
    network, optimizer, source, config, state, now,
    hooks: {
      interrupted: () => run.signal?.aborted ?? false,
      onStep(report) {
        metrics.add(report);
        if (metrics.pendingGaps() >= config.reportEveryGaps) metrics.flush();
        progress.update(report.done, metrics.summary());
      },
      async evaluate() {
        if (run.validation === undefined) return null;
        run.validation.restore(validationStart);
        const figures = await validate(network, run.validation, average);
        const more = await run.moreFigures?.({ shape, sizes: config.sizes, values: average });
        metrics.flush();
        metrics.validation(state, { ...figures, ...more });
        progress.note(
          `${state.gaps} gaps: validation loss ${figures.lossNats.toFixed(4)}, accuracy ${(100 * figures.accuracy).toFixed(2)} %`,
        );
        return figures.lossNats;
      },
      onBest() {
        best = average.slice();
        saveModel();
      },
      async checkpoint() {
        metrics.flush();
        writeCheckpoint(checkpointPath, memory, {
          state, optimizerSteps: optimizer.steps, source: source.state(), best,
        });
      },
    },
  });
  saveModel();
  progress.finish();
  return { end, state, weights: exported(), modelPath, checkpointPath };
}

/** Means over one epoch of `source`. */
export async function validate(
  network: GapNetwork,
  source: BatchSource,
  values: Float32Array,
): Promise<{ lossNats: number; accuracy: number }> {
  let weight = 0;
  let lossNats = 0;
  let accuracy = 0;
  for (let batch = await source.next(); batch !== null; batch = await source.next()) {
    const result = await network.loss(batch, values);
    weight += result.weight;
    lossNats += result.weight * result.lossNats;
    accuracy += result.weight * result.accuracy;
  }
  return weight === 0 ? { lossNats: 0, accuracy: 0 } : { lossNats: lossNats / weight, accuracy: accuracy / weight };
}

/** What must be the same for a run to be continued; the plan may change. */
const FIXED = ['seed', 'corpusDigest', 'vocabularyDigest', 'shape', 'sizes'] as const;

function recordOf({ config, seed, corpusDigest, codeRevision, vocabularyDigest, shape }: TrainingRun): Record<string, unknown> {
  return { seed, corpusDigest, codeRevision, vocabularyDigest, shape, sizes: config.sizes, config };
}
