import { type Matrix, type Panels } from '../../kernel/matrix.js';
import { MOST_WIDE_DEPTH, type WholeWeights, type WideWeights } from '../../kernel/whole-products.js';
import { type CompletionSizes } from '../completion-layout.js';
import { CHUNK, type CompletionState, type StatesAround } from './completion-state.js';
import { type NetworkMemory, type PartRegions } from './network-memory.js';

/** All LSTM layers. What they give are views that the next call overwrites. */
export interface LstmLayers {
  /** Leads one state over `input` `[count, embedding]`, row by row. */
  read(state: CompletionState, input: Matrix): StatesAround;
  /** Leads each state over one row of `input` `[states, embedding]`, at most CHUNK of them. */
  advance(states: readonly CompletionState[], input: Matrix): StatesAround;
}

const inputWidth = ({ embedding, units }: CompletionSizes, layer: number): number => (layer === 0 ? embedding : units);

export function lstmRegions(sizes: CompletionSizes): PartRegions {
  const { units, layers } = sizes;
  const panels = Array.from({ length: layers }, (_, layer) => [
    [`inputPanels${layer}`, [inputWidth(sizes, layer), 4 * units]], [`recurrentPanels${layer}`, [units, 4 * units]],
    [`recurrentScales${layer}`, 4 * units],
  ] as const).flat();
  const wholes = Array.from({ length: layers }, (_, layer) => [`recurrentWhole${layer}`, [units, 4 * units]] as const);
  return {
    shorts: { rounded: [CHUNK, units], roundedInput: [CHUNK, sizes.embedding] },
    bytes: { ...Object.fromEntries(wholes), inputWhole: [sizes.embedding, 4 * units] },
    floats: {
      ...Object.fromEntries(panels), inputScales: 4 * units, scaledInput: [CHUNK, sizes.embedding],
      gates: [CHUNK, 4 * units], tangents: [CHUNK, units],
      // One row more: a state before the first.
      states: [CHUNK + 1, units], cells: [CHUNK + 1, units],
      stepped: [CHUNK, units],
    },
  };
}

export function createLstmLayers(memory: NetworkMemory): LstmLayers {
  const { sizes, matrices, shorts, bytes, operations, parameter } = memory;
  const { units } = sizes;
  const layers = Array.from({ length: sizes.layers }, (_, layer) => ({
    bias: parameter(`lstm${layer}.bias`),
    input: inputOf(layer),
    recurrent: recurrentOf(layer),
    /** Of the layer, in the arrays of a state. */
    from: layer * units,
    to: (layer + 1) * units,
  }));
  const { gates, tangents, states, cells, stepped } = matrices;
  const { rounded, roundedInput } = shorts;
  const inputRoom = { scaled: matrices['scaledInput'], rounded: roundedInput };
  const [gateRows, tangentRows, stateRows, cellRows] =
    [gates, tangents, states, cells].map((matrix) => matrix.blocks(1));

  /** The first layer's, of a file in 8 bits, stay whole numbers; layers above it are rare. */
  function inputOf(layer: number): { panels: Panels } | { whole: WideWeights } {
    const weights = parameter(`lstm${layer}.input`);
    const whole = layer > 0 ? null : memory.whole.pack(weights, bytes['inputWhole'], matrices['inputScales']);
    return whole === null || weights.rows > MOST_WIDE_DEPTH
      ? { panels: operations.pack(weights, matrices[`inputPanels${layer}`]) }
      : { whole: { ...whole, inputScales: null } };
  }

  /** sums, the first rows of the gates, = bias + below * input. */
  function startSums(sums: Matrix, below: Matrix, bias: Matrix, input: ReturnType<typeof inputOf>): void {
    if ('panels' in input) {
      operations.fillRows(sums, bias);
      return operations.addPacked(sums, below, input.panels);
    }
    memory.whole.multiply(sums, below, input.whole, inputRoom);
    for (let row = 0; row < sums.rows; row++) operations.addScaled(gateRows[row], bias, 1);
  }

  /** Weights of a file in 8 bits stay whole numbers: a step reads all of them, and memory is what it waits for. */
  function recurrentOf(layer: number): { panels: Panels } | { whole: WholeWeights } {
    const weights = parameter(`lstm${layer}.recurrent`);
    const whole = memory.whole.pack(weights, bytes[`recurrentWhole${layer}`], matrices[`recurrentScales${layer}`]);
    return whole === null ? { panels: operations.pack(weights, matrices[`recurrentPanels${layer}`]) } : { whole };
  }

  /** sums `[rows, 4 * units]` += before `[rows, units]` * recurrent. */
  function addRecurrent(sums: Matrix, before: Matrix, recurrent: { panels: Panels } | { whole: WholeWeights }): void {
    if ('panels' in recurrent) return operations.addPacked(sums, before, recurrent.panels);
    memory.whole.add(sums, before, recurrent.whole, rounded);
  }

  return {
    read(state, input) {
      const count = input.rows;
      let below = input;
      for (const { bias, input: inputWeights, recurrent, from, to } of layers) {
        startSums(gates.from(0, count), below, bias, inputWeights);
        stateRows[0].values.set(state.states.subarray(from, to));
        cellRows[0].values.set(state.cells.subarray(from, to));
        for (let k = 0; k < count; k++) {
          addRecurrent(gateRows[k], stateRows[k], recurrent);
          operations.lstmStep(
            { gates: gateRows[k], before: cellRows[k], tangents: tangentRows[k] },
            { cells: cellRows[k + 1], states: stateRows[k + 1] },
          );
        }
        state.states.set(stateRows[count].values, from);
        state.cells.set(cellRows[count].values, from);
        // Read in full before the next layer writes its own.
        below = states.from(1, count);
      }
      return { before: states.from(0, count), after: states.from(1, count) };
    },

    advance(batch, input) {
      const count = batch.length;
      const [sums, before, own, after] = [gates, states, cells, stepped].map((matrix) => matrix.from(0, count));
      let below = input;
      for (const { bias, input: inputWeights, recurrent, from, to } of layers) {
        batch.forEach((state, k) => {
          stateRows[k].values.set(state.states.subarray(from, to));
          cellRows[k].values.set(state.cells.subarray(from, to));
        });
        startSums(sums, below, bias, inputWeights);
        addRecurrent(sums, before, recurrent);
        operations.lstmStep({
          gates: sums, before: own, tangents: tangents.from(0, count),
        }, { cells: own, states: after });
        batch.forEach((state, k) => {
          state.states.set(after.values.subarray(k * units, (k + 1) * units), from);
          state.cells.set(cellRows[k].values, from);
        });
        below = after;
      }
      return { before, after };
    },
  };
}
