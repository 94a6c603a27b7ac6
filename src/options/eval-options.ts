import type { OptionRow, OptionTable } from './option-row.js';
import { columns, confidence, json, model, profile, quiet, seed, task } from './shared-rows.js';

const files = {
  type: 'integer',
  default: 25,
  range: [1, 1_000_000],
  unit: 'files',
  category: 'selection',
  description: 'Most files of each project, chosen by a hash of their paths.',
} as const satisfies OptionRow;

/** `nnfmt eval`: restoring spoilt layout. */
export const evalOptions = {
  quiet,
  model,
  profile,
  confidence,
  seed,
  json,
  files,
  columns,
  task,
  rates: {
    type: 'numbers',
    default: [0, 0.02, 0.2, 1],
    range: [0, 1],
    unit: 'share of gaps',
    category: 'run',
    description: 'Mutation rates to measure, separated by commas.',
  },
} as const satisfies OptionTable;

/** `nnfmt eval --jsonl`. */
export const evalJsonlOptions = {
  jsonl: {
    type: 'boolean',
    default: false,
    category: 'output',
    description:
      'Answer each line {"id","project","files":[{"path","text"}],"rates"?} on stdin by a line ' +
      '{"id","project","figures"}, which are those of --json, or {"id","error"}.',
  },
  jobs: {
    type: 'integer',
    default: 1,
    range: [1, 1024],
    unit: 'threads',
    category: 'run',
    description: 'Work in so many threads at once; answers keep the order of the requests.',
  },
  maxSeconds: {
    type: 'number',
    default: 60,
    range: [0.1, 86_400],
    unit: 'seconds',
    category: 'run',
    description: 'Leave out a file that takes longer at a rate.',
  },
  maxMemory: {
    type: 'integer',
    default: 1024,
    range: [16, 1_000_000],
    unit: 'MB',
    category: 'run',
    description: 'Leave out a file that takes more memory.',
  },
  model,
  profile,
  confidence,
  seed,
  files,
  rates: evalOptions.rates,
} as const satisfies OptionTable;

/** `nnfmt eval --task complete`: finishing cut lines. */
export const evalCompletionOptions = {
  quiet,
  seed,
  json,
  files,
  columns,
  task,
  cuts: {
    type: 'integer',
    default: 8,
    range: [1, 10_000],
    unit: 'lines a file',
    category: 'run',
    description: 'Lines to cut at a token, and as many in a word.',
  },
  gate: {
    type: 'number',
    default: 0.5,
    range: [0, 1],
    unit: 'probability',
    category: 'run',
    description: 'Confidence from which on a suggestion is shown.',
  },
  without: {
    type: 'strings',
    default: [],
    placeholder: 'part,…',
    category: 'run',
    description: 'Leave parts out (file, analogy, project, corpus, network, filters).',
  },
  withSuffix: {
    type: 'boolean',
    default: false,
    category: 'run',
    description: 'Show what stands below the line that is cut, as an editor does; hidden otherwise.',
  },
  plot: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: 'Write precision against coverage as SVG.',
  },
  report: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: 'Write what is remembered against distance, and samples, as a page (HTML).',
  },
} as const satisfies OptionTable;
