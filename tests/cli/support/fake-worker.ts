import { serveFormatWorker } from '../../../src/cli/format-worker-loop.js';
import { createFakeFormatter } from './fake-formatter.js';

await serveFormatWorker(createFakeFormatter);
