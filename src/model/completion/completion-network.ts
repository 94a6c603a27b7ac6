import { createKernel } from '../kernel/kernel.js';
import { type BackboneVectors } from './backbone-vectors.js';
import { completionLayout, distanceBucket } from './completion-layout.js';
import { type CompletionModel } from './completion-file.js';

/**
 * The completion network without TensorFlow.js: reading costs one LSTM step a piece, and
 * only `predict` pays for the output layer, so a long context is read quickly and a beam
 * asks where it must. The same bits on every machine; a hypothesis does not depend on its
 * neighbours in a batch.
 */

/** What the network remembers of the pieces read; opaque, cheap to copy, never shared by two owners that change it. */
export interface CompletionState {
  /** `[layers, units]` each. */
  readonly states: Float32Array;
  readonly cells: Float32Array;
  memory: PointerMemory;
}

/** The pointer's window as a ring; copied before it is changed when several states hold it. */
interface PointerMemory {
  /** `[window, key]` */
  readonly keys: Float32Array;
  /** `[window]`, -1 where nothing was read yet. */
  readonly pieces: Int16Array;
  /** Where the next piece goes. */
  at: number;
  shared: boolean;
}

/** Rows of a text: a piece and the backbone's features after it, as `PieceText` holds them. */
export interface PieceRows {
  readonly pieces: Int16Array;
  readonly slots: Int16Array;
  readonly numbers: Float32Array;
}

export interface Prediction {
  /** `[states, pieces]`, sums to 1 for each state. A view that the next call overwrites. */
  readonly probabilities: Float32Array;
  /** `[states]`, share that comes from the vocabulary's softmax; the rest is copied. A view as well. */
  readonly gates: Float32Array;
}

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

/** Rows of a text read, and states advanced or asked, at a time. */
const CHUNK = 64;
export const MAX_BATCH = CHUNK;
const NEVER = -1e9;

/**
 * Copies the weights.
 *
 * @param backbone of the base model that the head was trained on; null for a head without one
 */
export function createCompletionNetwork(
  { sizes, values }: CompletionModel,
  backbone: BackboneVectors | null,
): CompletionNetwork {
  const { places, total } = completionLayout(sizes);
  const { pieces: vocabulary, embedding, units, layers, key, window } = sizes;
  if ((backbone?.width ?? 0) !== sizes.backbone) throw new RangeError('the network was trained with another backbone');
  const gateWidth = 4 * units;
  const widthOf = (layer: number): number => (layer === 0 ? embedding : units);
  const layerRegions = Object.fromEntries(Array.from({ length: layers }, (_, layer) => [
    [`input${layer}`, widthOf(layer) * gateWidth],
    [`recurrent${layer}`, units * gateWidth],
  ] as const).flat());
  const kernel = createKernel({
    floats: {
      values: total,
      ...layerRegions,
      projection: units * embedding, output: vocabulary * embedding,
      query: units * key, before: units * key, after: units * key,
      backboneProjection: sizes.backbone * embedding,
      zeros: embedding,
      vectors: CHUNK * sizes.backbone, inputs: CHUNK * Math.max(embedding, units), gates: CHUNK * gateWidth,
      // One row more: a state before the first.
      states: (CHUNK + 1) * units, cells: (CHUNK + 1) * units, tangents: CHUNK * units,
      top: (CHUNK + 1) * units,
      projected: CHUNK * embedding, probabilities: CHUNK * vocabulary, gatesOut: CHUNK,
      keys: CHUNK * key, queries: CHUNK * key, memory: window * key, panels: window * key,
      // A place for the sentinel behind the window.
      scores: window + 8,
    },
    shorts: { pieces: CHUNK, known: window + 8 },
  });
  const { run, shorts } = kernel;
  const floats = kernel.floats as Record<string, Float32Array>;
  const region = (name: string): number => floats[name]!.byteOffset;
  const parameter = (name: string): number => region('values') + 4 * places[name]!.offset;
  floats['values']!.set(values);
  for (let layer = 0; layer < layers; layer++) {
    run.packPanels(region(`input${layer}`), parameter(`lstm${layer}.input`), widthOf(layer), gateWidth);
    run.packPanels(region(`recurrent${layer}`), parameter(`lstm${layer}.recurrent`), units, gateWidth);
  }
  run.packPanels(region('projection'), parameter('output.projection'), units, embedding);
  run.packTransposed(region('output'), parameter('piece.embedding'), embedding, vocabulary);
  if (sizes.backbone > 0) run.packPanels(region('backboneProjection'), parameter('backbone.projection'), sizes.backbone, embedding);
  if (key > 0) {
    run.packPanels(region('query'), parameter('pointer.query'), units, key);
    run.packPanels(region('before'), parameter('pointer.before'), units, key);
    run.packPanels(region('after'), parameter('pointer.after'), units, key);
  }
  const distanceBias = key > 0
    ? Float32Array.from({ length: window }, (_, distance) => values[places['pointer.distance.bias']!.offset + distanceBucket(distance)]!)
    : new Float32Array();
  const sentinelBias = key > 0 ? values[places['pointer.sentinel.bias']!.offset]! : 0;

  /** Fills `inputs` with what the first layer reads of rows `[from, from + count)`. */
  const embed = (rows: PieceRows, from: number, count: number): void => {
    shorts.pieces.set(rows.pieces.subarray(from, from + count));
    run.embeddingSum(
      region('inputs'), embedding, parameter('piece.embedding'), region('zeros'), shorts.pieces.byteOffset, 1, 1, count,
    );
    if (backbone === null) return;
    const { slots, numbers, width } = backbone;
    backbone.compute(
      rows.slots.subarray(from * slots, (from + count) * slots), rows.numbers.subarray(from * numbers, (from + count) * numbers),
      count, floats['vectors']!,
    );
    run.addPackedProduct(region('inputs'), embedding, region('vectors'), width, width, region('backboneProjection'), count);
  };

  const remember = (state: CompletionState, piece: number, row: number): void => {
    if (state.memory.shared) {
      const { keys, pieces, at } = state.memory;
      state.memory = { keys: keys.slice(), pieces: pieces.slice(), at, shared: false };
    }
    const { memory } = state;
    memory.keys.set(floats['keys']!.subarray(row * key, (row + 1) * key), memory.at * key);
    memory.pieces[memory.at] = piece;
    memory.at = (memory.at + 1) % window;
  };

  /** Keys of `count` pieces from the last layer's states before and after them. */
  const computeKeys = (before: number, after: number, count: number): void => {
    floats['keys']!.fill(0, 0, count * key);
    run.addPackedProduct(region('keys'), key, before, units, units, region('before'), count);
    run.addPackedProduct(region('keys'), key, after, units, units, region('after'), count);
  };

  return {
    pieces: vocabulary,
    start: () => ({
      states: new Float32Array(layers * units),
      cells: new Float32Array(layers * units),
      memory: { keys: new Float32Array(window * key), pieces: new Int16Array(window).fill(-1), at: 0, shared: false },
    }),

    copy(state) {
      state.memory.shared = true;
      return { states: state.states.slice(), cells: state.cells.slice(), memory: state.memory };
    },

    read(state, rows, from, to) {
      for (let first = from; first < to; first += CHUNK) {
        const count = Math.min(CHUNK, to - first);
        embed(rows, first, count);
        for (let layer = 0; layer < layers; layer++) {
          const width = widthOf(layer);
          const at = layer * units;
          run.fillRows(region('gates'), gateWidth, parameter(`lstm${layer}.bias`), count);
          run.addPackedProduct(region('gates'), gateWidth, region('inputs'), width, width, region(`input${layer}`), count);
          floats['states']!.set(state.states.subarray(at, at + units));
          floats['cells']!.set(state.cells.subarray(at, at + units));
          for (let k = 0; k < count; k++) {
            const row = 4 * k * units;
            const next = row + 4 * units;
            run.addPackedProduct(region('gates') + 4 * row, gateWidth, region('states') + row, units, units, region(`recurrent${layer}`), 1);
            run.lstmStep(
              region('gates') + 4 * row, region('cells') + row, region('cells') + next, region('tangents') + row,
              region('states') + next, units, 1,
            );
          }
          state.states.set(floats['states']!.subarray(count * units, (count + 1) * units), at);
          state.cells.set(floats['cells']!.subarray(count * units, (count + 1) * units), at);
          if (layer + 1 < layers) floats['inputs']!.set(floats['states']!.subarray(units, (count + 1) * units));
        }
        if (key === 0) continue;
        // What falls out of the window before the end of the text needs no key.
        const skipped = Math.max(0, Math.min(count, to - window - first));
        if (skipped === count) continue;
        computeKeys(region('states'), region('states') + 4 * units, count);
        for (let k = skipped; k < count; k++) remember(state, rows.pieces[first + k]!, k);
      }
    },

    advance(states, rows) {
      for (let first = 0; first < states.length; first += CHUNK) {
        const batch = states.slice(first, first + CHUNK);
        embed(rows, first, batch.length);
        for (let layer = 0; layer < layers; layer++) {
          const width = widthOf(layer);
          const at = layer * units;
          const after = layer === layers - 1 ? 'top' : 'inputs';
          batch.forEach(({ states: own, cells }, k) => {
            floats['states']!.set(own.subarray(at, at + units), k * units);
            floats['cells']!.set(cells.subarray(at, at + units), k * units);
          });
          run.fillRows(region('gates'), gateWidth, parameter(`lstm${layer}.bias`), batch.length);
          run.addPackedProduct(region('gates'), gateWidth, region('inputs'), width, width, region(`input${layer}`), batch.length);
          run.addPackedProduct(region('gates'), gateWidth, region('states'), units, units, region(`recurrent${layer}`), batch.length);
          run.lstmStep(
            region('gates'), region('cells'), region('cells'), region('tangents'), region(after), units, batch.length,
          );
          batch.forEach(({ states: own, cells }, k) => {
            own.set(floats[after]!.subarray(k * units, (k + 1) * units), at);
            cells.set(floats['cells']!.subarray(k * units, (k + 1) * units), at);
          });
        }
        if (key === 0) continue;
        computeKeys(region('states'), region('top'), batch.length);
        batch.forEach((state, k) => remember(state, rows.pieces[first + k]!, k));
      }
    },

    predict(states) {
      const count = states.length;
      if (count > MAX_BATCH) throw new RangeError(`${count} states are more than ${MAX_BATCH}`);
      const last = (layers - 1) * units;
      states.forEach((state, k) => floats['top']!.set(state.states.subarray(last, last + units), k * units));
      floats['projected']!.fill(0, 0, count * embedding);
      run.addPackedProduct(region('projected'), embedding, region('top'), units, units, region('projection'), count);
      run.fillRows(region('probabilities'), vocabulary, parameter('output.bias'), count);
      run.addPackedProduct(region('probabilities'), vocabulary, region('projected'), embedding, embedding, region('output'), count);
      const gates = floats['gatesOut']!.subarray(0, count);
      if (key > 0) {
        floats['queries']!.fill(0, 0, count * key);
        run.addPackedProduct(region('queries'), key, region('top'), units, units, region('query'), count);
      }
      states.forEach(({ memory }, k) => {
        const row = region('probabilities') + 4 * k * vocabulary;
        run.softmax(row, vocabulary);
        gates[k] = 1;
        if (key === 0) return;
        floats['memory']!.set(memory.keys);
        shorts.known.set(memory.pieces);
        run.packTransposed(region('panels'), region('memory'), key, window);
        const scores = floats['scores']!.fill(NEVER);
        for (let j = 0; j < window; j++) {
          if (memory.pieces[j]! >= 0) scores[j] = distanceBias[(memory.at - 1 - j + window) % window]!;
        }
        run.addPackedProduct(region('scores'), window, region('queries') + 4 * k * key, key, key, region('panels'), 1);
        scores[window] = sentinelBias + run.dotProduct(region('top') + 4 * k * units, parameter('pointer.sentinel'), units);
        run.softmax(region('scores'), window + 8);
        const gate = scores[window]!;
        gates[k] = gate;
        run.scaleValues(row, vocabulary, gate);
        run.scatterMass(row, region('scores'), shorts.known.byteOffset, window, 1);
      });
      return { probabilities: floats['probabilities']!.subarray(0, count * vocabulary), gates };
    },
  };
}
