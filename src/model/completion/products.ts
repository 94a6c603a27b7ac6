import { type Matrix } from '../kernel/matrix.js';
import { type MatrixOperations } from '../kernel/matrix-operations.js';

/**
 * The large matrix products of training, over the kernel's memory. Two ways to do them: the kernel itself, which
 * equals TensorFlow.js's wasm backend in speed (bench/products.ts) and copies nothing, or TensorFlow.js on another
 * backend (tensor-products.ts). What goes step by step, such as the recurrence, stays in the kernel.
 */
export interface Products {
  /** out `[rows, width]` += input `[rows, depth]` * weights `[depth, width]`. */
  add(out: Matrix, input: Matrix, weights: Matrix): Promise<void>;
  /** out `[rows, width]` += input `[rows, depth]` * transposed weights `[width, depth]`. */
  addTransposed(out: Matrix, input: Matrix, weights: Matrix): Promise<void>;
  /** out `[depth, width]` += transposed input `[rows, depth]` * delta `[rows, width]`: a weight's gradient. */
  addGradient(out: Matrix, input: Matrix, delta: Matrix): Promise<void>;
}

/** @param scratch places for the packed factor and for a turned one, each as large as the largest factor */
export function kernelProducts(
  operations: MatrixOperations, { packed, turned }: { readonly packed: Matrix; readonly turned: Matrix },
): Products {
  return {
    add(out, input, weights) {
      operations.addPacked(out, input, operations.pack(weights, packed));
      return Promise.resolve();
    },
    addTransposed(out, input, weights) {
      operations.addPacked(out, input, operations.packTransposed(weights, packed));
      return Promise.resolve();
    },
    addGradient(out, input, delta) {
      const inputTurned = turned.as(input.columns, input.rows);
      operations.transpose(inputTurned, input);
      operations.addPacked(out, inputTurned, operations.pack(delta, packed));
      return Promise.resolve();
    },
  };
}
