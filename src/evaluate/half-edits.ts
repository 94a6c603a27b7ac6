import { findColumns, findCommentRuns } from '../format/index.js';
import {
  gapConventions, gapPairs, gapSides, type GapSides, type StructuredSource,
} from '../tokenize/index.js';

/** Groups of gaps of one kind, and those of them that were edited by half. */
export interface GroupTally {
  readonly groups: number;
  readonly half: number;
}

/** By kind of group. */
export interface HalfEdits {
  /** Both sides of an operator, both pads of a bracket. */
  readonly pairs: GroupTally;
  /** Both sides of a comma or a colon. */
  readonly separators: GroupTally;
  readonly columns: GroupTally;
  readonly comments: GroupTally;
}
export const HALF_EDIT_KINDS = ['pairs', 'separators', 'columns', 'comments'] as const;

export const noHalfEdits = (): HalfEdits => ({
  pairs: { groups: 0, half: 0 }, separators: { groups: 0, half: 0 }, columns: { groups: 0, half: 0 },
  comments: { groups: 0, half: 0 },
});

/** Adds tallies up. */
export function mergeHalfEdits(tallies: readonly HalfEdits[]): HalfEdits {
  const sum = (kind: keyof HalfEdits): GroupTally => ({
    groups: tallies.reduce((total, tally) => total + tally[kind].groups, 0),
    half: tallies.reduce((total, tally) => total + tally[kind].half, 0),
  });
  return {
    pairs: sum('pairs'), separators: sum('separators'), columns: sum('columns'), comments: sum('comments'),
  };
}

/**
 * Counts what no person would do: groups of which formatting changed a part and left what deviates in
 * the same way. It looks at input and output alone, whatever the author wrote.
 *
 * @param input gap texts that the formatter was given
 * @param output gap texts that it gave back
 */
export function countHalfEdits(
  program: StructuredSource,
  input: readonly string[],
  output: readonly string[],
): HalfEdits {
  return {
    pairs: countPairs(program, input, output),
    separators: countSeparators(program, input, output),
    columns: countColumns(program, input, output),
    comments: countComments(program, input, output),
  };
}

const isInline = (text: string): boolean => !/[\n\r\\]/u.test(text);

function countPairs(program: StructuredSource, input: readonly string[], output: readonly string[]): GroupTally {
  let groups = 0;
  let half = 0;
  for (const { left: i, right: other } of gapPairs(program, gapConventions(program))) {
    if (![input[i], input[other], output[i], output[other]].every(isInline)) continue;
    groups++;
    const changes = input[i] !== output[i] || input[other] !== output[other];
    // What was padded into a column has two sides of its own.
    const isColumn = output[i].length > 1 || output[other].length > 1;
    if (changes && !isColumn && output[i] !== output[other]) half++;
  }
  return { groups, half };
}

/** Share of a file's places that makes a text their usual one, and the fewest places that show it. */
const USUAL = 0.9;
const SOME = 5;

/**
 * Commas and colons of which one side was changed and the other, which is not filled as the file's output usually
 * fills it, was not.
 */
function countSeparators(program: StructuredSource, input: readonly string[], output: readonly string[]): GroupTally {
  const conventions = gapConventions(program);
  const sides = gapSides(program, conventions)
    .filter(({ before, behind }) => [before, behind].every((gap) => isInline(input[gap]) && isInline(output[gap])));
  const isUsual = usualTexts(sides, (gap) => conventions.convention[gap], output);
  let half = 0;
  for (const side of sides) {
    for (const [changed, other] of [[side.before, side.behind], [side.behind, side.before]]) {
      const isLeft = input[changed] !== output[changed] && input[other] === output[other];
      if (isLeft && isUsual(side, other) === false) half++;
    }
  }
  return { groups: sides.length, half };
}

/** Tells whether a side holds what such sides usually hold; undefined where they hold this and that. */
function usualTexts(
  sides: readonly GapSides[], conventionOf: (gap: number) => number, output: readonly string[],
): (side: GapSides, gap: number) => boolean | undefined {
  const counts = new Map<number, Map<string, number>>();
  const keyOf = ({ before }: GapSides, gap: number): number =>
    2 * conventionOf(gap) + (gap === before ? 0 : 1);
  for (const side of sides) {
    for (const gap of [side.before, side.behind]) {
      const of = counts.get(keyOf(side, gap)) ?? new Map<string, number>();
      counts.set(keyOf(side, gap), of.set(output[gap], (of.get(output[gap]) ?? 0) + 1));
    }
  }
  return (side, gap) => {
    const texts = [...counts.get(keyOf(side, gap))!];
    const total = texts.reduce((sum, [, count]) => sum + count, 0);
    const [text, count] = texts.reduce((most, entry) => (entry[1] > most[1] ? entry : most));
    return total < SOME || count < USUAL * total ? undefined : output[gap] === text;
  };
}

function countColumns(program: StructuredSource, input: readonly string[], output: readonly string[]): GroupTally {
  const before = offsets(program, input);
  const after = offsets(program, output);
  const columns = findColumns(program, input).filter(({ aligned }) => aligned.filter(Boolean).length >= 3);
  let half = 0;
  for (const { gaps, aligned, offset } of columns) {
    const rows = gaps.flatMap((gap, row) => (aligned[row] ? [{ gap, place: offset[row] }] : []));
    const changes = rows.some(({ gap }) => input[gap] !== output[gap] || before[gap] !== after[gap]);
    // What stood in one column still does, wherever that is, or nothing is left of the blanks that made it one.
    const isDissolved = rows.every(({ gap }) => output[gap].length < 2 || output[gap].includes('\n'));
    if (changes && !isDissolved && new Set(rows.map(({ gap, place }) => after[gap] - place)).size > 1) half++;
  }
  return { groups: columns.length, half };
}

function countComments(program: StructuredSource, input: readonly string[], output: readonly string[]): GroupTally {
  const runs = findCommentRuns(program, input);
  const indentOf = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
  let half = 0;
  for (const run of runs) {
    const moved = run.filter((gap) => indentOf(input[gap]) !== indentOf(output[gap])).length;
    const levels = new Set(run.map((gap) => indentOf(output[gap])));
    const wasOne = new Set(run.map((gap) => indentOf(input[gap]))).size === 1;
    // Lines that stood apart may move along with their block, each by as much.
    if (moved > 0 && levels.size > 1 && (wasOne || moved < run.length)) half++;
  }
  return { groups: runs.length, half };
}

/** Per token: where it begins, in columns from the first token of its line. */
function offsets({ source }: StructuredSource, gaps: readonly string[]): Int32Array {
  const result = new Int32Array(source.tokenCount);
  let at = 0;
  for (let i = 0; i < source.tokenCount; i++) {
    at = i === 0 || gaps[i].includes('\n') ? 0 : at + gaps[i].length;
    result[i] = at;
    const end = source.end[i];
    const lastBreak = end - source.start[i] > 6 ? source.text.lastIndexOf('\n', end - 1) : -1;
    at = lastBreak >= source.start[i] ? end - lastBreak - 1 : at + end - source.start[i];
  }
  return result;
}
