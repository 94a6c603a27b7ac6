import type { OptionTable } from './option-row.js';
import { model, seed, temperature } from './shared-rows.js';

/** `nnfmt generate` */
export const generateOptions = {
  model,
  seed,
  temperature,
  start: {
    type: 'string',
    default: null,
    placeholder: 'text',
    category: 'run',
    description: 'Text to go on from (default: the begin of a file).',
  },
  length: {
    type: 'integer',
    default: 200,
    range: [1, 1_000_000],
    unit: 'pieces or characters',
    category: 'run',
    description: 'How much to generate.',
  },
} as const satisfies OptionTable;
