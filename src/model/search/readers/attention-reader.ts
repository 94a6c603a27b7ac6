import { type Matrix } from '../../kernel/matrix.js';
import { ATTENTION_HEADS } from '../search-layout.js';
import {
  addBack, addWeighed, addWeightGradient, arrangeBlocks, blockSize, type Block, HEAD_PARTS, type Reader,
  type ReaderMemory, reluGradient,
} from './reader.js';

type HeadPart = (typeof HEAD_PARTS)[number];
const HEADS = Array.from({ length: ATTENTION_HEADS }, (_, head) => head);
/** What is learned of a head, beside how its results are mixed. */
const LEARNED = ['query', 'key', 'value'] as const;

/**
 * Self-attention (Vaswani and others 2017), one layer: x += position, and for each head
 *
 *     A = softmax of (x * Q) * transposed (x * K) / sqrt(head)          [length, length], of each text
 *     h = relu(x * W + sum over heads of A * (x * V) * M + b)
 */
export function createAttentionReader(memory: ReaderMemory): Reader {
  const { operations, run, matrices } = memory;
  const { rowInput, rowStates, rowInputDelta, rowStatesDelta, heads, headsDelta, shares, sharesDelta, sharesTurned } =
    matrices;
  const rowsOfPart = heads.rows / (HEAD_PARTS.length * ATTENTION_HEADS);
  const factor = 1 / Math.sqrt(heads.columns);
  const part = (of: Matrix, name: HeadPart, head: number, count: number): Matrix =>
    of.from((HEAD_PARTS.indexOf(name) * ATTENTION_HEADS + head) * rowsOfPart, count);

  /** How much each piece of a text looks at each other one. */
  const attend = ({ first, length, size }: Block, query: Matrix, key: Matrix): Matrix => {
    const own = shares.as(size, size);
    const { values } = own;
    values.fill(0);
    addBack(memory, own, query.from(first, size), key.from(first, size));
    for (let row = 0; row < size; row++) {
      values.fill(NEVER, row * size + length, (row + 1) * size);
      run.softmax(own.address + 4 * size * row, size);
    }
    return own;
  };

  return {
    rowsFor: blockSize,
    arrange: arrangeBlocks,
    forward({ count, blocks }, weights) {
      const input = rowInput.from(0, count);
      const states = rowStates.from(0, count);
      for (const { first, length } of blocks) {
        operations.addScaled(rowInput.from(first, length), weights('attention.position').from(0, length), 1);
      }
      operations.fillRows(states, weights('attention.bias'));
      addWeighed(memory, states, input, weights('attention.own'));
      for (const head of HEADS) {
        const [query, key, value, result] = HEAD_PARTS.map((name) => part(heads, name, head, count));
        for (const matrix of [query!, key!, value!, result!]) matrix.values.fill(0);
        addWeighed(memory, query!, input, weights(`attention.query${head}`));
        addWeighed(memory, key!, input, weights(`attention.key${head}`));
        addWeighed(memory, value!, input, weights(`attention.value${head}`));
        operations.scale(query!, factor);
        for (const block of blocks) {
          const { first, size } = block;
          const own = attend(block, query!, key!);
          addWeighed(memory, result!.from(first, size), own, value!.from(first, size));
        }
        addWeighed(memory, states, result!, weights(`attention.mixed${head}`));
      }
      operations.relu(states);
    },

    backward({ count, blocks }, weights, gradient) {
      const input = rowInput.from(0, count);
      const delta = rowStatesDelta.from(0, count);
      const inputDelta = rowInputDelta.from(0, count);
      reluGradient(delta, rowStates.from(0, count));
      operations.addColumnSums(gradient('attention.bias'), delta);
      addWeightGradient(memory, gradient('attention.own'), input, delta);
      addBack(memory, inputDelta, delta, weights('attention.own'));
      for (const head of HEADS) {
        const [query, key, value, result] = HEAD_PARTS.map((name) => part(heads, name, head, count));
        const [queryDelta, keyDelta, valueDelta, resultDelta] =
          HEAD_PARTS.map((name) => part(headsDelta, name, head, count));
        for (const matrix of [queryDelta!, keyDelta!, valueDelta!, resultDelta!]) matrix.values.fill(0);
        addWeightGradient(memory, gradient(`attention.mixed${head}`), result!, delta);
        addBack(memory, resultDelta!, delta, weights(`attention.mixed${head}`));
        for (const block of blocks) {
          const { first, size } = block;
          const own = attend(block, query!, key!);
          const over = sharesTurned.as(size, size);
          const back = resultDelta!.from(first, size);
          operations.transpose(over, own);
          addWeighed(memory, valueDelta!.from(first, size), over, back);
          const scores = sharesDelta.as(size, size);
          scores.values.fill(0);
          addBack(memory, scores, back, value!.from(first, size));
          softmaxGradient(scores, own);
          addWeighed(memory, queryDelta!.from(first, size), scores, key!.from(first, size));
          operations.transpose(over, scores);
          addWeighed(memory, keyDelta!.from(first, size), over, query!.from(first, size));
        }
        operations.scale(queryDelta!, factor);
        for (const [k, name] of LEARNED.entries()) {
          const own = [queryDelta!, keyDelta!, valueDelta!][k]!;
          addWeightGradient(memory, gradient(`attention.${name}${head}`), input, own);
          addBack(memory, inputDelta, own, weights(`attention.${name}${head}`));
        }
      }
      for (const { first, length } of blocks) {
        operations.addScaled(gradient('attention.position').from(0, length), rowInputDelta.from(first, length), 1);
      }
    },
  };
}

/** Of a piece that is none. */
const NEVER = -1e9;

/** From the gradient of shares to that of what the softmax was taken of, row by row. */
function softmaxGradient(delta: Matrix, shares: Matrix): void {
  const [own, share] = [delta.values, shares.values];
  const { rows, columns } = delta;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * columns, (row + 1) * columns];
    let sum = 0;
    for (let k = from; k < to; k++) sum += share[k]! * own[k]!;
    for (let k = from; k < to; k++) own[k] = share[k]! * (own[k]! - sum);
  }
}
