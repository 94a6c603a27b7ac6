import {
  BLOCK_CLASSES, COLUMNS, COLUMN_OF_CLASS, KEEP, LINE_BREAKS_OF_CLASS, NONE, OWN_STEP_CLASSES, SPACE, TWO_SPACES,
} from '../../model/layout-classes.js';
import { allContextRows } from '../../model/context-rows.js';
import { familyIndex, rowOf } from '../../model/count-contexts.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import type { StyleCounts } from '../../model/style-counts.js';
import { GapRole } from '../../tokenize/index.js';

/**
 * A file of ten lines says little about how its author lays code out; the network was trained on
 * files that say more, and takes what little there is for a habit. In a small file the project's
 * counts are therefore multiplied in once more, the more the less the file has to say.
 *
 * Limits: spacing within lines and blank lines below headers; where lines break is not touched.
 */
const LARGE = 240;
const STRENGTH = 3;
/** Observations in a context from which on the project's habit counts. */
export const LEAST_SEEN = 12;
/** Share given to what the project never did. */
const NEVER = 0.004;

/** Families that speak of spaces and of blank lines, the narrowest contexts first. */
export const SPACING_FAMILIES = (['left-right-node', 'left-node', 'right-node'] as const).map(familyIndex);
export const LINES_FAMILIES = (['lines-kinds', 'lines-owner'] as const).map(familyIndex);

/** Weighs the probabilities (`[gaps, COLUMNS]`, in place) by what the project does; nothing in a large file. */
export function weighByProject(
  context: SourceContext,
  observed: ObservedLayout,
  project: StyleCounts,
  probabilities: Float32Array,
): void {
  const { tokenCount } = context.structured.source;
  const weight = STRENGTH * Math.max(0, 1 - tokenCount / LARGE);
  if (weight === 0) return;
  const rows = allContextRows(context);
  for (let i = 1; i < tokenCount; i++) {
    const role = context.structured.structure.role[i] as GapRole;
    const isSpacing = (role === GapRole.Line || role === GapRole.Bracket) && observed.lineBreaks[i] === 0;
    if (!isSpacing && (role !== GapRole.BlockStart || observed.lineBreaks[i] === 0)) continue;
    const seen = firstSeen(isSpacing ? SPACING_FAMILIES : LINES_FAMILIES, i);
    if (seen === null) continue;
    const total = seen.reduce((sum, count) => sum + count, 0);
    const factor = (outcome: number): number => (NEVER + seen[outcome] / total) ** weight;
    const at = i * COLUMNS;
    const { lineBreaks } = observed;
    if (isSpacing) {
      const own = observed.inlineOutcome[i];
      [NONE, SPACE, TWO_SPACES].forEach((index, outcome) => (probabilities[at + index] *= factor(outcome)));
      probabilities[at + KEEP] *= factor(own);
    } else {
      for (const index of [...BLOCK_CLASSES, ...OWN_STEP_CLASSES]) {
        probabilities[at + COLUMN_OF_CLASS[index]] *= factor(LINE_BREAKS_OF_CLASS[index] - 1);
      }
      probabilities[at + KEEP] *= factor(Math.min(3, lineBreaks[i] - 1));
    }
    normalise(probabilities, at);
  }

  /** What the project did in the narrowest context that it has seen often enough. */
  function firstSeen(families: readonly number[], i: number): readonly number[] | null {
    for (const family of families) {
      const row = rowOf(rows, i, family);
      if (row < 0) continue;
      const outcomes = project.outcomesOf(family, row);
      if (outcomes.reduce((sum, count) => sum + count, 0) >= LEAST_SEEN) return [...outcomes];
    }
    return null;
  }
}

/** Makes the chances of the gap at `at` add up to 1 again. */
export function normalise(probabilities: Float32Array, at: number): void {
  let sum = 0;
  for (let k = 0; k < COLUMNS; k++) sum += probabilities[at + k];
  if (sum > 0) for (let k = 0; k < COLUMNS; k++) probabilities[at + k] /= sum;
}
