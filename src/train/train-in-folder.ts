/**
 * One training run in a folder, whatever is trained: everything around the loop that touches the disk.
 * What is trained says how: its network, where its batches come from, and how its weights become a file.
 *
 *     run.json         configuration, seed, corpus digest, code revision
 *     experiment.json  what was asked for, to ask for it again with --config
 *     metrics.jsonl    one JSON object a line: "train" and "validation" figures
 *     curve.svg        the losses so far
 *     events.out.…     the same figures for TensorBoard
 *     checkpoint.bin   to continue from, written atomically
 *     model.bin        the averaged weights with the best validation loss
 */
import { type BatchResult } from '../model/network.js';
import { type Progress } from '../shared/progress.js';
import { writeAtomically } from '../shared/write-atomically.js';
import { type BatchSource } from './batch-source.js';
import { createMetricsLog, type ExampleUnit } from './metrics-log.js';
import {
  createOptimizer, type OptimizedMemory, type Optimizer, type OptimizerConfig, type WeightsMemory,
} from './optimizer.js';
import { type RunFolder } from './run-folder.js';
import { type CarriedStates, runParts } from './run-parts.js';
import { INITIAL_STATE, type LoopConfig, type LoopEnd, type LoopState, trainLoop } from './train-loop.js';
import { readTrainingContext, type TrainingContext, writeTrainingContext } from './training-context.js';

/** Losses and other figures of the averaged weights. */
export interface ValidationFigures {
  readonly lossNats: number;
  /** 0 where the network does not tell it. */
  readonly accuracy: number;
  readonly [more: string]: number;
}

/** What every run is told, whatever it trains. */
export interface RunSurroundings {
  /** Created when missing. */
  readonly folder: string;
  readonly seed: number | string;
  readonly corpusDigest: string;
  readonly codeRevision: string;
  /** Continue from the folder's checkpoint. */
  readonly resume: boolean;
  readonly progress: Progress;
  /** Milliseconds. */
  readonly now: () => number;
  /** Aborting ends the run with a checkpoint after the current batch. */
  readonly signal?: AbortSignal;
  /** What was asked for, as a file that asks for it again: the text of experiment.json in a folder. */
  readonly experiment?: (folder: string) => string;
}

export interface FolderRun<Batch extends {
  readonly size: number;
}> extends Pick<RunSurroundings, 'resume' | 'progress' | 'now' | 'signal'> {
  /** Of the folder, which is open for this run. */
  readonly paths: RunFolder;
  readonly config: LoopConfig & {
    /** Examples between two lines of metrics. */
    readonly reportEvery: number;
    readonly optimizer: OptimizerConfig;
  };
  readonly unit: ExampleUnit;
  /** Holds the weights; what a checkpoint restores. On a device, as new as what it last brought. */
  readonly memory: OptimizedMemory | WeightsMemory;
  readonly network: { lossAndGradient(batch: Batch): Promise<BatchResult> };
  /** What a recurrent network carries from batch to batch. */
  readonly carried?: CarriedStates;
  /** What the network reads by, such as its vocabulary's digest: a checkpoint of another one is refused. */
  readonly tokenizer?: string;
  /** Parts of the checkpoint beside those of every run. */
  readonly parts?: TrainingContext;
  /** A checkpoint to begin from, unless the folder's own is continued. */
  readonly begin?: string;
  /** Where the network learns on a device: its optimizer, and the ways between its memory and `memory`. */
  readonly device?: {
    readonly optimizer: Optimizer;
    /** Brings weights, moments and averages into `memory`. */
    fetch(): Promise<void>;
    /** The other way round. */
    push(): void;
  };
  /** Its state is all that a continued run must know beside weights and counters. */
  readonly source: BatchSource<Batch>;
  /** Figures of the averaged weights; null when there is nothing to validate on. */
  readonly validate: () => Promise<ValidationFigures | null>;
  /** The bytes of a model file. */
  readonly encode: (values: Float32Array, state: Readonly<LoopState>) => Uint8Array;
}

export interface FolderOutcome {
  readonly end: LoopEnd;
  readonly state: Readonly<LoopState>;
  /** Best averaged weights, or the last ones when nothing was validated. */
  readonly values: Float32Array;
  /** Absolute paths. */
  readonly modelPath: string;
  readonly checkpointPath: string;
}

/**
 * Trains, or continues training.
 *
 * @throws ModelFileError for a damaged checkpoint; BadOptionError when the source stays empty
 */
export async function trainInFolder<Batch extends { readonly size: number }>(
  run: FolderRun<Batch>,
): Promise<FolderOutcome> {
  const { paths, config, memory, network, source, carried, progress, now } = run;
  const { device } = run;
  const optimizer = device?.optimizer ?? createOptimizer(memory as OptimizedMemory, config.optimizer);
  const state: LoopState = { ...INITIAL_STATE };
  const best: { values: Float32Array | null } = { values: null };
  const saved: { lines: readonly unknown[] | null } = { lines: null };
  const context = runParts({
    memory, optimizer, state, source, best, metrics: saved, carried, tokenizer: run.tokenizer ?? null,
    configuration: paths.fixed, more: run.parts ?? {},
  });
  const from = run.resume ? paths.checkpoint : run.begin;
  if (from !== undefined) {
    readTrainingContext(from, context);
    device?.push();
  }
  const metrics = createMetricsLog({
    path: paths.metrics, curvePath: paths.curve, eventsPath: paths.events, now, after: state.examples, unit: run.unit,
    earlier: saved.lines,
  });
  const { average } = memory.kernel.floats;
  const exported = (): Float32Array => (best.values ?? average).slice();
  const saveModel = (): void => writeAtomically(paths.model, run.encode(exported(), state));

  const end = await trainLoop({
    network, optimizer, source, config, state, now,
    hooks: {
      interrupted: () => run.signal?.aborted ?? false,
      onStep(report) {
        metrics.add(report);
        if (metrics.pending() >= config.reportEvery) metrics.flush();
        progress.update(report.done, metrics.summary());
      },
      async evaluate() {
        const figures = await run.validate();
        if (figures === null) return null;
        metrics.flush();
        metrics.validation(state, figures);
        // The best averages are kept.
        await device?.fetch();
        const accuracy = figures.accuracy === 0 ? '' : `, accuracy ${(100 * figures.accuracy).toFixed(2)} %`;
        progress.note(`${state.examples} ${run.unit}: validation loss ${figures.lossNats.toFixed(4)}${accuracy}`);
        return figures.lossNats;
      },
      onBest() {
        best.values = average.slice();
        saveModel();
      },
      async checkpoint() {
        metrics.flush();
        await device?.fetch();
        saved.lines = metrics.lines();
        writeTrainingContext(paths.checkpoint, context);
      },
    },
  });
  saveModel();
  progress.finish();
  return { end, state, values: exported(), modelPath: paths.model, checkpointPath: paths.checkpoint };
}

/** Means over the batches that are left of an epoch of `source`, or over the first `most` of them. */
export async function meanFigures<Batch>(
  source: BatchSource<Batch>, lossOf: (batch: Batch) => Promise<BatchResult>, most = Infinity,
): Promise<{ lossNats: number; accuracy: number }> {
  let weight = 0;
  let lossNats = 0;
  let accuracy = 0;
  for (let k = 0; k < most; k++) {
    const batch = await source.next();
    if (batch === null) break;
    const result = await lossOf(batch);
    weight += result.weight;
    lossNats += result.weight * result.lossNats;
    accuracy += result.weight * result.accuracy;
  }
  return weight === 0 ? { lossNats: 0, accuracy: 0 } : { lossNats: lossNats / weight, accuracy: accuracy / weight };
}
