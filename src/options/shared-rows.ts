/** Rows that tables of several commands have: one meaning, one default, one help text. */
import type { OptionRow } from './option-row.js';

export const quiet = {
  type: 'boolean',
  default: false,
  short: 'q',
  category: 'output',
  description: 'Print errors and results only.',
} as const satisfies OptionRow;

export const json = {
  type: 'boolean',
  default: false,
  category: 'output',
  description: 'Print one JSON object instead of text.',
} as const satisfies OptionRow;

export const columns = {
  type: 'string',
  default: null,
  placeholder: 'names',
  category: 'run',
  description:
    'Columns of data sets (Parquet, JSON lines): text=…,project=…,path=… (default: those of The Stack, CodeSearchNet ' +
    'and their kind).',
} as const satisfies OptionRow;

export const seed = {
  type: 'integer',
  default: 1,
  range: [0, 0xffff_ffff],
  category: 'run',
  description: 'Seed of everything random: the same seed gives the same result.',
} as const satisfies OptionRow;

export const model = {
  type: 'string',
  default: null,
  placeholder: 'path',
  pyproject: true,
  isPath: true,
  category: 'model',
  description: 'Model file to use instead of the built-in one.',
} as const satisfies OptionRow;

export const profile = {
  type: 'string',
  default: null,
  negatable: true,
  placeholder: 'path',
  pyproject: true,
  isPath: true,
  category: 'model',
  description:
    'Profile to use, or to write (default: format, complete and train take .nnfmt/profile of the project, ' +
    'eval takes none).',
} as const satisfies OptionRow;

export const editorconfig = {
  type: 'boolean',
  default: true,
  pyproject: true,
  category: 'model',
  description: 'Assume nothing of .editorconfig, which files without habits follow where there is no profile.',
} as const satisfies OptionRow;

export const confidence = {
  type: 'number',
  default: null,
  range: [0, 1],
  unit: 'probability',
  pyproject: true,
  category: 'model',
  description: 'Change a gap only where the model is at least so sure (default: chosen for each class of gap).',
} as const satisfies OptionRow;

export const temperature = {
  type: 'number',
  default: 0,
  range: [0, 10],
  category: 'run',
  description: 'Draw suggestions, the wilder the higher; 0 searches for the likeliest.',
} as const satisfies OptionRow;

export const stdinFilename = {
  type: 'string',
  default: null,
  placeholder: 'path',
  category: 'selection',
  description: 'Name of the source read from stdin, for messages, diffs and the project that it belongs to.',
} as const satisfies OptionRow;

export const task = {
  type: 'choice',
  default: 'format',
  choices: ['format', 'complete', 'search'],
  category: 'run',
  description: 'What it is about: layout, completing lines, or code search.',
} as const satisfies OptionRow;

export const include = {
  type: 'strings',
  default: ['*.py', '*.pyi'],
  pyproject: true,
  category: 'selection',
  description: 'Files to take below the given folders, as .gitignore patterns.',
} as const satisfies OptionRow;

export const exclude = {
  type: 'strings',
  default: [],
  pyproject: true,
  category: 'selection',
  description: 'Files and folders to leave out, as .gitignore patterns, besides those that git ignores.',
} as const satisfies OptionRow;

export const base = {
  type: 'boolean',
  default: false,
  category: 'training',
  description: 'Train a base model instead: each path is a corpus, each folder in it a project.',
} as const satisfies OptionRow;
