import { type BackboneVectors } from './backbone-vectors.js';
import { type CompletionModel } from './completion-file.js';
import { CHUNK, type CompletionState, type PieceRows } from './network/completion-state.js';
import { createEmbedding, embeddingRegions } from './network/embedding.js';
import { createLstmLayers, lstmRegions } from './network/lstm-layers.js';
import { createNetworkMemory } from './network/network-memory.js';
import { createOutput, outputRegions, type Prediction } from './network/output.js';
import { createPointer, pointerRegions } from './network/pointer.js';

export { type CompletionState, type PieceRows } from './network/completion-state.js';
export { type Prediction } from './network/output.js';

/**
 * The completion network without TensorFlow.js, in the parts of the trainer (trainer/): reading costs one LSTM
 * step a piece, and only `predict` pays for the output layer, so a long context is read quickly and a beam
 * asks where it must. The same bits on every machine; a hypothesis does not depend on its
 * neighbours in a batch.
 */
export interface CompletionNetwork {
  /** Pieces of an output row, the padding included. */
  readonly pieces: number;
  /** A state that has read nothing. */
  start(): CompletionState;
  copy(state: CompletionState): CompletionState;
  /** Reads rows `[from, to)` of a text into one state. */
  read(state: CompletionState, rows: PieceRows, from: number, to: number): void;
  /** Reads one piece into each state: row `k` goes to state `k`. */
  advance(states: readonly CompletionState[], rows: PieceRows): void;
  /** Probabilities of the piece that comes next. At most MAX_BATCH states. */
  predict(states: readonly CompletionState[]): Prediction;
}

export const MAX_BATCH = CHUNK;

/**
 * Copies the weights.
 *
 * @param backbone of the base model that the head was trained on; null for a head without one
 */
export function createCompletionNetwork(
  { sizes, values }: CompletionModel,
  backbone: BackboneVectors | null,
): CompletionNetwork {
  const { pieces: vocabulary, units, layers, key, window } = sizes;
  if ((backbone?.width ?? 0) !== sizes.backbone) throw new RangeError('the network was trained with another backbone');
  const memory = createNetworkMemory(sizes, values, [
    embeddingRegions(sizes), lstmRegions(sizes), pointerRegions(sizes), outputRegions(sizes),
  ]);
  const embedding = createEmbedding(memory, backbone);
  const lstm = createLstmLayers(memory);
  const pointer = key > 0 ? createPointer(memory) : null;
  const output = createOutput(memory, pointer);

  return {
    pieces: vocabulary,
    start: () => ({
      states: new Float32Array(layers * units),
      cells: new Float32Array(layers * units),
      memory: {
        ring: { keys: new Float32Array(window * key), pieces: new Int16Array(window).fill(-1), at: 0 }, tail: [],
        shared: false,
      },
    }),

    copy(state) {
      state.memory.shared = true;
      return { states: state.states.slice(), cells: state.cells.slice(), memory: state.memory };
    },

    read(state, rows, from, to) {
      for (let first = from; first < to; first += CHUNK) {
        const count = Math.min(CHUNK, to - first);
        const around = lstm.read(state, embedding.embed(rows, first, count));
        // What falls out of the window before the end of the text needs no key.
        const skipped = Math.max(0, Math.min(count, to - window - first));
        pointer?.read(state, rows.pieces.subarray(first, first + count), around, skipped);
      }
    },

    advance(states, rows) {
      for (let first = 0; first < states.length; first += CHUNK) {
        const batch = states.slice(first, first + CHUNK);
        const around = lstm.advance(batch, embedding.embed(rows, first, batch.length));
        pointer?.advance(batch, rows.pieces.subarray(first, first + batch.length), around);
      }
    },

    predict(states) {
      if (states.length > MAX_BATCH) throw new RangeError(`${states.length} states are more than ${MAX_BATCH}`);
      return output.predict(states);
    },
  };
}
