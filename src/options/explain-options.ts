import type { OptionTable } from './option-row.js';
import { confidence, editorconfig, json, model, profile } from './shared-rows.js';

/** `nnfmt explain` */
export const explainOptions = {
  html: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: "Write the file as a page, each gap coloured by the model's certainty.",
  },
  restyle: {
    type: 'boolean',
    default: false,
    category: 'selection',
    description: "Explain what format --restyle does: the project's profile decides, whatever the file holds.",
  },
  model,
  profile,
  confidence,
  editorconfig,
  json,
} as const satisfies OptionTable;
