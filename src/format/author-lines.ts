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

/** True for a gap between the header of a class and the first line of its body. */
export function isBelowClass({ lineFirst, lineKind, structured: { structure } }: SourceContext, i: number): boolean {
  return structure.role[i] === (GapRole.BlockStart as number) && lineKind[lineFirst[i - 1]] === CLASS;
}
