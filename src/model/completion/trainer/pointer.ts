import { distanceBucket } from '../completion-layout.js';
import { type Parameters, type PieceBatch, type TrainingWorkspace } from './training-workspace.js';

/** Attention over the pieces of the window. */
export interface PointerTrainer {
  /** Fills `attention` with the weights of the window and `sentinels` with the rest. */
  attend(batch: PieceBatch, weights: Parameters): Promise<void>;
  /**
   * From the gradients that the loss left in `attention` and `sentinelDelta`: adds to the gradient and to `stateDelta`.
   */
  backward(weights: Parameters, gradient: Parameters): Promise<void>;
  /** Moves the last keys and pieces to the front, for the next chunk. */
  carry(): void;
}

/** A weight that no softmax gives anything. */
const NEVER = -1e9;

export function createPointerTrainer(workspace: TrainingWorkspace): PointerTrainer {
  const { layout, steps, sequences, rows, span, operations, products, matrices, memoryPieces } = workspace;
  const { units, key, window } = layout.sizes;
  const distanceOf = Uint8Array.from({ length: window }, (_, distance) => distanceBucket(distance));
  const {
    queries, keys, queryDelta, keyDelta, gathered, ofKeys, packed, turned, attention, memory, sentinels, sentinelDelta,
  } = matrices;
  const { states } = workspace.layers[layout.sizes.layers - 1];
  const before = states.from(0, rows);
  const after = states.from(sequences);
  const stateDelta = matrices['stateDelta'].as(rows, units);
  const [keyRows, queryRows, afterRows, stateDeltaRows] =
    [keys, queries, after, stateDelta].map((matrix) => matrix.blocks(1));
  /** Rows of one sequence are not adjacent, but for attention and memory. */
  const ofSequences = Array.from({ length: sequences }, (_, b) => ({
    known: memoryPieces.from(b, 1).values,
    attention: attention.from(b * steps, steps),
    lines: attention.from(b * steps, steps).blocks(1),
    memory: memory.from(b * span, span),
    queries: queries.every(sequences, b),
  }));

  const attend = async (batch: PieceBatch, weights: Parameters): Promise<void> => {
    for (let b = 0; b < sequences; b++) if (batch.begins[b]) ofSequences[b].known.fill(-1);
    queries.values.fill(0);
    keys.values.fill(0);
    await products.add(queries, after, weights('pointer.query'));
    await products.add(keys, before, weights('pointer.before'));
    await products.add(keys, after, weights('pointer.after'));
    const bias = weights('pointer.distance.bias').values;
    const sentinel = weights('pointer.sentinel');
    const sentinelBias = weights('pointer.sentinel.bias').values[0];
    for (const [b, own] of ofSequences.entries()) {
      const { known } = own;
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        known[window + t] = batch.pieces[row];
        own.memory.values.set(keyRows[row].values, (window + t) * key);
        const line = own.lines[t].values.fill(NEVER);
        for (let j = t + 1; j <= window + t; j++) if (known[j] >= 0) line[j] = bias[distanceOf[window + t - j]];
      }
      operations.addPacked(own.attention, own.queries, operations.packTransposed(own.memory, packed));
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        const line = own.lines[t].values;
        // The sentinel takes the place of position t, which lies outside the window.
        line[t] = sentinelBias + operations.dot(afterRows[row], sentinel);
        operations.softmax(own.lines[t]);
        sentinels.values[row] = line[t];
        line[t] = 0;
      }
    }
  };

  const backward = async (weights: Parameters, gradient: Parameters): Promise<void> => {
    const biasGradient = gradient('pointer.distance.bias').values;
    queryDelta.values.fill(0);
    keyDelta.values.fill(0);
    for (const [b, own] of ofSequences.entries()) {
      for (let t = 0; t < steps; t++) {
        const line = own.lines[t].values;
        for (let j = t + 1; j <= window + t; j++) biasGradient[distanceOf[window + t - j]] += line[j];
      }
      // Multiply, scatter, and gather for the keys.
      gathered.values.fill(0);
      operations.addPacked(gathered, own.attention, operations.pack(own.memory, packed));
      for (let t = 0; t < steps; t++) {
        const row = t * sequences + b;
        queryDelta.values.set(gathered.values.subarray(t * key, (t + 1) * key), row * key);
        gathered.values.set(queryRows[row].values, t * key);
      }
      const byPosition = turned.as(steps, steps);
      operations.transpose(byPosition, own.attention.columnsFrom(window, steps));
      ofKeys.values.fill(0);
      operations.addPacked(ofKeys, byPosition, operations.pack(gathered, packed));
      for (let t = 0; t < steps; t++) {
        keyDelta.values.set(ofKeys.values.subarray(t * key, (t + 1) * key), (t * sequences + b) * key);
      }
    }
    await products.addGradient(gradient('pointer.query'), after, queryDelta);
    await products.addGradient(gradient('pointer.before'), before, keyDelta);
    await products.addGradient(gradient('pointer.after'), after, keyDelta);
    await products.addTransposed(stateDelta, queryDelta, weights('pointer.query'));
    await products.addTransposed(stateDelta, keyDelta, weights('pointer.after'));
    // Keys look at the state before their piece too: one step earlier; the first step's state is given.
    await products.addTransposed(
      stateDelta.from(0, rows - sequences), keyDelta.from(sequences), weights('pointer.before'),
    );
    const sentinel = weights('pointer.sentinel');
    const sentinelGradient = gradient('pointer.sentinel');
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const delta = sentinelDelta.values[row];
      sum += delta;
      operations.addScaled(sentinelGradient, afterRows[row], delta);
      operations.addScaled(stateDeltaRows[row], sentinel, delta);
    }
    gradient('pointer.sentinel.bias').values[0] = sum;
  };

  return {
    attend, backward,
    carry() {
      for (const { memory: own, known } of ofSequences) {
        own.values.copyWithin(0, steps * key);
        known.copyWithin(0, steps, span);
      }
    },
  };
}
