import { COLON, COMMA, DOT, EQUALS, isCloser, isOpener, isOperator, isPartWord } from '../tokenize/index.js';

/** Where in a list or expression a gap stands: what line breaking conventions speak about. */
export const enum GapPosition {
  Other,
  AfterOpener,
  BeforeCloser,
  AfterComma,
  BeforeComma,
  /** Before the `for` or `if` of a comprehension, or of a conditional. */
  BeforePart,
  BeforeOperator,
  AfterOperator,
  BeforeDot,
  /** After a colon or an equals sign. */
  AfterColon,
}
export const GAP_POSITIONS = 10;

/** By the kind of the token to one side alone. */
export const POSITION_BY_RIGHT = Uint8Array.from({ length: 256 }, (_, kind) => {
  if (isCloser(kind)) return GapPosition.BeforeCloser;
  if (kind === COMMA) return GapPosition.BeforeComma;
  if (isPartWord(kind)) return GapPosition.BeforePart;
  if (isOperator(kind)) return GapPosition.BeforeOperator;
  return kind === DOT ? GapPosition.BeforeDot : GapPosition.Other;
});
export const POSITION_BY_LEFT = Uint8Array.from({ length: 256 }, (_, kind) => {
  if (isOpener(kind)) return GapPosition.AfterOpener;
  if (kind === COMMA) return GapPosition.AfterComma;
  if (isOperator(kind)) return GapPosition.AfterOperator;
  return kind === COLON || kind === EQUALS ? GapPosition.AfterColon : GapPosition.Other;
});

/**
 * Position of a gap, by the kinds of the tokens around it: an opener to the left decides, then what is to the right.
 */
export function positionOf(leftKind: number, rightKind: number): GapPosition {
  const left = POSITION_BY_LEFT[leftKind];
  return left === (GapPosition.AfterOpener as number) ? left : POSITION_BY_RIGHT[rightKind] || left;
}
