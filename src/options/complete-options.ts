import type { OptionTable } from './option-row.js';
import { json, profile, seed, stdinFilename, temperature } from './shared-rows.js';

/** `nnfmt complete` */
export const completeOptions = {
  stdinFilename,
  profile,
  seed,
  json,
  suggestions: {
    type: 'integer',
    default: 3,
    range: [1, 20],
    short: 'n',
    unit: 'suggestions',
    category: 'output',
    description: 'Print so many suggestions at most, best first.',
  },
  maxTokens: {
    type: 'integer',
    default: 40,
    range: [1, 200],
    unit: 'tokens',
    category: 'run',
    description: 'Longest suggestion.',
  },
  temperature,
  minConfidence: {
    type: 'number',
    default: null,
    range: [0, 1],
    unit: 'probability',
    category: 'output',
    description:
      'Print only suggestions that are right with at least this probability ' +
      '(without this: 0.05, and all of them as JSON).',
  },
  jsonl: {
    type: 'boolean',
    default: false,
    category: 'output',
    description:
      'Answer each line {"id","prefix","suffix"?,"path"?,"positionEncoding"?} on stdin by a line ' +
      '{"id","positionEncoding","suggestions"}; ranges count code points ("utf-32") unless "utf-8" or "utf-16" ' +
      'is asked for.',
  },
  line: {
    type: 'integer',
    default: null,
    range: [1, 100_000_000],
    category: 'selection',
    description: 'Line of the cursor in the source on stdin (default: its end).',
  },
  column: {
    type: 'integer',
    default: null,
    range: [1, 100_000_000],
    category: 'selection',
    description:
      "Column of the cursor in characters (code points), 1 before the line's first one (default: the line's end).",
  },
} as const satisfies OptionTable;
