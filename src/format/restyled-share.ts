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
  return differences(gaps, restyleGaps(context, gaps, pins, policy, mayChange(pins)).gaps, pins);
}

/** Compares a layout with the same laid out anew, where it may change. */
export function differences(gaps: readonly string[], anew: readonly string[], pins: Pins): RestyledShare {
  let compared = 0;
  let changed = 0;
  for (let i = 0; i < gaps.length; i++) {
    if (pins.gap[i] === 1 || (gaps[i] === '' && anew[i] === '')) continue;
    compared++;
    if (gaps[i] !== anew[i]) changed++;
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

/** True where restyling changes clearly more than it does in the project's own files. */
export const isBeyondDrift = ({ compared, changed }: RestyledShare, drift: number): boolean =>
  compared >= LEAST_COMPARED && changed / compared > FACTOR * drift + MARGIN;
