import { createFormatter } from '../format/create-formatter.js';
import { standBy } from '../tokenize/index.js';
import { serveFormatWorker } from './format-worker-loop.js';

await serveFormatWorker(createFormatter, standBy);
