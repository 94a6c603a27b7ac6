import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { MissingBackendError } from '../../errors.js';
import type * as original from '../../train/backends.js';
import { assetFolder } from '../memory-files.js';

/** Makes the bundled WebAssembly backend of TensorFlow.js the current one, in this thread alone. */
export const selectBackend: typeof original.selectBackend = async () => {
  // Threads would ask for another build of it, and add in another order.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const file = new URL('tfjs-backend-wasm-simd.wasm', assetFolder()).href;
  // It wants to know where all of its builds lie, also those that it will not ask for.
  setWasmPaths({
    'tfjs-backend-wasm-simd.wasm': file, 'tfjs-backend-wasm.wasm': file, 'tfjs-backend-wasm-threaded-simd.wasm': file,
  });
  setThreadsCount(1);
  const cause: unknown =
    await tf.setBackend('wasm').then((started) => (started ? undefined : false), (error: unknown) => error);
  if (cause !== undefined) {
    throw new MissingBackendError({
      backend: 'wasm', packageName: '@tensorflow/tfjs-backend-wasm', reason: 'it does not start in this browser', cause,
    });
  }
  await tf.ready();
};
