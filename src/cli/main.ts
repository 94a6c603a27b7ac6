import { warmUpKernel } from '../model/kernel/warm-up.js';
import { areFew, expectShortLife } from '../shared/engine-flags.js';
import { keepCode } from '../shared/keep-code.js';
import type { LoadedScript } from '../shared/loaded-script.js';
import { createProcessContext, endWith } from './process-context.js';
import { runCli } from './program.js';

declare const __NNFMT_SCRIPT__: LoadedScript | undefined;

const workerFile = import.meta.url.endsWith('.ts') ? './format-worker.ts' : './format-worker.js';
const script = typeof __NNFMT_SCRIPT__ === 'undefined' ? undefined : __NNFMT_SCRIPT__;
/**
 * Whether code that is kept now could be used by a process like this one: formatting has to find out how much there is.
 */
let mayKeepCode = process.argv[2] !== 'format';

// A script of CommonJS cannot await.
void runCli(
  process.argv.slice(2),
  createProcessContext({
    createFormatter: async (options, sourceBytes = 0) => {
      // For files in this thread; many files go to threads of their own, and V8 keeps its ways.
      expectShortLife(sourceBytes);
      mayKeepCode = areFew(sourceBytes);
      warmUpKernel();
      return (await import('../format/create-formatter.js')).createFormatter(options);
    },
    createExplainer: async (options) => (await import('../format/explain-source.js')).createExplainer(options),
    formatWorkerUrl: new URL(workerFile, import.meta.url),
    keepCode: () => {
      if (script !== undefined && !script.isKept && mayKeepCode) keepCode(script.codePath, script.createCachedData());
    },
  }),
).then(endWith);
