import { agreementOf, countedPlaces, KINDS, type ConsistencyKind } from '../model/style-agreement.js';
import { countLayout } from '../model/count-layout.js';
import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import type { FormatPolicy } from './format-policy.js';

/** How a file differs from its project that follows another style. Plain data, so that it can cross threads. */
export interface OtherStyle {
  /** Of its layout decisions, the share that is not what the project mostly does in such places. */
  readonly share: number;
  /** The same by kind, largest first; kinds without a deviation are left out. */
  readonly kinds: readonly { readonly kind: ConsistencyKind | 'indentation'; readonly share: number }[];
}

/** Decisions below which a file shows no style. */
const LEAST_DECISIONS = 60;
/** No file within this share follows another style, however much alike the project's files are. */
const LEAST_SHARE = 0.06;
/** How far beyond the oddest of the project's own files a file has to be. */
const MARGIN = 0.03;

/**
 * Says whether a source follows another style than its project; null where it does not, where it is too short to
 * tell, or where no profile says how odd the project's own files are.
 */
export function findOtherStyle(
  context: SourceContext,
  gaps: readonly string[],
  policy: FormatPolicy,
): OtherStyle | null {
  const { project, oddest, unit } = policy;
  if (project === null || oddest === undefined || oddest === null) return null;
  const layout = observeLayout(context, gaps);
  const file = new StyleCounts();
  countLayout(context, layout, file);
  const agreement = agreementOf(countedPlaces(file), project);
  const kinds: { kind: ConsistencyKind | 'indentation'; decisions: number; odd: number }[] = KINDS.map((kind) => ({
    kind, decisions: agreement[kind].decisions, odd: agreement[kind].decisions - agreement[kind].agreeing,
  }));
  if (typeof unit === 'string') {
    const steps = layout.steps.filter((step) => step !== null);
    kinds.push({ kind: 'indentation', decisions: steps.length, odd: steps.filter((step) => step !== unit).length });
  }
  const decisions = kinds.reduce((sum, kind) => sum + kind.decisions, 0);
  const share = kinds.reduce((sum, kind) => sum + kind.odd, 0) / Math.max(1, decisions);
  if (decisions < LEAST_DECISIONS || share <= Math.max(LEAST_SHARE, oddest + MARGIN)) return null;
  return {
    share,
    kinds: kinds.filter(({ odd }) => odd > 0)
      .map((kind) => ({ kind: kind.kind, share: kind.odd / kind.decisions }))
      .sort((a, b) => b.share - a.share),
  };
}
