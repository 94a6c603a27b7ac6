import { nodeKind } from './kinds.js';
import type { TokenizedSource } from './token-table.js';
import { COMMENT, SEMICOLON, isCloser, isOpener } from './vocabulary.js';

/**
 * What a gap is for, read off the tree and the comments alone: two layouts of the same
 * program have the same roles, so rules, labels and features can be keyed by them.
 */
export const enum GapRole {
  /** Before the first token. */
  FileStart,
  /** After the last token. */
  FileEnd,
  /** Inside a logical line, outside brackets: spaces, or a backslash continuation. */
  Line,
  /** Inside brackets: anything goes. */
  Bracket,
  /** Before the first token of a logical line: a line break and the block's indentation. */
  Statement,
  /** After the colon that opens a block: a line break and a deeper indentation, or inline. */
  BlockStart,
  /** After a `;` that another simple statement of the same block follows: inline or a line break. */
  AfterSemicolon,
  /** Before a comment that shares its line with code. */
  TrailingComment,
  /** Before a comment on its own line, outside brackets. */
  OwnLineComment,
  /** Before a comment on its own line, inside brackets. */
  BracketComment,
}
export const GAP_ROLE_COUNT = 10;

/** Layout-independent structure of a tokenized source. Arrays are per gap unless said otherwise. */
export interface GapStructure {
  readonly role: Uint8Array;
  /** Bracket depth at the gap. */
  readonly bracketDepth: Uint16Array;
  /** Token index of the innermost open bracket at the gap, -1 outside. */
  readonly openBracket: Int32Array;
  /** 1 where the gap follows a comment, so that a line break has to stand in it. */
  readonly mustBreak: Uint8Array;
  /** 1 at a BlockStart whose block may stand on the colon's line. */
  readonly mayInline: Uint8Array;
  /**
   * Per token: number of blocks around the logical line that the token belongs to. For a comment: those of the next
   * code token.
   */
  readonly blockDepth: Uint16Array;
  /** Per token: 1 where the token starts a logical line whatever the layout. */
  readonly startsLine: Uint8Array;
  /** Per token: matching bracket, -1 for others. */
  readonly partner: Int32Array;
  /** Per token: the next and previous token that is no comment (`tokenCount` and -1 at the ends). */
  readonly nextCode: Int32Array;
  readonly previousCode: Int32Array;
  /** Per token: innermost block or module node whose statement list holds the token. */
  readonly blockNode: Int32Array;
}

const BLOCK = nodeKind('block');
const MODULE = nodeKind('module');
const DECORATED = nodeKind('decorated_definition');
const CLAUSES = new Set(
  ['elif_clause', 'else_clause', 'except_clause', 'finally_clause', 'case_clause'].map(nodeKind),
);
const COMPOUND = new Set(
  [
    'if_statement', 'for_statement', 'while_statement', 'try_statement', 'with_statement',
    'function_definition', 'class_definition', 'decorated_definition', 'match_statement', 'case_clause',
  ].map(nodeKind),
);

/** True for a node that holds blocks, so that it cannot stand in an inline suite. */
export const isCompound = (kind: number): boolean => COMPOUND.has(kind);

/** True for a node that goes on a compound statement on a line of its own, such as `else`. */
export const isClause = (kind: number): boolean => CLAUSES.has(kind);

/** True when a gap text breaks the line (a backslash continuation does not). */
export const breaksLine = (gap: string): boolean =>
  (gap.includes('\\') ? gap.replaceAll('\\\n', ' ') : gap).includes('\n');

/** Reads roles, brackets and blocks off the tree; linear in the number of tokens. */
export function gapStructure(source: TokenizedSource): GapStructure {
  const { tokenCount, kind, tree, gaps } = source;
  const nextCode = new Int32Array(tokenCount + 1).fill(tokenCount);
  const previousCode = new Int32Array(tokenCount + 1).fill(-1);
  for (let i = tokenCount - 1; i >= 0; i--) nextCode[i] = kind[i] === COMMENT ? nextCode[i + 1] : i;
  for (let i = 0; i < tokenCount; i++) {
    previousCode[i] = kind[i] === COMMENT ? (i > 0 ? previousCode[i - 1] : -1) : i;
  }
  previousCode[tokenCount] = tokenCount > 0 ? previousCode[tokenCount - 1] : -1;

  const opaque = new Set(source.opaque);
  const lines = logicalLines(source);
  const brackets = matchBrackets(source);
  const role = new Uint8Array(tokenCount + 1);
  const mustBreak = new Uint8Array(tokenCount + 1);
  const mayInline = new Uint8Array(tokenCount + 1);
  for (let i = 0; i <= tokenCount; i++) {
    mustBreak[i] = i > 0 && i < tokenCount && kind[i - 1] === COMMENT ? 1 : 0;
    role[i] = roleOf(i);
    if (role[i] === GapRole.BlockStart && !mustBreak[i]) mayInline[i] = canInline(i) ? 1 : 0;
  }

  function roleOf(i: number): GapRole {
    if (i === tokenCount) return GapRole.FileEnd;
    if (i === 0) return GapRole.FileStart;
    const inBracket = brackets.depth[i] > 0;
    if (kind[i] === COMMENT) {
      if (!breaksLine(gaps[i])) return GapRole.TrailingComment;
      return inBracket ? GapRole.BracketComment : GapRole.OwnLineComment;
    }
    if (inBracket) return GapRole.Bracket;
    if (!lines.startsLine[i]) return GapRole.Line;
    const before = previousCode[i - 1];
    if (lines.opensBlock[i]) return GapRole.BlockStart;
    if (
      before >= 0 && kind[before] === SEMICOLON && !mustBreak[i] &&
      source.parent[before] === lines.blockNode[i] && !lines.startsCompound[i]
    ) {
      return GapRole.AfterSemicolon;
    }
    return GapRole.Statement;
  }

  function canInline(i: number): boolean {
    // The block's statements must be simple, joined by `;`, with no comment between them; a comment in
    // brackets does no harm where the block is inline already. What an opaque line is nobody knows.
    if (opaque.has(previousCode[i - 1])) return false;
    const isInline = !breaksLine(gaps[i]);
    const block = lines.blockNode[i];
    const last = tree.lastToken[block];
    for (let t = i; t <= last; t++) {
      if (opaque.has(t) || (kind[t] === COMMENT && !(isInline && brackets.depth[t] > 0))) return false;
      if (lines.startsLine[t] && t > i) {
        if (kind[t - 1] !== SEMICOLON || lines.startsCompound[t]) return false;
      }
    }
    // An inline suite may not follow a colon that itself stands in an inline suite.
    return !lines.startsCompound[i];
  }

  return {
    role,
    bracketDepth: brackets.depth,
    openBracket: brackets.open,
    mustBreak,
    mayInline,
    blockDepth: fillComments(lines.blockDepth, nextCode, tokenCount),
    startsLine: lines.startsLine,
    partner: brackets.partner,
    nextCode,
    previousCode,
    blockNode: lines.blockNode,
  };
}

function fillComments(depth: Uint16Array, nextCode: Int32Array, tokenCount: number): Uint16Array {
  for (let i = 0; i < tokenCount; i++) {
    if (nextCode[i] !== i) depth[i] = nextCode[i] < tokenCount ? depth[nextCode[i]] : 0;
  }
  return depth;
}

/** Marks the first token of each logical line and finds the block that each token stands in. */
function logicalLines({ tokenCount, tree, parent }: TokenizedSource): {
  startsLine: Uint8Array;
  startsCompound: Uint8Array;
  opensBlock: Uint8Array;
  blockDepth: Uint16Array;
  blockNode: Int32Array;
} {
  const startsLine = new Uint8Array(tokenCount);
  const startsCompound = new Uint8Array(tokenCount);
  const opensBlock = new Uint8Array(tokenCount);
  const nodeDepth = new Uint16Array(tree.nodeCount);
  const nodeBlock = new Int32Array(tree.nodeCount);
  for (let n = 0; n < tree.nodeCount; n++) {
    const kind = tree.kind[n];
    const up = tree.parent[n];
    const isBlock = kind === BLOCK;
    nodeDepth[n] = up < 0 ? 0 : nodeDepth[up] + (isBlock ? 1 : 0);
    nodeBlock[n] = up < 0 || isBlock ? n : nodeBlock[up];
    const first = tree.firstToken[n];
    if (up < 0 || tree.lastToken[n] < first) continue;
    const upKind = tree.kind[up];
    if (upKind === BLOCK || upKind === MODULE || upKind === DECORATED || isClause(kind)) {
      startsLine[first] = 1;
      if (isCompound(kind)) startsCompound[first] = 1;
    }
    if (isBlock) opensBlock[first] = 1;
  }
  const blockDepth = new Uint16Array(tokenCount);
  const blockNode = new Int32Array(tokenCount).fill(-1);
  for (let i = 0; i < tokenCount; i++) {
    if (parent[i] < 0) continue;
    blockDepth[i] = nodeDepth[parent[i]];
    blockNode[i] = nodeBlock[parent[i]];
    // A statement that is a single leaf has no node of its own.
    const kind = tree.kind[parent[i]];
    if ((kind === BLOCK || kind === MODULE) && opensBlock[i] === 1) startsLine[i] = 1;
  }
  return { startsLine, startsCompound, opensBlock, blockDepth, blockNode };
}

function matchBrackets({ tokenCount, kind }: TokenizedSource): {
  depth: Uint16Array;
  open: Int32Array;
  partner: Int32Array;
} {
  const depth = new Uint16Array(tokenCount + 1);
  const open = new Int32Array(tokenCount + 1).fill(-1);
  const partner = new Int32Array(tokenCount).fill(-1);
  const stack: number[] = [];
  for (let i = 0; i < tokenCount; i++) {
    depth[i] = stack.length;
    open[i] = stack.length > 0 ? stack[stack.length - 1] : -1;
    if (isOpener(kind[i])) stack.push(i);
    else if (isCloser(kind[i]) && stack.length > 0) {
      const opener = stack.pop()!;
      partner[opener] = i;
      partner[i] = opener;
    }
  }
  depth[tokenCount] = stack.length;
  return { depth, open, partner };
}
