/**
 * What a gap's neighbours see of its layout (`coarseOf` says which it is); a text without a tree shows it as well
 * (`BackboneStream`).
 */
export const enum CoarseClass {
  None, Space, TwoSpaces, OtherInline,
  /** Breaks in brackets, by what the line hangs on. */
  ToBracket, ToOpenerLine, AsPreviousLine, ToStatementOrTree, OtherBreak,
  /** Line breaks between logical lines. */
  OneLine, TwoLines, MoreLines,
}
export const COARSE_CLASSES = 12;
