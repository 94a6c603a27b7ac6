import { COMMA } from '../tokenize/index.js';
import type { SourceContext } from './source-context.js';

/** How the contents of a bracket that is broken over lines are arranged; as a project mostly does it. */
export const enum Arrangement {
  /** Contents on one line of their own: break after the opener and before the closer, none between. */
  Hanging,
  /** Every element on a line of its own, the closer too. */
  Exploded,
  /** Lines filled below the opener's line, the closer on a line of its own. */
  HangingFill,
  /** Break after the opener, closer behind the last element. */
  ClingingCloser,
  /** First element behind the opener, lines filled after it. */
  VisualFill,
  /** First element behind the opener, every other on a line of its own. */
  VisualExploded,
  /** Anything else. */
  Other,
}
export const ARRANGEMENTS = 7;
/** Of a bracket on one line, an empty one, and one that holds a comment. */
export const NO_ARRANGEMENT = 255;

/** Per opening bracket of a layout: its arrangement. `lineBreaks` are those of each gap. */
export function bracketArrangements(context: SourceContext, lineBreaks: Uint8Array): Uint8Array {
  const { source, structure } = context.structured;
  const { tokenCount, kind } = source;
  const { openBracket, partner } = structure;
  const result = new Uint8Array(tokenCount).fill(NO_ARRANGEMENT);
  const commas = new Int32Array(tokenCount);
  const brokenCommas = new Int32Array(tokenCount);
  const brokenOthers = new Int32Array(tokenCount);
  for (let i = 1; i < tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0) continue;
    if (partner[open] === i) {
      result[open] = context.holdsComment[open] === 1 || open + 1 === i
        ? NO_ARRANGEMENT
        : arrangementOf({
          first: lineBreaks[open + 1] > 0, closer: lineBreaks[i] > 0,
          commas: commas[open], brokenCommas: brokenCommas[open], brokenOthers: brokenOthers[open],
        });
      continue;
    }
    if (i === open + 1) continue;
    const broken = lineBreaks[i] > 0 ? 1 : 0;
    if (kind[i - 1] === COMMA) {
      commas[open]++;
      brokenCommas[open] += broken;
    } else {
      brokenOthers[open] += broken;
    }
  }
  return result;
}

interface BracketBreaks {
  readonly first: boolean;
  readonly closer: boolean;
  /** Gaps after commas, but for the one before the closer. */
  readonly commas: number;
  readonly brokenCommas: number;
  readonly brokenOthers: number;
}

function arrangementOf({ first, closer, commas, brokenCommas, brokenOthers }: BracketBreaks): number {
  const breaks = commas > 0 ? brokenCommas : brokenOthers;
  const all = commas > 0 && brokenCommas === commas;
  if (first && !closer) return Arrangement.ClingingCloser;
  if (first) {
    return breaks === 0 ? Arrangement.Hanging : all || commas === 0 ? Arrangement.Exploded : Arrangement.HangingFill;
  }
  if (breaks > 0) return all || commas === 0 ? Arrangement.VisualExploded : Arrangement.VisualFill;
  return closer || brokenOthers > 0 ? Arrangement.Other : NO_ARRANGEMENT;
}
