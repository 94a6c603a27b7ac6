import {
  BLOCK_CLASSES, COLUMNS, COLUMN_OF_CLASS, KEEP, LINE_BREAKS_OF_CLASS, NONE, OWN_STEP_CLASSES, SPACE, TWO_SPACES,
} from '../../model/layout-classes.js';
import { allContextRows } from '../../model/context-rows.js';
import { familyIndex, rowOf } from '../../model/count-contexts.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import type { StyleCounts } from '../../model/style-counts.js';
import { GapRole } from '../../tokenize/index.js';
import { followSliceColons } from './slice-colons.js';

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
const LEAST_SEEN = 12;
/** Share given to what the project never did. */
const NEVER = 0.004;

/** Families that speak of spaces and of blank lines, the narrowest contexts first. */
const SPACING_FAMILIES = (['left-right-node', 'left-node', 'right-node'] as const).map(familyIndex);
const LINES_FAMILIES = (['lines-kinds', 'lines-owner'] as const).map(familyIndex);

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

/**
 * Weighs the chances of spaces (`[gaps, COLUMNS]`, in place) in gaps that are laid out anew by what the project's files
 * hold there; in projects that a formatter keeps, by its rules.
 */
export function weighSpaces(
  context: SourceContext, project: StyleCounts | null, isStrict: boolean, gaps: readonly number[],
  probabilities: Float32Array,
): void {
  (isStrict ? followSliceColons : forgoRareSpaces)(context, project, gaps, probabilities);
}

/** Share of such places in which a project hardly ever fills a gap so, and what is left of the chance for it then. */
const RARE = 0.01;
const RARELY = 0.02;
const SPACES = [NONE, SPACE, TWO_SPACES];

/**
 * Takes chances (`[gaps, COLUMNS]`, in place) from spaces that the project's files never have between two such tokens,
 * whatever other projects do there, and gives them to those that they have; of gaps that are laid out anew. Not for
 * projects that a formatter keeps: its rules tell operands apart that are of one kind, see `slice-colons.ts`.
 */
export function forgoRareSpaces(
  context: SourceContext, project: StyleCounts | null, gaps: readonly number[], probabilities: Float32Array,
): void {
  if (project === null) return;
  const rows = allContextRows(context);
  const [narrowest] = SPACING_FAMILIES;
  for (const gap of gaps) {
    const row = rowOf(rows, gap, narrowest);
    if (row < 0) continue;
    const outcomes = project.outcomesOf(narrowest, row);
    const total = outcomes.reduce((sum, count) => sum + count, 0);
    if (total < LEAST_SEEN) continue;
    const at = gap * COLUMNS;
    const before = SPACES.map((index) => probabilities[at + index]);
    const after = before.map((chance, outcome) => (outcomes[outcome] < RARE * total ? RARELY : 1) * chance);
    const [sum, left] = [before, after].map((chances) => chances.reduce((all, chance) => all + chance, 0));
    if (left > 0) SPACES.forEach((index, outcome) => (probabilities[at + index] = after[outcome] * sum / left));
  }
}

/**
 * Places that a project has to have, and the share of them from which on it knows how many lines to leave blank; where
 * a formatter that follows rules wrote it, a few places tell what all are like.
 */
const CLEAR = { byHand: { least: LEAST_SEEN, share: 0.97 }, byRules: { least: 2, share: 0.95 } };
/** The same of a source that is surely somebody else's, and never has the lines that the project has there. */
const CLEAR_OF_OTHERS = { least: 6, share: 0.95 };

/**
 * How many lines break in places like a gap between logical lines, where the project's files agree on it; null where
 * they vary, or say too little.
 */
export function projectLines(
  context: SourceContext, project: StyleCounts | null, followsRules = false,
): (gap: number) => number | null {
  if (project === null) return () => null;
  const find = clearLines(context, project, followsRules ? CLEAR.byRules : CLEAR.byHand);
  return (gap) => find(gap)?.lines ?? null;
}

/** By gap, how many lines the project's files break in nearly all such places, where none of the given gaps does. */
export function missedLines(
  context: SourceContext, project: StyleCounts, gaps: readonly number[], lineBreaks: ArrayLike<number>,
): Map<number, number> {
  const find = clearLines(context, project, CLEAR_OF_OTHERS);
  const found = gaps.flatMap((gap) => {
    const clear = find(gap);
    return clear === null ? [] : [{ gap, ...clear }];
  });
  const met = new Set(found.filter(({ gap, lines }) => lineBreaks[gap] === lines).map(({ place }) => place));
  return new Map(found.flatMap(({ gap, lines, place }) => (met.has(place) ? [] : [[gap, lines]])));
}

/** Of a gap how many lines break in such places, and a number for these; null where the project is not clear. */
function clearLines(
  context: SourceContext, project: StyleCounts, { least, share }: { readonly least: number; readonly share: number },
): (gap: number) => { readonly lines: number; readonly place: number } | null {
  const rows = allContextRows(context);
  return (gap) => {
    for (const [k, family] of LINES_FAMILIES.entries()) {
      const row = rowOf(rows, gap, family);
      if (row < 0) continue;
      const outcomes = [...project.outcomesOf(family, row)];
      const total = outcomes.reduce((sum, count) => sum + count, 0);
      if (total < least) continue;
      const most = outcomes.indexOf(Math.max(...outcomes));
      const place = LINES_FAMILIES.length * row + k;
      return outcomes[most] >= share * total ? { lines: most + 1, place } : null;
    }
    return null;
  };
}

/** Makes the chances of the gap at `at` add up to 1 again. */
export function normalise(probabilities: Float32Array, at: number): void {
  let sum = 0;
  for (let k = 0; k < COLUMNS; k++) sum += probabilities[at + k];
  if (sum > 0) for (let k = 0; k < COLUMNS; k++) probabilities[at + k] /= sum;
}
