import { allContextRows } from '../../model/context-rows.js';
import { CONTEXT_ROWS, rowOf } from '../../model/count-contexts.js';
import { COLUMNS, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import type { SourceContext } from '../../model/source-context.js';
import type { StyleCounts } from '../../model/style-counts.js';
import { LEAST_SEEN, LINES_FAMILIES, SPACING_FAMILIES } from './project-prior.js';
import { sliceAt, spaceIn } from './slice-colons.js';

/** What a project's counts say of spaces and blank lines where a source is laid out anew. */

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
 * Gives the chances of spaces (`[gaps, COLUMNS]`, in place) around the colons of slices to what such a formatter
 * leaves there, in a project that one keeps.
 */
export function followSliceColons(
  context: SourceContext, project: StyleCounts | null, gaps: readonly number[], probabilities: Float32Array,
): void {
  if (project === null) return;
  const [family] = SPACING_FAMILIES;
  let rows: ReturnType<typeof allContextRows> | null = null;
  for (const gap of gaps) {
    const slice = sliceAt(context, gap);
    const space = slice < 0 ? null : spaceIn(context, slice);
    if (space === null) continue;
    const row = rowOf((rows ??= allContextRows(context)), gap, family);
    if (row < 0) continue;
    const outcomes = [...project.outcomesOf(family, row)];
    const total = outcomes.reduce((sum, count) => sum + count, 0);
    if (total < LEAST_SEEN || outcomes[1] < RARE * total) continue;
    const at = gap * COLUMNS;
    const sum = SPACES.reduce((all, index) => all + probabilities[at + index], 0);
    SPACES.forEach((index) => (probabilities[at + index] = 0));
    probabilities[at + space] = sum;
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

/** Line breaks around the definitions of a module, as formatters that follow rules have them; places that show it. */
export const FORMATTERS_LINES = 3;
const LEAST_APART = 5;

/** True where a project leaves two blank lines in some of its places, as around the definitions of a module. */
export function leavesTwoLines(project: StyleCounts | null): boolean {
  let apart = 0;
  const [family] = LINES_FAMILIES;
  for (let row = 0; project !== null && row < CONTEXT_ROWS; row++) {
    apart += project.outcomesOf(family, row)[FORMATTERS_LINES - 1];
  }
  return apart >= LEAST_APART;
}

/** Share of such places in which a project has so few lines, up to which it never means them. */
const FEW_LINES = 0.02;

/**
 * How many lines mostly break in places like a gap, where the project's files hardly ever break as few as `lines`; null
 * where they do, or say too little.
 */
export function moreLines(
  context: SourceContext, project: StyleCounts | null,
): (gap: number, lines: number) => number | null {
  if (project === null) return () => null;
  const rows = allContextRows(context);
  return (gap, lines) => {
    for (const family of LINES_FAMILIES) {
      const row = rowOf(rows, gap, family);
      if (row < 0) continue;
      const outcomes = [...project.outcomesOf(family, row)];
      const total = outcomes.reduce((sum, count) => sum + count, 0);
      if (total < LEAST_SEEN) continue;
      const few = outcomes.slice(0, lines).reduce((sum, count) => sum + count, 0);
      return few <= FEW_LINES * total ? outcomes.indexOf(Math.max(...outcomes)) + 1 : null;
    }
    return null;
  };
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
