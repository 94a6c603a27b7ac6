/** Options of code search: asking, training, measuring. */
import type { OptionRow, OptionTable } from './option-row.js';
import { formatOptions } from './format-options.js';
import { columns, exclude, include, json, quiet, seed, task } from './shared-rows.js';
import { config, excludeCorpus, holdOut, out, patience, resume, trainTask } from './training-rows.js';

const network = {
  type: 'string',
  default: null,
  placeholder: 'path',
  category: 'model',
  description: 'Search network to use instead of the built-in one.',
} as const satisfies OptionRow;

/** `nnfmt search`. */
export const searchOptions = {
  quiet,
  json,
  network,
  count: {
    type: 'integer',
    default: 10,
    range: [1, 10_000],
    short: 'n',
    unit: 'functions',
    category: 'output',
    description: 'Show so many functions.',
  },
  lines: {
    type: 'integer',
    default: 3,
    range: [0, 1000],
    unit: 'lines',
    category: 'output',
    description: 'Show so many lines of each function.',
  },
  tests: {
    type: 'boolean',
    default: false,
    category: 'selection',
    description: 'Find test functions too.',
  },
  include,
  exclude,
  includeVendored: formatOptions.includeVendored,
  index: {
    type: 'string',
    default: null,
    negatable: true,
    placeholder: 'path',
    category: 'run',
    description: "File of the index (default: one for each set of paths, in the user's cache folder).",
  },
} as const satisfies OptionTable;

/** `nnfmt train --task search`. */
export const trainSearchOptions = {
  quiet,
  columns,
  seed,
  task: trainTask,
  config,
  out: { ...out, default: 'runs/search' },
  resume,
  minutes: {
    type: 'number',
    default: null,
    range: [0.01, 100_000],
    unit: 'minutes',
    category: 'training',
    description: 'Train for so long (without --minutes and --pairs: 1,000,000 pairs).',
  },
  pairs: {
    type: 'integer',
    default: null,
    range: [1, 1_000_000_000_000],
    unit: 'pairs',
    category: 'training',
    description: 'Train on so many pairs, seen again in each epoch (without --minutes and --pairs: 1,000,000).',
  },
  mostPairs: {
    type: 'integer',
    default: 600_000,
    range: [16, 100_000_000],
    unit: 'pairs',
    category: 'training',
    description: 'Keep at most so many pairs in memory, a uniform sample of all.',
  },
  learningRate: {
    type: 'number',
    default: 0.006,
    range: [1e-7, 1],
    category: 'training',
    description: 'Highest learning rate of the schedule.',
  },
  holdOut: { ...holdOut, default: 0.05 },
  patience,
  excludeCorpus,
  pieces: {
    type: 'integer',
    default: 6000,
    range: [100, 30_000],
    unit: 'pieces',
    category: 'training',
    description: 'Pieces of the vocabulary that questions and code share.',
  },
  width: {
    type: 'integer',
    default: 192,
    range: [8, 1024],
    unit: 'units',
    category: 'training',
    description: 'Width of the vectors, a multiple of 8.',
  },
  hidden: {
    type: 'integer',
    default: 0,
    range: [0, 1024],
    unit: 'units',
    category: 'training',
    description: 'Width of a hidden layer on each side, a multiple of 8; 0 for none.',
  },
  encoder: {
    type: 'choice',
    default: 'bag',
    choices: ['bag', 'cnn', 'lstm', 'attention'],
    category: 'training',
    description:
      'How functions become vectors: as bags of pieces, or also read in order, by a convolution, an LSTM layer or ' +
      'self-attention.',
  },
  queryEncoder: {
    type: 'choice',
    default: 'same',
    choices: ['same', 'bag', 'cnn', 'lstm', 'attention'],
    category: 'training',
    description: 'The same of questions.',
  },
  units: {
    type: 'integer',
    default: 64,
    range: [16, 1024],
    unit: 'units',
    category: 'training',
    description: 'Width of what reads in order, a multiple of 16.',
  },
  length: {
    type: 'integer',
    default: 128,
    range: [1, 2048],
    unit: 'pieces',
    category: 'training',
    description: 'Pieces of a function that are read in order; those after them count as in a bag.',
  },
  batch: {
    type: 'integer',
    default: 512,
    range: [16, 8192],
    unit: 'pairs',
    category: 'training',
    description: 'Pairs of a batch, a multiple of 8: each function is the wrong answer to all other questions.',
  },
  temperature: {
    type: 'number',
    default: 0.08,
    range: [0.001, 10],
    category: 'training',
    description: 'By which similarities are divided before the softmax.',
  },
  nameShare: {
    type: 'number',
    default: 0.3,
    range: [0, 1],
    unit: 'share of batches',
    category: 'training',
    description: 'Batches of functions without a docstring, whose names are the questions.',
  },
  dropout: {
    type: 'number',
    default: 0.2,
    range: [0, 0.95],
    unit: 'share of pieces',
    category: 'training',
    description: 'Pieces that are left out in training, anew each time.',
  },
} as const satisfies OptionTable;

/** `nnfmt eval --task search`. */
export const evalSearchOptions = {
  quiet,
  seed,
  json,
  task,
  network,
  pairs: {
    type: 'integer',
    default: 10_000,
    range: [2, 10_000_000],
    unit: 'pairs',
    category: 'selection',
    description: 'Most pairs of docstring and function that are measured on, a uniform sample of all.',
  },
  annotations: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'run',
    description: "CodeSearchNet's annotations (CSV): measure NDCG on its queries, where the functions are there.",
  },
  predictions: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: "Write what is found for the annotations' queries as CSV, in CodeSearchNet's form.",
  },
  perQuery: {
    type: 'integer',
    default: 300,
    range: [1, 10_000],
    unit: 'functions',
    category: 'run',
    description: 'Functions found for each of these queries.',
  },
} as const satisfies OptionTable;
