import { type CompletionLayout } from './completion-layout.js';
import { outputLoss } from './output-loss.js';
import { createPointerLayer } from './pointer-layer.js';
import { createRecurrentLayers } from './recurrent-layers.js';
import {
  createTrainingWorkspace, type PieceBatch, type PieceBatchResult, type TrainingShape, type TrainingWorkspace,
} from './training-workspace.js';

/**
 * Loss and gradients of the completion network by truncated back-propagation through time,
 * written by hand on the SIMD kernel: every product is a packed one (a transposed factor is
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
  const { layout, steps, sequences, run, floats, shorts, region } = workspace;
  const { units, layers, key } = layout.sizes;
  if (key > 0 && steps % 8 !== 0) throw new RangeError(`with a pointer, steps must be a multiple of 8, not ${steps}`);
  const recurrent = createRecurrentLayers(workspace);
  const pointer = key > 0 ? createPointerLayer(workspace) : null;

  const carry = (): void => {
    recurrent.carry();
    pointer?.carry();
  };

  const check = (batch: PieceBatch): void => {
    if (batch.steps !== steps || batch.sequences !== sequences) {
      throw new RangeError(`a chunk of ${batch.steps} x ${batch.sequences} does not fit a trainer for ${steps} x ${sequences}`);
    }
  };

  return {
    layout,
    kernel: { run, floats: floats as CompletionTrainer['kernel']['floats'] },
    async lossAndGradient(batch) {
      check(batch);
      const base = region('values');
      floats['gradient']!.fill(0);
      floats['projectedDelta']!.fill(0);
      await recurrent.forward(batch, base, true);
      await pointer?.attend(batch, base);
      const result = await outputLoss(workspace, batch, base, true);
      await recurrent.backward(async () => pointer?.backward(base));
      carry();
      return result;
    },
    async loss(batch, values) {
      check(batch);
      await recurrent.forward(batch, values.byteOffset, false);
      await pointer?.attend(batch, values.byteOffset);
      const result = await outputLoss(workspace, batch, values.byteOffset, false);
      carry();
      return result;
    },
    saveStates() {
      const parts = Array.from({ length: layers }, (_, layer) => [
        floats[`states${layer}`]!.subarray(0, sequences * units), floats[`cells${layer}`]!.subarray(0, sequences * units),
      ]).flat();
      if (key > 0) parts.push(floats['memory']!, Float32Array.from(shorts.memoryPieces));
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
      const take = (length: number): Float32Array => saved.subarray(at, (at += length));
      for (let layer = 0; layer < layers; layer++) {
        floats[`states${layer}`]!.set(take(sequences * units));
        floats[`cells${layer}`]!.set(take(sequences * units));
      }
      if (key === 0) return;
      floats['memory']!.set(take(floats['memory']!.length));
      shorts.memoryPieces.set(take(shorts.memoryPieces.length));
    },
  };
}
