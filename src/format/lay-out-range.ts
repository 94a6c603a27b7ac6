import { SyntaxRefusedError } from '../errors.js';
import { gapRows } from '../model/gap-rows.js';
import { COLUMNS, KEEP, NONE, SPACE, TWO_SPACES } from '../model/layout-classes.js';
import type { SourceContext } from '../model/source-context.js';
import { lfOffset, overRawText, withStructure, type TokenizedSource, type Tokenizer } from '../tokenize/index.js';
import { countedLayout } from './counted-layout.js';
import { presumedUnit, type FormatPolicy } from './format-policy.js';
import { contextOf } from './read-program.js';
import { mostProbableText } from './most-probable-text.js';
import { askGaps } from './ask-gaps.js';

/** Times that the network is asked, at most. */
const MAX_PASSES = 3;
/** The classes that leave a line whole; what they render does not depend on where the walker stands. */
const WITHIN_LINES = [NONE, SPACE, TWO_SPACES, KEEP];

/**
 * The gaps that the format head gives the tokens of one line, in the style of what stands
 * around: for a line that was just added. The network is asked about these gaps alone, and none of them comes to break
 * the line, so this costs a small part of formatting the text.
 *
 * @param range UTF-16 offsets: the gaps before the tokens that start in it
 * @param tokenized the text's tokens, where they are known already
 * @returns the gap before each of these tokens, or null when the source does not parse
 */
export function layOutRange(
  tokenizer: Tokenizer, policy: FormatPolicy, text: string, range: { readonly start: number; readonly end: number },
  tokenized: TokenizedSource | null = null,
): string[] | null {
  try {
    const path = '<completion>';
    const context = contextOf(withStructure(tokenized ?? tokenizer.tokenize(text, path)), text, path);
    const { source } = context.structured;
    const [from, to] = [lfOffset(text, range.start), lfOffset(text, range.end)];
    const inside: number[] = [];
    for (let i = 0; i < source.tokenCount; i++) if (source.start[i] >= from && source.start[i] < to) inside.push(i);
    // What the gaps of a line look like depends on each other: they are asked again until they agree.
    let gaps: readonly string[] = source.gaps;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const chosen = decideGaps(context, gaps, inside, policy);
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

/**
 * The likeliest text of each gap in question within its line, given the layout of all; where a line has to break, it
 * does.
 */
function decideGaps(
  context: SourceContext,
  gaps: readonly string[],
  inside: readonly number[],
  policy: FormatPolicy,
): string[] {
  const { observed, counts } = countedLayout(context, gaps, presumedUnit(policy));
  const evidence = { file: counts, project: policy.project, assumedLimit: policy.assumed?.limit ?? null };
  const rows = gapRows({ context, layout: observed, evidence });
  const probabilities = new Float32Array(gaps.length * COLUMNS);
  askGaps(rows, policy.predictor, inside, probabilities);
  const { role } = context.structured.structure;
  return inside.map((gap) =>
    mostProbableText(observed.walker, probabilities, {
      gap, role: role[gap], kept: gaps[gap], among: WITHIN_LINES,
    }).text);
}
