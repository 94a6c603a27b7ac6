import { type Matrix } from '../kernel/matrix.js';
import { type CompletionLayout } from './completion-layout.js';
import { createEmbeddingTrainer } from './trainer/embedding.js';
import { createLstmTrainer } from './trainer/lstm-layers.js';
import { createOutputTrainer } from './trainer/output.js';
import { createPointerTrainer } from './trainer/pointer.js';
import {
  createTrainingWorkspace, type Parameters, type PieceBatch, type PieceBatchResult, type TrainingShape,
  type TrainingWorkspace,
} from './trainer/training-workspace.js';

/**
 * Loss and gradients of the completion network by truncated back-propagation through time,
 * written by hand on the SIMD kernel, part by part (trainer/) as the network that predicts
 * (network/): every product is a packed one (a transposed factor is
 * packed as such), the output layer and its loss go through the cache block by block, and
 * states, keys and pieces of the pointer's window are carried from chunk to chunk.
 */

type ParameterRegion = 'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average';

export interface CompletionTrainer {
  readonly layout: CompletionLayout;
  /** The flat arrays, for optimizer and checkpoints. */
  readonly kernel: {
    readonly run: TrainingWorkspace['run'];
    readonly floats: Readonly<Record<ParameterRegion, Float32Array>>;
  };
  /** Leaves the gradient of the mean loss in `gradient`; carries the states on. */
  lossAndGradient(batch: PieceBatch): Promise<PieceBatchResult>;
  /** Loss alone under other flat weights; carries the same states on, so begin with texts that begin. */
  loss(batch: PieceBatch, values: Float32Array): Promise<PieceBatchResult>;
  /** What is carried from chunk to chunk, for checkpoints and to put validation aside. */
  saveStates(): Float32Array;
  restoreStates(states: Float32Array): void;
}

/** @throws RangeError for a pointer over a number of steps that is no multiple of 8 */
export function createCompletionTrainer(options: TrainingShape): CompletionTrainer {
  const workspace = createTrainingWorkspace(options);
  const { layout, steps, sequences, run, floats, matrices, memoryPieces, parametersOf } = workspace;
  if (layout.sizes.key > 0 && steps % 8 !== 0) {
    throw new RangeError(`with a pointer, steps must be a multiple of 8, not ${steps}`);
  }
  const embedding = createEmbeddingTrainer(workspace);
  const lstm = createLstmTrainer(workspace);
  const pointer = layout.sizes.key > 0 ? createPointerTrainer(workspace) : null;
  const output = createOutputTrainer(workspace);

  /** Gives the embedded pieces; all else stays in the workspace. */
  const forward = async (batch: PieceBatch, weights: Parameters, training: boolean): Promise<Matrix> => {
    if (batch.steps !== steps || batch.sequences !== sequences) {
      throw new RangeError(
        `a chunk of ${batch.steps} x ${batch.sequences} does not fit a trainer for ${steps} x ${sequences}`,
      );
    }
    const embedded = await embedding.forward(batch, weights);
    await lstm.forward(batch, embedded, weights, training);
    await output.project(weights, training);
    await pointer?.attend(batch, weights);
    return embedded;
  };
  /** States and cells in front of each layer's own, and what the pointer remembers. */
  const carried = [
    ...workspace.layers.flatMap(({ states, cells }) => [states.from(0, sequences), cells.from(0, sequences)]),
    ...(pointer === null ? [] : [matrices['memory'], memoryPieces]),
  ];
  const carry = (): void => {
    lstm.carry();
    pointer?.carry();
  };

  return {
    layout,
    kernel: { run, floats: floats as CompletionTrainer['kernel']['floats'] },
    async lossAndGradient(batch) {
      const weights = parametersOf(floats['values']);
      const gradient = parametersOf(floats['gradient'].fill(0));
      const embedded = await forward(batch, weights, true);
      const result = await output.lossAndGradient(batch, weights, gradient);
      await output.backward(weights, gradient);
      await pointer?.backward(weights, gradient);
      await embedding.backward(await lstm.backward(embedded, weights, gradient), gradient);
      carry();
      return result;
    },
    async loss(batch, values) {
      const weights = parametersOf(values);
      await forward(batch, weights, false);
      const result = await output.loss(batch, weights);
      carry();
      return result;
    },
    saveStates() {
      const parts = carried.map(({ values }) => values);
      const saved = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        saved.set(part, at);
        at += part.length;
      }
      return saved;
    },
    restoreStates(saved) {
      let at = 0;
      for (const { values } of carried) values.set(saved.subarray(at, (at += values.length)));
    },
  };
}
