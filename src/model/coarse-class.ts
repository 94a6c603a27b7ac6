import { BreakOutcome, NOT_COUNTED } from './count-outcomes.js';
import { NONE, SPACE, TWO_SPACES } from './layout-classes.js';
import type { ObservedLayout } from './observed-layout.js';

/** What a gap's neighbours see of its layout; a text without a tree shows it as well (`BackboneStream`). */
export const enum CoarseClass {
  None, Space, TwoSpaces, OtherInline,
  /** Breaks in brackets, by what the line hangs on. */
  ToBracket, ToOpenerLine, AsPreviousLine, ToStatementOrTree, OtherBreak,
  /** Line breaks between logical lines. */
  OneLine, TwoLines, MoreLines,
}
export const COARSE_CLASSES = 12;

/** The coarse class of a gap of a layout. */
export function coarseClass(layout: ObservedLayout, i: number): CoarseClass {
  if (layout.lineBreaks[i] === 0) return inlineClass(layout.classOf[i]);
  const lines = layout.linesOutcome[i];
  if (lines !== NOT_COUNTED) return linesClass(lines + 1);
  switch (layout.breakOutcome[i] as BreakOutcome) {
    case BreakOutcome.Bracket:
      return CoarseClass.ToBracket;
    case BreakOutcome.Opener:
    case BreakOutcome.OpenerPlus1:
    case BreakOutcome.OpenerPlus2:
      return CoarseClass.ToOpenerLine;
    case BreakOutcome.Previous:
      return CoarseClass.AsPreviousLine;
    case BreakOutcome.Tree:
    case BreakOutcome.Statement:
      return CoarseClass.ToStatementOrTree;
    default:
      return CoarseClass.OtherBreak;
  }
}

function inlineClass(classIndex: number): CoarseClass {
  if (classIndex === NONE) return CoarseClass.None;
  if (classIndex === SPACE) return CoarseClass.Space;
  return classIndex === TWO_SPACES ? CoarseClass.TwoSpaces : CoarseClass.OtherInline;
}

/** The class of so many line breaks between logical lines, of one at least. */
export const linesClass = (breaks: number): CoarseClass =>
  breaks === 1 ? CoarseClass.OneLine : breaks === 2 ? CoarseClass.TwoLines : CoarseClass.MoreLines;
