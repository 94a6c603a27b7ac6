import type { OptionTable } from './option-row.js';
import { confidence, json, model, profile } from './shared-rows.js';

/** `nnfmt score` */
export const scoreOptions = {
  model,
  profile,
  confidence,
  json,
} as const satisfies OptionTable;
