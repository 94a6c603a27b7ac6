import { type Matrix } from '../../kernel/matrix.js';
import {
  fillMask, type LayerMemory, type Parameters, type PieceBatch, type TrainingWorkspace,
} from './training-workspace.js';

/** All LSTM layers. */
export interface LstmTrainer {
  /**
   * Fills the states of all layers.
   *
   * @param input `[rows, embedding]`; dropout spoils it
   */
  forward(batch: PieceBatch, input: Matrix, weights: Parameters, training: boolean): Promise<void>;
  /**
   * Adds to the gradient, from `stateDelta`, the gradient of the last layer's states; gives that of the input.
   *
   * @param input as in `forward`
   */
  backward(input: Matrix, weights: Parameters, gradient: Parameters): Promise<Matrix>;
  /** Moves the last states to the front, for the next chunk. */
  carry(): void;
}

export function createLstmTrainer(workspace: TrainingWorkspace): LstmTrainer {
  const { layout, dropout, steps, sequences, rows, operations, products, matrices } = workspace;
  const { units } = layout.sizes;
  const { top, stateDelta, cellDelta, inputDelta, recurrentPack } = matrices;
  const layers = workspace.layers.map((memory) => ({
    ...memory,
    // Of each step, and for states and cells of the one before the first.
    gatesAt: memory.gates.blocks(sequences), statesAt: memory.states.blocks(sequences),
    cellsAt: memory.cells.blocks(sequences),
    tangentsAt: memory.tangents.blocks(sequences),
  }));
  const deltaAt = stateDelta.as(rows, units).blocks(sequences);

  const beginTexts = (batch: PieceBatch): void => {
    for (let b = 0; b < sequences; b++) {
      if (!batch.begins[b]) continue;
      for (const { states, cells } of layers) {
        states.values.fill(0, b * units, (b + 1) * units);
        cells.values.fill(0, b * units, (b + 1) * units);
      }
    }
  };

  /** What a layer reads of the one below it, in `top`: copied, because dropout changes it. */
  const readMasked = ({ states }: LayerMemory, mask: Matrix | null): Matrix => {
    top.values.set(states.from(sequences).values);
    if (mask !== null) operations.multiply(top, mask);
    return top;
  };

  return {
    async forward(batch, input, weights, training) {
      beginTexts(batch);
      const isDropping = dropout > 0 && training;
      for (const [layer, { gates, gatesAt, statesAt, cellsAt, tangentsAt, mask }] of layers.entries()) {
        const below = layers[layer - 1];
        let read = below === undefined ? input : below.states.from(sequences);
        if (isDropping) {
          fillMask(workspace, mask);
          if (below === undefined) operations.multiply(input, mask);
          else read = readMasked(below, mask);
        }
        operations.fillRows(gates, weights(`lstm${layer}.bias`));
        await products.add(gates, read, weights(`lstm${layer}.input`));
        const recurrent = operations.pack(weights(`lstm${layer}.recurrent`), recurrentPack);
        for (let t = 0; t < steps; t++) {
          operations.addPacked(gatesAt[t], statesAt[t], recurrent);
          operations.lstmStep(
            { gates: gatesAt[t], before: cellsAt[t], tangents: tangentsAt[t] },
            { cells: cellsAt[t + 1], states: statesAt[t + 1] },
          );
        }
      }
    },

    async backward(input, weights, gradient) {
      for (let layer = layers.length - 1; layer >= 0; layer--) {
        const { width, gates, states, gatesAt, cellsAt, tangentsAt, mask } = layers[layer];
        cellDelta.values.fill(0);
        const recurrent = operations.packTransposed(weights(`lstm${layer}.recurrent`), recurrentPack);
        for (let t = steps - 1; t >= 0; t--) {
          operations.lstmStepGradient(
            { gates: gatesAt[t], before: cellsAt[t], tangents: tangentsAt[t] },
            { states: deltaAt[t], cells: cellDelta },
          );
          if (t > 0) operations.addPacked(deltaAt[t - 1], gatesAt[t], recurrent);
        }
        const read = layer === 0 ? input : readMasked(layers[layer - 1], dropout > 0 ? mask : null);
        await products.addGradient(gradient(`lstm${layer}.input`), read, gates);
        await products.addGradient(gradient(`lstm${layer}.recurrent`), states.from(0, rows), gates);
        operations.addColumnSums(gradient(`lstm${layer}.bias`), gates);
        const delta = layer === 0 ? inputDelta : stateDelta.as(rows, width);
        delta.values.fill(0);
        await products.addTransposed(delta, gates, weights(`lstm${layer}.input`));
        if (dropout > 0) operations.multiply(delta, mask);
      }
      return inputDelta;
    },

    carry() {
      for (const { states, cells } of layers) {
        states.values.copyWithin(0, rows * units);
        cells.values.copyWithin(0, rows * units);
      }
    },
  };
}
