import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { MissingBackendError } from '../errors.js';

export const BACKEND_NAMES = ['wasm', 'cpu', 'webgpu', 'node', 'node-gpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/**
 * Makes a TensorFlow.js backend the current one. Only `wasm` is a plain dependency; the
 * packages of the others are loaded when asked for.
 *
 * @throws MissingBackendError when the package is not installed or does not start here
 */
export async function selectBackend(name: BackendName): Promise<void> {
  const { packages, registered, prepare } = BACKENDS[name];
  const before = FATAL_EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  // Before loading: the WebGPU backend looks for a GPU when its module is evaluated.
  await prepare?.();
  for (const packageName of packages) await load(name, packageName);
  // TensorFlow.js reports a backend that does not start by false, or by throwing.
  const cause: unknown = await tf.setBackend(registered).then((started) => (started ? undefined : false), (error: unknown) => error);
  if (cause !== undefined) {
    throw new MissingBackendError({
      backend: name, packageName: packages[0]!, reason: 'it does not start on this machine', cause,
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
  readonly packages: readonly string[];
  /** The name under which the package registers itself. */
  readonly registered: string;
  readonly prepare?: () => Promise<void>;
}

const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  wasm: { packages: ['@tensorflow/tfjs-backend-wasm'], registered: 'wasm', prepare: locateWasmFiles },
  cpu: { packages: ['@tensorflow/tfjs-backend-cpu'], registered: 'cpu' },
  webgpu: { packages: ['@tensorflow/tfjs-backend-webgpu'], registered: 'webgpu', prepare: provideWebGpu },
  node: { packages: ['@tensorflow/tfjs-node'], registered: 'tensorflow' },
  'node-gpu': { packages: ['@tensorflow/tfjs-node-gpu'], registered: 'tensorflow' },
};

async function load(backend: BackendName, packageName: string): Promise<unknown> {
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

/** Without this the package looks for its .wasm files beside the running script. */
async function locateWasmFiles(): Promise<void> {
  const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(path.dirname(entry) + path.sep);
  setThreadsCount(1);
}

/** Gives TensorFlow.js the `navigator.gpu` of a browser, from the package `webgpu` (Dawn). */
async function provideWebGpu(): Promise<void> {
  const { create, globals } = (await load('webgpu', 'webgpu')) as {
    create(flags: string[]): unknown;
    globals: Record<string, unknown>;
  };
  Object.assign(globalThis, globals);
  const target = globalThis as { navigator?: object };
  target.navigator ??= {};
  Object.defineProperty(target.navigator, 'gpu', { value: create([]), configurable: true });
}
