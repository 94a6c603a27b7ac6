import { GapRole, type StructuredSource } from '../tokenize/index.js';

/** Gaps `from` (inclusive) to `to` (exclusive) of one statement of the module and what leads up to it. */
export interface GapSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts the gaps of a file before each statement of the module. Statements there start at
 * column 0 in every layout, so each span can be put back without regard to the others.
 */
export function topLevelSpans({ source, structure }: StructuredSource): GapSpan[] {
  const spans: GapSpan[] = [];
  let from = 0;
  for (let i = 1; i < source.tokenCount; i++) {
    if (structure.role[i] === (GapRole.Statement as number) && structure.blockDepth[i] === 0) {
      spans.push({ from, to: i });
      from = i;
    }
  }
  spans.push({ from, to: source.tokenCount + 1 });
  return spans;
}

/** The span that holds a gap. */
export function spanAt(spans: readonly GapSpan[], gap: number): GapSpan {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (spans[middle].from <= gap) low = middle;
    else high = middle - 1;
  }
  return spans[low];
}

/** Puts the source's own texts back in one span. */
export function restoreSpan({ source }: StructuredSource, gaps: string[], { from, to }: GapSpan): void {
  for (let i = from; i < to; i++) gaps[i] = source.gaps[i];
}
