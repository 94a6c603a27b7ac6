import { SyntaxRefusedError } from '../errors.js';
import { createFeatureBatch, GapDescriber } from '../model/features.js';
import { KEEP, CLASS_COUNT, NONE, SPACE, TWO_SPACES } from '../model/layout-classes.js';
import { countLayout } from '../model/count-layout.js';
import { observeLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { lfOffset, overRawText, type Tokenizer } from '../tokenize/index.js';
import type { FormatPolicy } from './format-gaps.js';
import { readProgram } from './format-source.js';

/** Times that the gaps are scored, at most. */
const MAX_PASSES = 3;
/** Gaps within a line, by their classes. */
const INLINE_GAPS: readonly (readonly [classIndex: number, text: string])[] = [[NONE, ''], [SPACE, ' '], [TWO_SPACES, '  ']];

/**
 * The gaps that the format head gives the tokens of one line, in the style of what stands
 * around: for a line that was just added. Only these gaps are scored, and none of them may break
 * the line, so this costs a small part of formatting the text.
 *
 * @param range UTF-16 offsets: the gaps before the tokens that start in it
 * @returns the gap before each of these tokens, or null when the source does not parse
 */
export function layOutRange(
  tokenizer: Tokenizer, policy: FormatPolicy, text: string, range: { readonly start: number; readonly end: number },
): string[] | null {
  try {
    const context = readProgram(tokenizer, text, '<completion>');
    const { source } = context.structured;
    const [from, to] = [lfOffset(text, range.start), lfOffset(text, range.end)];
    const inside: number[] = [];
    for (let i = 0; i < source.tokenCount; i++) if (source.start[i] >= from && source.start[i] < to) inside.push(i);
    // What the gaps of a line look like depends on each other: they are asked again until they agree.
    let gaps: readonly string[] = source.gaps;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const chosen = scoreGaps(context, gaps, inside, policy);
      if (chosen.every((text, k) => text === gaps[inside[k]])) break;
      const next = [...gaps];
      inside.forEach((gap, k) => (next[gap] = chosen[k]));
      gaps = next;
    }
    const raw = overRawText(source, text).rawGaps;
    return inside.map((gap) => (gaps[gap] === source.gaps[gap] ? raw[gap] : gaps[gap]));
  } catch (fault) {
    if (fault instanceof SyntaxRefusedError) return null;
    throw fault;
  }
}

/** The likeliest text of each gap in question, given the layout of all. */
function scoreGaps(context: SourceContext, gaps: readonly string[], inside: readonly number[], policy: FormatPolicy): string[] {
  const observed = observeLayout(context, gaps, policy.unit);
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const describer = new GapDescriber(context, observed, { file, project: policy.project });
  const batch = createFeatureBatch(inside.length);
  inside.forEach((gap, row) => describer.describe(gap, row, batch));
  const probabilities = new Float32Array(inside.length * CLASS_COUNT);
  policy.predictor.probabilities(batch, probabilities);
  return inside.map((gap, row) => likeliestGap(probabilities.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT), gaps[gap]));
}

/** What stays in the line and has most probability; keeping the gap speaks for its text. */
function likeliestGap(probabilities: Float32Array, kept: string): string {
  let best = kept;
  let highest = -1;
  for (const [index, text] of INLINE_GAPS) {
    const share = probabilities[index] + (text === kept ? probabilities[KEEP] : 0);
    if (share > highest) {
      highest = share;
      best = text;
    }
  }
  return best;
}
