/** Options of `nnfmt corpus`: finding repositories, listing, fetching, counting. */
import type { OptionRow, OptionTable } from './option-row.js';
import { columns, json, quiet, seed } from './shared-rows.js';

const db = {
  type: 'string',
  default: 'corpus.sqlite',
  placeholder: 'path',
  category: 'run',
  description: 'SQLite file with what is known of repositories.',
} as const satisfies OptionRow;

/** `nnfmt corpus` alone. */
export const corpusOptions = {} as const satisfies OptionTable;

/** `nnfmt corpus search`. */
export const corpusSearchOptions = {
  quiet,
  db,
  query: {
    type: 'string',
    default: null,
    placeholder: 'query',
    category: 'selection',
    description: "Search for repositories in GitHub's words, such as 'language:Python stars:>1000'.",
  },
  code: {
    type: 'string',
    default: null,
    placeholder: 'text',
    category: 'selection',
    description: "Search for repositories with files that hold a text, such as 'import keras'.",
  },
  limit: {
    type: 'integer',
    default: 1000,
    range: [1, 1_000_000],
    unit: 'repositories',
    category: 'selection',
    description: 'Store at most so many.',
  },
  tokenFile: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'run',
    description: 'File with a token for GitHub (default: the variable GITHUB_TOKEN).',
  },
  api: {
    type: 'string',
    default: 'https://api.github.com',
    placeholder: 'url',
    category: 'run',
    description: "Where GitHub's API is.",
  },
} as const satisfies OptionTable;

const filters = {
  licence: {
    type: 'string',
    default: null,
    placeholder: 'SPDX',
    category: 'selection',
    description: 'Only repositories under this licence.',
  },
  minStars: {
    type: 'integer',
    default: null,
    range: [0, 10_000_000],
    unit: 'stars',
    category: 'selection',
    description: 'Only repositories with so many.',
  },
  name: {
    type: 'string',
    default: null,
    placeholder: 'text',
    category: 'selection',
    description: 'Only repositories whose owner/name holds this.',
  },
} as const satisfies OptionTable;

/** `nnfmt corpus list`. */
export const corpusListOptions = {
  db,
  json,
  csv: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Print all columns as CSV.',
  },
  state: {
    type: 'choice',
    default: 'all',
    choices: ['all', 'found', 'fetched', 'excluded', 'failed', 'gone'],
    category: 'selection',
    description: 'Only repositories in this state.',
  },
  ...filters,
} as const satisfies OptionTable;

/** `nnfmt corpus fetch`. */
export const corpusFetchOptions = {
  quiet,
  db,
  dest: {
    type: 'string',
    default: 'corpus',
    placeholder: 'folder',
    category: 'output',
    description: 'Folder for the folders of repositories.',
  },
  license: {
    type: 'choice',
    default: 'permissive',
    choices: ['permissive', 'any'],
    category: 'selection',
    description: 'Under which licences code is taken.',
  },
  ...filters,
  limit: {
    type: 'integer',
    default: null,
    range: [1, 1_000_000],
    unit: 'repositories',
    category: 'selection',
    description: 'Fetch at most so many in this run.',
  },
  jobs: {
    type: 'integer',
    default: 4,
    range: [1, 64],
    category: 'run',
    description: 'Clone so many at a time.',
  },
  budget: {
    type: 'number',
    default: 10_000,
    range: [0.001, 1e9],
    unit: 'MB',
    category: 'run',
    description: 'Stop when the folder holds so much.',
  },
  maxRepository: {
    type: 'number',
    default: 2000,
    range: [0.001, 1e9],
    unit: 'MB',
    category: 'selection',
    description: "Leave out repositories that are larger, by GitHub's figures or by their clones.",
  },
  maxFile: {
    type: 'number',
    default: 300,
    range: [0.1, 20_000],
    unit: 'kB',
    category: 'selection',
    description: 'Leave out larger files.',
  },
  timeout: {
    type: 'integer',
    default: 600,
    range: [1, 86_400],
    unit: 'seconds',
    category: 'run',
    description: 'Give a step of git so long.',
  },
} as const satisfies OptionTable;

/** `nnfmt corpus stats`. */
export const corpusStatsOptions = {
  quiet,
  json,
  html: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'output',
    description: 'Write the figures as a page (HTML) with pictures.',
  },
} as const satisfies OptionTable;

/** How files are prepared, whoever asks for it. */
const preparing = {
  license: {
    type: 'choice',
    default: 'permissive',
    choices: ['permissive', 'any'],
    category: 'selection',
    description: 'Under which licences code is taken, where one is stated.',
  },
  maxFile: {
    type: 'number',
    default: 250,
    range: [0.1, 20_000],
    unit: 'kB',
    category: 'selection',
    description: 'Leave out larger files.',
  },
  holdOut: {
    type: 'number',
    default: 0.1,
    range: [0, 1],
    unit: 'share of projects',
    category: 'selection',
    description: 'Put so many projects aside, by a hash of their names: their rows are of the split "held".',
  },
  seed,
  mutants: {
    type: 'integer',
    default: 0,
    range: [0, 1000],
    unit: 'a file',
    category: 'run',
    description: 'Add so many spoilt layouts of each file.',
  },
  rate: {
    type: 'number',
    default: 0.2,
    range: [0, 1],
    unit: 'share of gaps',
    category: 'run',
    description: 'How much of them is spoilt.',
  },
  counts: {
    type: 'boolean',
    default: false,
    category: 'run',
    description: "Add the n-grams of completion's pieces to each file.",
  },
  maxSeconds: {
    type: 'number',
    default: 60,
    range: [0.1, 86_400],
    unit: 'seconds',
    category: 'run',
    description: 'Give up a file that takes longer.',
  },
  maxMemory: {
    type: 'integer',
    default: 1024,
    range: [16, 1_000_000],
    unit: 'MB',
    category: 'run',
    description: 'Give up a file that takes more memory.',
  },
} as const satisfies OptionTable;

/** `nnfmt corpus prepare`. */
export const corpusPrepareOptions = {
  quiet,
  json,
  out: {
    type: 'string',
    default: null,
    placeholder: 'folder',
    category: 'output',
    description: 'Folder to write shards and their manifest to; it must not be there yet.',
  },
  shards: {
    type: 'integer',
    default: null,
    range: [1, 100_000],
    unit: 'files',
    category: 'output',
    description: 'Write so many (default: one for each 64 MB of source).',
  },
  similar: {
    type: 'number',
    default: 0.8,
    range: [0, 1],
    unit: 'Jaccard similarity',
    category: 'selection',
    description: 'Of files that are at least so similar, in whatever projects, keep one.',
  },
  columns,
  jobs: {
    type: 'integer',
    default: null,
    range: [1, 1024],
    unit: 'threads',
    category: 'run',
    description: 'Prepare files in so many threads at once (default: one for each core).',
  },
  ...preparing,
} as const satisfies OptionTable;

/** `nnfmt corpus prepare --jsonl`. */
export const corpusPrepareJsonlOptions = {
  jsonl: {
    type: 'boolean',
    default: false,
    category: 'output',
    description:
      'Answer each line {"id","text" or "bytes","path","project","licence"?} on stdin by a line ' +
      '{"id","kept":true,"text","digest","signature","bands",…}, {"id","kept":false,"reason"} or {"id","error"}.',
  },
  jobs: {
    type: 'integer',
    default: 1,
    range: [1, 1024],
    unit: 'threads',
    category: 'run',
    description: 'Work in so many threads at once; answers keep the order of the requests.',
  },
  ...preparing,
} as const satisfies OptionTable;

/** `nnfmt corpus similar --jsonl`. */
export const corpusSimilarJsonlOptions = {
  jsonl: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Answer each line {"id","a","b"} on stdin, two texts, by a line {"id","jaccard"} or {"id","error"}.',
  },
  jobs: corpusPrepareJsonlOptions.jobs,
  maxSeconds: preparing.maxSeconds,
  maxMemory: preparing.maxMemory,
} as const satisfies OptionTable;

/** `nnfmt corpus manifest`. */
export const corpusManifestOptions = {
  quiet,
  json,
  write: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Make the manifest of shards that another program wrote, and check them on the way.',
  },
  leftOut: {
    type: 'string',
    default: null,
    placeholder: 'JSON',
    category: 'output',
    description: 'With --write: how many files were left out, by reason, as {"syntax": 3}.',
  },
  similar: {
    type: 'number',
    default: 0.8,
    range: [0, 1],
    unit: 'Jaccard similarity',
    category: 'output',
    description: 'With --write: from what on files were taken for similar.',
  },
  seed,
} as const satisfies OptionTable;
