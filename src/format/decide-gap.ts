import type { LayoutWalker } from '../model/layout-walker.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole } from '../tokenize/index.js';
import { ARRANGING, isInlineText } from './agree-gaps.js';
import { editClass, type Thresholds } from './confidence.js';
import { mostProbableText } from './most-probable-text.js';
import { isPrefixOperator } from './operator-gaps.js';
import type { Pins } from './pins.js';

/** What the model's choices in a file are measured by. */
export interface Choices {
  readonly context: SourceContext;
  /** `[gaps, classes]`. */
  readonly probabilities: Float32Array;
  readonly pins: Pins;
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
  readonly threshold: (edit: keyof Thresholds) => number;
  /** Per opening bracket: the share that every change of its lines needs; null where they need not agree. */
  readonly agreement: Float32Array | null;
  /** The file has blanks behind operators that stand before their operand. */
  readonly spacesPrefixes: boolean;
}

/**
 * What the model makes of a gap, given the layout chosen so far: its likeliest text where that is sure enough.
 *
 * @param walker stands before the gap
 * @param kept the text that stands for leaving the gap as it is
 */
export function chooseText(choices: Choices, walker: LayoutWalker, i: number, kept: string): string {
  const { context, probabilities, pins, damage, threshold, agreement } = choices;
  const { structure } = context.structured;
  const role = structure.role[i] as GapRole;
  const best = mostProbableText(walker, probabilities, { gap: i, role, kept, holdsTail: pins.tail[i] === 1 });
  if (best.text === kept) return kept;
  // Blank lines between the comment at the top of a file and its first statement are its author's.
  if (damage === 0 && role === GapRole.Statement && structure.previousCode[i - 1] < 0) return kept;
  const separatesPrefix = kept === '' && isInlineText(best.text) && i > 0 && isPrefixOperator(context, i - 1);
  if (separatesPrefix && !choices.spacesPrefixes) return kept;
  const edit = editClass(role, kept, best.text);
  const agreed = agreement !== null && ARRANGING.has(edit) ? (agreement[structure.openBracket[i]] ?? 1) : 1;
  const needed = removesTrailingBlanks(kept, best.text) ? Math.min(TRAILING_BLANKS, threshold(edit)) : threshold(edit);
  return Math.min(best.share, agreed) >= needed ? best.text : kept;
}

/** Least share for taking out blanks at the ends of lines, which nobody misses. */
const TRAILING_BLANKS = 0.7;

/**
 * True when `after` is `before` without the blanks at the ends of its lines; linear in their length, however long they
 * are.
 */
function removesTrailingBlanks(before: string, after: string): boolean {
  if (after.length >= before.length) return false;
  const lines = before.split('\n');
  const last = lines.pop()!;
  return [...lines.map((line) => line.trimEnd()), last].join('\n') === after;
}
