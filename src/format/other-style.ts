import { agreementOf, countedPlaces, KINDS, type ConsistencyKind } from '../model/style-agreement.js';
import type { SourceContext } from '../model/source-context.js';
import { countedLayout } from './counted-layout.js';
import type { FormatPolicy } from './format-policy.js';
import type { OtherStyle } from './style-difference.js';
import type { Pins } from './pins.js';
import { isBeyondDrift, restyledShare } from './restyled-share.js';

/** Decisions below which a file shows no style. */
const LEAST_DECISIONS = 60;
/** A file within this share of the project's habits follows them; one beyond it is compared gap by gap. */
const LEAST_SHARE = 0.05;

/**
 * Says whether a source follows another style than its project; null where it does not, where it is too short to
 * tell, or where no profile says how far the project's own files are from each other. Counts tell at little cost
 * which sources are worth laying out anew; what that would change decides.
 */
export function findOtherStyle(
  context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy,
): OtherStyle | null {
  const { project, unit } = policy;
  if (project === null || typeof policy.drift !== 'number') return null;
  const { observed: layout, counts } = countedLayout(context, gaps, unit);
  const agreement = agreementOf(countedPlaces(counts), project);
  const kinds: { kind: ConsistencyKind | 'indentation'; decisions: number; odd: number }[] = KINDS.map((kind) => ({
    kind, decisions: agreement[kind].decisions, odd: agreement[kind].decisions - agreement[kind].agreeing,
  }));
  if (typeof unit === 'string') {
    const steps = layout.steps.filter((step) => step !== null);
    kinds.push({ kind: 'indentation', decisions: steps.length, odd: steps.filter((step) => step !== unit).length });
  }
  const decisions = kinds.reduce((sum, kind) => sum + kind.decisions, 0);
  const odd = kinds.reduce((sum, kind) => sum + kind.odd, 0);
  if (decisions < LEAST_DECISIONS || odd <= LEAST_SHARE * decisions) return null;
  const restyled = restyledShare(context, gaps, pins, policy);
  if (!isBeyondDrift(restyled, policy.drift)) return null;
  return {
    share: restyled.changed / restyled.compared,
    kinds: kinds.filter((kind) => kind.odd > 0)
      .map((kind) => ({ kind: kind.kind, share: kind.odd / kind.decisions }))
      .sort((a, b) => b.share - a.share),
  };
}
