/**
 * What style counts tell apart of a gap, as each family of contexts asks it. The order is that of the counts in
 * profiles and in the network's input.
 */

/** How a gap that may stay in its line is filled. */
export const enum InlineOutcome { None, Space, TwoSpaces, Break, Other }

/**
 * What the line hangs on that a broken gap leads to; `Bracket` is the column behind the bracket, or its first
 * element's.
 */
export const enum BreakOutcome { Bracket, Opener, OpenerPlus1, OpenerPlus2, Previous, Tree, Statement, Other }

/** Line breaks between logical lines. */
export const enum LinesOutcome { One, Two, Three, FourOrMore }

/** Outcomes of each kind. */
export const INLINE_OUTCOMES = 5;
export const BREAK_OUTCOMES = 8;
export const LINES_OUTCOMES = 4;

/** Stands for an outcome where the question does not arise. */
export const NOT_COUNTED = 255;
