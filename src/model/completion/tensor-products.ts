import * as tf from '@tensorflow/tfjs-core';
import { type Matrix } from '../kernel/matrix.js';
import { type Products } from './products.js';

/** On TensorFlow.js's current backend. Factors are transposed explicitly: see network.ts. */
export function tensorProducts(): Products {
  // A copy: some backends keep the array that they are given.
  const tensor = ({ values, rows, columns }: Matrix): tf.Tensor2D => tf.tensor2d(values.slice(), [rows, columns]);
  const addTo = async (out: Matrix, compute: () => tf.Tensor2D): Promise<void> => {
    const product = tf.tidy(compute);
    const computed = await product.data<'float32'>();
    product.dispose();
    const { values } = out;
    for (let k = 0; k < values.length; k++) values[k] += computed[k];
  };
  return {
    add: (out, input, weights) => addTo(out, () => tf.matMul(tensor(input), tensor(weights))),
    addTransposed: (out, input, weights) => addTo(out, () => tf.matMul(tensor(input), tf.transpose(tensor(weights)))),
    addGradient: (out, input, delta) => addTo(out, () => tf.matMul(tf.transpose(tensor(input)), tensor(delta))),
  };
}
