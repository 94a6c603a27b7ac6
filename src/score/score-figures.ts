/**
 * What a difference in a gap is about, for figures by class. Blank lines are reported twice: as
 * `blankLines`, and as those inside functions or those between definitions, which is all others:
 * of a module, of a class, around imports.
 */
export const GAP_CLASSES = [
  'spaces', 'lineBreaks', 'indentation', 'blankLines', 'blankLinesInside', 'blankLinesBetween', 'comments',
] as const;
export type GapClass = (typeof GAP_CLASSES)[number];

/** How alike two layouts are. */
export interface ScoreFigures {
  /** Mean similarity ratio over the compared gaps, 1 when there are none. */
  readonly score: number;
  /** Share of the compared gaps that are equal, 1 when there are none. */
  readonly exact: number;
  readonly gaps: number;
  readonly compared: number;
  /** Gaps whose texts differ. */
  readonly changed: number;
  /** `exact` is null for a class with nothing to compare. */
  readonly classes: Readonly<
    Record<GapClass, { readonly compared: number; readonly changed: number; readonly exact: number | null }>
  >;
}
