#!/usr/bin/env node
import { createProcessContext } from './process-context.js';
import { runCli } from './program.js';

const workerFile = import.meta.url.endsWith('.ts') ? './format-worker.ts' : './format-worker.js';

// The exit code is set, not forced: output that waits in a pipe still goes out.
process.exitCode = await runCli(
  process.argv.slice(2),
  createProcessContext({
    createFormatter: async (options) => (await import('../format/format-source.js')).createFormatter(options),
    formatWorkerUrl: new URL(workerFile, import.meta.url),
  }),
);
