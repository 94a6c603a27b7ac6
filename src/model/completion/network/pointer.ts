import { type Matrix } from '../../kernel/matrix.js';
import { distanceBucket, type CompletionSizes } from '../completion-layout.js';
import { CHUNK, type CompletionState, type StatesAround } from './completion-state.js';
import { type NetworkMemory, type PartRegions } from './network-memory.js';

/** Attention over the pieces of the window. */
export interface Pointer {
  /** Enters pieces into the memories of their states, from the last layer's states before and after each. */
  remember(pieces: readonly RememberedPiece[], around: StatesAround): void;
  /**
   * Mixes what each state copies from its memory into the softmax over the vocabulary.
   *
   * @param top `[states, units]`, the last layer's states
   * @param probabilities `[1, pieces]` of each state, scaled by the share that the vocabulary keeps
   * @param kept becomes that share, of each state
   */
  mixIn(states: readonly CompletionState[], top: Matrix, probabilities: readonly Matrix[], kept: Float32Array): void;
}

interface RememberedPiece {
  readonly state: CompletionState;
  readonly piece: number;
  /** Of `around`. */
  readonly row: number;
}

/** A weight that no softmax gives anything. */
const NEVER = -1e9;

/** A place for the sentinel behind the window, and padding. */
const attentionWidth = (window: number): number => window + 8;

export const pointerRegions = ({ units, key, window }: CompletionSizes): PartRegions => ({
  floats: {
    queryPanels: [units, key], beforePanels: [units, key], afterPanels: [units, key],
    keys: [CHUNK, key], queries: [CHUNK, key], memory: [window, key], memoryPanels: [key, window],
    attention: [1, attentionWidth(window)],
  },
  shorts: { known: [1, attentionWidth(window)] },
});

export function createPointer(memory: NetworkMemory): Pointer {
  const { sizes: { window }, matrices, shorts: { known }, operations, parameter } = memory;
  const queryWeights = operations.pack(parameter('pointer.query'), matrices['queryPanels']);
  const beforeWeights = operations.pack(parameter('pointer.before'), matrices['beforePanels']);
  const afterWeights = operations.pack(parameter('pointer.after'), matrices['afterPanels']);
  const sentinel = parameter('pointer.sentinel');
  const sentinelBias = parameter('pointer.sentinel.bias').values[0];
  const buckets = parameter('pointer.distance.bias').values;
  const distanceBias = Float32Array.from({ length: window }, (_, distance) => buckets[distanceBucket(distance)]);
  const { keys, queries, attention } = matrices;
  const [keyRows, queryRows] = [keys.blocks(1), queries.blocks(1)];
  const windowAttention = attention.columnsFrom(0, window);
  const windowPieces = known.columnsFrom(0, window);

  return {
    remember(pieces, { before, after }) {
      const computed = keys.from(0, before.rows);
      computed.values.fill(0);
      operations.addPacked(computed, before, beforeWeights);
      operations.addPacked(computed, after, afterWeights);
      for (const { state, piece, row } of pieces) enter(state, piece, keyRows[row].values);
    },

    mixIn(states, top, probabilities, kept) {
      const asked = queries.from(0, states.length);
      asked.values.fill(0);
      operations.addPacked(asked, top, queryWeights);
      states.forEach(({ memory: own }, k) => {
        matrices['memory'].values.set(own.keys);
        known.values.set(own.pieces);
        const panels = operations.packTransposed(matrices['memory'], matrices['memoryPanels']);
        const line = attention.values.fill(NEVER);
        for (let j = 0; j < window; j++) {
          if (own.pieces[j] >= 0) line[j] = distanceBias[(own.at - 1 - j + window) % window];
        }
        operations.addPacked(windowAttention, queryRows[k], panels);
        line[window] = sentinelBias + operations.dot(top.from(k, 1), sentinel);
        operations.softmax(attention);
        kept[k] = line[window];
        operations.scale(probabilities[k], line[window]);
        operations.scatterMass(probabilities[k], windowAttention, windowPieces, 1);
      });
    },
  };

  function enter(state: CompletionState, piece: number, key: Float32Array): void {
    if (state.memory.shared) {
      const { keys: old, pieces, at } = state.memory;
      state.memory = { keys: old.slice(), pieces: pieces.slice(), at, shared: false };
    }
    const { memory: own } = state;
    own.keys.set(key, own.at * key.length);
    own.pieces[own.at] = piece;
    own.at = (own.at + 1) % window;
  }
}
