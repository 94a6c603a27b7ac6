import type { OptionTable } from './option-row.js';
import { json } from './shared-rows.js';

/** `nnfmt runs` */
export const runsOptions = {
  json,
  compare: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Also show the settings in which the runs differ.',
  },
  sort: {
    type: 'choice',
    default: 'name',
    choices: ['name', 'loss', 'speed'],
    category: 'output',
    description: 'By name, by the best validation loss, or by speed.',
  },
  report: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: 'Write their curves as a page (HTML): loss, accuracy, learning rate, examples a second.',
  },
} as const satisfies OptionTable;
