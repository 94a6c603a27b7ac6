import type { OptionTable } from './option-row.js';
import { base, exclude, include, model, profile, quiet } from './shared-rows.js';
import { trainTask } from './training-rows.js';

/** `nnfmt train`: the profile of one project. */
export const trainOptions = {
  quiet,
  include,
  exclude,
  model,
  profile,
  task: trainTask,
  report: {
    type: 'string',
    default: null,
    category: 'output',
    description: "Also write the report on the project's layout as a page (HTML).",
  },
  base,
  countsOnly: {
    type: 'boolean',
    default: false,
    category: 'run',
    description: 'Count layout only, without fine-tuning the network: seconds instead of about a minute.',
  },
} as const satisfies OptionTable;
