import { indexLines, type LineIndex } from '../shared/positions.js';
import { touchesLines, type LineRange } from '../shared/line-ranges.js';
import { GapRole } from '../tokenize/index.js';
import type { SourceContext } from '../model/source-context.js';

/**
 * Marks every gap outside the given lines, so that formatting a range leaves the rest alone.
 * Inside are the gaps of each logical line that has a physical line in a range, the one that
 * leads to it included, and gaps of which a blank line or trailing blanks stand in a range.
 *
 * @param tail gaps that keep their text up to the first line break, marked as well
 * @returns gaps of which blank lines may change, but not where the line behind them begins
 */
export function pinOutsideLines(
  context: SourceContext,
  lines: readonly LineRange[],
  gap: Uint8Array,
  tail: Uint8Array,
): ReadonlySet<number> {
  const level = new Set<number>();
  const { source, structure } = context.structured;
  const index = indexLines(source.text);
  let before: LineRange | null = null;
  for (let i = 0; i <= source.tokenCount; i++) {
    const anchor = i < source.tokenCount ? anchorLines(context, index, i) : null;
    // The end of a logical line outside stays, although the gap that begins there may lead inside.
    if (before !== null && !touchesLines(lines, before.first, before.last)) tail[i] = 1;
    before = anchor;
    if (anchor !== null && touchesLines(lines, anchor.first, anchor.last)) continue;
    if (touchesOwnLines(index, lines, i > 0 ? source.end[i - 1] : 0, source.gaps[i])) {
      level.add(i);
      continue;
    }
    if (i === source.tokenCount && structure.role[i] === GapRole.FileEnd &&
      touchesLines(lines, index.lineCount, Infinity)) continue;
    gap[i] = 1;
  }
  return level;
}

/** Physical lines of the logical line that gap `i` belongs to; an own-line comment is a line of its own. */
function anchorLines({ structured, lineFirst, lineLast }: SourceContext, index: LineIndex, i: number): LineRange {
  const { source, structure } = structured;
  const role = structure.role[i] as GapRole;
  const alone = { first: index.lineOf(source.start[i]), last: index.lineOf(source.end[i]) };
  // Only comments are no code; one at the very start has no code before it.
  const code = structure.nextCode[i] === i ? i : structure.previousCode[i];
  if (role === GapRole.OwnLineComment || code < 0) return alone;
  return {
    first: Math.min(alone.first, index.lineOf(source.start[lineFirst[code]])),
    last: Math.max(alone.last, index.lineOf(source.end[lineLast[code]])),
  };
}

/** True when blanks at a line's end, or a blank line, of the gap stand in a range. */
function touchesOwnLines(index: LineIndex, lines: readonly LineRange[], from: number, gap: string): boolean {
  const parts = gap.split('\n');
  if (parts.length < 2) return false;
  const firstLine = index.lineOf(from);
  if (parts[0] !== '' && touchesLines(lines, firstLine, firstLine)) return true;
  return parts.length > 2 && touchesLines(lines, firstLine + 1, firstLine + parts.length - 2);
}
