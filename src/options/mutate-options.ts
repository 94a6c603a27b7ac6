import type { OptionTable } from './option-row.js';
import { seed } from './shared-rows.js';

/** `nnfmt mutate` */
export const mutateOptions = {
  rate: {
    type: 'number',
    default: 0.2,
    range: [0, 1],
    unit: 'share of gaps',
    category: 'run',
    description: 'Share of the gaps to mutate.',
  },
  count: {
    type: 'integer',
    default: 1,
    range: [1, 1_000_000],
    unit: 'mutants',
    category: 'run',
    description: 'How many mutants to print.',
  },
  seed,
} as const satisfies OptionTable;
