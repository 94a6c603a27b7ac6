import * as tf from '@tensorflow/tfjs-core';
import { type Products } from './products.js';

/** On TensorFlow.js's current backend. Factors are transposed explicitly: see network.ts. */
export function tensorProducts(memory: ArrayBufferLike): Products {
  const view = (at: number, rows: number, columns: number): Float32Array => new Float32Array(memory, at, rows * columns);
  // A copy: some backends keep the array that they are given.
  const tensor = (at: number, rows: number, columns: number): tf.Tensor2D => tf.tensor2d(view(at, rows, columns).slice(), [rows, columns]);
  const addTo = async (out: number, rows: number, columns: number, compute: () => tf.Tensor2D): Promise<void> => {
    const product = tf.tidy(compute);
    const values = await product.data<'float32'>();
    product.dispose();
    const target = view(out, rows, columns);
    for (let k = 0; k < target.length; k++) target[k]! += values[k]!;
  };
  return {
    add: (out, width, input, depth, weights, rows) =>
      addTo(out, rows, width, () => tf.matMul(tensor(input, rows, depth), tensor(weights, depth, width))),
    addTransposed: (out, width, input, depth, weights, rows) =>
      addTo(out, rows, width, () => tf.matMul(tensor(input, rows, depth), tf.transpose(tensor(weights, width, depth)))),
    addGradient: (out, input, depth, delta, width, rows) =>
      addTo(out, depth, width, () => tf.matMul(tf.transpose(tensor(input, rows, depth)), tensor(delta, rows, width))),
  };
}
