import type { SourceContext } from '../model/source-context.js';
import { COLON, GapRole, nodeKind, tokenKind } from '../tokenize/index.js';

/**
 * What holds of the spaces at operators whatever a network says of the single gap: an operator before its
 * operand keeps to it. That the two sides of an operator between operands are one decision is the matter of `groups`.
 */

const SIGNS = new Set(['+', '-', '~'].map(tokenKind));
const PREFIXES = new Set(['+', '-', '~', '*', '**', '@'].map(tokenKind));
const OR = tokenKind('|');
const BETWEEN = new Set(
  [
    '+', '-', '*', '/', '//', '%', '@', '**', '|', '&', '^', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '<>', ':=',
    '=', '+=', '-=', '*=', '/=', '//=', '%=', '@=', '**=', '|=', '&=', '^=', '<<=', '>>=',
  ].map(tokenKind),
);
const OF_TWO = new Set(
  [
    'binary_operator', 'comparison_operator', 'union_pattern', 'union_type', 'complex_pattern', 'keyword_argument',
    'keyword_pattern', 'default_parameter', 'typed_default_parameter', 'assignment', 'augmented_assignment',
    'named_expression',
  ].map(nodeKind),
);

/** True for an operator that stands before its operand: a sign, a star of unpacking, the `@` of a decorator. */
export function isPrefixOperator({ structured: { source } }: SourceContext, token: number): boolean {
  if (!PREFIXES.has(source.kind[token])) return false;
  // The grammar has no node for the sign of a number in `case 1 | -2`.
  return source.childIndex[token] === 0 || (SIGNS.has(source.kind[token]) && source.kind[token - 1] === OR);
}

/** True for an operator of symbols between two operands. */
export function isBinaryOperator(context: SourceContext, token: number): boolean {
  const { source } = context.structured;
  return BETWEEN.has(source.kind[token]) && OF_TWO.has(source.tree.kind[source.parent[token]]) &&
    !isPrefixOperator(context, token);
}

const SLICE = nodeKind('slice');
const ENDS = new Set(['[', ']', ',', ':'].map(tokenKind));

/** True for a gap beside a slice's colon where the operand there is more than one token. */
export function isBesideExpression(
  { structured: { source: { kind, parent, tree } } }: SourceContext, i: number,
): boolean {
  const isColon = (token: number): boolean => kind[token] === COLON && tree.kind[parent[token]] === SLICE;
  return (isColon(i) && !ENDS.has(kind[i - 2])) || (isColon(i - 1) && !ENDS.has(kind[i + 1]));
}

/** True when a layout puts blanks behind more than half of its prefix operators. */
export function spacesPrefixes(context: SourceContext, gaps: readonly string[]): boolean {
  let spaced = 0;
  let tight = 0;
  for (let i = 0; i + 1 < context.structured.source.tokenCount; i++) {
    if (!isPrefixOperator(context, i)) continue;
    if (gaps[i + 1] === '') tight++;
    else if (!gaps[i + 1].includes('\n')) spaced++;
  }
  return spaced > tight;
}

/** Suites that touch their colons, from which on that may be their author's way. */
const MANY_TIGHT = 3;

/** True when a layout has suites on the lines of their colons, and mostly no blank before them. */
export function touchesColons(
  { structured: { structure: { role } } }: SourceContext, gaps: readonly string[],
): boolean {
  const inline = gaps.filter((text, i) => role[i] === (GapRole.BlockStart as number) && !text.includes('\n'));
  const tight = inline.filter((text) => text === '').length;
  return tight >= MANY_TIGHT && tight > inline.length / 2;
}
