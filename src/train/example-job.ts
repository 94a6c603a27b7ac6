import type { TrainingBatch } from '../model/feature-batch.js';
import { observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { StyleCounts } from '../model/style-counts.js';
import type { Random } from '../shared/random.js';
import type { GapBatchOptions } from './gap-batches.js';

/** One source whose gaps are to become examples. */
export interface ExampleJob {
  readonly context: SourceContext;
  /** Of other files of the project; null where they are not shown. */
  readonly counts: StyleCounts | null;
  /** Takes the examples from its row `size` on, as far as it has room. */
  readonly pool: TrainingBatch;
  readonly size: number;
  readonly random: Random;
  readonly options: GapBatchOptions;
}

const known = new WeakMap<SourceContext, ObservedLayout>();

/** The layout that is to be rebuilt; whoever is given it changes nothing of it. */
export function originalLayout(context: SourceContext): ObservedLayout {
  let layout = known.get(context);
  if (layout === undefined) known.set(context, (layout = observeLayout(context, context.structured.source.gaps)));
  return layout;
}
