import type { EditClass } from '../format/edit-classes.js';
import { formatGaps } from '../format/format-gaps.js';
import type { FormatPolicy } from '../format/format-policy.js';
import { findPins } from '../format/pins.js';
import type { SourceContext } from '../model/source-context.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom } from '../shared/random.js';

/** The likeliest change of one gap, whether or not it would be made, and what the author wrote. */
export interface EditProposal {
  readonly edit: EditClass;
  /** In (0, 1]: what thresholds speak of. */
  readonly certainty: number;
  /** How damaged the file looks to the formatter, in [0, 1]. */
  readonly damage: number;
  /** What the author wrote: the proposed text, the input's, or neither. */
  readonly truth: 'proposed' | 'input' | 'other';
}

/** Proposals that are less sure are as good as none. */
const LEAST_CERTAINTY = 0.05;

/**
 * The proposals for one mutant of a source, as the first pass of the formatter meets them: from left
 * to right, under the layout chosen so far.
 *
 * @param job.rate share of the gaps that are mutated; 0 takes the source as it is
 */
export function collectEditProposals(job: {
  readonly context: SourceContext;
  readonly policy: FormatPolicy;
  readonly path: string;
  readonly rate: number;
  readonly seed: number | string;
}): EditProposal[] {
  const { context, policy, path, rate } = job;
  const { structured } = context;
  const original = structured.source.gaps;
  const random = createRandom(`${job.seed}:${path}:${rate}`);
  const mutant = rate === 0 ? original : mutateLayout(structured, { rate, random });
  const pins = findPins(context);
  const proposals: EditProposal[] = [];
  formatGaps(context, mutant, pins, policy, (visit) => {
    const { gap, kept, damage } = visit;
    // Where an earlier choice moved the line, the input's text no longer stands for leaving the gap.
    if (pins.gap[gap] || kept !== mutant[gap]) return;
    const change = visit.change();
    if (change === null || change.text === kept || change.certainty < LEAST_CERTAINTY) return;
    proposals.push({
      edit: change.edit,
      certainty: change.certainty,
      damage,
      truth: change.text === original[gap] ? 'proposed' : kept === original[gap] ? 'input' : 'other',
    });
  });
  return proposals;
}
