import { mayHoldBlankLines } from '../model/features/buckets.js';
import { layoutClass } from '../model/layout-classes.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { StyleCounts } from '../model/style-counts.js';
import { COMMENT, GapRole, nodeKind } from '../tokenize/index.js';
import { FORMATTERS_LINES, leavesTwoLines, missedLines, moreLines, projectLines } from './groups/project-habits.js';

/** Blank lines that carry a thought of their author, and those that no formatter leaves to him. */

const CLASS = nodeKind('class_definition');
const DEFINITIONS = new Set(['function_definition', 'class_definition', 'decorated_definition'].map(nodeKind));

/**
 * True where a blank line, or none, between statements of a nested block is its author's thought: beside no definition.
 */
export function isThought(context: SourceContext, input: ObservedLayout, i: number): boolean {
  const { structured: { source, structure }, lineKind } = context;
  const code = structure.nextCode[i];
  if (structure.role[i] === (GapRole.BlockStart as number) || i === 0 || code >= source.tokenCount ||
    input.lineBreaks[i] > 2) return false;
  return structure.blockDepth[code] > 0 && !DEFINITIONS.has(lineKind[code]) && !isBehindDefinition(context, i);
}

/** True for a gap between a definition and the statement behind it. */
export function isBehindDefinition(context: SourceContext, i: number): boolean {
  const { structured: { source, structure }, lineKind, previousSibling } = context;
  const code = structure.nextCode[i];
  return code < source.tokenCount && previousSibling[code] >= 0 && DEFINITIONS.has(lineKind[previousSibling[code]]);
}

/** True where the lines left blank may be a formatter's: not before comments, nor behind one within a block. */
function mayBeSomebodyElses(context: SourceContext, input: ObservedLayout, i: number): boolean {
  const { source: { kind, tokenCount }, structure: { role, blockDepth } } = context.structured;
  if (i === 0 || i >= tokenCount || input.lineBreaks[i] === 0) return false;
  return role[i] !== (GapRole.OwnLineComment as number) && (kind[i - 1] !== COMMENT || blockDepth[i] === 0) &&
    !isThought(context, input, i);
}

const LINES = (['lines-1', 'lines-2', 'lines-3', 'lines-4'] as const).map(layoutClass);

/**
 * Of the gaps with 1 in `hidden` those that the project's files break otherwise, nearly all of them, while this source
 * never does it their way; with the class of layout for it.
 */
export function usualLines(
  context: SourceContext, input: ObservedLayout, project: StyleCounts | null, hidden: Uint8Array,
): Map<number, number> {
  if (project === null) return new Map();
  const { role } = context.structured.structure;
  const gaps = [...hidden.keys()].filter((gap) =>
    hidden[gap] === 1 && mayHoldBlankLines(role[gap]) && mayBeSomebodyElses(context, input, gap));
  const missed = missedLines(context, project, gaps, input.lineBreaks);
  return new Map([...missed].map(([gap, lines]) => [gap, LINES[lines - 1]]));
}

/**
 * Of the gaps with 1 in `hidden` those of a module above and below a definition that have fewer lines than the project
 * ever has there, with the class of layout for as many as it has; in one that a formatter keeps, as many as formatters
 * have where nothing is known of the very place. Not below a definition of one line.
 */
export function owedLines(
  context: SourceContext, input: ObservedLayout, project: StyleCounts | null, hidden: Uint8Array, isStrict: boolean,
): Map<number, number> {
  const { structured: { source, structure }, lineKind, lineFirst, previousSibling } = context;
  const { role, nextCode, blockDepth } = structure;
  const places = [...hidden.keys()].filter((i) => {
    const code = nextCode[i];
    const isOfModule = role[i] === (GapRole.Statement as number) && i > 0 && code < source.tokenCount &&
      blockDepth[code] === 0 && previousSibling[code] >= 0 && source.kind[i - 1] !== COMMENT;
    return isOfModule && (DEFINITIONS.has(lineKind[code]) || isBehindDefinition(context, i));
  });
  const usualOf = projectLines(context, project, isStrict);
  const moreOf = moreLines(context, project);
  const isByRules = isStrict && leavesTwoLines(project) &&
    places.every((i) => (usualOf(i) ?? FORMATTERS_LINES) === FORMATTERS_LINES);
  return new Map(places.flatMap((i) => {
    const lines = usualOf(i) ?? moreOf(i, input.lineBreaks[i]) ?? (isByRules ? FORMATTERS_LINES : null);
    const isBelowLine = isBehindDefinition(context, i) && blockDepth[lineFirst[i - 1]] === 0;
    const isOwed = hidden[i] === 1 && lines !== null && input.lineBreaks[i] > 0 && input.lineBreaks[i] < lines;
    return isOwed && !isBelowLine ? [[i, LINES[lines - 1]]] : [];
  }));
}

/** Blank lines that no file of the project has in such a place, from which on they are somebody else's. */
const MOST_WHIMS = { byRules: 2, byHand: 3 };

/**
 * Of gaps whose blank lines the project's files agree to have otherwise, those that are not left to their author.
 *
 * @param isForeign whether the source is surely somebody else's, in a project laid out by hand
 */
export function settledLines(
  context: SourceContext, input: ObservedLayout, agreed: readonly number[],
  { isStrict, isForeign }: { readonly isStrict: boolean; readonly isForeign: boolean },
): Set<number> {
  // Once may be a whim of the project's own author.
  const areWhims = agreed.length < (isStrict ? MOST_WHIMS.byRules : MOST_WHIMS.byHand);
  if (!areWhims) return new Set(agreed);
  // Below the header of a class no formatter leaves a line to its author.
  return new Set(agreed.filter((gap) =>
    (isStrict && isBelowClass(context, gap)) || (isForeign && mayBeSomebodyElses(context, input, gap))));
}

/** True for a gap between the header of a class and the first line of its body. */
function isBelowClass({ lineFirst, lineKind, structured: { structure } }: SourceContext, i: number): boolean {
  return structure.role[i] === (GapRole.BlockStart as number) && lineKind[lineFirst[i - 1]] === CLASS;
}
