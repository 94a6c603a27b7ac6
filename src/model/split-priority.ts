import {
  COMMA, DOT, STRING, isOperator, isPartWord, nodeKind, tokenKind, type StructuredSource,
} from '../tokenize/index.js';

/**
 * How readily a line is split at a gap, by what stands there: formatters that follow rules split the
 * contents of a bracket at the weakest link first, and people mostly do.
 */
export interface SplitPriorities {
  /** Per gap: 0 where nobody splits, else up to `SPLIT_PRIORITIES - 1` after a comma. */
  readonly gap: Uint8Array;
  /** Per opening bracket: the largest among the gaps directly inside, the ends left out. */
  readonly bracket: Uint8Array;
}

export const SPLIT_PRIORITIES = 10;

const CLAUSE_NODES = new Set(['for_in_clause', 'if_clause', 'conditional_expression'].map(nodeKind));
const BOOLEAN = nodeKind('boolean_operator');
const COMPARISON = nodeKind('comparison_operator');
const BINARY = nodeKind('binary_operator');
const STRINGS = nodeKind('concatenated_string');
const BITS = new Set(['|', '&', '^'].map(tokenKind));
const SUMS = new Set(['+', '-', '<<', '>>'].map(tokenKind));
const POWER = tokenKind('**');

/** Of gap `i`, from the tokens beside it: before or behind an operator, behind a comma, before a clause or a dot. */
function priorityAt({ source }: StructuredSource, i: number): number {
  const { kind, parent, tree } = source;
  if (kind[i - 1] === COMMA) return 9;
  const nodeOf = (token: number): number => (parent[token] < 0 ? -1 : tree.kind[parent[token]]);
  if (isPartWord(kind[i]) && CLAUSE_NODES.has(nodeOf(i))) return 8;
  if (kind[i] === STRING && kind[i - 1] === STRING && nodeOf(i) === STRINGS) return 6;
  const operator = isOperator(kind[i]) ? i : isOperator(kind[i - 1]) ? i - 1 : -1;
  const node = operator < 0 ? -1 : nodeOf(operator);
  if (node === BOOLEAN) return 7;
  if (node === COMPARISON) return 5;
  if (node === BINARY) {
    return BITS.has(kind[operator]) ? 4 : SUMS.has(kind[operator]) ? 3 : kind[operator] === POWER ? 0 : 2;
  }
  return kind[i] === DOT ? 1 : 0;
}

const known = new WeakMap<StructuredSource, SplitPriorities>();

/** Those of a source: they do not depend on its layout, and are computed once. */
export function splitPriorities(structured: StructuredSource): SplitPriorities {
  let priorities = known.get(structured);
  if (priorities === undefined) known.set(structured, priorities = computed(structured));
  return priorities;
}

function computed(structured: StructuredSource): SplitPriorities {
  const { source, structure } = structured;
  const { openBracket, partner } = structure;
  const gap = new Uint8Array(source.tokenCount + 1);
  const bracket = new Uint8Array(source.tokenCount);
  for (let i = 1; i < source.tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0 || i === open + 1 || partner[open] === i) continue;
    gap[i] = priorityAt(structured, i);
    if (gap[i] > bracket[open]) bracket[open] = gap[i];
  }
  return { gap, bracket };
}
