import { GapRole } from '../tokenize/index.js';
import type { SourceContext } from './source-context.js';

/**
 * Layouts that are assumed while a source is laid out anew, from the outermost level to the innermost: what
 * is decided stands, what is not is whole. A gap's *level* is the number of brackets around it; gaps of
 * one level are decided with everything further out in place, and with what is to their left.
 */
export const DEEPEST_LEVEL = 6;

/** Level of a gap; all that are deeper are decided together. */
export const levelOf = ({ structured: { structure } }: SourceContext, i: number): number =>
  Math.min(DEEPEST_LEVEL, structure.bracketDepth[i]);

/** True for a gap that a line break has to stand in, whatever the layout. */
export function mustStayBroken({ structured: { structure } }: SourceContext, i: number): boolean {
  return structure.mustBreak[i] === 1 || structure.role[i] === (GapRole.BracketComment as number);
}

/** The text of a gap in brackets on a line that is whole: the usual spacing, for measuring. */
export function wholeText(context: SourceContext, i: number): string {
  const { structure } = context.structured;
  if (structure.role[i] === (GapRole.TrailingComment as number)) return '  ';
  const before = i > 0 ? structure.previousCode[i - 1] : -1;
  return before < 0 || context.flatStart[i] <= context.flatEnd[before] ? '' : ' ';
}

/** `gaps` with those hidden ones whole that are deeper than a level. */
export function wholeBelow(
  context: SourceContext, gaps: readonly string[], hidden: Uint8Array, level: number,
): string[] {
  const { bracketDepth } = context.structured.structure;
  return gaps.map((text, i) =>
    hidden[i] === 0 || bracketDepth[i] <= level || level === DEEPEST_LEVEL || !text.includes('\n') ||
      mustStayBroken(context, i)
      ? text : wholeText(context, i));
}
