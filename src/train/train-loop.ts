/**
 * The training loop: batch, forward and backward, step, report. It knows no files and
 * prints nothing; logging, evaluation and checkpoints are hooks (see train-in-folder.ts).
 */
import { setImmediate } from 'node:timers/promises';
import { BadOptionError } from '../errors.js';
import { type BatchResult } from '../model/network.js';
import { type BatchSource } from './batch-source.js';
import { type Optimizer } from './optimizer.js';
import { learningRateAt, type ScheduleConfig } from './schedule.js';

export interface LoopConfig {
  readonly schedule: ScheduleConfig;
  /** The run ends after so many examples ... */
  readonly plannedExamples: number | null;
  /** ... or after so many minutes of training, whichever is given; with both, the first. */
  readonly plannedMinutes: number | null;
  /** It stops sooner, after so many examples, to be continued elsewhere; the schedule goes by the whole plan. */
  readonly stopAfter?: number;
  /** In examples. */
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
  /** Evaluations without a better validation loss before the run ends early; 0: never. */
  readonly patience: number;
}

/** What a checkpoint must hold beside the arrays of the memory; plain JSON. */
export interface LoopState {
  steps: number;
  /** What the loss was taken on: gaps, pieces or characters. */
  examples: number;
  epochs: number;
  /** Time spent training, of all sessions of the run. */
  elapsedMs: number;
  bestLossNats: number | null;
  staleEvaluations: number;
}

export const INITIAL_STATE: Readonly<LoopState> = {
  steps: 0, examples: 0, epochs: 0, elapsedMs: 0, bestLossNats: null, staleEvaluations: 0,
};

export interface StepReport extends BatchResult {
  readonly state: Readonly<LoopState>;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Share of the planned run that is done. */
  readonly done: number;
}

export interface LoopHooks {
  onStep?(report: StepReport): void;
  /** The validation loss of the averaged weights; null when there is nothing to validate on. */
  evaluate?(state: Readonly<LoopState>): Promise<number | null>;
  /** The averaged weights are the best so far. */
  onBest?(state: Readonly<LoopState>): void;
  checkpoint?(state: Readonly<LoopState>): Promise<void>;
  /** Asked before each batch; the run then ends with a checkpoint. */
  interrupted?(): boolean;
}

export type LoopEnd = 'planned' | 'patience' | 'interrupted';

/** Trains until the plan is done. `state` is updated in place. Throws when the source stays empty. */
export async function trainLoop<Batch extends { readonly size: number }>(parts: {
  network: { lossAndGradient(batch: Batch): Promise<BatchResult> };
  optimizer: Optimizer;
  source: BatchSource<Batch>;
  config: LoopConfig;
  state: LoopState;
  hooks: LoopHooks;
  /** Milliseconds. */
  now: () => number;
}): Promise<LoopEnd> {
  const { network, optimizer, source, config, state, hooks, now } = parts;
  let emptyEpoch = false;
  let evaluatedAt = -1;
  const due = (every: number, size: number): boolean =>
    Math.floor(state.examples / every) !== Math.floor((state.examples - size) / every);

  for (;;) {
    // Nothing below need leave the microtask queue, and signals wait for that.
    await setImmediate();
    const done = doneShare(config, state);
    const exhausted = config.patience > 0 && state.staleEvaluations >= config.patience;
    const isDone = done >= 1 || (config.stopAfter !== undefined && state.examples >= config.stopAfter);
    if (isDone || exhausted || hooks.interrupted?.()) {
      const end: LoopEnd = exhausted ? 'patience' : isDone ? 'planned' : 'interrupted';
      if (end === 'planned' && evaluatedAt !== state.examples) await evaluate(hooks, state);
      await hooks.checkpoint?.(state);
      return end;
    }
    const startMs = now();
    const batch = await source.next();
    if (batch === null) {
      if (emptyEpoch) {
        throw new BadOptionError({
          option: 'CORPORA', reason: 'an epoch is empty: the projects to learn from hold less than one batch',
        });
      }
      emptyEpoch = true;
      state.epochs++;
      continue;
    }
    emptyEpoch = false;

    const learningRate = learningRateAt(config.schedule, state.examples + batch.size, done);
    const result = await network.lossAndGradient(batch);
    const gradientNorm = result.weight > 0 ? await optimizer.step(learningRate) : 0;
    state.steps++;
    state.examples += batch.size;
    state.elapsedMs += now() - startMs;
    hooks.onStep?.({ ...result, state, learningRate, gradientNorm, done: doneShare(config, state) });

    if (due(config.evaluateEvery, batch.size)) {
      evaluatedAt = state.examples;
      await evaluate(hooks, state);
    }
    if (due(config.checkpointEvery, batch.size)) await hooks.checkpoint?.(state);
  }
}

/** Share of the plan that is done; 0 for a plan without an end. */
export function doneShare(config: LoopConfig, state: Readonly<LoopState>): number {
  const bySize = config.plannedExamples === null ? 0 : state.examples / config.plannedExamples;
  const byTime = config.plannedMinutes === null ? 0 : state.elapsedMs / (60_000 * config.plannedMinutes);
  return Math.max(bySize, byTime);
}

async function evaluate(hooks: LoopHooks, state: LoopState): Promise<void> {
  const lossNats = (await hooks.evaluate?.(state)) ?? null;
  if (lossNats === null) return;
  const better = state.bestLossNats === null || lossNats < state.bestLossNats;
  state.staleEvaluations = better ? 0 : state.staleEvaluations + 1;
  if (!better) return;
  state.bestLossNats = lossNats;
  hooks.onBest?.(state);
}
