#!/usr/bin/env node
import { expectShortLife } from '../shared/engine-flags.js';
import { createProcessContext, endWith } from './process-context.js';
import { runCli } from './program.js';

const workerFile = import.meta.url.endsWith('.ts') ? './format-worker.ts' : './format-worker.js';

endWith(await runCli(
  process.argv.slice(2),
  createProcessContext({
    createFormatter: async (options, sourceBytes) => {
      // For files in this thread; many files go to threads of their own, and V8 keeps its ways.
      expectShortLife(sourceBytes);
      return (await import('../format/create-formatter.js')).createFormatter(options);
    },
    createExplainer: async (options) => (await import('../format/explain-source.js')).createExplainer(options),
    formatWorkerUrl: new URL(workerFile, import.meta.url),
  }),
));
