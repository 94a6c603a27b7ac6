/**
 * Matrix products of the completion network's training: the kernel's packed product against
 * TensorFlow.js's wasm backend, in GFLOPS, on one thread.
 *
 *     npx tsx bench/products.ts
 */
import * as tf from '@tensorflow/tfjs-core';
import { createKernel } from '../src/model/kernel/kernel.js';
import { selectBackend } from '../src/train/backends.js';

const SHAPES = [
  ['one step of the recurrence', 24, 256, 1024],
  ['inputs of a chunk', 2304, 128, 1024],
  ['output layer', 128, 128, 2048],
  ['gradient of a matrix', 256, 2304, 1024],
] as const;

await selectBackend('wasm');
for (const [name, rows, depth, width] of SHAPES) {
  const flops = 2 * rows * depth * width;
  const repeats = Math.max(4, Math.round(4e9 / flops));
  const [left, right] = [tf.randomNormal([rows, depth]), tf.randomNormal([depth, width])];
  const { run, floats } = createKernel({
    floats: { left: rows * depth, right: depth * width, packed: depth * width, out: rows * width },
  });
  floats.left.set(left.dataSync<'float32'>());
  floats.right.set(right.dataSync<'float32'>());
  const measure = (action: () => void): number => {
    action();
    const start = performance.now();
    for (let k = 0; k < repeats; k++) action();
    return (flops * repeats) / (performance.now() - start) / 1e6;
  };
  const tensor = measure(() => tf.matMul(left, right).dispose());
  const kernel = measure(() => {
    run.packPanels(floats.packed.byteOffset, floats.right.byteOffset, depth, width);
    run.addPackedProduct(floats.out.byteOffset, width, floats.left.byteOffset, depth, depth, floats.packed.byteOffset, rows);
  });
  console.log(`${name.padEnd(28)} ${rows} x ${depth} x ${width}: TensorFlow.js ${tensor.toFixed(1)}, kernel ${kernel.toFixed(1)}`);
}
