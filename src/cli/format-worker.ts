import { createFormatter } from '../format/create-formatter.js';
import { serveFormatWorker } from './format-worker-loop.js';

await serveFormatWorker(createFormatter);
