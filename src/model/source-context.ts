import {
  COMMA, COMMENT, isClause, nodeKind, isCallBracket, usuallyTouch, type StructuredSource,
} from '../tokenize/index.js';
import { listBlocks, type Block } from './block-indents.js';
import { gapAncestry, type GapAncestry } from './gap-ancestry.js';

/**
 * Everything the features need that does not depend on the layout: computed once a file,
 * valid for every mutant and every later pass over the same tokens.
 */
export interface SourceContext {
  readonly structured: StructuredSource;
  /** Per gap: 1 where parts meet that were written apart (`markSeams`); null where the source is of one piece. */
  readonly seams: Uint8Array | null;
  readonly ancestry: GapAncestry;
  readonly blocks: readonly Block[];
  /** Per token: position on an endless line with ordinary spacing, in columns. */
  readonly flatStart: Float64Array;
  readonly flatEnd: Float64Array;
  /** Per token: first code token of its logical line, and the last. For a comment: those of the code before it. */
  readonly lineFirst: Int32Array;
  readonly lineLast: Int32Array;
  /** Per token that starts a logical line: node kind of its statement or clause. */
  readonly lineKind: Uint8Array;
  /** Per such token: position among its siblings, their number, and the neighbours' first tokens (-1 at the ends). */
  readonly siblingIndex: Int32Array;
  readonly siblingCount: Int32Array;
  readonly previousSibling: Int32Array;
  readonly nextSibling: Int32Array;
  /** Per such token: number of code tokens in the statement, nested blocks included. */
  readonly statementTokens: Int32Array;
  /**
   * Per opening bracket: commas directly inside, whether one precedes the closer, and whether a comment stands inside.
   */
  readonly commas: Int32Array;
  readonly trailingComma: Uint8Array;
  readonly holdsComment: Uint8Array;
  /** Per token: commas of the same bracket before it. */
  readonly commasBefore: Int32Array;
  /** Per token: gap after the previous and the next comma of the same bracket, -1 without one. */
  readonly previousComma: Int32Array;
  readonly nextComma: Int32Array;
  /** Per token: the next token at which the current list element ends (a comma or the closer), -1 outside brackets. */
  readonly elementEnd: Int32Array;
}

const BLOCK = nodeKind('block');
const MODULE = nodeKind('module');
const DECORATED = nodeKind('decorated_definition');

/** Longest width that a token counts with: a text block of many lines is no wider than this. */
const WIDEST_TOKEN = 160;

/**
 * Prepares the layout-independent part of the features.
 *
 * @param seams offsets in the source's text at which parts meet that were written apart, such as cells of a notebook
 */
export function sourceContext(structured: StructuredSource, seams: readonly number[] = []): SourceContext {
  const ancestry = gapAncestry(structured);
  return {
    structured,
    seams: seams.length === 0 ? null : markSeams(structured, seams),
    ancestry,
    blocks: listBlocks(structured),
    ...flatPositions(structured, ancestry),
    ...logicalLines(structured),
    ...lists(structured),
  };
}

/** The gaps that hold the offsets: what stands in them was written by nobody, and says nothing of a style. */
function markSeams({ source }: StructuredSource, offsets: readonly number[]): Uint8Array {
  const seams = new Uint8Array(source.tokenCount + 1);
  let i = 0;
  for (const offset of offsets) {
    while (i < source.tokenCount && source.start[i] < offset) i++;
    seams[i] = 1;
  }
  return seams;
}

function flatPositions({ source, structure }: StructuredSource, ancestry: GapAncestry): {
  flatStart: Float64Array;
  flatEnd: Float64Array;
} {
  const { tokenCount, kind, start, end } = source;
  const flatStart = new Float64Array(tokenCount);
  const flatEnd = new Float64Array(tokenCount);
  let at = 0;
  for (let i = 0; i < tokenCount; i++) {
    if (kind[i] !== COMMENT) {
      const left = i > 0 ? structure.previousCode[i - 1] : -1;
      if (left >= 0) at += ordinarySpace(kind[left], kind[i], source.tree.kind[ancestry.node[i]]);
    }
    flatStart[i] = at;
    if (kind[i] !== COMMENT) at += Math.min(WIDEST_TOKEN, end[i] - start[i]);
    flatEnd[i] = at;
  }
  return { flatStart, flatEnd };
}

const TIGHT_NODES = new Set(
  ['keyword_argument', 'default_parameter', 'unary_operator', 'slice', 'list_splat', 'dictionary_splat',
    'list_splat_pattern', 'dictionary_splat_pattern', 'attribute', 'dotted_name'].map(nodeKind),
);
const CALLS =
  new Set(['call', 'subscript', 'function_definition', 'class_definition', 'generic_type', 'decorator'].map(nodeKind));

/** Width of the usual space between two code tokens: a guess for measuring, not for writing. */
function ordinarySpace(left: number, right: number, node: number): number {
  if (usuallyTouch(left, right) || TIGHT_NODES.has(node)) return 0;
  if (isCallBracket(right) && CALLS.has(node)) return 0;
  return 1;
}

function logicalLines({ source, structure }: StructuredSource): Pick<
  SourceContext,
  'lineFirst' | 'lineLast' | 'lineKind' | 'siblingIndex'
  | 'siblingCount' | 'previousSibling' | 'nextSibling' | 'statementTokens'
> {
  const { tokenCount, tree, kind } = source;
  const lineFirst = new Int32Array(tokenCount).fill(-1);
  const lineLast = new Int32Array(tokenCount).fill(-1);
  let first = 0;
  let last = -1;
  for (let i = 0; i < tokenCount; i++) {
    if (structure.startsLine[i]) first = i;
    lineFirst[i] = first;
  }
  for (let i = tokenCount - 1; i >= 0; i--) {
    if (kind[i] !== COMMENT && (last < 0 || lineFirst[last] !== lineFirst[i])) last = i;
    lineLast[i] = last >= 0 && lineFirst[last] === lineFirst[i] ? last : i;
  }
  const lineKind = new Uint8Array(tokenCount);
  const siblingIndex = new Int32Array(tokenCount);
  const siblingCount = new Int32Array(tokenCount);
  const previousSibling = new Int32Array(tokenCount).fill(-1);
  const nextSibling = new Int32Array(tokenCount).fill(-1);
  const statementTokens = new Int32Array(tokenCount);
  const lastChild = new Map<number, number>();
  const members = new Map<number, number>();
  for (let n = 1; n < tree.nodeCount; n++) {
    const up = tree.parent[n];
    const upKind = tree.kind[up];
    const inList = upKind === BLOCK || upKind === MODULE;
    if (!inList && upKind !== DECORATED && !isClause(tree.kind[n])) continue;
    const token = tree.firstToken[n];
    if (token >= tokenCount || tree.lastToken[n] < token) continue;
    if (lineKind[token] === 0) lineKind[token] = tree.kind[n];
    if (!inList) continue;
    statementTokens[token] = tree.lastToken[n] - token + 1;
    const before = lastChild.get(up);
    if (before !== undefined) {
      previousSibling[token] = before;
      nextSibling[before] = token;
      siblingIndex[token] = siblingIndex[before] + 1;
    }
    lastChild.set(up, token);
    members.set(up, (members.get(up) ?? 0) + 1);
  }
  for (let i = 0; i < tokenCount; i++) {
    if (statementTokens[i] > 0) siblingCount[i] = members.get(structure.blockNode[i]) ?? 0;
  }
  return { lineFirst, lineLast, lineKind, siblingIndex, siblingCount, previousSibling, nextSibling, statementTokens };
}

function lists({ source, structure }: StructuredSource): Pick<
  SourceContext,
  'commas' | 'trailingComma' | 'holdsComment' | 'commasBefore' | 'elementEnd' | 'previousComma' | 'nextComma'
> {
  const { tokenCount, kind } = source;
  const { openBracket, partner, previousCode } = structure;
  const commas = new Int32Array(tokenCount);
  const trailingComma = new Uint8Array(tokenCount);
  const holdsComment = new Uint8Array(tokenCount);
  const commasBefore = new Int32Array(tokenCount);
  const elementEnd = new Int32Array(tokenCount).fill(-1);
  const previousComma = new Int32Array(tokenCount + 1).fill(-1);
  const nextComma = new Int32Array(tokenCount + 1).fill(-1);
  /** Per opening bracket: gap after the comma passed last. */
  const passed = new Int32Array(tokenCount).fill(-1);
  const earlier = new Int32Array(tokenCount + 2).fill(-1);
  for (let i = 0; i < tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0) continue;
    commasBefore[i] = commas[open];
    // The gap after a comma is that of the token that follows it.
    previousComma[i] = passed[open] === i ? earlier[i] : passed[open];
    if (kind[i] === COMMA) {
      commas[open]++;
      earlier[i + 1] = passed[open];
      passed[open] = i + 1;
    }
    if (kind[i] === COMMENT) holdsComment[open] = 1;
    if (partner[open] === i) trailingComma[open] = kind[previousCode[i - 1]] === COMMA ? 1 : 0;
  }
  // From the right: the element of a token ends at the next comma or closer of its own bracket.
  const endOf = new Map<number, number>();
  passed.fill(-1);
  for (let i = tokenCount - 1; i >= 0; i--) {
    const open = openBracket[i];
    if (open < 0) continue;
    if (kind[i] === COMMA) passed[open] = i + 1;
    nextComma[i] = passed[open] === partner[open] ? -1 : passed[open];
    if (kind[i] === COMMA || partner[open] === i) endOf.set(open, i);
    elementEnd[i] = endOf.get(open) ?? -1;
  }
  return { commas, trailingComma, holdsComment, commasBefore, elementEnd, previousComma, nextComma };
}
