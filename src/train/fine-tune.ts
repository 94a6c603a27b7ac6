/**
 * Fine-tuning: a few thousand steps on one project's own mutants, half of each batch replayed
 * from the base corpora. Without replay the network forgets what it does not see in the project,
 * and touches twice as many gaps of clean files.
 *
 * The backbone stays as it is: it is shared with completion, and a profile stays small.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrainingBatch } from '../model/feature-batch.js';
import { BACKBONE_PARAMETERS, createGapNetwork } from '../model/network.js';
import { networkLayout, type NetworkWeights } from '../model/network-weights.js';
import type { StyleCounts } from '../model/style-counts.js';
import { createTrainingMemory } from '../model/training-memory.js';
import type { Abortable } from '../shared/abortable.js';
import { createRandom, type Random } from '../shared/random.js';
import type { Tokenizer } from '../tokenize/index.js';
import { selectBackend } from './backends.js';
import { ProjectFiles, type ExampleFile, type ExampleFiles } from './example-files.js';
import { copyBatch, copyRows, createExamples, DEFAULT_GAP_BATCHES, GapBatches } from './gap-batches.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from './optimizer.js';
import { learningRateAt, type ScheduleConfig } from './schedule.js';

export interface FineTuneConfig {
  /** Gaps of the project in a batch, and of the replayed ones. */
  readonly projectRows: number;
  readonly replayRows: number;
  readonly schedule: ScheduleConfig;
  /** Gaps of the project seen in all, replayed ones not counted. */
  readonly plannedGaps: number;
  /** A file's share of mutated gaps. */
  readonly rates: readonly number[];
  /** Of the running average that is exported. */
  readonly averageDecay: number;
}

export const DEFAULT_FINE_TUNING: FineTuneConfig = {
  projectRows: 512,
  replayRows: 512,
  schedule: { learningRate: 1.5e-3, floor: 0.02, warmupExamples: 10_000 },
  plannedGaps: 300_000,
  rates: [0, 0.02, 0.05, 0.2, 0.2, 0.5, 1, 1],
  averageDecay: 0.99,
};

/** The backbone's parameters, which both heads share. */
export const SHARED_PARAMETERS = BACKBONE_PARAMETERS;

/** One point of the curve: losses since the point before, in nats a gap. */
export interface FineTunePoint {
  readonly gaps: number;
  readonly lossNats: number;
}

export interface FineTuned {
  readonly weights: NetworkWeights;
  readonly curve: readonly FineTunePoint[];
}

/**
 * Adapts a network to a project. Null when interrupted, or when the files hold less than a batch.
 *
 * @param job.textOf what stands for a file; all that it holds without it
 * @param job.countsFor the project's style counts as a file is to see them: its own left out
 * @throws MissingBackendError when TensorFlow.js does not start
 */
export async function fineTune(job: {
  readonly tokenizer: Tokenizer;
  readonly start: NetworkWeights;
  readonly files: readonly string[];
  readonly textOf?: (path: string) => string;
  readonly countsFor: (path: string) => StyleCounts;
  readonly replay: TrainingBatch;
  readonly config: FineTuneConfig;
  readonly seed: number | string;
  readonly onProgress: (done: number, text: string) => void;
  readonly signal: Abortable;
}): Promise<FineTuned | null> {
  const { config, start, replay, signal } = job;
  await selectBackend('wasm');
  const maxBatch = config.projectRows + config.replayRows;
  const memory = createTrainingMemory({
    layout: networkLayout(start.shape, start.sizes), maxBatch, random: createRandom(job.seed), start: start.values,
  });
  const network = createGapNetwork(memory, undefined, { isBackboneFrozen: true });
  const optimizer = createOptimizer(memory, {
    // Decay would pull towards zero what is to stay near the base model.
    ...DEFAULT_OPTIMIZER, weightDecay: 0, frozen: SHARED_PARAMETERS, averageDecay: config.averageDecay,
  });
  const options = {
    ...DEFAULT_GAP_BATCHES, batchSize: config.projectRows, rates: config.rates, filesPerProject: job.files.length,
    projectShare: 1, statementWeight: STATEMENT_WEIGHT, poolSize: 24_576, seed: job.seed, keptTokens: KEPT_TOKENS,
  };
  const files = new ProjectFiles(
    job.tokenizer, [{ name: 'project', files: job.files }], options, { counts: job.countsFor, text: job.textOf },
  );
  const batches = new GapBatches(job.tokenizer, untilAborted(files, signal), options);
  const random = createRandom(`replay ${job.seed}`);
  const batch = createExamples(maxBatch);
  const curve: FineTunePoint[] = [];
  let gaps = 0;
  let sum = 0;
  let steps = 0;
  let empty = false;
  while (gaps < config.plannedGaps) {
    await nextTurn();
    if (signal.aborted) return null;
    const own = await batches.next();
    if (own === null) {
      // Two epochs without a batch: there is no batch in the files.
      if (empty) break;
      empty = true;
      continue;
    }
    empty = false;
    const done = gaps / config.plannedGaps;
    const { lossNats } = await network.lossAndGradient(joinBatches(own, { replay, into: batch, random }));
    gaps += own.size;
    optimizer.step(learningRateAt(config.schedule, gaps, done));
    sum += lossNats;
    if (++steps % REPORT_STEPS === 0) {
      curve.push({ gaps, lossNats: sum / REPORT_STEPS });
      sum = 0;
      job.onProgress(done, `fine-tuning, loss ${curve[curve.length - 1].lossNats.toFixed(4)}`);
    }
  }
  if (gaps === 0) return null;
  return { weights: { ...start, values: memory.kernel.floats.average.slice() }, curve };
}

/** The same files, between which a signal is heard; from then on they are empty, and the batch at hand is soon full. */
function untilAborted(files: ExampleFiles, signal: Abortable): ExampleFiles {
  return {
    begin: (epoch) => files.begin(epoch),
    async read(index) {
      await nextTurn();
      return signal.aborted ? NO_FILE : files.read(index);
    },
  };
}

const NO_FILE: ExampleFile = { context: null, projectCounts: () => null, neighbours: () => [] };

/**
 * Of gaps between statements in the loss, where base training has 1.5: what a project's blank lines teach is
 * mostly where they stand in these very files, and makes the network too sure of others.
 */
const STATEMENT_WEIGHT = 0.3;

/** Of the project's files, as many tokens are kept from epoch to epoch as take some tens of megabytes. */
const KEPT_TOKENS = 120_000;

const REPORT_STEPS = 20;

/** The project's examples and as many random ones of the replay, each half with the same weight in sum. */
function joinBatches(
  own: TrainingBatch, { replay, into, random }: { replay: TrainingBatch; into: TrainingBatch; random: Random },
): TrainingBatch {
  copyBatch(own, into);
  copyRows(replay, Array.from({ length: into.size - own.size }, () => random.int(replay.size)), into, own.size);
  return into;
}
