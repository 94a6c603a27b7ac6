import { workerData } from 'node:worker_threads';
import { createFormatter } from '../format/create-formatter.js';
import { LONG_FILES, MANY_BYTES, expectShortLife } from '../shared/engine-flags.js';
import { standBy } from '../tokenize/index.js';
import { serveFormatWorker, type WorkerSetup } from './format-worker-loop.js';

// What V8 is told, and what is kept for a text that comes again, which none does here.
expectShortLife((workerData as WorkerSetup).hasLong ? LONG_FILES : MANY_BYTES);
await serveFormatWorker(createFormatter, standBy);
