import type { OptionTable } from './option-row.js';
import { confidence, model, profile } from './shared-rows.js';

/**
 * `nnfmt lsp`: what editors set, under the section `nnfmt` of their settings. A value of `[tool.nnfmt]` holds where the
 * editor says nothing.
 */
export const lspOptions = {
  stdio: {
    type: 'boolean',
    default: false,
    category: 'run',
    description: 'Speak over stdin and stdout, which it does anyway; editors like to say so.',
  },
  diagnostics: {
    type: 'choice',
    default: 'information',
    choices: ['off', 'hint', 'information', 'warning'],
    category: 'output',
    description: 'How gaps that formatting would change are shown.',
  },
  diagnosticsDelay: {
    type: 'integer',
    default: 400,
    range: [0, 60_000],
    unit: 'milliseconds',
    category: 'output',
    description: 'Look for such gaps when nothing was typed for so long.',
  },
  formatOnType: {
    type: 'choice',
    default: 'on',
    choices: ['on', 'off'],
    category: 'selection',
    description: 'Layout of the line that was just ended, where the editor asks for formatting on type.',
  },
  completion: {
    type: 'choice',
    default: 'on',
    choices: ['on', 'off'],
    category: 'output',
    description: 'How the line at the cursor may go on, as completion items.',
  },
  inlineCompletion: {
    type: 'choice',
    default: 'on',
    choices: ['on', 'off'],
    category: 'output',
    description: 'The same as text behind the cursor (ghost text).',
  },
  suggestions: {
    type: 'integer',
    default: 3,
    range: [1, 20],
    unit: 'suggestions',
    category: 'output',
    description: 'Offer so many completion items at most.',
  },
  minConfidence: {
    type: 'number',
    default: 0.05,
    range: [0, 1],
    unit: 'probability',
    category: 'output',
    description: 'Offer only completion items that are right with at least this probability.',
  },
  inlineConfidence: {
    type: 'number',
    default: 0.4,
    range: [0, 1],
    unit: 'probability',
    category: 'output',
    description: 'Show only text behind the cursor that is right with at least this probability.',
  },
  maxSeconds: {
    type: 'number',
    default: null,
    range: [0.1, 1_000_000],
    unit: 'seconds a file',
    category: 'run',
    description: 'Give up a document that takes longer (default: as [tool.nnfmt] says, or 15).',
  },
  maxMemory: {
    type: 'integer',
    default: null,
    range: [16, 1_000_000],
    unit: 'MB a file',
    category: 'run',
    description: 'Give up a document that takes more memory (default: as [tool.nnfmt] says, or 1024).',
  },
  model,
  profile,
  confidence,
} as const satisfies OptionTable;

/** What the command line alone says; the other rows are settings of an editor. */
export const PROCESS_OPTIONS: readonly (keyof typeof lspOptions)[] = ['stdio'];
