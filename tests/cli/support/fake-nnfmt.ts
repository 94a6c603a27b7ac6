import { createProcessContext, endWith } from '../../../src/cli/process-context.js';
import { runCli } from '../../../src/cli/program.js';
import { createFakeFormatter } from './fake-formatter.js';

endWith(await runCli(
  process.argv.slice(2),
  createProcessContext({
    createFormatter: createFakeFormatter,
    createExplainer: () => Promise.reject(new Error('no model in these tests')),
    formatWorkerUrl: new URL('./fake-worker.js', import.meta.url),
  }),
));
