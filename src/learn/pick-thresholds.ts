import type { Threshold, Thresholds } from '../format/confidence.js';
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
  /** How damaged the file looks, from 0 to 1. */
  readonly damage: number;
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
 * Adds what the model would change in mutants of a file, which must not be among those that
 * the policy's counts come from.
 */
export function collectProposals(context: SourceContext, policy: FormatPolicy, seed: string, into: Proposals): void {
  const { structured } = context;
  const original = structured.source.gaps;
  const pins = findPins(context);
  for (const rate of THRESHOLD_RATES) {
    const mutant =
      rate === 0 ? original : mutateLayout(structured, { rate, random: createRandom(`${seed}:${rate}`) });
    formatGaps(context, mutant, pins, policy, ({ gap, kept, damage, change: weigh }) => {
      if (pins.gap[gap] || kept !== mutant[gap]) return;
      const change = weigh();
      if (change === null || change.text === kept || change.certainty < LEAST_CERTAINTY) return;
      const cost = SPOILT_COST.clean + (SPOILT_COST.damaged - SPOILT_COST.clean) * damage;
      const gain = change.text === original[gap] ? 1 : kept === original[gap] ? -cost : -USELESS_COST;
      into[change.edit].push({ certainty: change.certainty, damage, gain });
    });
  }
}

const CLEAN_GRID = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.99];
const DAMAGED_GRID = [0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8];
/** Gaps that another threshold must gain before it is believed: fewer are chance. */
const LEAST_GAIN = 4;

/** The thresholds that gain most on the proposals; those of `base` where they say too little. */
export function pickThresholds(base: Thresholds, proposals: Proposals): Thresholds {
  const picked: Partial<Record<EditClass, Threshold>> = {};
  for (const edit of EDIT_CLASSES) {
    const list = proposals[edit];
    picked[edit] = {
      clean: best(CLEAN_GRID, base[edit].clean, list, ({ damage }) => 1 - damage),
      damaged: best(DAMAGED_GRID, base[edit].damaged, list, ({ damage }) => damage),
    };
    // A wreck is never treated with more care than a clean file.
    const { clean, damaged } = picked[edit];
    if (damaged > clean) picked[edit] = { clean, damaged: clean };
  }
  return picked as Thresholds;
}

function best(grid: readonly number[], current: number, list: readonly Proposal[], weight: (
  proposal: Proposal,
) => number): number {
  const gainAt = (threshold: number): number =>
    list.reduce((sum, proposal) => (proposal.certainty >= threshold ? sum + weight(proposal) * proposal.gain : sum), 0);
  let choice = current;
  let most = gainAt(current) + LEAST_GAIN;
  for (const threshold of grid) {
    const gain = gainAt(threshold);
    if (gain > most) {
      most = gain;
      choice = threshold;
    }
  }
  return choice;
}
