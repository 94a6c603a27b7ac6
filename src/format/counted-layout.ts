import { countHabits } from '../model/count-layout.js';
import { observeLayout, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';

/** A layout as the features see it, and its counts without exact columns; whoever is given it changes nothing of it. */
export interface CountedLayout {
  readonly observed: ObservedLayout;
  readonly counts: StyleCounts;
}

/** That of a source's own layout, which several ask for; layouts of later passes are asked for once. */
const own = new WeakMap<SourceContext, CountedLayout & { readonly unit: string | null }>();

/**
 * Counts that nobody asks any more. Their tables are large: V8 would collect all that is old for every few of them, and
 * the system would find them new memory.
 */
const spare: StyleCounts[] = [];
const MOST_SPARE = 2;

/** Observes a layout of the context's tokens and counts it; a source's own only once with the same unit. */
export function countedLayout(
  context: SourceContext, gaps: readonly string[], projectUnit: string | null = null,
): CountedLayout {
  const isOwn = gaps === context.structured.source.gaps;
  const known = isOwn ? own.get(context) : undefined;
  if (known?.unit === projectUnit) return known;
  const observed = observeLayout(context, gaps, projectUnit);
  const counts = spare.pop() ?? new StyleCounts();
  countHabits(context, observed, counts);
  const layout = { observed, counts, unit: projectUnit };
  if (isOwn) own.set(context, layout);
  return layout;
}

/** Takes back the counts of a layout, which nobody will ask any more; a source's own are taken by `dropOwnLayout`. */
export function dropLayout(context: SourceContext, layout: CountedLayout): void {
  if (own.get(context) !== layout) keepSpare(layout);
}

/** Takes back the counts of a source's own layout. */
export function dropOwnLayout(context: SourceContext): void {
  const layout = own.get(context);
  if (layout === undefined) return;
  own.delete(context);
  keepSpare(layout);
}

function keepSpare({ counts }: CountedLayout): void {
  if (spare.length === MOST_SPARE) return;
  counts.clear();
  spare.push(counts);
}
