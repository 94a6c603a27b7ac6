import { type Kernel } from '../kernel/kernel.js';

/**
 * The large matrix products of training, over the kernel's memory; pointers are byte offsets
 * as in the kernel. Two ways to do them: the kernel itself, which equals TensorFlow.js's wasm
 * backend in speed (bench/products.ts) and copies nothing, or TensorFlow.js on another backend (tensor-products.ts).
 * What goes step by step, such as the recurrence, stays in the kernel.
 */
export interface Products {
  /** out `[rows, width]` += input `[rows, depth]` * weights `[depth, width]`. */
  add(out: number, width: number, input: number, depth: number, weights: number, rows: number): Promise<void>;
  /** out `[rows, width]` += input `[rows, depth]` * transposed weights `[width, depth]`. */
  addTransposed(out: number, width: number, input: number, depth: number, weights: number, rows: number): Promise<void>;
  /** out `[depth, width]` += transposed input `[rows, depth]` * delta `[rows, width]`: a weight's gradient. */
  addGradient(out: number, input: number, depth: number, delta: number, width: number, rows: number): Promise<void>;
}

type Run = Kernel<never, never, never>['run'];

/** @param scratch places for the packed factor and for a turned one, each as large as the largest factor */
export function kernelProducts(run: Run, scratch: { readonly packed: number; readonly turned: number }): Products {
  const { packed, turned } = scratch;
  return {
    add(out, width, input, depth, weights, rows) {
      run.packPanels(packed, weights, depth, width);
      run.addPackedProduct(out, width, input, depth, depth, packed, rows);
      return Promise.resolve();
    },
    addTransposed(out, width, input, depth, weights, rows) {
      run.packTransposed(packed, weights, depth, width);
      run.addPackedProduct(out, width, input, depth, depth, packed, rows);
      return Promise.resolve();
    },
    addGradient(out, input, depth, delta, width, rows) {
      run.transpose(turned, input, depth, rows, depth);
      run.packPanels(packed, delta, rows, width);
      run.addPackedProduct(out, width, turned, rows, rows, packed, depth);
      return Promise.resolve();
    },
  };
}
