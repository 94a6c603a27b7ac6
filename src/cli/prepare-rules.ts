import type { OptionsFor } from '../options/index.js';
import type { PrepareRules } from '../shards/prepare-file.js';

/** How options say that files are prepared. */
export const prepareRules = (
  options: OptionsFor<'corpus prepare --jsonl'> | OptionsFor<'corpus prepare'>,
): PrepareRules => ({
  policy: options.license as PrepareRules['policy'],
  maxBytes: 1000 * options.maxFile,
  holdOut: options.holdOut,
  seed: options.seed,
  mutants: { count: options.mutants, rate: options.rate },
  counts: options.counts,
});
