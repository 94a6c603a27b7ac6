import { type Matrix } from '../../kernel/matrix.js';
import { distanceBucket, type CompletionSizes } from '../completion-layout.js';
import {
  CHUNK, type CompletionState, type PointerMemory, type PointerRing, type StatesAround,
} from './completion-state.js';
import { type NetworkMemory, type PartRegions } from './network-memory.js';

/** Attention over the pieces of the window. */
export interface Pointer {
  /**
   * Enters pieces into the memory of a state, from the last layer's states before and after each.
   *
   * @param skipped so many at the beginning fall out of the window before anybody asks
   */
  read(state: CompletionState, pieces: Int16Array, around: StatesAround, skipped: number): void;
  /** Enters one piece into the memory of each state. */
  advance(states: readonly CompletionState[], pieces: Int16Array, around: StatesAround): void;
  /**
   * Mixes what each state copies from its memory into the softmax over the vocabulary.
   *
   * @param top `[states, units]`, the last layer's states
   * @param probabilities `[1, pieces]` of each state, scaled by the share that the vocabulary keeps
   * @param kept becomes that share, of each state
   */
  mixIn(states: readonly CompletionState[], top: Matrix, probabilities: readonly Matrix[], kept: Float32Array): void;
}

/** Pieces of a tail; with more, a state gets a ring of its own. */
const LONGEST_TAIL = 32;
/** Columns of a panel, see `packPanels`. */
const PANEL = 8;

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
  const { sizes, matrices, shorts: { known }, operations, parameter } = memory;
  const { window } = sizes;
  const queryWeights = operations.pack(parameter('pointer.query'), matrices['queryPanels']);
  const beforeWeights = operations.pack(parameter('pointer.before'), matrices['beforePanels']);
  const afterWeights = operations.pack(parameter('pointer.after'), matrices['afterPanels']);
  const sentinel = parameter('pointer.sentinel');
  const sentinelBias = parameter('pointer.sentinel.bias').values[0];
  const buckets = parameter('pointer.distance.bias').values;
  /** By distance, the farthest first. */
  const distanceBias = Float32Array.from({ length: window }, (_, k) => buckets[distanceBucket(window - 1 - k)]);
  const { keys, queries, attention } = matrices;
  const [keyRows, queryRows] = [keys.blocks(1), queries.blocks(1)];
  const windowAttention = attention.columnsFrom(0, window);
  const windowPieces = known.columnsFrom(0, window);

  const panels = matrices['memoryPanels'];
  /** Whose keys stand in the panels. */
  let packed: PointerRing | null = null;
  let memoryPanels = { address: panels.address, depth: sizes.key, width: window };

  return {
    read(state, pieces, around, skipped) {
      const { ring } = state.memory = { ring: ownRing(state.memory), tail: [], shared: false };
      ring.at = (ring.at + skipped) % window;
      if (skipped === pieces.length) return;
      computeKeys(around);
      for (let row = skipped; row < pieces.length; row++) enter(ring, pieces[row], keyRows[row].values);
      if (packed === ring) packed = null;
    },

    advance(states, pieces, around) {
      computeKeys(around);
      states.forEach((state, row) => {
        const { memory: own } = state;
        const key = keyRows[row].values;
        if (own.shared && own.tail.length < LONGEST_TAIL) {
          state.memory = { ...own, tail: [...own.tail, { piece: pieces[row], key: key.slice() }] };
          return;
        }
        const { ring } = state.memory = { ring: ownRing(own), tail: [], shared: false };
        enter(ring, pieces[row], key);
        if (packed === ring) packed = null;
      });
    },

    mixIn(states, top, probabilities, kept) {
      const asked = queries.from(0, states.length);
      asked.values.fill(0);
      operations.addPacked(asked, top, queryWeights);
      states.forEach(({ memory: { ring, tail } }, k) => {
        if (packed !== ring) {
          matrices['memory'].values.set(ring.keys);
          memoryPanels = operations.packTransposed(matrices['memory'], panels);
          packed = ring;
        }
        const pieces = windowPieces.values;
        pieces.set(ring.pieces);
        tail.forEach(({ piece, key }, j) => {
          pieces[(ring.at + j) % window] = piece;
          setColumn((ring.at + j) % window, key, 0);
        });
        const at = (ring.at + tail.length) % window;
        const line = attention.values.fill(NEVER);
        line.set(distanceBias.subarray(window - at), 0);
        line.set(distanceBias.subarray(0, window - at), at);
        // The place that comes next is the last one to be filled.
        if (pieces[at] < 0) for (let j = 0; j < window; j++) if (pieces[j] < 0) line[j] = NEVER;
        operations.addPacked(windowAttention, queryRows[k], memoryPanels);
        tail.forEach((_, j) => {
          const place = (ring.at + j) % window;
          setColumn(place, ring.keys, place * sizes.key);
        });
        line[window] = sentinelBias + operations.dot(top.from(k, 1), sentinel);
        operations.softmax(attention);
        kept[k] = line[window];
        operations.scale(probabilities[k], line[window]);
        operations.scatterMass(probabilities[k], windowAttention, windowPieces, 1);
      });
    },
  };

  function computeKeys({ before, after }: StatesAround): void {
    const computed = keys.from(0, before.rows);
    computed.values.fill(0);
    operations.addPacked(computed, before, beforeWeights);
    operations.addPacked(computed, after, afterWeights);
  }

  /** A key takes the place of another one in the panels; it stands in `values` from `first` on. */
  function setColumn(place: number, values: Float32Array, first: number): void {
    const out = panels.values;
    let to = Math.floor(place / PANEL) * PANEL * sizes.key + (place % PANEL);
    for (let k = 0; k < sizes.key; k++, to += PANEL) out[to] = values[first + k];
  }

  /** The memory as a ring that nobody else holds. */
  function ownRing({ ring, tail, shared }: PointerMemory): PointerRing {
    if (!shared) return ring;
    const own = { keys: ring.keys.slice(), pieces: ring.pieces.slice(), at: ring.at };
    for (const { piece, key } of tail) enter(own, piece, key);
    return own;
  }

  function enter(ring: PointerRing, piece: number, key: Float32Array): void {
    ring.keys.set(key, ring.at * key.length);
    ring.pieces[ring.at] = piece;
    ring.at = (ring.at + 1) % window;
  }
}
