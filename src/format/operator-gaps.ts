import type { SourceContext } from '../model/source-context.js';
import {
  COLON, COMMA, DOT, EQUALS, GapRole, IDENTIFIER, isCloser, isOpener, nodeKind, tokenKind,
} from '../tokenize/index.js';

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

/** Syntax that few projects have: what a project does elsewhere says little about its spaces. */
const PATTERN = nodeKind('case_pattern');
const TYPE_PARAMETERS = nodeKind('type_parameter');
/** What has type parameters of its own; others are the arguments of a generic type, such as `dict[str, int]`. */
const GENERIC = new Set(['function_definition', 'class_definition'].map(nodeKind));

/** Per node of the tree: 1 within a pattern of a `case`, or the type parameters of a definition. */
export function rareNodes({ structured: { source: { tree } } }: SourceContext): Uint8Array {
  const rare = new Uint8Array(tree.nodeCount);
  // Parents come before their children.
  for (let node = 0; node < tree.nodeCount; node++) {
    const kind = tree.kind[node];
    const isRare = kind === PATTERN || (kind === TYPE_PARAMETERS && GENERIC.has(tree.kind[tree.parent[node]]));
    if (isRare || rare[tree.parent[node]] === 1) rare[node] = 1;
  }
  return rare;
}

/**
 * True for spaces of which a project's other files say nothing: those in rare syntax, and none behind an operator that
 * stands before its operand.
 *
 * @param rare see `rareNodes`
 * @param kept what the gap holds
 */
export function areSpacesUnknown(context: SourceContext, rare: Uint8Array, i: number, kept: string): boolean {
  const { source } = context.structured;
  if (i === 0 || i >= source.tokenCount || (kept !== '' && kept !== ' ')) return false;
  if (kept === '' && isPrefixOperator(context, i - 1)) return true;
  return rare[source.parent[i]] === 1 && rare[source.parent[i - 1]] === 1;
}

const KEYWORD_PATTERN = nodeKind('keyword_pattern');

/**
 * What rules make of the spaces that were chosen for a gap, whatever was chosen: a suite on the line of its colon has a
 * blank before it, whoever wrote it, and spaces that are not known stay as they are kept, or become a formatter's.
 *
 * @param isStrict whether a formatter that follows rules keeps the project
 */
export function ruledSpaces(
  context: SourceContext, isStrict: boolean,
): (i: number, kept: string, text: string) => string {
  const { role } = context.structured.structure;
  const rare = rareNodes(context);
  return (i, kept, text) => {
    if (kept.includes('\n') || text.includes('\n')) return text;
    if (role[i] === (GapRole.BlockStart as number)) return text === '' ? ' ' : text;
    if (!areSpacesUnknown(context, rare, i, kept)) return text;
    return (isStrict ? formattersSpace(context, i) : null) ?? kept;
  };
}

/**
 * What a formatter that follows rules leaves in a gap of rare syntax, by what it does at brackets, commas, colons, dots
 * and operators elsewhere; null where none of these stands there.
 */
function formattersSpace(context: SourceContext, i: number): '' | ' ' | null {
  const { kind, parent, tree } = context.structured.source;
  const [left, right] = [kind[i - 1], kind[i]];
  if (isOpener(left) || isCloser(right) || right === COMMA || isPrefixOperator(context, i - 1)) return '';
  if (left === COMMA) return ' ';
  if (left === DOT || right === DOT || (left === IDENTIFIER && isOpener(right))) return '';
  const isColon = (token: number): boolean => kind[token] === COLON && tree.kind[parent[token]] !== SLICE;
  if (isColon(i)) return '';
  if (isColon(i - 1)) return ' ';
  const isKeyword = (token: number): boolean =>
    kind[token] === EQUALS && tree.kind[parent[token]] === KEYWORD_PATTERN;
  if (isKeyword(i) || isKeyword(i - 1)) return '';
  return isBinaryOperator(context, i) || isBinaryOperator(context, i - 1) ? ' ' : null;
}
