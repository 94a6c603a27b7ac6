import { createFormatter } from '../format/create-formatter.js';
import { MANY_BYTES, expectShortLife } from '../shared/engine-flags.js';
import { standBy } from '../tokenize/index.js';
import { serveFormatWorker } from './format-worker-loop.js';

// What V8 is told, and what is kept for a text that comes again, which none does here.
expectShortLife(MANY_BYTES);
await serveFormatWorker(createFormatter, standBy);
