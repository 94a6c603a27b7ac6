import { findLayoutFault, isOdd, lineStartText } from './layout-lexer.js';
import { gapStructure, GapRole, type GapStructure } from './structure.js';
import { tokenText, type PlacedTokens, type TokenizedSource } from './token-table.js';

/** A source together with its structure, so that neither is computed twice. */
export interface StructuredSource {
  readonly source: TokenizedSource;
  readonly structure: GapStructure;
}

/** Why two sources are not proven to be the same program. */
export interface Difference {
  /** Index of the token, or of the gap, in the second source. */
  readonly index: number;
  readonly reason: string;
}

/**
 * Proves that two sources differ in layout alone: the same tokens in order, comments
 * included and on their own line or not as before; the same tree over them; and a layout
 * that CPython's tokenizer reads as that tree. Returns null when proven.
 */
export function findDifference(left: StructuredSource, right: StructuredSource): Difference | null {
  return (
    findTokenDifference(left.source, right.source) ??
    findCommentDifference(left, right) ??
    findOpaqueDifference(left.source, right.source) ??
    findTreeDifference(left.source, right.source) ??
    findUnsoundLayout(left) ??
    findUnsoundLayout(right) ??
    findOddDifference(left, right)
  );
}

type KindredTokens = PlacedTokens & Pick<TokenizedSource, 'kind'>;

/** The first token that differs in text or kind; null when the sequences are equal. */
export function findTokenDifference(left: KindredTokens, right: KindredTokens): Difference | null {
  const shared = Math.min(left.tokenCount, right.tokenCount);
  for (let i = 0; i < shared; i++) {
    if (left.kind[i] !== right.kind[i] || tokenText(left, i) !== tokenText(right, i)) {
      return { index: i, reason: 'a token differs' };
    }
  }
  if (left.tokenCount !== right.tokenCount) return { index: shared, reason: 'the number of tokens differs' };
  return null;
}

function findCommentDifference(left: StructuredSource, right: StructuredSource): Difference | null {
  const isTrailing = (side: StructuredSource, i: number): boolean =>
    side.structure.role[i] === GapRole.TrailingComment;
  for (let i = 0; i < left.source.tokenCount; i++) {
    if (isTrailing(left, i) !== isTrailing(right, i)) {
      return { index: i, reason: 'a comment moved to or from a line of its own' };
    }
  }
  return null;
}

/** The same tokens are opaque on both sides; their text was compared with that of all tokens. */
function findOpaqueDifference(left: TokenizedSource, right: TokenizedSource): Difference | null {
  const longer = left.opaque.length < right.opaque.length ? right.opaque : left.opaque;
  const k = longer.findIndex((_, at) => left.opaque[at] !== right.opaque[at]);
  return k < 0 ? null : { index: longer[k], reason: 'a statement is understood on one side only' };
}

/**
 * Where a gap holds backslashes that versions of CPython read differently, nobody knows what blocks each
 * of them sees. All see the same when these gaps are equal and every logical line starts as before.
 */
function findOddDifference(left: StructuredSource, right: StructuredSource): Difference | null {
  const [a, b] = [left.source.gaps, right.source.gaps];
  if (!a.some((gap, i) => isOdd(left.structure, i, gap)) && !b.some((gap, i) => isOdd(right.structure, i, gap))) {
    return null;
  }
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    if (
      isOdd(left.structure, i, a[i]) || isOdd(right.structure, i, b[i]) ||
      lineStartText(left.structure, i, a[i]) !== lineStartText(right.structure, i, b[i])
    ) {
      return { index: i, reason: 'indentation differs beside a backslash that versions of Python read differently' };
    }
  }
  return null;
}

function findTreeDifference(left: TokenizedSource, right: TokenizedSource): Difference | null {
  const [a, b] = [left.tree, right.tree];
  const nodes = Math.min(a.nodeCount, b.nodeCount);
  for (let n = 0; n < nodes; n++) {
    if (
      a.kind[n] !== b.kind[n] || a.parent[n] !== b.parent[n] ||
      a.firstToken[n] !== b.firstToken[n] || a.lastToken[n] !== b.lastToken[n]
    ) {
      return { index: Math.max(0, Math.min(a.firstToken[n], b.firstToken[n])), reason: 'the syntax tree differs' };
    }
  }
  if (a.nodeCount !== b.nodeCount) return { index: 0, reason: 'the syntax tree differs' };
  for (let i = 0; i < left.tokenCount; i++) {
    if (left.parent[i] !== right.parent[i]) return { index: i, reason: 'the syntax tree differs' };
  }
  return null;
}

function findUnsoundLayout({ source, structure }: StructuredSource): Difference | null {
  const fault = findLayoutFault(source, structure);
  return fault && { index: fault.gap, reason: fault.reason };
}

/** Tokenized source with its structure. */
export const withStructure = (source: TokenizedSource): StructuredSource => ({
  source,
  structure: gapStructure(source),
});
