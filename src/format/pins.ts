import {
  COMMENT, bindLine, GapRole, hasLineBreak, isOdd, markLine, measureIndentation, pragmaGaps, tokenKind, tokenText,
} from '../tokenize/index.js';
import type { SourceContext } from '../model/source-context.js';
import type { LineRange } from '../shared/line-ranges.js';
import { blocksAround, markOffRegions, skipsLine } from './off-regions.js';
import { pinOutsideLines } from './range-pins.js';

const EXCEPT = tokenKind('except');
const STAR = tokenKind('*');
const NONE: ReadonlySet<number> = new Set();

/** What the formatter must leave alone in a file, whatever the model says. */
export interface Pins {
  /** Per gap: 1 where the text stays as it is. */
  readonly gap: Uint8Array;
  /** Per gap: 1 where the text up to its first line break stays, as the end of a line that is left alone. */
  readonly tail: Uint8Array;
  /** Per gap: what a pragma that speaks of the line leaves its line breaks free to do (`BreakFreedom`). */
  readonly breaks: Uint8Array;
  /**
   * Per block (index in `context.blocks`): 1 where the indentation stays; then so does that of the blocks around it.
   */
  readonly step: Uint8Array;
}


/**
 * Finds the regions of `# fmt: off`, `on` and `skip`, pragma lines, and gaps of unusual content.
 * `off` at the end of a line speaks of that line alone, as yapf's `disable` does.
 *
 * @param lines where given, everything outside these lines of the source is pinned too
 */
export function findPins(context: SourceContext, lines?: readonly LineRange[]): Pins {
  const { source, structure } = context.structured;
  const gap = new Uint8Array(source.tokenCount + 1);
  const breaks = pragmaGaps(context.structured);
  const tail = new Uint8Array(source.tokenCount + 1);
  markOffRegions(context, gap, tail);
  const region = gap.slice();
  context.seams?.forEach((isSeam, i) => {
    if (isSeam === 1) gap[i] = 1;
  });
  for (let i = 0; i < source.tokenCount; i++) {
    if (source.kind[i] !== COMMENT || structure.role[i] !== (GapRole.TrailingComment as number)) continue;
    if (!skipsLine(tokenText(source, i))) continue;
    const last = markLine(context.structured, gap, i);
    if (last >= 0) tail[last + 1] = 1;
    bindLine(context.structured, breaks, i);
  }
  pinOddGaps(context, gap);
  const level = lines === undefined ? NONE : pinOutsideLines(context, lines, gap, tail);
  const step = pinSteps(context, (i) => gap[i] === 1 || level.has(i), region);
  if (source.gaps.some((text, i) => isOdd(structure, i, text))) pinLineStarts(context, breaks, step);
  // The blanks at the end of a statement that nobody understands are part of it.
  for (const token of source.opaque) tail[token + 1] = 1;
  return { gap, tail, breaks, step };
}

/**
 * A text for a gap, with the end of the line before it as it was in `before`; `before` itself where that line would not
 * end.
 */
export function withTail(before: string, text: string): string {
  const end = before.indexOf('\n');
  const at = text.indexOf('\n');
  if (end < 0) return before + (at < 0 ? '' : text.slice(at));
  return at < 0 ? before : before.slice(0, end) + text.slice(at);
}

/** Where versions of Python read a backslash differently, every line keeps its indentation. */
function pinLineStarts({ structured: { structure } }: SourceContext, breaks: Uint8Array, step: Uint8Array): void {
  step.fill(1);
  structure.role.forEach((role, i) => {
    if (role === (GapRole.BlockStart as number) || role === (GapRole.AfterSemicolon as number)) breaks[i] = 1;
  });
}

/**
 * Shebang and coding lines, form feeds, backslashes between statements, the indentation of opaque lines that go on, and
 * the star of `except*`.
 */
function pinOddGaps({ structured: { source, structure } }: SourceContext, gap: Uint8Array): void {
  for (let i = 0; i <= source.tokenCount; i++) {
    const text = source.gaps[i];
    // Too rare for anybody to know: the star of `except*` stays beside its word.
    if (text === '' && source.kind[i] === STAR && source.kind[i - 1] === EXCEPT) gap[i] = 1;
    if (text === '' || text === ' ') continue;
    const role = structure.role[i] as GapRole;
    if (text.includes('\f')) gap[i] = 1;
    if (text.includes('\\') && role !== GapRole.Line && role !== GapRole.Bracket) gap[i] = 1;
  }
  for (const token of source.opaque) if (hasLineBreak(tokenText(source, token))) gap[token] = 1;
  // A coding line counts on the first two lines: it may not leave them, nor another comment come there.
  for (let i = 0; i < source.tokenCount && source.kind[i] === COMMENT; i++) {
    if (/^#!|coding[=:]/.test(tokenText(source, i))) gap.fill(1, 0, i + 1);
  }
}

/** A block keeps its step when it holds a gap that is pinned together with its indentation. */
function pinSteps(context: SourceContext, isHeld: (gap: number) => boolean, region: Uint8Array): Uint8Array {
  const { source, structure } = context.structured;
  const step = new Uint8Array(context.blocks.length);
  const blockAt = new Map(context.blocks.map(({ node }, k) => [node, k]));
  const pin = (node: number): void => {
    const k = blockAt.get(node);
    if (k !== undefined) step[k] = 1;
  };
  for (let i = 0; i < source.tokenCount; i++) {
    if (!isHeld(i) || !hasLineBreak(source.gaps[i])) continue;
    const code = structure.nextCode[i];
    for (let node =
      code < source.tokenCount ? structure.blockNode[code] : 0; node > 0; node = source.tree.parent[node]) pin(node);
    if (structure.role[i] !== (GapRole.OwnLineComment as number)) continue;
    // A comment behind the last statement of a block may belong to that block; one of a region must not come to.
    const { column } = measureIndentation(source.gaps[i]);
    for (const around of blocksAround(context, structure.previousCode[i - 1] ?? -1)) {
      if (around.column <= column || region[i]) pin(around.node);
    }
  }
  return step;
}
