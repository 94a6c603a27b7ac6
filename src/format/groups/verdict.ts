import type { EditJudge, Weight } from '../certainty/edit-judge.js';
import type { Pins } from '../pins.js';
import type { Column } from './columns.js';
import type { EditClass } from '../edit-classes.js';
import type { GroupKind } from '../explanation.js';
import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import type { GapConventions, GapPair, GapSides } from '../../tokenize/index.js';
import type { StyleCounts } from '../../model/style-counts.js';

/**
 * Gaps that belong together change together, or not at all: both sides of an operator, both pads of
 * a bracket, the rows of a column, the lines of a comment run, and whatever a file does in nearly all
 * places of one kind. Each room of this folder finds one kind of group, adds up what the network
 * thinks of its members, takes one decision, and writes it down as verdicts. The walk of
 * `formatGaps` renders them; proof and second pass are the same as for any other edit.
 *
 * Limits: a group is seen in the input's own lines, so members that damage has moved to other
 * lines are decided alone.
 */
export const GROUP_KINDS =
  ['operator', 'separator', 'pads', 'column', 'table', 'comments', 'habit'] as const satisfies readonly GroupKind[];
export type { GroupKind };

/** What a group has decided about one of its gaps. */
export interface Verdict {
  readonly group: GroupKind;
  /** The text to write; `null` leaves the gap as it is. */
  readonly text: string | null;
  /**
   * Of a column: where the token begins, in columns from the first token of its line. The text then
   * follows from what stands before it.
   */
  readonly offset?: number;
  /** Of a column that was lost: the first token of its row, where that need not start the line. */
  readonly start?: number;
  /** What was weighed, whether or not it is done: the same for all members. */
  readonly weighed?: WeighedGroup;
}

/** A change of all gaps of a group, and how sure it is. */
export interface WeighedGroup extends Weight {
  readonly gaps: readonly number[];
  /** The text of each. */
  readonly texts: readonly string[];
}

/** Decisions by gap; undefined where no group speaks. */
export type Verdicts = (Verdict | undefined)[];

/** A habit that the network would not have. */
export interface Habit {
  /** Which question it answers, as `habits.ts` numbers them. */
  readonly kind: number;
  readonly text: string;
  readonly gaps: readonly number[];
}

/** What every kind of group looks at. */
export interface GroupInput {
  readonly context: SourceContext;
  readonly observed: ObservedLayout;
  readonly conventions: GapConventions;
  readonly pairs: readonly GapPair[];
  /** Of commas and colons. */
  readonly sides: readonly GapSides[];
  readonly habits: readonly Habit[];
  /** Those of neighbouring lines. */
  readonly columns: readonly Column[];
  /** Gaps of their rows that hold blanks of the same hand. */
  readonly blanksInRows: readonly number[];
  /** Gaps of several blanks that put words under one another. */
  readonly alignedWords: readonly number[];
  /** `[gaps, COLUMNS]`. */
  readonly probabilities: Float32Array;
  readonly pins: Pins;
  /** Least certainty of a change. */
  readonly threshold: (edit: EditClass) => number;
  readonly judge: EditJudge;
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
  /** Share of its gaps within lines that look spoilt. */
  readonly spoilt: number;
  /** Layout of the project's other files, where a profile brings it. */
  readonly project: StyleCounts | null;
}

/** A group's decision to leave a gap as it is. */
export const stays = (group: GroupKind): Verdict => ({ group, text: null });
