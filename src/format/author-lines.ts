import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole, nodeKind } from '../tokenize/index.js';

/** Blank lines that carry a thought of their author, and those that no formatter leaves to him. */

const CLASS = nodeKind('class_definition');
const DEFINITIONS = new Set(['function_definition', 'class_definition', 'decorated_definition'].map(nodeKind));

/**
 * True where a blank line, or none, between statements of a nested block is its author's thought: beside no definition.
 */
export function isThought(context: SourceContext, input: ObservedLayout, i: number): boolean {
  const { structured: { source, structure }, lineKind, previousSibling } = context;
  const code = structure.nextCode[i];
  if (structure.role[i] === (GapRole.BlockStart as number) || i === 0 || code >= source.tokenCount ||
    input.lineBreaks[i] > 2) return false;
  const previous = previousSibling[code];
  return structure.blockDepth[code] > 0 && !DEFINITIONS.has(lineKind[code]) &&
    (previous < 0 || !DEFINITIONS.has(lineKind[previous]));
}

/** Blank lines that no file of the project has in such a place, from which on they are somebody else's. */
const MOST_WHIMS = { byRules: 2, byHand: 3 };

/** Of gaps whose blank lines the project's files agree to have otherwise, those that are not left to their author. */
export function settledLines(context: SourceContext, isStrict: boolean, agreed: readonly number[]): Set<number> {
  // Once may be a whim of the project's own author.
  const areWhims = agreed.length < (isStrict ? MOST_WHIMS.byRules : MOST_WHIMS.byHand);
  // Below the header of a class no formatter leaves a line to its author.
  return new Set(areWhims ? agreed.filter((gap) => isStrict && isBelowClass(context, gap)) : agreed);
}

/** True for a gap between the header of a class and the first line of its body. */
function isBelowClass({ lineFirst, lineKind, structured: { structure } }: SourceContext, i: number): boolean {
  return structure.role[i] === (GapRole.BlockStart as number) && lineKind[lineFirst[i - 1]] === CLASS;
}
