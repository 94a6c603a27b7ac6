import { GAP_ROLE_COUNT, GapRole } from '../tokenize/index.js';
import { BreakOutcome } from './count-outcomes.js';

/**
 * Layout classes: what the network chooses between in each gap. A class is an instruction, not a text: "break, and
 * indent one unit deeper than the line that opened the bracket". Rendering turns it into text from the layout to the
 * left, so a class keeps its meaning under any indentation unit and any name lengths.
 *
 * Each class is one row of the table below, and everything else follows from the rows. Their order is that of the
 * network's output.
 */
export interface LayoutClassRow {
  readonly name: string;
  /** Gaps that it makes sense in, before the legality of the single gap. */
  readonly roles: readonly GapRole[];
  /** What its text has up to its last line break; '' within a line, null where that depends on the input. */
  readonly lead: string | null;
  /** What the rest of the text is measured from, and how many steps further. */
  readonly anchor: Anchor;
  readonly steps: number;
  /** How well a break bears a change to its left; null where it does not hang on what stands there. */
  readonly steadiness: Steadiness | null;
  /** What it is as a decision that neighbours are told. */
  readonly decision: Decision;
  /** What style counts count it as, where the gap is broken. */
  readonly outcome: BreakOutcome;
}

/** What a class measures from; `LayoutWalker.render` gives each its text. */
export const enum Anchor {
  /** The token to the left; steps are blanks. */
  LeftToken,
  /** The gap as it is in the input. */
  Input,
  /** The column of the comment above; steps are columns. */
  CommentAbove,
  /** The indentation of the block, with the file's unit or with the step that the block has in the input. */
  Block,
  BlockWithOwnStep,
  /** The indentation of the statement before. */
  PreviousBlock,
  /** Column 0. */
  Margin,
  /** The innermost open bracket, the one around it, and the first token in it; steps are columns. */
  Bracket,
  OuterBracket,
  FirstElement,
  /**
   * The line on which the innermost open bracket stands; steps are units, or the step of most of the file's brackets.
   */
  OpenerLine,
  OpenerLineHanging,
  /** The logical line; steps are units. */
  Statement,
  /** The physical line that is continued; steps are units. */
  PreviousLine,
  /** The nearest sibling that starts a line, and the nodes that hold both neighbours, the nearest first. */
  Sibling,
  Ancestor1,
  Ancestor2,
  Ancestor3,
}

/**
 * Break classes by how well they bear a change to their left. A learner that may choose follows the line before, and
 * one wrong line then drags all the following along; so only the steadiest classes that render the original are
 * taken as right.
 */
export const enum Steadiness { Opener, HangingOpener, StatementOrTree, BackslashInTree, PreviousLine }

/** Classes of decided gaps as neighbours see them. */
export const enum Decision {
  None, Space, TwoSpaces, OtherInline, AfterBracket, Opener, OpenerPlus1, OpenerPlus2, OtherBreak, OneLine, TwoLines,
  MoreLines,
}
export const DECISIONS = 12;
/** Stands for a decision where none is made. */
export const UNDECIDED = 12;

const IN_LINE = [GapRole.Line, GapRole.Bracket, GapRole.TrailingComment] as const;
/** Where what could stand on a line of its own joins the line before. */
const JOINING = [GapRole.BlockStart, GapRole.AfterSemicolon] as const;
const BETWEEN_LINES = [GapRole.Statement, GapRole.BlockStart, GapRole.OwnLineComment] as const;
const LINE_BREAK = [GapRole.FileEnd, GapRole.AfterSemicolon, ...BETWEEN_LINES] as const;
const NOTHING = [GapRole.FileStart, ...IN_LINE, ...JOINING] as const;
const IN_BRACKETS = [GapRole.Bracket, GapRole.BracketComment] as const;
const EVERYWHERE: readonly GapRole[] = Array.from({ length: GAP_ROLE_COUNT }, (_, role) => role as GapRole);
const BACKSLASH = ' \\\n';

const ROWS = [
  // Within a line.
  {
    name: 'none', roles: NOTHING, lead: '', anchor: Anchor.LeftToken, steps: 0,
    steadiness: null, decision: Decision.None, outcome: BreakOutcome.Other,
  },
  {
    name: 'space', roles: [...IN_LINE, ...JOINING], lead: '', anchor: Anchor.LeftToken, steps: 1,
    steadiness: null, decision: Decision.Space, outcome: BreakOutcome.Other,
  },
  {
    name: 'two-spaces', roles: IN_LINE, lead: '', anchor: Anchor.LeftToken, steps: 2,
    steadiness: null, decision: Decision.TwoSpaces, outcome: BreakOutcome.Other,
  },
  {
    name: 'keep', roles: EVERYWHERE, lead: null, anchor: Anchor.Input, steps: 0,
    steadiness: null, decision: Decision.OtherInline, outcome: BreakOutcome.Other,
  },
  {
    name: 'align-comment', roles: [GapRole.TrailingComment], lead: '', anchor: Anchor.CommentAbove, steps: 0,
    steadiness: null, decision: Decision.OtherInline, outcome: BreakOutcome.Other,
  },
  // Between logical lines: line breaks, then the block's indentation.
  {
    name: 'lines-1', roles: LINE_BREAK, lead: '\n', anchor: Anchor.Block, steps: 0,
    steadiness: null, decision: Decision.OneLine, outcome: BreakOutcome.Other,
  },
  {
    name: 'lines-2', roles: BETWEEN_LINES, lead: '\n\n', anchor: Anchor.Block, steps: 0,
    steadiness: null, decision: Decision.TwoLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'lines-3', roles: BETWEEN_LINES, lead: '\n\n\n', anchor: Anchor.Block, steps: 0,
    steadiness: null, decision: Decision.MoreLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'lines-4', roles: BETWEEN_LINES, lead: '\n\n\n\n', anchor: Anchor.Block, steps: 0,
    steadiness: null, decision: Decision.MoreLines, outcome: BreakOutcome.Other,
  },
  // The same at the start of a block whose own indentation step is kept.
  {
    name: 'own-step-1', roles: [GapRole.BlockStart], lead: '\n', anchor: Anchor.BlockWithOwnStep, steps: 0,
    steadiness: null, decision: Decision.OneLine, outcome: BreakOutcome.Other,
  },
  {
    name: 'own-step-2', roles: [GapRole.BlockStart], lead: '\n\n', anchor: Anchor.BlockWithOwnStep, steps: 0,
    steadiness: null, decision: Decision.TwoLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'own-step-3', roles: [GapRole.BlockStart], lead: '\n\n\n', anchor: Anchor.BlockWithOwnStep, steps: 0,
    steadiness: null, decision: Decision.MoreLines, outcome: BreakOutcome.Other,
  },
  // Own-line comments that do not stand at the next statement's level.
  {
    name: 'previous-level-1', roles: [GapRole.OwnLineComment], lead: '\n', anchor: Anchor.PreviousBlock, steps: 0,
    steadiness: null, decision: Decision.OneLine, outcome: BreakOutcome.Other,
  },
  {
    name: 'previous-level-2', roles: [GapRole.OwnLineComment], lead: '\n\n', anchor: Anchor.PreviousBlock, steps: 0,
    steadiness: null, decision: Decision.TwoLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'previous-level-3', roles: [GapRole.OwnLineComment], lead: '\n\n\n', anchor: Anchor.PreviousBlock, steps: 0,
    steadiness: null, decision: Decision.MoreLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'column-0-1', roles: [GapRole.OwnLineComment], lead: '\n', anchor: Anchor.Margin, steps: 0,
    steadiness: null, decision: Decision.OneLine, outcome: BreakOutcome.Other,
  },
  {
    name: 'column-0-2', roles: [GapRole.OwnLineComment], lead: '\n\n', anchor: Anchor.Margin, steps: 0,
    steadiness: null, decision: Decision.TwoLines, outcome: BreakOutcome.Other,
  },
  {
    name: 'column-0-3', roles: [GapRole.OwnLineComment], lead: '\n\n\n', anchor: Anchor.Margin, steps: 0,
    steadiness: null, decision: Decision.MoreLines, outcome: BreakOutcome.Other,
  },
  // Breaks inside brackets.
  {
    name: 'after-bracket', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Bracket, steps: 1,
    steadiness: Steadiness.Opener, decision: Decision.AfterBracket, outcome: BreakOutcome.Bracket,
  },
  {
    name: 'first-element', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.FirstElement, steps: 0,
    steadiness: Steadiness.Opener, decision: Decision.AfterBracket, outcome: BreakOutcome.Bracket,
  },
  {
    name: 'opener', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.OpenerLine, steps: 0,
    steadiness: Steadiness.Opener, decision: Decision.Opener, outcome: BreakOutcome.Opener,
  },
  {
    name: 'opener+1', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.OpenerLine, steps: 1,
    steadiness: Steadiness.Opener, decision: Decision.OpenerPlus1, outcome: BreakOutcome.OpenerPlus1,
  },
  {
    name: 'opener+2', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.OpenerLine, steps: 2,
    steadiness: Steadiness.Opener, decision: Decision.OpenerPlus2, outcome: BreakOutcome.OpenerPlus2,
  },
  {
    name: 'opener+hang', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.OpenerLineHanging, steps: 0,
    steadiness: Steadiness.HangingOpener, decision: Decision.OpenerPlus1, outcome: BreakOutcome.OpenerPlus1,
  },
  {
    name: 'statement', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Statement, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Statement,
  },
  {
    name: 'statement+1', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Statement, steps: 1,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Statement,
  },
  {
    name: 'statement+2', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Statement, steps: 2,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Statement,
  },
  {
    name: 'previous', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.PreviousLine, steps: 0,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Previous,
  },
  {
    name: 'previous+1', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.PreviousLine, steps: 1,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'previous-1', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.PreviousLine, steps: -1,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'bracket', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Bracket, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'outer-bracket', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.OuterBracket, steps: 1,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'sibling', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Sibling, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Tree,
  },
  {
    name: 'ancestor-1', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Ancestor1, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Tree,
  },
  {
    name: 'ancestor-2', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Ancestor2, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Tree,
  },
  {
    name: 'ancestor-3', roles: IN_BRACKETS, lead: '\n', anchor: Anchor.Ancestor3, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Tree,
  },
  {
    name: 'blank-previous', roles: IN_BRACKETS, lead: '\n\n', anchor: Anchor.PreviousLine, steps: 0,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'blank-opener+1', roles: IN_BRACKETS, lead: '\n\n', anchor: Anchor.OpenerLine, steps: 1,
    steadiness: Steadiness.Opener, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  // Backslash continuations.
  {
    name: 'backslash-statement', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Statement, steps: 0,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-statement+1', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Statement, steps: 1,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-statement+2', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Statement, steps: 2,
    steadiness: Steadiness.StatementOrTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-previous', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.PreviousLine, steps: 0,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-previous+1', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.PreviousLine, steps: 1,
    steadiness: Steadiness.PreviousLine, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-ancestor-1', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Ancestor1, steps: 0,
    steadiness: Steadiness.BackslashInTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-ancestor-2', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Ancestor2, steps: 0,
    steadiness: Steadiness.BackslashInTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
  {
    name: 'backslash-sibling', roles: [GapRole.Line], lead: BACKSLASH, anchor: Anchor.Sibling, steps: 0,
    steadiness: Steadiness.BackslashInTree, decision: Decision.OtherBreak, outcome: BreakOutcome.Other,
  },
] as const satisfies readonly LayoutClassRow[];

export type LayoutClassName = (typeof ROWS)[number]['name'];

/** The rows, by class. */
export const CLASS_ROWS: readonly LayoutClassRow[] = ROWS;
/** Names of the classes, in the network's order. */
export const LAYOUT_CLASSES: readonly LayoutClassName[] = ROWS.map(({ name }) => name);
export const CLASS_COUNT = ROWS.length;

/**
 * Column that a class takes in a gap's row of probabilities. The classes that say the same in every role, up to `keep`,
 * have columns of their own; of the others, those that no role has both of share them.
 */
export const COLUMN_OF_CLASS = columnsOf(CLASS_ROWS);
/** Numbers of such a row: about half as many as there are classes. */
export const COLUMNS = Math.max(...COLUMN_OF_CLASS) + 1;

function columnsOf(rows: readonly LayoutClassRow[]): Uint8Array {
  const own = rows.findIndex(({ name }) => name === 'keep') + 1;
  /** Per role: the first column behind those of its classes. */
  const free = new Uint8Array(GAP_ROLE_COUNT).fill(own);
  return Uint8Array.from(rows, ({ roles }, k) => {
    if (k < own) return k;
    const column = roles.reduce((most, role) => Math.max(most, free[role]), own);
    for (const role of roles) free[role] = column + 1;
    return column;
  });
}

const indexByName = new Map<string, number>(LAYOUT_CLASSES.map((name, index) => [name, index]));

/** Index of a layout class. */
export const layoutClass = (name: LayoutClassName): number => indexByName.get(name)!;

export const NONE = layoutClass('none');
export const SPACE = layoutClass('space');
export const TWO_SPACES = layoutClass('two-spaces');
export const KEEP = layoutClass('keep');

/** Classes that make sense for each role. */
export const CLASSES_OF_ROLE: readonly (readonly number[])[] =
  EVERYWHERE.map((role) => classesWhere(({ roles }) => roles.includes(role)));

/** Classes whose rows hold something, in order. */
export function classesWhere(holds: (row: LayoutClassRow) => boolean): readonly number[] {
  return CLASS_ROWS.flatMap((row, index) => (holds(row) ? [index] : []));
}

/**
 * Classes that lead to a block's statements, by line breaks: with the file's unit, and with the step that the block
 * has.
 */
export const BLOCK_CLASSES = classesWhere(({ anchor }) => anchor === Anchor.Block);
export const OWN_STEP_CLASSES = classesWhere(({ anchor }) => anchor === Anchor.BlockWithOwnStep);

/** Classes that continue the line by a backslash. */
export const BACKSLASH_CLASSES = classesWhere(({ lead }) => lead === BACKSLASH);

/** Per class: the decision that it stands for, and the outcome of a break that it is counted as. */
export const DECISION_OF_CLASS = Uint8Array.from(CLASS_ROWS, ({ decision }) => decision);
export const OUTCOME_OF_CLASS = Uint8Array.from(CLASS_ROWS, ({ outcome }) => outcome);

/** Per class: the line breaks that it puts into the gap whatever the input holds. */
export const LINE_BREAKS_OF_CLASS = Uint8Array.from(CLASS_ROWS, ({ lead }) => (lead ?? '').split('\n').length - 1);

/** True for classes that put a line break into the gap whatever the input holds. */
export const breaks = (classIndex: number): boolean => LINE_BREAKS_OF_CLASS[classIndex] > 0;

const TIERS = [
  ...new Set(CLASS_ROWS.flatMap(({ steadiness }) => (steadiness === null ? [] : [steadiness]))),
].sort((a, b) => a - b)
  .map((tier) => classesWhere(({ steadiness }) => steadiness === tier));

/** Clears from a set of right classes (`[classes]`) the break classes that are less steady than another in it. */
export function keepSteadiest(mask: Uint8Array): void {
  const tier = TIERS.findIndex((classes) => classes.some((index) => mask[index] === 1));
  if (tier < 0) return;
  for (const classes of TIERS.slice(tier + 1)) for (const index of classes) mask[index] = 0;
}
