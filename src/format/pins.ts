import { GapRole, hasLineBreak, markLine, pragmaGaps, tokenKind, tokenText } from '../tokenize/index.js';
import type { SourceContext } from '../model/source-context.js';
import type { LineRange } from '../shared/line-ranges.js';
import { pinOutsideLines } from './range-pins.js';

/** What the formatter must leave alone in a file, whatever the model says. */
export interface Pins {
  /** Per gap: 1 where the text stays as it is. */
  readonly gap: Uint8Array;
  /** Per gap: 1 where line breaks may neither appear nor go, because a pragma speaks of the line. */
  readonly breaks: Uint8Array;
  /** Per block (index in `context.blocks`): 1 where the indentation step stays. */
  readonly step: Uint8Array;
}

const COMMENT = tokenKind('comment');
const OFF = /^#\s*(?:fmt:\s*off|yapf:\s*disable)\b/;
const ON = /^#\s*(?:fmt:\s*on|yapf:\s*enable)\b/;
const SKIP = /#\s*fmt:\s*skip\b/;

/**
 * Finds the regions of `# fmt: off`, `on` and `skip`, pragma lines, and gaps of unusual content.
 * As for black, `off` on a line of its own holds until `on` or the end of its block. At the end
 * of a line it speaks of that line alone, as yapf's `disable` does.
 *
 * @param lines where given, everything outside these lines of the source is pinned too
 */
export function findPins(context: SourceContext, lines?: readonly LineRange[]): Pins {
  const { source, structure } = context.structured;
  const count = source.tokenCount + 1;
  const gap = new Uint8Array(count);
  let offSince = -1;
  let offUntil = count;
  for (let i = 0; i < source.tokenCount; i++) {
    if (offSince >= 0 && i > offUntil) {
      gap.fill(1, offSince, offUntil + 1);
      offSince = -1;
    }
    if (source.kind[i] !== COMMENT) continue;
    const text = tokenText(source, i);
    if (structure.role[i] === GapRole.TrailingComment) {
      if (SKIP.test(text) || OFF.test(text)) markLine(context.structured, gap, i);
    } else if (offSince < 0 && OFF.test(text)) {
      offSince = i;
      offUntil = blockEnd(context, i);
    } else if (offSince >= 0 && ON.test(text)) {
      gap.fill(1, offSince, i + 1);
      offSince = -1;
    }
  }
  if (offSince >= 0) gap.fill(1, offSince, Math.min(count, offUntil + 1));
  pinOddGaps(context, gap);
  if (lines !== undefined) pinOutsideLines(context, lines, gap);
  return { gap, breaks: pragmaGaps(context.structured), step: pinSteps(context, gap) };
}

/** Last token of the block that goes on after a comment; the end of the file for the module. */
function blockEnd({ structured: { source, structure } }: SourceContext, comment: number): number {
  const code = structure.nextCode[comment];
  const block = code < source.tokenCount ? structure.blockNode[code] : 0;
  return block > 0 ? source.tree.lastToken[block] : source.tokenCount;
}

/** Shebang and coding lines, form feeds, and backslashes between statements. */
function pinOddGaps({ structured: { source, structure } }: SourceContext, gap: Uint8Array): void {
  for (let i = 0; i <= source.tokenCount; i++) {
    const text = source.gaps[i];
    const role = structure.role[i] as GapRole;
    if (text.includes('\f')) gap[i] = 1;
    if (text.includes('\\') && role !== GapRole.Line && role !== GapRole.Bracket) gap[i] = 1;
  }
  // A coding line counts on the first two lines: it may not leave them, nor another comment come there.
  for (let i = 0; i < source.tokenCount && source.kind[i] === COMMENT; i++) {
    if (/^#!|coding[=:]/.test(tokenText(source, i))) gap.fill(1, 0, i + 1);
  }
}

/** A block keeps its step when it holds a gap that is pinned together with its indentation. */
function pinSteps(context: SourceContext, gap: Uint8Array): Uint8Array {
  const { source, structure } = context.structured;
  const step = new Uint8Array(context.blocks.length);
  const blockAt = new Map(context.blocks.map(({ node }, k) => [node, k]));
  for (let i = 0; i <= source.tokenCount; i++) {
    if (!gap[i] || !hasLineBreak(source.gaps[i]) || i >= source.tokenCount) continue;
    const code = structure.nextCode[i];
    if (code >= source.tokenCount) continue;
    for (let node = structure.blockNode[code]; node > 0; node = source.tree.parent[node]) {
      const k = blockAt.get(node);
      if (k !== undefined) step[k] = 1;
    }
  }
  return step;
}
