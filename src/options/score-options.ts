import type { OptionTable } from './option-row.js';
import { confidence, editorconfig, json, model, profile } from './shared-rows.js';

/** `nnfmt score` */
export const scoreOptions = {
  model,
  profile,
  confidence,
  editorconfig,
  json,
} as const satisfies OptionTable;
