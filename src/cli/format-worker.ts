import { createFormatter } from '../format/format-source.js';
import { serveFormatWorker } from './format-worker-loop.js';

await serveFormatWorker(createFormatter);
