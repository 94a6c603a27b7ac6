import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BadOptionError, MissingBackendError } from '../errors.js';
import { openDevice, type ComputeDevice } from '../model/device/device.js';
import { assetPath } from '../shared/asset-path.js';

export const BACKEND_NAMES = ['wasm', 'cpu', 'webgpu', 'node', 'node-gpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];
export type Precision = 'f32' | 'mixed';

/** Those of TensorFlow.js; `webgpu` is the project's own (model/device). */
export type TensorBackend = Exclude<BackendName, 'webgpu'>;

/**
 * Makes a TensorFlow.js backend the current one. `wasm` and `cpu` are bundled; the packages of the
 * others are loaded when asked for, from where they are installed. Those bring a tfjs-core of their
 * own, which shares engine, kernels and tensors with the bundled one: all copies keep them in one
 * place of the process.
 *
 * @throws MissingBackendError when the package is not installed or does not start here
 */
export async function selectBackend(name: TensorBackend): Promise<void> {
  const { packageName, registered, load } = BACKENDS[name];
  const before = FATAL_EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  await (load === undefined ? loadInstalled(name, packageName) : load());
  // TensorFlow.js reports a backend that does not start by false, or by throwing.
  const cause: unknown =
    await tf.setBackend(registered).then((started) => (started ? undefined : false), (error: unknown) => error);
  if (cause !== undefined) {
    throw new MissingBackendError({
      backend: name, packageName, reason: 'it does not start on this machine', cause,
    });
  }
  await tf.ready();
  // The wasm backend installs handlers after which any crash prints its whole minified code.
  FATAL_EVENTS.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[index]!.includes(listener)) process.removeListener(event, listener);
    }
  });
}

const FATAL_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

interface Backend {
  readonly packageName: string;
  /** The name under which the package registers itself. */
  readonly registered: string;
  /** Of what is bundled: a specifier that the bundler can see. */
  readonly load?: () => Promise<unknown>;
}

const BACKENDS: Readonly<Record<TensorBackend, Backend>> = {
  wasm: { packageName: '@tensorflow/tfjs-backend-wasm', registered: 'wasm', load: loadWasm },
  cpu: {
    packageName: '@tensorflow/tfjs-backend-cpu', registered: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu'),
  },
  node: { packageName: '@tensorflow/tfjs-node', registered: 'tensorflow' },
  'node-gpu': { packageName: '@tensorflow/tfjs-node-gpu', registered: 'tensorflow' },
};

async function loadInstalled(backend: TensorBackend, packageName: string): Promise<unknown> {
  try {
    return await import(packageName);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new MissingBackendError({
      backend, packageName, cause,
      ...(missing ? {} : { reason: `the package ${packageName} fails to load (${(cause as Error).message})` }),
    });
  }
}

/** Without a folder the package looks for its .wasm files beside the running script. */
async function loadWasm(): Promise<void> {
  const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(path.dirname(assetPath('tfjs-backend-wasm-simd.wasm')) + path.sep);
  setThreadsCount(1);
}

/**
 * The GPU of this machine.
 *
 * @throws MissingBackendError without one; BadOptionError for mixed precision where it lacks float16
 */
export async function selectDevice(precision: Precision): Promise<ComputeDevice> {
  const device = await openDevice();
  if (precision === 'mixed' && !device.hasHalf) {
    device.close();
    throw new BadOptionError({
      option: '--precision',
      reason: `mixed needs float16, which the GPU here (${device.description}) does not calculate with; use f32`,
    });
  }
  return device;
}

/** @throws BadOptionError for mixed precision on a backend that has none */
export function checkPrecision(backend: BackendName, precision: Precision): void {
  if (precision === 'mixed' && backend !== 'webgpu') {
    throw new BadOptionError({ option: '--precision', reason: `mixed needs --backend webgpu, not ${backend}` });
  }
}
