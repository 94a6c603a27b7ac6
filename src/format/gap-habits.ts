import { NOT_COUNTED } from '../model/count-outcomes.js';
import { allContextRows } from '../model/context-rows.js';
import { familyIndex, rowOf } from '../model/count-contexts.js';
import { outcomeAt } from '../model/count-layout.js';
import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { indexLines } from '../shared/positions.js';
import { GapRole } from '../tokenize/index.js';
import { presumedUnit, type FormatPolicy } from './format-policy.js';
import type { ExamplePlace, GapHabit, HabitCount } from './explanation.js';
import type { ProjectExamples } from './project-examples.js';

export type { GapHabit, HabitCount } from './explanation.js';

/**
 * The questions that are asked of a gap: how it stands in a line, how its line is broken, how many lines it leaves
 * blank.
 */
export const INLINE_FAMILY = familyIndex('left-right-node');
export const BREAK_FAMILY = familyIndex('break-position');
export const LINES_FAMILY = familyIndex('lines-kinds');
export const ASKED_FAMILIES = [INLINE_FAMILY, BREAK_FAMILY, LINES_FAMILY] as const;

const OUTCOME_WORDS: Readonly<Record<number, readonly string[]>> = {
  [INLINE_FAMILY]: ['no space', '1 space', '2 spaces', 'a line break', 'other whitespace'],
  [BREAK_FAMILY]: [
    "a line break to the bracket's column", "a line break to the opening line's indentation",
    'a line break one step deeper', 'a line break two steps deeper', 'a line break as the line before',
    'a line break to a part of the expression', "a line break to the statement's indentation", 'another line break',
  ],
  [LINES_FAMILY]: ['no blank line', '1 blank line', '2 blank lines', '3 blank lines or more'],
};

/** Lines named as examples. */
const MOST_EXAMPLES = 3;

/**
 * Looks up what file and project do in gaps like each of the given ones.
 *
 * @param original the input's gaps and
 * @param proposed the settled ones, both with LF line ends
 */
export function gapHabits(options: {
  readonly context: SourceContext;
  readonly original: readonly string[];
  readonly proposed: readonly string[];
  readonly policy: FormatPolicy;
  readonly gaps: readonly number[];
  /** Other files of the project, for examples. */
  readonly examples?: ProjectExamples | undefined;
}): Map<number, GapHabit[]> {
  const { context, original, proposed, policy, gaps, examples } = options;
  const { source, structure } = context.structured;
  const before = observeLayout(context, original, presumedUnit(policy));
  const after = observeLayout(context, proposed, presumedUnit(policy));
  const rows = allContextRows(context);
  const contextOf = (gap: number, family: number): number => rowOf(rows, gap, family);
  const familyOf = (gap: number): number =>
    askedFamily(structure.role[gap] as GapRole, original[gap].includes('\n') && proposed[gap].includes('\n'));

  const alike = new Map<number, number[]>();
  const keyOf = (gap: number, family: number): number => family * 65_536 + contextOf(gap, family);
  for (const gap of gaps) {
    if (familyOf(gap) >= 0 && contextOf(gap, familyOf(gap)) >= 0) alike.set(keyOf(gap, familyOf(gap)), []);
  }
  for (let gap = 1; gap < source.tokenCount; gap++) {
    for (const family of ASKED_FAMILIES) {
      if (contextOf(gap, family) >= 0 && outcomeAt(before, family, gap, structure.openBracket[gap]) !== NOT_COUNTED) {
        alike.get(keyOf(gap, family))?.push(gap);
      }
    }
  }

  const index = indexLines(source.text);
  const lineOf = (gap: number): number => index.lineOf(source.start[gap]);
  return new Map(gaps.map((gap) => {
    const family = familyOf(gap);
    if (family < 0 || contextOf(gap, family) < 0) return [gap, []];
    const others = alike.get(keyOf(gap, family))!.filter((other) => other !== gap);
    others.sort((a, b) => Math.abs(a - gap) - Math.abs(b - gap));
    const wanted = outcomeAt(after, family, gap, structure.openBracket[gap]);
    const habits = [habit('file', family, wanted, (outcome) => {
      const same = others.filter((other) => outcomeAt(before, family, other, structure.openBracket[other]) === outcome);
      return { count: same.length, lines: [...new Set(same.map(lineOf))].slice(0, MOST_EXAMPLES), places: [] };
    })];
    const counted = policy.project?.outcomesOf(family, contextOf(gap, family));
    if (counted !== undefined) {
      const placesOf = (outcome: number): readonly ExamplePlace[] =>
        examples?.of(family, contextOf(gap, family), outcome) ?? [];
      habits.push(habit('project', family, wanted, (outcome) =>
        ({ count: counted[outcome], lines: [], places: outcome === wanted ? placesOf(outcome) : [] })));
    }
    return [gap, habits.filter(({ total }) => total > 0)];
  }));
}

function habit(
  scope: GapHabit['scope'],
  family: number,
  wanted: number,
  countOf: (outcome: number) => Pick<HabitCount, 'count' | 'lines' | 'places'>,
): GapHabit {
  const counts = OUTCOME_WORDS[family]
    .map((words, outcome) => ({ words, proposed: outcome === wanted, ...countOf(outcome) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return { scope, total: counts.reduce((sum, { count }) => sum + count, 0), counts };
}

/** Which question to ask of the counts; -1 where none of them speaks of the gap. */
function askedFamily(role: GapRole, staysBroken: boolean): number {
  switch (role) {
    case GapRole.FileStart:
    case GapRole.FileEnd:
      return -1;
    case GapRole.Statement:
    case GapRole.BlockStart:
    case GapRole.OwnLineComment:
      return LINES_FAMILY;
    case GapRole.Bracket:
    case GapRole.BracketComment:
      return staysBroken ? BREAK_FAMILY : INLINE_FAMILY;
    default:
      return INLINE_FAMILY;
  }
}
