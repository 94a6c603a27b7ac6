import type { GapRole, StructuredSource } from '../tokenize/index.js';
import { classifyGap, gapsInFunctions } from './gap-class.js';
import { GAP_CLASSES, type GapClass, type ScoreFigures } from './score-figures.js';
import { similarityRatio } from './similarity-ratio.js';

export interface ClassTally {
  /** Gaps of the class that are non-empty on either side. */
  readonly compared: number;
  readonly exact: number;
}

/** Sums behind the figures, so that those of many files can be added up. */
export interface ScoreTally {
  /** All gaps. */
  readonly gaps: number;
  /** Gaps that are non-empty on either side. */
  readonly compared: number;
  /** Those of them whose texts are equal. */
  readonly exact: number;
  /** Sum of their similarity ratios; 0 for a gap that is empty on one side. */
  readonly similarity: number;
  /** Zero everywhere where the program was not given. */
  readonly classes: Readonly<Record<GapClass, ClassTally>>;
}

/**
 * Compares two layouts of the same tokens, with LF line ends.
 *
 * @param program whose tokens they lay out, for the figures by class
 * @throws RangeError when the layouts do not have the same number of gaps.
 */
export function scoreLayouts(
  leftGaps: readonly string[],
  rightGaps: readonly string[],
  program?: StructuredSource,
): ScoreTally {
  if (leftGaps.length !== rightGaps.length) {
    throw new RangeError(
      `two layouts of the same tokens have as many gaps, not ${leftGaps.length} and ${rightGaps.length}`,
    );
  }
  const classes = emptyClasses();
  const inFunction = program === undefined ? undefined : gapsInFunctions(program);
  let compared = 0;
  let exact = 0;
  let similarity = 0;
  const report = (gapClass: GapClass, isExact: boolean): void => {
    classes[gapClass].compared++;
    if (isExact) classes[gapClass].exact++;
  };
  for (let i = 0; i < leftGaps.length; i++) {
    const left = leftGaps[i];
    const right = rightGaps[i];
    if (left === '' && right === '') continue;
    compared++;
    if (left === right) exact++;
    similarity += similarityRatio(left, right);
    if (program !== undefined) {
      const role = program.structure.role[i] as GapRole;
      classifyGap({ role, isInFunction: inFunction![i] === 1 }, left, right, report);
    }
  }
  return { gaps: leftGaps.length, compared, exact, similarity, classes };
}

/** The tally of nothing, to add to. */
export const emptyTally = (): ScoreTally => ({
  gaps: 0, compared: 0, exact: 0, similarity: 0, classes: emptyClasses(),
});

function emptyClasses(): Record<GapClass, { compared: number; exact: number }> {
  const classes = {} as Record<GapClass, { compared: number; exact: number }>;
  for (const gapClass of GAP_CLASSES) classes[gapClass] = { compared: 0, exact: 0 };
  return classes;
}

/** The sum of several tallies: its figures weigh every gap alike, whatever its file. */
export function mergeTallies(tallies: Iterable<ScoreTally>): ScoreTally {
  const sum = { gaps: 0, compared: 0, exact: 0, similarity: 0, classes: emptyClasses() };
  for (const tally of tallies) {
    sum.gaps += tally.gaps;
    sum.compared += tally.compared;
    sum.exact += tally.exact;
    sum.similarity += tally.similarity;
    for (const gapClass of GAP_CLASSES) {
      sum.classes[gapClass].compared += tally.classes[gapClass].compared;
      sum.classes[gapClass].exact += tally.classes[gapClass].exact;
    }
  }
  return sum;
}

/** The figures that a tally stands for. */
export function scoreFigures(tally: ScoreTally): ScoreFigures {
  const { gaps, compared, exact, similarity, classes } = tally;
  const byClass = {} as Record<GapClass, { compared: number; changed: number; exact: number | null }>;
  for (const gapClass of GAP_CLASSES) {
    const own = classes[gapClass];
    byClass[gapClass] = {
      compared: own.compared,
      changed: own.compared - own.exact,
      exact: own.compared === 0 ? null : own.exact / own.compared,
    };
  }
  return {
    score: compared === 0 ? 1 : similarity / compared,
    exact: compared === 0 ? 1 : exact / compared,
    gaps,
    compared,
    changed: compared - exact,
    classes: byClass,
  };
}
