import { COMMA, COMMENT, STRING } from '../tokenize/index.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

/**
 * Exact widths of a layout's lines, as whoever decides on a bracket sees them: what is to the left and what
 * is further out stands as the layout has it, the bracket itself and what is deeper would be whole.
 * All widths in columns, tabs of an indentation as four.
 */
export interface LineMeasure {
  /** Per token: where it starts and ends on an endless line, with the layout's own spaces. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Per gap: the last token of its line if nothing at its bracket's level or deeper were broken. */
  readonly segmentEnd: Int32Array;
  /** Per token: first token of its physical line. */
  readonly physicalFirst: Int32Array;
  /** Per opening bracket: its widest element, the comma behind it included. */
  readonly widestElement: Float64Array;
  /** `[tokens + 1]`: trailing commas, and comments or strings of several lines, among the tokens before. */
  readonly magicBefore: Int32Array;
  readonly forcedBefore: Int32Array;
  /**
   * Per opening bracket: others of the same depth that hold something, to its left and to its right in its line; at
   * most 2 each.
   */
  readonly earlierBrackets: Uint8Array;
  readonly laterBrackets: Uint8Array;
}

/** Longest width of one token. */
const WIDEST_TOKEN = 400;

const known = new WeakMap<ObservedLayout, LineMeasure>();

/** Measures a layout; once, however often it is asked. */
export function measureLines(context: SourceContext, layout: ObservedLayout): LineMeasure {
  let measure = known.get(layout);
  if (measure === undefined) known.set(layout, measure = measured(context, layout));
  return measure;
}

function measured(context: SourceContext, layout: ObservedLayout): LineMeasure {
  const { source, structure } = context.structured;
  const { tokenCount, kind } = source;
  const { openBracket, partner, bracketDepth } = structure;
  const { lineBreaks, gaps } = layout;
  const start = new Float64Array(tokenCount);
  const end = new Float64Array(tokenCount);
  const physicalFirst = new Int32Array(tokenCount);
  const widestElement = new Float64Array(tokenCount);
  const magicBefore = new Int32Array(tokenCount + 1);
  const forcedBefore = new Int32Array(tokenCount + 1);
  const earlierBrackets = new Uint8Array(tokenCount);
  const laterBrackets = new Uint8Array(tokenCount);
  const holds = (open: number): boolean => partner[open] > open + 1;

  let at = 0;
  let first = 0;
  const elementStart = new Float64Array(tokenCount);
  let passed: number[] = [];
  for (let i = 0; i < tokenCount; i++) {
    const isComment = kind[i] === COMMENT;
    if (!isComment && i > 0) {
      at += lineBreaks[i] > 0
        ? context.flatStart[i] - context.flatEnd[Math.max(0, structure.previousCode[i - 1])]
        : Math.min(2, gaps[i].length);
    }
    if (lineBreaks[i] > 0 || i === 0) {
      first = i;
      passed = [];
    }
    physicalFirst[i] = first;
    start[i] = at;
    const isLongString = kind[i] === STRING && spansLines(source.text, source.start[i], source.end[i]);
    if (!isComment) at += Math.min(WIDEST_TOKEN, source.end[i] - source.start[i]);
    end[i] = at;
    const open = openBracket[i];
    const isCloser = open >= 0 && partner[open] === i;
    magicBefore[i + 1] = magicBefore[i] + (isCloser && context.trailingComma[open] === 1 ? 1 : 0);
    forcedBefore[i + 1] = forcedBefore[i] + (isComment || isLongString ? 1 : 0);
    if (partner[i] > i) {
      elementStart[i] = end[i];
      if (holds(i)) {
        const depth = bracketDepth[i];
        earlierBrackets[i] = passed[depth] ?? 0;
        passed[depth] = Math.min(2, earlierBrackets[i] + 1);
      }
    }
    if (open >= 0 && (isCloser || kind[i] === COMMA)) {
      const width = (isCloser ? start[i] : end[i]) - elementStart[open];
      if (width > widestElement[open]) widestElement[open] = width;
      elementStart[open] = end[i] + 1;
    }
  }

  const segmentEnd = new Int32Array(tokenCount + 1);
  segmentEnd[tokenCount] = tokenCount - 1;
  /** Breaks to the right that end a line for some depth: depths ascend, places descend. */
  let breakDepths: number[] = [];
  let breakPlaces: number[] = [];
  /** Per depth: openers to the right in the segment. */
  let right: number[] = [];
  for (let i = tokenCount - 1; i >= 0; i--) {
    const depth = bracketDepth[i];
    const last = context.lineLast[i];
    if (i === last) {
      breakDepths = [];
      breakPlaces = [];
      right = [];
    }
    if (partner[i] > i && holds(i)) {
      laterBrackets[i] = right[depth] ?? 0;
      right[depth] = Math.min(2, laterBrackets[i] + 1);
    }
    const outer = countBelow(breakDepths, depth) - 1;
    segmentEnd[i] = outer < 0 ? last : breakPlaces[outer] - 1;
    if (lineBreaks[i] > 0) {
      // It stands before those of its own depth and deeper ones for all who look past it.
      const kept = countBelow(breakDepths, depth);
      breakDepths.length = kept;
      breakPlaces.length = kept;
      breakDepths.push(depth);
      breakPlaces.push(i);
      if (right.length > depth) right.length = depth;
    }
  }
  return {
    start, end, segmentEnd, physicalFirst, widestElement, magicBefore, forcedBefore, earlierBrackets, laterBrackets,
  };
}

/** How many of some ascending numbers are below one. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Looked for within the token alone: on a line of many strings a search would go to its end each time. */
const spansLines = (text: string, from: number, to: number): boolean =>
  to - from > 6 && text.slice(from, to).includes('\n');
