import type { LayoutWalker } from '../model/layout-walker.js';
import type { SourceContext } from '../model/source-context.js';
import { CLAUSE_WORDS, COMMA, GapRole, kindTest, tokenKind } from '../tokenize/index.js';
import { ARRANGING, blankLines, isInlineText } from './agree-gaps.js';
import { editClass, type Thresholds } from './confidence.js';
import type { EditClass } from './edit-classes.js';
import { removesTrailingBlanks } from './certainty/consistency.js';
import type { EditJudge, Weight } from './certainty/edit-judge.js';
import { likeliestChange, type LikeliestChange } from './most-probable-text.js';
import { isBesideExpression, isPrefixOperator } from './operator-gaps.js';
import type { Pins } from './pins.js';

/** What the model's choices in a file are measured by. */
export interface Choices {
  readonly context: SourceContext;
  /** `[gaps, COLUMNS]`. */
  readonly probabilities: Float32Array;
  readonly pins: Pins;
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
  /** Least certainty of a change. */
  readonly threshold: (edit: keyof Thresholds) => number;
  /** The file looks as its author left it, and did so before anything was changed. */
  readonly isAsLeft: boolean;
  readonly judge: EditJudge;
  /** Per opening bracket: the share that every change of its lines needs; null where they need not agree. */
  readonly agreement: Float32Array | null;
  /** The file has blanks behind operators that stand before their operand. */
  readonly spacesPrefixes: boolean;
  /** The file's suites on the lines of their colons mostly touch these. */
  readonly touchesColons: boolean;
  /** Gaps before suites that stand on the lines of their colons as those of other clauses do. */
  readonly likeClauses: ReadonlySet<number>;
}

/** A change of one gap, weighed. */
export interface WeighedChange extends Weight {
  readonly text: string;
  readonly edit: EditClass;
}

/** Below this share a change is weighed only where what stands is odd in its file. */
export const LEAST_SHARE = 0.003;

/**
 * The likeliest change of a gap, given the layout chosen so far, and what the network says of it; null where there is
 * none that is worth weighing.
 *
 * @param walker stands before the gap
 * @param kept the text that stands for leaving the gap as it is
 */
export function proposeChange(
  choices: Choices, walker: LayoutWalker, i: number, kept: string,
): (LikeliestChange & { readonly edit: EditClass }) | null {
  const { context, probabilities, pins, agreement, judge, isAsLeft } = choices;
  const { source, structure } = context.structured;
  const role = structure.role[i] as GapRole;
  const change = likeliestChange(walker, probabilities, { gap: i, role, kept, holdsTail: pins.tail[i] === 1 });
  if (change === null || (change.share < LEAST_SHARE && !judge.isOdd(i))) return null;
  if (isAsLeft && role === GapRole.Statement) {
    // Blank lines between the comment at the top of a file and its first statement are its author's.
    if (structure.previousCode[i - 1] < 0) return null;
    // A single blank line between two statements says that they are two thoughts.
    const follows = blankLines(kept) === 1 && blankLines(change.text) === 0;
    if (follows && !mayFollow(source.kind[i])) return null;
    // Several between two statements of a module, or below a long one, begin another part.
    const parts = blankLines(kept) > 1 && blankLines(change.text) < 1;
    if (parts && (structure.blockDepth[i] === 0 || judge.consistency?.isApart(i) === true)) return null;
  }
  // A comment that a blank line parts from what follows is not about that.
  const isLevel = role === GapRole.OwnLineComment && blankLines(kept) === blankLines(change.text);
  if (isAsLeft && isLevel && judge.consistency?.isApart(i) === true) return null;
  // Below a header of several lines a blank line shows where it ends.
  if (isAsLeft && role === GapRole.BlockStart && blankLines(kept) === 1 && blankLines(change.text) === 0 &&
    judge.consistency?.isApart(i) === true) return null;
  // So it does between two elements of a list or a dictionary.
  if (isAsLeft && role === GapRole.Bracket && LISTS.has(source.kind[structure.openBracket[i]])) {
    const isElement = source.kind[i - 1] === COMMA && !LIST_ENDS.has(source.kind[i]);
    if (isElement && blankLines(kept) === 1 && blankLines(change.text) < 1) return null;
  }
  // A comma before the end of a list stands badly with a blank and without: neither is worth a change.
  const isTail = source.kind[i - 1] === COMMA && LIST_ENDS.has(source.kind[i]);
  if (isAsLeft && isTail && kept === ' ' && change.text === '') return null;
  // Some have a blank beside a slice's colon where the operand there is an expression.
  if (isAsLeft && kept === ' ' && change.text === '' && isBesideExpression(context, i)) return null;
  const separatesPrefix = kept === '' && isInlineText(change.text) && i > 0 && isPrefixOperator(context, i - 1);
  if (separatesPrefix && !choices.spacesPrefixes) return null;
  const edit = editClass(role, kept, change.text);
  if (isAsLeft && MOVES.has(edit) && judge.consistency?.widens(i, change.text) === true) return null;
  const agreed = agreement !== null && ARRANGING.has(edit) ? (agreement[structure.openBracket[i]] ?? 1) : 1;
  return { ...change, edit, share: Math.min(change.share, agreed) };
}

/** The likeliest change of a gap with its certainty, whether or not it is made; null without one. */
export function weighChange(choices: Choices, walker: LayoutWalker, i: number, kept: string): WeighedChange | null {
  const weighed = weighProposed(choices, walker, i, kept);
  const isTight = kept === '' && choices.context.structured.structure.role[i] === (GapRole.BlockStart as number);
  return isTight && !choices.touchesColons ? withBlank(choices, i, weighed) : weighed;
}

/** Of eight projects' 123 suites on the lines of their colons, all have a blank before them. */
const BLANK_BEFORE_SUITE = 0.99;

/** A blank before a suite on the line of its colon, unless the suite surely goes to a line of its own. */
function withBlank(
  { threshold, likeClauses, pins }: Choices, i: number, weighed: WeighedChange | null,
): WeighedChange | null {
  if (pins.tail[i] === 1) return weighed;
  const isBlank = weighed?.text === ' ';
  const isSuite = weighed !== null && !isBlank && !likeClauses.has(i);
  if (isSuite && weighed.certainty >= threshold(weighed.edit)) return weighed;
  const { says = { share: 0, mass: 0 }, evidence = null, certainty = 0 } = isBlank ? weighed : {};
  return {
    text: ' ', edit: editClass(GapRole.BlockStart, '', ' '), says, evidence,
    certainty: Math.max(certainty, BLANK_BEFORE_SUITE),
  };
}

function weighProposed(choices: Choices, walker: LayoutWalker, i: number, kept: string): WeighedChange | null {
  const change = proposeChange(choices, walker, i, kept);
  if (change === null) return null;
  const { text, edit } = change;
  const { mass, share } = change;
  const weight = choices.judge.weigh({ mass, share }, (file) => file.ofGap(i, kept, change));
  // The trees ask for the author's very number of blank lines; of so many, any smaller one is right.
  const certainty = leavesOutMany(kept, text) ? Math.max(share, weight.certainty) : weight.certainty;
  return { text, edit, ...weight, certainty };
}

/** Clauses and definitions, which follow what belongs to them without a blank line. */
const mayFollow = kindTest([...CLAUSE_WORDS, 'def', 'class', 'async', '@']);

const MOVES: ReadonlySet<EditClass> = new Set<EditClass>(['join', 'continuation']);

const LISTS = new Set([tokenKind('['), tokenKind('{')]);
const LIST_ENDS = new Set([tokenKind(']'), tokenKind('}'), tokenKind(')')]);

/** Blank lines that nobody means. */
const MANY = 3;

function leavesOutMany(kept: string, text: string): boolean {
  return blankLines(kept) >= MANY && blankLines(text) >= 1 && blankLines(text) < MANY;
}

/** True where a change is sure enough to be made. */
export function isSure(change: WeighedChange, kept: string, { threshold, judge }: Choices): boolean {
  const needed = threshold(change.edit);
  // Trees have learned how sure that is.
  const isEased = judge.consistency === null && removesTrailingBlanks(kept, change.text);
  return change.certainty >= (isEased ? Math.min(TRAILING_BLANKS, needed) : needed);
}

/** Least share for taking out blanks at the ends of lines, which nobody misses. */
const TRAILING_BLANKS = 0.7;
