import type { SourceContext } from '../model/source-context.js';
import {
  COMMENT, GapRole, hasLineBreak, lastLineStart, measureIndentation, nodeKind, tokenText,
} from '../tokenize/index.js';

const BLOCK = nodeKind('block');
/**
 * A directive begins a comment, or stands alone among other words for tools: `# noqa; fmt: off`, `# noqa # fmt: off`.
 */
const directive = (words: string): RegExp =>
  new RegExp(String.raw`^#\s*(?:${words})\b|[#;]\s*(?:${words})\s*(?=$|[#;])`);
const OFF = directive(String.raw`fmt:\s*off|yapf:\s*disable|autopep8:\s*off|prettier-ignore-start`);
const ON = directive(String.raw`fmt:\s*on|yapf:\s*enable|autopep8:\s*on|prettier-ignore-end`);
/** On a line of its own: keeps what follows. */
const IGNORE = /^#\s*prettier-ignore\s*$/;
const SKIP = /[#;]\s*fmt:\s*skip\b/;

/**
 * True for a comment behind code that keeps its line from being formatted: `skip`, and `off` as yapf means it there.
 */
export const skipsLine = (comment: string): boolean => SKIP.test(comment) || OFF.test(comment);

/**
 * Marks the gaps of all regions that are switched off, from the one before `off` to the one before `on`, both
 * comments on lines of their own; in `tail` the gap behind each, which begins with the end of its last line. As for
 * black, `off` holds until `on`, or until the end of its block. An `on` that is indented deeper, or stands in a bracket
 * that `off` is not in, speaks of something inner and ends nothing.
 */
export function markOffRegions(context: SourceContext, gap: Uint8Array, tail: Uint8Array): void {
  const { source } = context.structured;
  for (let i = 0; i < source.tokenCount; i++) {
    if (!isOwnLine(context, i)) continue;
    const text = tokenText(source, i);
    if (!OFF.test(text) && !IGNORE.test(text)) continue;
    const last = endOfPart(context, i, IGNORE.test(text) ? ignoredEnd(context, i) : regionEnd(context, i));
    gap.fill(1, i, last + 1);
    if (last + 1 < tail.length) tail[last + 1] = 1;
    keepInlineBefore(context, gap, i);
    i = last;
  }
}

/** The last gap of the statement, or the element of a bracket, that follows a comment. */
function ignoredEnd(
  { structured: { source, structure }, statementTokens, elementEnd }: SourceContext, i: number,
): number {
  const code = structure.nextCode[i];
  if (code >= source.tokenCount) return i;
  if (statementTokens[code] > 0) return code + statementTokens[code] - 1;
  return Math.max(i, elementEnd[code] - 1);
}

/** A region ends with the part of the source that it is in. */
function endOfPart({ seams }: SourceContext, off: number, last: number): number {
  const seam = seams === null ? -1 : seams.indexOf(1, off + 1);
  return seam < 0 ? last : Math.min(last, seam - 1);
}

/**
 * Pins the suites on their colon's line that end before a region: broken, their indentation could claim the comment.
 */
function keepInlineBefore(
  { structured: { source, structure } }: SourceContext,
  gap: Uint8Array,
  comment: number,
): void {
  const code = comment > 0 ? structure.previousCode[comment - 1] : -1;
  for (let node = code < 0 ? 0 : structure.blockNode[code]; node > 0; node = source.tree.parent[node]) {
    const first = source.tree.firstToken[node];
    if (source.tree.kind[node] === BLOCK && !hasLineBreak(source.gaps[first])) gap[first] = 1;
  }
}

function isOwnLine({ structured: { source, structure } }: SourceContext, i: number): boolean {
  return source.kind[i] === COMMENT && structure.role[i] !== (GapRole.TrailingComment as number);
}

/** The last gap of the region that the comment opens. */
function regionEnd(context: SourceContext, off: number): number {
  const { source, structure } = context.structured;
  const column = columnOf(context, off);
  const bracket = structure.openBracket[off];
  const block = blockOfComment(context, off);
  const blockEnd = block > 0 ? source.tree.lastToken[block] : source.tokenCount;
  const ends = (i: number): boolean => {
    if (!isOwnLine(context, i) || !ON.test(tokenText(source, i))) return false;
    const open = structure.openBracket[i];
    if (open < 0) return bracket >= 0 || columnOf(context, i) <= column;
    for (let around = bracket; around >= 0; around = structure.openBracket[around]) if (around === open) return true;
    return false;
  };
  for (let i = off + 1; i <= Math.min(blockEnd, source.tokenCount - 1); i++) if (ends(i)) return i;
  // Comments behind the block's last statement: up to `on`, or those that are indented like the block.
  let last = Math.max(off, blockEnd);
  const outer = block > 0 ? outerColumn(context, block) : -1;
  let isInside = true;
  for (let i = last + 1; i < source.tokenCount && source.kind[i] === COMMENT; i++) {
    if (ends(i)) return i;
    isInside &&= !isOwnLine(context, i) || columnOf(context, i) > outer;
    if (isInside) last = i;
  }
  return last;
}

const columnOf = ({ structured: { source } }: SourceContext, i: number): number =>
  measureIndentation(source.gaps[i]).column;

/** The innermost block before or after a comment that is indented no deeper than the comment; 0 for the module. */
function blockOfComment(context: SourceContext, comment: number): number {
  const { structure } = context.structured;
  const column = columnOf(context, comment);
  let found = 0;
  let deepest = 0;
  for (const code of [structure.nextCode[comment], comment > 0 ? structure.previousCode[comment - 1] : -1]) {
    for (const { node, column: own } of blocksAround(context, code)) {
      if (own > column || own <= deepest) continue;
      found = node;
      deepest = own;
    }
  }
  // A bracket belongs to its statement's block, however its lines are indented.
  const open = structure.openBracket[comment];
  return open < 0 ? found : Math.max(0, structure.blockNode[open]);
}

/** Blocks on lines of their own around a token, inner before outer, with the columns of their statements. */
export function blocksAround(
  { structured: { source, structure } }: SourceContext,
  token: number,
): { node: number; column: number }[] {
  const blocks: { node: number; column: number }[] = [];
  if (token < 0 || token >= source.tokenCount) return blocks;
  for (let node = structure.blockNode[token]; node > 0; node = source.tree.parent[node]) {
    const first = source.tree.firstToken[node];
    if (source.tree.kind[node] !== BLOCK || structure.role[first] !== (GapRole.BlockStart as number) ||
      !hasLineBreak(source.gaps[first])) continue;
    const gap = source.gaps[first];
    blocks.push({ node, column: measureIndentation(gap.slice(lastLineStart(gap))).column });
  }
  return blocks;
}

/** Column of the statements around a block. */
function outerColumn(context: SourceContext, block: number): number {
  const { tree } = context.structured.source;
  return blocksAround(context, tree.firstToken[block]).find(({ node }) => node !== block && node < block)?.column ?? 0;
}
