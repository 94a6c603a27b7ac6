import { GapRole } from '../tokenize/index.js';

/**
 * Layout classes: what the network chooses between in each gap. A class is an instruction,
 * not a text: "break, and indent one unit deeper than the line that opened the bracket".
 * Rendering turns it into text from the layout to the left, so a class keeps its meaning
 * under any indentation unit and any name lengths.
 *
 * Anchors of a broken line: the innermost open bracket, the line it stands on (*opener*; *hang*
 * is the step that most brackets of the file take when they break at once),
 * the logical line (*statement*), the physical line being continued (*previous*), and the
 * first token of the nodes that hold both neighbours (*ancestor*).
 */
export const LABELS = [
  'none', 'space', 'two-spaces', 'keep', 'align-comment',
  // Between logical lines: line breaks, then the block's indentation.
  'lines-1', 'lines-2', 'lines-3', 'lines-4',
  // The same at the start of a block whose own indentation step is kept.
  'own-step-1', 'own-step-2', 'own-step-3',
  // Own-line comments that do not stand at the next statement's level.
  'previous-level-1', 'previous-level-2', 'previous-level-3',
  'column-0-1', 'column-0-2', 'column-0-3',
  // Breaks inside brackets.
  'after-bracket', 'first-element', 'opener', 'opener+1', 'opener+2', 'opener+hang',
  'statement', 'statement+1', 'statement+2', 'previous', 'previous+1', 'previous-1',
  'bracket', 'outer-bracket', 'sibling', 'ancestor-1', 'ancestor-2', 'ancestor-3',
  'blank-previous', 'blank-opener+1',
  // Backslash continuations.
  'backslash-statement', 'backslash-statement+1', 'backslash-statement+2', 'backslash-previous',
  'backslash-previous+1', 'backslash-ancestor-1', 'backslash-ancestor-2', 'backslash-sibling',
] as const;

export type LabelName = (typeof LABELS)[number];
export const LABEL_COUNT = LABELS.length;

const indexByName = new Map<string, number>(LABELS.map((name, index) => [name, index]));

/** Index of a layout class. */
export function label(name: LabelName): number {
  return indexByName.get(name)!;
}

export const KEEP = label('keep');
export const NONE = label('none');
export const SPACE = label('space');
export const TWO_SPACES = label('two-spaces');
export const ALIGN_COMMENT = label('align-comment');
export const LINES_1 = label('lines-1');
export const OWN_STEP_1 = label('own-step-1');
export const PREVIOUS_LEVEL_1 = label('previous-level-1');
export const COLUMN_0_1 = label('column-0-1');
export const FIRST_BRACKET_BREAK = label('after-bracket');
export const FIRST_BACKSLASH = label('backslash-statement');

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);
const inline = [NONE, SPACE, TWO_SPACES, KEEP];
const lines = range(LINES_1, LINES_1 + 4);
const bracketBreaks = range(FIRST_BRACKET_BREAK, FIRST_BACKSLASH);

/** Classes that make sense for each role, before the legality of the single gap. */
export const LABELS_OF_ROLE: readonly (readonly number[])[] = (() => {
  const table: number[][] = [];
  table[GapRole.FileStart] = [NONE, KEEP];
  table[GapRole.FileEnd] = [LINES_1, KEEP];
  table[GapRole.Line] = [...inline, ...range(FIRST_BACKSLASH, LABEL_COUNT)];
  table[GapRole.Bracket] = [...inline, ...bracketBreaks];
  table[GapRole.Statement] = [KEEP, ...lines];
  table[GapRole.BlockStart] = [NONE, SPACE, KEEP, ...lines, ...range(OWN_STEP_1, OWN_STEP_1 + 3)];
  table[GapRole.AfterSemicolon] = [NONE, SPACE, KEEP, LINES_1];
  table[GapRole.TrailingComment] = [...inline, ALIGN_COMMENT];
  table[GapRole.OwnLineComment] = [KEEP, ...lines, ...range(PREVIOUS_LEVEL_1, FIRST_BRACKET_BREAK)];
  table[GapRole.BracketComment] = [KEEP, ...bracketBreaks];
  return table;
})();

/**
 * Break classes by how well they bear a change to their left: those that hang on the bracket,
 * those on the statement or the tree, those on the line before. A learner that may choose
 * follows the line before, and one wrong line then drags all the following along; so only the
 * steadiest classes that render the original are taken as right.
 */
const STEADINESS: readonly (readonly number[])[] = [
  ['after-bracket', 'first-element', 'opener', 'opener+1', 'opener+2', 'blank-opener+1'],
  ['opener+hang'],
  ['statement', 'statement+1', 'statement+2', 'bracket', 'outer-bracket', 'sibling', 'ancestor-1', 'ancestor-2',
    'ancestor-3', 'backslash-statement', 'backslash-statement+1', 'backslash-statement+2'],
  ['backslash-ancestor-1', 'backslash-ancestor-2', 'backslash-sibling'],
  ['previous', 'previous+1', 'previous-1', 'blank-previous', 'backslash-previous', 'backslash-previous+1'],
].map((names) => names.map((name) => label(name as LabelName)));

/** Clears from a set of right classes (`[labels]`) the break classes that are less steady than another in it. */
export function keepSteadiest(mask: Uint8Array): void {
  const tier = STEADINESS.findIndex((labels) => labels.some((index) => mask[index] === 1));
  if (tier < 0) return;
  for (const labels of STEADINESS.slice(tier + 1)) for (const index of labels) mask[index] = 0;
}

/** Classes of decided gaps as neighbours see them; see `DECISION_OF_LABEL`. */
export const DECISIONS = 12;
export const UNDECIDED = 12;

/** none, space, two spaces, other inline, after bracket, opener, opener+1, opener+2, other break, 1, 2, 3+ lines. */
export const DECISION_OF_LABEL: Uint8Array = Uint8Array.from(LABELS, (name, index) => {
  if (index < 3) return index;
  if (index < LINES_1) return 3;
  const step = ['after-bracket', 'first-element', 'opener', 'opener+1', 'opener+hang', 'opener+2'].indexOf(name);
  if (step >= 0) return [4, 4, 5, 6, 6, 7][step];
  if (index >= FIRST_BRACKET_BREAK) return 8;
  return 8 + Math.min(3, Number(name.slice(-1)));
});

/** True for classes that put a line break into the gap whatever the input holds. */
export const breaks = (labelIndex: number): boolean => labelIndex >= LINES_1;
