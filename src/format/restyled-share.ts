import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { FormatPolicy } from './format-policy.js';
import type { Pins } from './pins.js';
import { restyleGaps } from './restyle-gaps.js';

/** Gaps that hold something before or after, and those of them that laying the source out anew changes. */
export interface RestyledShare {
  readonly compared: number;
  readonly changed: number;
}

/** How far the layout of what may change is from the project's: compares it with the one that restyling gives. */
export function restyledShare(
  context: SourceContext,
  gaps: readonly string[],
  pins: Pins,
  policy: FormatPolicy,
): RestyledShare {
  const restyled = restyleGaps(context, gaps, pins, policy, mayChange(pins)).gaps;
  let compared = 0;
  let changed = 0;
  for (let i = 0; i < gaps.length; i++) {
    if (pins.gap[i] === 1 || (gaps[i] === '' && restyled[i] === '')) continue;
    compared++;
    if (gaps[i] !== restyled[i]) changed++;
  }
  return { compared, changed };
}

/** Per gap: 1 where nothing pins it. */
export const mayChange = (pins: Pins): Uint8Array => pins.gap.map((pinned) => 1 - pinned);

/** Lines that hold fewer gaps show no style. */
const LEAST_COMPARED = 12;
/** What lines may differ beyond the project's own files, which never agree wholly. */
const MARGIN = 0.05;
const FACTOR = 1.5;

/** True for lines that are laid out in another style than the project's, so that their layout is no evidence. */
export function areForeign(context: SourceContext, gaps: readonly string[], pins: Pins, policy: FormatPolicy): boolean {
  const { drift, project } = policy;
  if (project === null || drift === undefined || drift === null) return false;
  if (takeAnotherUnit(context, gaps, pins)) return true;
  return isBeyondDrift(restyledShare(context, gaps, pins, policy), drift);
}

/** True where restyling changes clearly more than it does in the project's own files. */
export const isBeyondDrift = ({ compared, changed }: RestyledShare, drift: number): boolean =>
  compared >= LEAST_COMPARED && changed / compared > FACTOR * drift + MARGIN;

/** True where all blocks that may change take one step, and all that may not another. */
function takeAnotherUnit(context: SourceContext, gaps: readonly string[], pins: Pins): boolean {
  const { steps } = observeLayout(context, gaps);
  const stepsWhere = (pinned: number): Set<string | null> =>
    new Set(steps.filter((step, k) => step !== null && pins.gap[context.blocks[k].gap] === pinned));
  const own = stepsWhere(0);
  const others = stepsWhere(1);
  return own.size === 1 && others.size === 1 && ![...own].some((step) => others.has(step));
}
