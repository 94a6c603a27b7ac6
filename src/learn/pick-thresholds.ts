import type { Threshold, ThresholdWeights, Thresholds } from '../format/confidence.js';
import { EDIT_CLASSES, type EditClass } from '../format/edit-classes.js';
import { formatGaps } from '../format/format-gaps.js';
import type { FormatPolicy } from '../format/format-policy.js';
import { findPins } from '../format/pins.js';
import type { SourceContext } from '../model/source-context.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom } from '../shared/random.js';

/** A change that the model would make to a gap of which the author's layout is known. */
interface Proposal {
  readonly certainty: number;
  /** How much each threshold counts in a file that looks as this one does. */
  readonly weights: ThresholdWeights;
  /** Gained by making it, in gaps: 1 where it restores the author's layout, a cost where it spoils it. */
  readonly gain: number;
}

/** Proposals by class of edit. */
export type Proposals = Record<EditClass, Proposal[]>;

export const emptyProposals = (): Proposals =>
  Object.fromEntries(EDIT_CLASSES.map((edit) => [edit, []])) as unknown as Proposals;

/** Rates of the mutants that thresholds are picked on. */
export const THRESHOLD_RATES = [0, 0.02, 0.2] as const;

/** No threshold is as low. */
const LEAST_CERTAINTY = 0.3;

/** Gaps repaired that a gap spoilt weighs up, in an undamaged file and in a wreck. */
const SPOILT_COST = { clean: 5, damaged: 1.2 };
/** The same for an edit of a gap that was wrong and stays so. */
const USELESS_COST = 0.2;

/**
 * Adds what the model would change in a mutant of a file, which must not be among those that
 * the policy's counts come from.
 */
export function collectProposals({ context, policy, seed, rate }: {
  readonly context: SourceContext;
  readonly policy: FormatPolicy;
  readonly seed: string;
  readonly rate: number;
}, into: Proposals): void {
  const { structured } = context;
  const original = structured.source.gaps;
  const pins = findPins(context);
  const mutant = rate === 0 ? original : mutateLayout(structured, { rate, random: createRandom(`${seed}:${rate}`) });
  formatGaps(context, mutant, pins, policy, ({ gap, kept, damage, weights, change: weigh }) => {
    if (pins.gap[gap] || kept !== mutant[gap]) return;
    const change = weigh();
    if (change === null || change.text === kept || change.certainty < LEAST_CERTAINTY) return;
    const cost = SPOILT_COST.clean + (SPOILT_COST.damaged - SPOILT_COST.clean) * damage;
    const gain = change.text === original[gap] ? 1 : kept === original[gap] ? -cost : -USELESS_COST;
    into[change.edit].push({ certainty: change.certainty, weights, gain });
  });
}

const CLEAN_GRID = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.99];
const DAMAGED_GRID = [0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8];
const LIGHT_GRID = [...DAMAGED_GRID, 0.9];
/** Gaps that another threshold must gain before it is believed: fewer are chance. */
const LEAST_GAIN = 4;
/** So is what proposals gain that speak for and against it, below so many times what they would by chance. */
const LEAST_AGREEMENT = 1.5;

/** The thresholds that gain most on the proposals; those of `base` where they say too little. */
export function pickThresholds(base: Thresholds, proposals: Proposals): Thresholds {
  const picked: Partial<Record<EditClass, Threshold>> = {};
  for (const edit of EDIT_CLASSES) {
    const list = proposals[edit];
    const { light } = base[edit];
    const clean = best(CLEAN_GRID, base[edit].clean, list, 'clean');
    // A wreck is never treated with more care than a clean file.
    const atMost = (threshold: number): number => Math.min(clean, threshold);
    picked[edit] = {
      clean,
      ...(light === undefined ? {} : { light: atMost(best(LIGHT_GRID, light, list, 'light')) }),
      damaged: atMost(best(DAMAGED_GRID, base[edit].damaged, list, light === undefined ? 'spoilt' : 'damaged')),
    };
  }
  return picked as Thresholds;
}

function best(
  grid: readonly number[], current: number, list: readonly Proposal[], of: keyof ThresholdWeights | 'spoilt',
): number {
  const weighed = list.map(({ certainty, gain, weights }) => ({
    certainty, gain: gain * (of === 'spoilt' ? 1 - weights.clean : weights[of]),
  }));
  let choice = current;
  let most = LEAST_GAIN;
  // Of thresholds that gain alike the nearest: nothing speaks for going farther.
  for (const threshold of [...grid].sort((a, b) => Math.abs(a - current) - Math.abs(b - current))) {
    // What is made only at the lower threshold of the two.
    const sign = threshold < current ? 1 : -1;
    const [from, to] = threshold < current ? [threshold, current] : [current, threshold];
    const between = weighed.filter(({ certainty }) => certainty >= from && certainty < to);
    const gain = sign * between.reduce((sum, one) => sum + one.gain, 0);
    const chance = Math.sqrt(between.reduce((sum, one) => sum + one.gain ** 2, 0));
    if (gain > most && gain >= LEAST_AGREEMENT * chance) {
      most = gain;
      choice = threshold;
    }
  }
  return choice;
}
