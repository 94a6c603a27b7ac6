import { completeOptions } from './complete-options.js';
import {
  corpusFetchOptions, corpusListOptions, corpusManifestOptions, corpusOptions, corpusPrepareJsonlOptions,
  corpusSimilarJsonlOptions,
  corpusPrepareOptions,
  corpusSearchOptions, corpusStatsOptions,
} from './corpus-options.js';
import { evalCompletionOptions, evalJsonlOptions, evalOptions } from './eval-options.js';
import { evalSearchOptions, searchOptions, trainSearchOptions } from './search-options.js';
import { explainOptions } from './explain-options.js';
import { checkOptions, formatOptions, jsonlOptions, scoreJsonlOptions } from './format-options.js';
import { generateOptions } from './generate-options.js';
import { hookOptions } from './hook-options.js';
import { lspOptions } from './lsp-options.js';
import { mutateOptions } from './mutate-options.js';
import type { OptionRow, OptionsOf } from './option-row.js';
import { pyprojectRows } from './resolve-options.js';
import { runsOptions } from './runs-options.js';
import { scoreOptions } from './score-options.js';
import { serveOptions } from './serve-options.js';
import { shellOptions } from './shell-options.js';
import { trainAverageOptions, trainBaseOptions } from './train-base-options.js';
import { trainCachesOptions } from './train-caches-options.js';
import { trainCompletionOptions } from './train-completion-options.js';
import { trainOptions } from './train-options.js';

/** The options of each task, under the words that ask for it: a command, and the flags that say which of its tasks. */
export const optionTables = {
  format: formatOptions,
  'format --jsonl': jsonlOptions,
  check: checkOptions,
  'check --jsonl': jsonlOptions,
  explain: explainOptions,
  mutate: mutateOptions,
  score: scoreOptions,
  'score --jsonl': scoreJsonlOptions,
  train: trainOptions,
  'train --base': trainBaseOptions,
  'train --average': trainAverageOptions,
  'train --task complete': trainCompletionOptions,
  'train --task caches': trainCachesOptions,
  'train --task search': trainSearchOptions,
  runs: runsOptions,
  eval: evalOptions,
  'eval --jsonl': evalJsonlOptions,
  'eval --task complete': evalCompletionOptions,
  'eval --task search': evalSearchOptions,
  search: searchOptions,
  corpus: corpusOptions,
  'corpus search': corpusSearchOptions,
  'corpus list': corpusListOptions,
  'corpus fetch': corpusFetchOptions,
  'corpus stats': corpusStatsOptions,
  'corpus prepare': corpusPrepareOptions,
  'corpus prepare --jsonl': corpusPrepareJsonlOptions,
  'corpus similar --jsonl': corpusSimilarJsonlOptions,
  'corpus manifest': corpusManifestOptions,
  complete: completeOptions,
  generate: generateOptions,
  hook: hookOptions,
  completion: shellOptions,
  lsp: lspOptions,
  serve: serveOptions,
} as const;

/** A task, by the words that ask for it. */
export type TaskName = keyof typeof optionTables;

/** Every option of a task, with defaults filled in. */
export type OptionsFor<T extends TaskName> = OptionsOf<(typeof optionTables)[T]>;

/** Keys of `[tool.nnfmt]`: those of all tasks, for a project has one table. */
export const pyprojectKeys = (): ReadonlyMap<string, { readonly name: string; readonly row: OptionRow }> =>
  pyprojectRows(Object.values(optionTables));
