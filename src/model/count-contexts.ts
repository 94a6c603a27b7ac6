import { ARRANGEMENTS } from './bracket-arrangement.js';
import { BREAK_OUTCOMES, INLINE_OUTCOMES, LINES_OUTCOMES } from './count-outcomes.js';

/**
 * The contexts by which style counts are kept: what a gap has around it that an author's habit may hang on. A family
 * asks one question of every gap that it applies to, and counts the answers apart for each context; contexts
 * are hashed into a fixed number of rows.
 */

/** What a family counts. */
export const enum Question {
  /** How a gap in a line is filled: `InlineOutcome`. */
  Inline,
  /** What a broken line hangs on: `BreakOutcome`. */
  Break,
  /** How many lines break between logical lines: `LinesOutcome`. */
  Lines,
  /** How the bracket around is arranged, once a bracket: `Arrangement`. */
  Arrangement,
}

const OUTCOMES: Readonly<Record<Question, number>> = {
  [Question.Inline]: INLINE_OUTCOMES,
  [Question.Break]: BREAK_OUTCOMES,
  [Question.Lines]: LINES_OUTCOMES,
  [Question.Arrangement]: ARRANGEMENTS,
};

/** Which gaps a family asks about. */
export const enum FamilyPlace {
  /** Those within a logical line. */
  Line,
  /** Those of them in brackets. */
  Bracket,
  /** Those between logical lines. */
  Lines,
}

/** What is known of a gap's surroundings; a gap has the values of its place. */
export const enum ContextValue {
  /** Always 0. */
  Nothing,
  /** Within a line: kinds of its neighbours, and of the node that holds both. */
  Left,
  Right,
  Node,
  /** In brackets: `GapPosition`. */
  Position,
  /** Kind of the opening bracket, of the node it belongs to, and of the node around that. */
  Opener,
  BracketNode,
  NodeAround,
  /** 1 where a comma stands before the closer. */
  TrailingComma,
  /** Commas of the bracket, two at most. */
  Commas,
  /** Between lines: kinds of the statements before and after, and of what holds the block; 0 without. */
  Previous,
  Next,
  Owner,
  /** Comments to the left and right, as bits. */
  Comments,
  /** Blocks around, two at most. */
  Depth,
}
export const CONTEXT_VALUES = 15;

/** A number of a key: `value * times + other + plus`. */
interface Term {
  readonly value: ContextValue;
  readonly times?: number;
  readonly other?: ContextValue;
  readonly plus?: number;
}

const of = (value: ContextValue, rest: Omit<Term, 'value'> = {}): Term => ({ value, ...rest });
/** A value behind a number that tells families apart. */
const beside = (plus: number, value: ContextValue = ContextValue.Nothing): Term => ({ value, plus });

interface FamilyRow {
  readonly name: string;
  readonly question: Question;
  readonly place: FamilyPlace;
  /** Three numbers that are hashed to a row; what tells families of one kind apart is among them. */
  readonly key: readonly [Term, Term, Term];
}

/** The families, in the order of the counts in profiles and in the network's input. */
const ROWS = [
  {
    name: 'left-right-node', question: Question.Inline, place: FamilyPlace.Line,
    key: [of(ContextValue.Left), of(ContextValue.Right), of(ContextValue.Node)],
  },
  {
    name: 'left-node', question: Question.Inline, place: FamilyPlace.Line,
    key: [of(ContextValue.Left), of(ContextValue.Node), beside(201)],
  },
  {
    name: 'right-node', question: Question.Inline, place: FamilyPlace.Line,
    key: [of(ContextValue.Right), of(ContextValue.Node), beside(202)],
  },
  {
    name: 'break-position', question: Question.Break, place: FamilyPlace.Bracket,
    key: [of(ContextValue.Position), of(ContextValue.Opener), beside(210, ContextValue.TrailingComma)],
  },
  {
    name: 'break-node', question: Question.Break, place: FamilyPlace.Bracket,
    key: [of(ContextValue.Position), of(ContextValue.Node), beside(220)],
  },
  {
    name: 'lines-kinds', question: Question.Lines, place: FamilyPlace.Lines,
    key: [
      of(ContextValue.Previous), of(ContextValue.Next),
      of(ContextValue.Owner, { times: 4, other: ContextValue.Comments }),
    ],
  },
  {
    name: 'lines-next', question: Question.Lines, place: FamilyPlace.Lines,
    key: [of(ContextValue.Next), beside(40, ContextValue.Depth), of(ContextValue.Comments)],
  },
  {
    name: 'lines-owner', question: Question.Lines, place: FamilyPlace.Lines,
    key: [of(ContextValue.Previous), beside(80, ContextValue.Depth), of(ContextValue.Comments)],
  },
  {
    name: 'list-shape', question: Question.Inline, place: FamilyPlace.Bracket,
    key: [of(ContextValue.Position), of(ContextValue.BracketNode), beside(230, ContextValue.TrailingComma)],
  },
  {
    name: 'arrangement-node', question: Question.Arrangement, place: FamilyPlace.Bracket,
    key: [of(ContextValue.BracketNode), of(ContextValue.NodeAround), beside(240, ContextValue.TrailingComma)],
  },
  {
    name: 'arrangement-bracket', question: Question.Arrangement, place: FamilyPlace.Bracket,
    key: [of(ContextValue.Opener), of(ContextValue.Commas), beside(250, ContextValue.TrailingComma)],
  },
] as const satisfies readonly FamilyRow[];

export type FamilyName = (typeof ROWS)[number]['name'];

/** A family of contexts with its own set of outcomes. */
export interface CountFamily {
  readonly name: FamilyName;
  /** Outcomes counted apart. */
  readonly outcomes: number;
}

export const COUNT_FAMILIES: readonly CountFamily[] =
  ROWS.map(({ name, question }) => ({ name, outcomes: OUTCOMES[question] }));
export const FAMILY_COUNT = ROWS.length;
/** Per family. */
export const QUESTION_OF_FAMILY = Uint8Array.from(ROWS, ({ question }) => question);

/** Position of a family among all. */
export const familyIndex = (name: FamilyName): number => ROWS.findIndex((row) => row.name === name);

/** Contexts per family; keys are hashed into this many rows. */
export const CONTEXT_ROWS = 2048;

/** Per family: which gaps it asks about, see `FamilyPlace`. */
export const PLACE_OF_FAMILY = Uint8Array.from(ROWS, ({ place }) => place);
/** `[families, 3, 4]`: the terms of the keys, as value, factor, other value and what is added. */
export const KEY_TERMS = Int32Array.from(ROWS.flatMap(({ key }: FamilyRow) =>
  key.flatMap(({ value, times = 1, other = ContextValue.Nothing, plus = 0 }) => [value, times, other, plus])));

/** The row of a family's table that belongs to a gap; -1 where the family does not apply. */
export const rowOf = (rows: Int16Array, gap: number, family: number): number => rows[gap * FAMILY_COUNT + family];
