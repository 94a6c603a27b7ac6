/** Rows that trainings have in common. */
import type { OptionRow } from './option-row.js';

export const trainTask = {
  type: 'choice',
  default: 'format',
  choices: ['format', 'complete', 'caches', 'search'],
  category: 'run',
  description: 'What it is about: layout, completing lines, what completes beside the network, or code search.',
} as const satisfies OptionRow;

export const config = {
  type: 'string',
  default: null,
  placeholder: 'file',
  isPath: true,
  category: 'run',
  description: 'Take task, corpora and options from a file (TOML or JSON); what else is said here goes over them.',
} as const satisfies OptionRow;

export const backend = {
  type: 'choice',
  default: 'wasm',
  choices: ['wasm', 'cpu', 'webgpu', 'node', 'node-gpu'],
  category: 'training',
  description:
    'What calculates: webgpu is any GPU and needs the package webgpu; node and node-gpu are of TensorFlow.js, and ' +
    'need theirs.',
} as const satisfies OptionRow;

export const precision = {
  type: 'choice',
  default: 'f32',
  choices: ['f32', 'mixed'],
  category: 'training',
  description:
    'Mixed: float16 where the network calculates, float32 weights (backend webgpu, on a GPU with shader-f16).',
} as const satisfies OptionRow;

export const out = {
  type: 'string',
  default: 'runs/base',
  placeholder: 'folder',
  isPath: true,
  category: 'training',
  description: 'Folder of the run: checkpoint, metrics, curve and model.',
} as const satisfies OptionRow;

export const resume = {
  type: 'boolean',
  default: false,
  category: 'training',
  description: 'Continue the run in the output folder exactly where its checkpoint stands.',
} as const satisfies OptionRow;

export const holdOut = {
  type: 'number',
  default: 0.1,
  range: [0, 0.9],
  unit: 'share of projects',
  category: 'training',
  description: 'Share of the projects kept for the validation loss, chosen by a hash of their names.',
} as const satisfies OptionRow;

export const patience = {
  type: 'integer',
  default: 0,
  range: [0, 10_000],
  unit: 'evaluations',
  category: 'training',
  description: 'Stop after so many evaluations without a better validation loss; 0 never stops early.',
} as const satisfies OptionRow;

export const excludeCorpus = {
  type: 'string',
  default: null,
  isPath: 'several',
  category: 'training',
  description:
    'Corpus that must not be learned: files that mostly repeat its lines are left out ' +
    '(several: separated by commas).',
} as const satisfies OptionRow;

export const normalisedCorpus = {
  type: 'string',
  default: null,
  isPath: 'several',
  category: 'training',
  description:
    'Corpora that are read without layout and with placeholders for literals, such as old revisions ' +
    '(several: separated by commas).',
} as const satisfies OptionRow;

export const filesPerProject = {
  type: 'integer',
  default: 60,
  range: [1, 1_000_000],
  unit: 'files',
  category: 'training',
  description: 'Most files of a project in one epoch, drawn anew each time.',
} as const satisfies OptionRow;
