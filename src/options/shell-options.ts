import type { OptionTable } from './option-row.js';

/** `nnfmt completion`: nothing to choose but the shell. */
export const shellOptions = {} as const satisfies OptionTable;
