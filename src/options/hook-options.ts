import type { OptionTable } from './option-row.js';
import { quiet } from './shared-rows.js';

/** `nnfmt hook`: how the files are formatted, `[tool.nnfmt]` says. */
export const hookOptions = {
  check: {
    type: 'boolean',
    default: false,
    category: 'run',
    description: 'Change nothing, and refuse a commit whose layout deviates.',
  },
  changed: {
    type: 'boolean',
    default: false,
    category: 'selection',
    description: 'Touch only lines that differ from HEAD.',
  },
  quiet,
} as const satisfies OptionTable;
