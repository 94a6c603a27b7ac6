import type { OptionRow, OptionTable } from './option-row.js';
import { confidence, editorconfig, exclude, include, model, profile, quiet, stdinFilename } from './shared-rows.js';

/** Which files and lines, and how they are worked through: what `format` and `check` have in common. */
const workOptions = {
  range: {
    type: 'string',
    default: null,
    placeholder: 'START-END',
    category: 'selection',
    description: 'Touch only statements on these lines, counted from 1 (several: separated by commas).',
  },
  changed: {
    type: 'string',
    default: null,
    bare: 'HEAD',
    placeholder: 'REV',
    category: 'selection',
    description: 'Touch only lines that differ from this git revision (without a value: HEAD).',
  },
  restyle: {
    type: 'boolean',
    default: false,
    category: 'selection',
    description: "Lay the files out anew in the project's style, whatever style they are in; takes a profile.",
  },
  include: {
    ...include,
    default: [...include.default, '*.ipynb'],
  },
  exclude,
  forceExclude: {
    type: 'boolean',
    default: false,
    negatable: true,
    pyproject: true,
    category: 'selection',
    description: 'Leave out what is excluded also where it is given by name, as hooks give it.',
  },
  includeVendored: {
    type: 'boolean',
    default: false,
    negatable: true,
    pyproject: true,
    category: 'selection',
    description:
      'Take vendored and generated files below the given folders too, and repositories inside the one at hand.',
  },
  markdown: {
    type: 'boolean',
    default: false,
    negatable: true,
    pyproject: true,
    category: 'selection',
    description: 'Take the Python blocks of Markdown and reStructuredText too (*.md, *.markdown, *.mdx, *.rst).',
  },
  stdinFilename,
  jobs: {
    type: 'integer',
    default: null,
    range: [1, 256],
    unit: 'threads',
    short: 'j',
    pyproject: true,
    category: 'run',
    description: 'Work in so many threads at once (default: one for every 50 files, at most one a core).',
  },
  maxSeconds: {
    type: 'number',
    default: 60,
    range: [0.1, 1_000_000],
    unit: 'seconds a file',
    pyproject: true,
    category: 'run',
    description: 'Give up a file that takes longer, and go on with the others.',
  },
  maxMemory: {
    type: 'integer',
    default: 1024,
    range: [16, 1_000_000],
    unit: 'MB a file',
    pyproject: true,
    category: 'run',
    description: 'Give up a file that takes more memory, where that can be told as early as possible.',
  },
  cache: {
    type: 'boolean',
    default: true,
    category: 'run',
    description: 'Look at every file, also at those that are known to be well formatted, and remember none.',
  },
  cacheDir: {
    type: 'string',
    default: null,
    placeholder: 'folder',
    category: 'run',
    description:
      'Where to remember which files are well formatted ' +
      "(default: NNFMT_CACHE_DIR, or nnfmt in the user's cache folder).",
  },
  model,
  profile,
  confidence,
  editorconfig,
} as const satisfies OptionTable;

/** `nnfmt format` */
export const formatOptions = {
  check: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Write nothing; exit 1 if a file would change.',
  },
  diff: {
    type: 'boolean',
    default: false,
    category: 'output',
    description: 'Write nothing; print a unified diff of what would change.',
  },
  quiet,
  verbose: {
    type: 'boolean',
    default: false,
    short: 'v',
    category: 'output',
    description: 'Also print unchanged files, changed gaps and times.',
  },
  ...workOptions,
} as const satisfies OptionTable;

const jsonl = {
  type: 'boolean',
  default: false,
  category: 'output',
  description:
    'Answer each line {"id","text","path"?,"lines"?,"restyle"?} on stdin by a line {"id","text","changed",…} or ' +
    '{"id","error",…}; check answers {"id","deviations",…}.',
} as const satisfies OptionRow;

/** `nnfmt format --jsonl` and `nnfmt check --jsonl`: what is not said here, the project of each path says. */
export const jsonlOptions = {
  jsonl,
  restyle: workOptions.restyle,
  jobs: {
    ...workOptions.jobs,
    description: 'Work in so many threads at once (default: 1); answers keep the order of the requests.',
  },
  maxSeconds: {
    ...workOptions.maxSeconds,
    default: null,
    description: 'Give up a text that takes longer (default: as [tool.nnfmt] says, or 60).',
  },
  maxMemory: {
    ...workOptions.maxMemory,
    default: null,
    description: 'Give up a text that takes more memory (default: as [tool.nnfmt] says, or 1024).',
  },
  model,
  profile,
  confidence,
  editorconfig,
} as const satisfies OptionTable;

const { restyle: _restyle, ...comparisonOptions } = jsonlOptions;

/** `nnfmt score --jsonl`. */
export const scoreJsonlOptions = {
  ...comparisonOptions,
  jsonl: {
    ...jsonl,
    description:
      'Answer each line {"id","text","path"?} or {"id","a","b"} on stdin by a line ' +
      '{"id","similarity","exact","deviations","compared","lines"} or {"id","error",…}.',
  },
} as const satisfies OptionTable;

/** `nnfmt check`: the same threads and files, without writing. */
export const checkOptions = {
  quiet,
  outputFormat: {
    type: 'choice',
    default: 'text',
    choices: ['text', 'json', 'github', 'gitlab', 'sarif', 'junit'],
    category: 'output',
    description: 'How deviations are printed.',
  },
  ...workOptions,
} as const satisfies OptionTable;
