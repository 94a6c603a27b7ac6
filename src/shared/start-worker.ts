import { Worker, type ResourceLimits } from 'node:worker_threads';

/**
 * Starts a worker thread on a module. Where that is a TypeScript source, as when nnfmt runs from
 * its sources, tsx (a development dependency) is registered in the thread first: what started
 * this process need not reach it.
 */
export function startWorker(module: URL, workerData: unknown, resourceLimits: ResourceLimits = {}): Worker {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, { workerData, resourceLimits });
  const start =
    `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(module.href)}); })` +
    '.catch((fault) => setImmediate(() => { throw fault; }));';
  return new Worker(start, { eval: true, workerData, resourceLimits });
}
