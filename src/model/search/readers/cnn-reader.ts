import { CNN_REACH } from '../search-layout.js';
import {
  addBack, addWeighed, addWeightGradient, arrangeBlocks, blockSize, type Reader, type ReaderMemory, reluGradient,
} from './reader.js';

/**
 * A convolution: h[t] = relu(sum of x[t + k] * W[k] + b), k from -2 to 2. Rows between texts are zeros, so that one
 * product for each k goes over all texts.
 */
export function createCnnReader(memory: ReaderMemory): Reader {
  const { operations, matrices: { rowInput, rowStates, rowInputDelta, rowStatesDelta } } = memory;
  const shifts = Array.from({ length: 2 * CNN_REACH + 1 }, (_, k) => k);
  return {
    rowsFor: blockSize,
    arrange: arrangeBlocks,
    forward({ count }, weights) {
      const inner = count - 2 * CNN_REACH;
      const states = rowStates.from(CNN_REACH, inner);
      operations.fillRows(states, weights('cnn.bias'));
      for (const k of shifts) addWeighed(memory, states, rowInput.from(k, inner), weights(`cnn.${k}`));
      operations.relu(states);
    },
    backward({ count }, weights, gradient) {
      const inner = count - 2 * CNN_REACH;
      const delta = rowStatesDelta.from(CNN_REACH, inner);
      reluGradient(delta, rowStates.from(CNN_REACH, inner));
      operations.addColumnSums(gradient('cnn.bias'), delta);
      for (const k of shifts) {
        addWeightGradient(memory, gradient(`cnn.${k}`), rowInput.from(k, inner), delta);
        addBack(memory, rowInputDelta.from(k, inner), delta, weights(`cnn.${k}`));
      }
    },
  };
}
