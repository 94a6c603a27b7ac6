import type { LineRange } from '../shared/line-ranges.js';
import { indexLines } from '../shared/positions.js';

/** The lines on which a range of offsets stands, its end exclusive; null where it is the whole text. */
export function lineRangesIn(
  text: string, { rangeStart, rangeEnd }: { readonly rangeStart?: number; readonly rangeEnd?: number },
): LineRange[] | null {
  const start = Math.max(0, rangeStart ?? 0);
  const end = Math.min(text.length, rangeEnd ?? text.length);
  if (start === 0 && end === text.length) return null;
  const lines = indexLines(text);
  const first = lines.lineOf(start);
  return [{ first, last: Math.max(first, lines.lineOf(Math.max(start, end - 1))) }];
}
