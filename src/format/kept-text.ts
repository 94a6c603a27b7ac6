import { KEEP } from '../model/layout-classes.js';
import type { LayoutWalker } from '../model/layout-walker.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import { BreakFreedom, GapRole } from '../tokenize/index.js';

/** True when a pragma allows the line breaks of a gap to become those of `text`. */
export function mayBreak(freedom: BreakFreedom, kept: string, text: string): boolean {
  if (text.includes('\n') !== kept.includes('\n')) return false;
  return freedom !== BreakFreedom.Counted || text.split('\n').length === kept.split('\n').length;
}

/**
 * The text that stands for leaving a gap as it is. A broken line in brackets keeps what it stood on in
 * the input, not its column: when the bracket's line moves, what the bracket holds moves along.
 */
export function keptText(observed: ObservedLayout, walker: LayoutWalker, i: number, role: GapRole): string {
  const isInBrackets = role === GapRole.Bracket || role === GapRole.BracketComment;
  const anchored = isInBrackets && observed.lineBreaks[i] > 0 ? walker.render(i, observed.classOf[i]) : null;
  return anchored ?? walker.render(i, KEEP)!;
}
