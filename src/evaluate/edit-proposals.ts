import { editClass } from '../format/confidence.js';
import type { EditClass } from '../format/edit-classes.js';
import { formatGaps } from '../format/format-gaps.js';
import type { FormatPolicy } from '../format/format-policy.js';
import { listAlternatives } from '../format/judge-gaps.js';
import { findPins } from '../format/pins.js';
import type { SourceContext } from '../model/source-context.js';
import { mutateLayout } from '../mutate/index.js';
import { createRandom } from '../shared/random.js';
import type { GapRole } from '../tokenize/index.js';

/** The likeliest change of one gap, whether or not it would be made, and what the author wrote. */
export interface EditProposal {
  readonly edit: EditClass;
  /** In (0, 1]: its share of what the model gives to it and to the input's text; what thresholds speak of. */
  readonly share: number;
  /** How damaged the file looks to the formatter, in [0, 1]. */
  readonly damage: number;
  /** What the author wrote: the proposed text, the input's, or neither. */
  readonly truth: 'proposed' | 'input' | 'other';
}

/** Proposals with a smaller share are as good as none. */
const LEAST_SHARE = 0.05;

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
    const alternatives = listAlternatives(context, kept, visit);
    const other = alternatives.find(({ text }) => text !== kept);
    if (other === undefined) return;
    const stay = alternatives.find(({ text }) => text === kept)?.probability ?? 0;
    const share = other.probability / (other.probability + stay);
    if (share < LEAST_SHARE) return;
    proposals.push({
      edit: editClass(structured.structure.role[gap] as GapRole, kept, other.text),
      share,
      damage,
      truth: other.text === original[gap] ? 'proposed' : kept === original[gap] ? 'input' : 'other',
    });
  });
  return proposals;
}
