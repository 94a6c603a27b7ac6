import type { OptionTable } from './option-row.js';
import { quiet, seed } from './shared-rows.js';
import { excludeCorpus, holdOut, normalisedCorpus, out, trainTask } from './training-rows.js';

/** `nnfmt train --task caches`: n-grams, gate and calibration of completion, on corpora. */
export const trainCachesOptions = {
  quiet,
  seed,
  task: trainTask,
  out: { ...out, default: 'runs/caches', description: 'Folder to write caches.bin into.' },
  holdOut: {
    ...holdOut,
    default: 0.05,
    description:
      'Share of the projects kept for gate and confidence, chosen by a hash of their names, as for the network.',
  },
  excludeCorpus,
  normalisedCorpus,
  network: {
    type: 'string',
    default: null,
    negatable: true,
    placeholder: 'path',
    category: 'model',
    description: 'Completion network that the caches stand beside; it brings its pieces (default: the built-in one).',
  },
  counted: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'training',
    description: 'Take pieces and n-grams of these caches instead of counting again.',
  },
  gated: {
    type: 'string',
    default: null,
    placeholder: 'path',
    category: 'training',
    description: 'Take pieces, n-grams and gate of these caches: only the confidence is learned anew.',
  },
  piecesPerProject: {
    type: 'integer',
    default: 500_000,
    range: [1, 1_000_000_000],
    unit: 'pieces',
    category: 'training',
    description: 'Pieces of a project that are counted, at most; half as many of a normalised one.',
  },
  budget: {
    type: 'integer',
    default: 4_500_000,
    range: [1, 1_000_000_000],
    unit: 'bytes',
    category: 'training',
    description: 'Size of the table of n-grams, about.',
  },
  sketchBits: {
    type: 'integer',
    default: 29,
    range: [8, 32],
    unit: 'bits',
    category: 'training',
    description: 'Memory for telling frequent pairs from rare ones: two bytes for each number of so many bits.',
  },
  sampleRate: {
    type: 'number',
    default: 0.3,
    range: [0, 1],
    unit: 'share of tokens',
    category: 'training',
    description: 'Tokens of held-out projects that the gate is fitted on.',
  },
  gatePieces: {
    type: 'integer',
    default: 300_000,
    range: [1, 1_000_000_000],
    unit: 'pieces',
    category: 'training',
    description: 'Pieces of a held-out project that the gate sees in its cache, at most.',
  },
  epochs: {
    type: 'integer',
    default: 6,
    range: [1, 10_000],
    unit: 'epochs',
    category: 'training',
    description: 'Times that the gate is shown its samples.',
  },
  learningRate: {
    type: 'number',
    default: 0.003,
    range: [1e-7, 1],
    category: 'training',
    description: "Highest learning rate of the gate's schedule.",
  },
  suggestions: {
    type: 'integer',
    default: 1000,
    range: [1, 1_000_000],
    unit: 'suggestions',
    category: 'training',
    description: 'Suggestions for cut lines of held-out projects that the confidence is learned of.',
  },
} as const satisfies OptionTable;
