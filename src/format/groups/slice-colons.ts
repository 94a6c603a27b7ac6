import { NONE, SPACE } from '../../model/layout-classes.js';
import type { SourceContext } from '../../model/source-context.js';
import { nodeKind, tokenKind } from '../../tokenize/index.js';

/**
 * Formatters treat the colon of a slice as an operator where an operand is more than a name or a number, and as
 * nothing elsewhere: `[: -len(x)]`, `[:-1]`. Counts tell operands by their first token and their kind alone.
 */

const COLON = tokenKind(':');
/** Before and behind a colon where an operand is missing. */
const NONE_BEFORE = new Set(['[', ':', ','].map(tokenKind));
const NONE_BEHIND = new Set([']', ':', ','].map(tokenKind));
const SLICE = nodeKind('slice');
const COMPOUND = new Set([
  'attribute', 'await', 'binary_operator', 'boolean_operator', 'call', 'comparison_operator', 'conditional_expression',
  'lambda', 'named_expression', 'not_operator', 'subscript',
].map(nodeKind));
/** What formatters differ about, as an operand. */
const CONTAINERS = new Set([
  'dictionary', 'dictionary_comprehension', 'generator_expression', 'list', 'list_comprehension', 'set',
  'set_comprehension', 'tuple',
].map(nodeKind));
/**
 * True where a text for a gap beside the colon of a slice is neither what a formatter leaves there nor like what stands
 * on the colon's other side.
 *
 * @param textAt what stands in other gaps
 */
export function spoilsSlice(
  context: SourceContext, gap: number, text: string, textAt: (gap: number) => string,
): boolean {
  const slice = text.includes('\n') ? -1 : sliceAt(context, gap);
  if (slice < 0) return false;
  const space = spaceIn(context, slice);
  if (space !== null && text === (space === SPACE ? ' ' : '')) return false;
  const other = context.structured.source.kind[gap] === COLON ? gap + 1 : gap - 1;
  return sliceAt(context, other) !== slice || textAt(other) !== text;
}

/** The slice that a gap is in between a colon and an operand of it; -1 for other gaps. */
export function sliceAt(context: SourceContext, gap: number): number {
  const { kind, parent, tokenCount, tree } = context.structured.source;
  if (gap === 0 || gap >= tokenCount) return -1;
  const [before, after] = [kind[gap - 1], kind[gap]];
  const colon = before === COLON && !NONE_BEHIND.has(after) ? gap - 1
    : after === COLON && !NONE_BEFORE.has(before) ? gap : -1;
  const node = colon < 0 ? -1 : parent[colon];
  return node >= 0 && tree.kind[node] === SLICE ? node : -1;
}

/** The class of the spaces around a slice's colons; null where formatters differ. */
export function spaceIn({ structured: { source: { tree } } }: SourceContext, slice: number): number | null {
  let isContainer = false;
  for (let node = slice + 1; node < tree.nodeCount && tree.firstToken[node] <= tree.lastToken[slice]; node++) {
    if (COMPOUND.has(tree.kind[node])) return SPACE;
    isContainer ||= CONTAINERS.has(tree.kind[node]);
  }
  return isContainer ? null : NONE;
}
