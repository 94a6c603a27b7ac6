import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { MissingBackendError } from '../errors.js';
import { assetPath } from '../shared/asset-path.js';

export const BACKEND_NAMES = ['wasm', 'cpu', 'webgpu', 'node', 'node-gpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/**
 * Makes a TensorFlow.js backend the current one. `wasm` and `cpu` are bundled; the packages of the
 * others are loaded when asked for, from where they are installed. Those bring a tfjs-core of their
 * own, which shares engine, kernels and tensors with the bundled one: all copies keep them in one
 * place of the process.
 *
 * @throws MissingBackendError when the package is not installed or does not start here
 */
export async function selectBackend(name: BackendName): Promise<void> {
  const { packageName, registered, prepare, load } = BACKENDS[name];
  const before = FATAL_EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  // Before loading: the WebGPU backend looks for a GPU when its module is evaluated.
  await prepare?.();
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
  readonly prepare?: () => Promise<void>;
  /** Of what is bundled: a specifier that the bundler can see. */
  readonly load?: () => Promise<unknown>;
}

const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  wasm: { packageName: '@tensorflow/tfjs-backend-wasm', registered: 'wasm', load: loadWasm },
  cpu: {
    packageName: '@tensorflow/tfjs-backend-cpu', registered: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu'),
  },
  webgpu: { packageName: '@tensorflow/tfjs-backend-webgpu', registered: 'webgpu', prepare: provideWebGpu },
  node: { packageName: '@tensorflow/tfjs-node', registered: 'tensorflow' },
  'node-gpu': { packageName: '@tensorflow/tfjs-node-gpu', registered: 'tensorflow' },
};

async function loadInstalled(backend: BackendName, packageName: string): Promise<unknown> {
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

/** Gives TensorFlow.js the `navigator.gpu` of a browser, from the package `webgpu` (Dawn). */
async function provideWebGpu(): Promise<void> {
  const { create, globals } = (await loadInstalled('webgpu', 'webgpu')) as {
    create(flags: string[]): unknown;
    globals: Record<string, unknown>;
  };
  Object.assign(globalThis, globals);
  const target = globalThis as { navigator?: object };
  target.navigator ??= {};
  Object.defineProperty(target.navigator, 'gpu', { value: create([]), configurable: true });
}
