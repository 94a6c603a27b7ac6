import { allContextRows } from '../../model/context-rows.js';
import { familyIndex, rowOf } from '../../model/count-contexts.js';
import { COLUMNS, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import type { SourceContext } from '../../model/source-context.js';
import type { StyleCounts } from '../../model/style-counts.js';
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
const SPACES = [NONE, SPACE, TWO_SPACES];
/** Places of a kind that a project has to have, and the share of them with a space that shows such a formatter. */
const LEAST_SEEN = 12;
const LEAST_SHARE = 0.01;

/**
 * Gives the chances of spaces (`[gaps, COLUMNS]`, in place) around the colons of slices to what such a formatter
 * leaves there, in a project that one keeps.
 */
export function followSliceColons(
  context: SourceContext, project: StyleCounts | null, gaps: readonly number[], probabilities: Float32Array,
): void {
  if (project === null) return;
  const family = familyIndex('left-right-node');
  let rows: ReturnType<typeof allContextRows> | null = null;
  for (const gap of gaps) {
    const slice = sliceAt(context, gap);
    const space = slice < 0 ? null : spaceIn(context, slice);
    if (space === null) continue;
    const row = rowOf((rows ??= allContextRows(context)), gap, family);
    if (row < 0) continue;
    const outcomes = [...project.outcomesOf(family, row)];
    const total = outcomes.reduce((sum, count) => sum + count, 0);
    if (total < LEAST_SEEN || outcomes[1] < LEAST_SHARE * total) continue;
    const at = gap * COLUMNS;
    const sum = SPACES.reduce((all, index) => all + probabilities[at + index], 0);
    SPACES.forEach((index) => (probabilities[at + index] = 0));
    probabilities[at + space] = sum;
  }
}

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
function sliceAt({ structured: { source: { kind, parent, tokenCount, tree } } }: SourceContext, gap: number): number {
  if (gap === 0 || gap >= tokenCount) return -1;
  const [before, after] = [kind[gap - 1], kind[gap]];
  const colon = before === COLON && !NONE_BEHIND.has(after) ? gap - 1
    : after === COLON && !NONE_BEFORE.has(before) ? gap : -1;
  const node = colon < 0 ? -1 : parent[colon];
  return node >= 0 && tree.kind[node] === SLICE ? node : -1;
}

/** The class of the spaces around a slice's colons; null where formatters differ. */
function spaceIn({ structured: { source: { tree } } }: SourceContext, slice: number): number | null {
  let isContainer = false;
  for (let node = slice + 1; node < tree.nodeCount && tree.firstToken[node] <= tree.lastToken[slice]; node++) {
    if (COMPOUND.has(tree.kind[node])) return SPACE;
    isContainer ||= CONTAINERS.has(tree.kind[node]);
  }
  return isContainer ? null : NONE;
}
