import { type CompletionSizes } from '../completion-layout.js';
import { CHUNK, type CompletionState } from './completion-state.js';
import { type NetworkMemory, type PartRegions } from './network-memory.js';
import { type Pointer } from './pointer.js';

export interface Prediction {
  /** `[states, pieces]`, sums to 1 for each state. A view that the next call overwrites. */
  readonly probabilities: Float32Array;
  /** `[states]`, share that comes from the vocabulary's softmax; the rest is copied. A view as well. */
  readonly gates: Float32Array;
}

/** From the last layer's states to probabilities of the next piece. */
export interface Output {
  /** Of at most CHUNK states. */
  predict(states: readonly CompletionState[]): Prediction;
}

export const outputRegions = ({ pieces, embedding, units }: CompletionSizes): PartRegions => ({
  floats: {
    projectionPanels: [units, embedding], vocabularyPanels: [embedding, pieces],
    top: [CHUNK, units], projected: [CHUNK, embedding], probabilities: [CHUNK, pieces], kept: CHUNK,
    scaledProjected: [CHUNK, embedding], ones: pieces,
  },
  shorts: { roundedProjected: [CHUNK, embedding] },
  bytes: { vocabularyWhole: [pieces, embedding] },
});

export function createOutput(memory: NetworkMemory, pointer: Pointer | null): Output {
  const { sizes: { units, layers }, matrices, shorts, bytes, operations, parameter } = memory;
  const projection = operations.pack(parameter('output.projection'), matrices['projectionPanels']);
  // Tied with the input. Of a file in 8 bits they stay whole numbers.
  const embeddings = parameter('piece.embedding');
  const whole = memory.whole.packTransposed(embeddings, bytes['vocabularyWhole'], matrices['ones']);
  const vocabulary = whole === null ? operations.packTransposed(embeddings, matrices['vocabularyPanels']) : null;
  const room = { scaled: matrices['scaledProjected'], rounded: shorts['roundedProjected'] };
  const bias = parameter('output.bias');
  const last = (layers - 1) * units;
  const topRows = matrices['top'].blocks(1);
  const probabilityRows = matrices['probabilities'].blocks(1);
  return {
    predict(states) {
      const count = states.length;
      const [top, projected, probabilities] =
        ['top', 'projected', 'probabilities'].map((name) => matrices[name].from(0, count));
      states.forEach((state, k) => topRows[k].values.set(state.states.subarray(last, last + units)));
      projected.values.fill(0);
      operations.addPacked(projected, top, projection);
      if (whole === null) {
        operations.fillRows(probabilities, bias);
        operations.addPacked(probabilities, projected, vocabulary!);
      } else {
        memory.whole.multiply(probabilities, projected, whole, room);
        for (let k = 0; k < count; k++) operations.addScaled(probabilityRows[k], bias, 1);
      }
      for (let k = 0; k < count; k++) operations.softmax(probabilityRows[k]);
      const gates = matrices['kept'].values.subarray(0, count).fill(1);
      pointer?.mixIn(states, top, probabilityRows, gates);
      return { probabilities: probabilities.values, gates };
    },
  };
}
