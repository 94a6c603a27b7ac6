/**
 * The contexts by which caches remember what came next. A context is a run of whole tokens
 * and the part of the current one that already stands there; it is hashed from the cursor
 * backwards, so that all lengths cost one walk.
 */
import { PIECE, type PieceVocabulary } from './pieces.js';

/** What the caches need to know of each piece. */
export interface PieceShape {
  readonly count: number;
  /** 1 where a piece begins a token, 0 where it continues one. */
  readonly startsToken: Uint8Array;
  /** 1 for pieces that are an opening, 2 for a closing bracket. */
  readonly bracket: Uint8Array;
  /** 1 for pieces that end a line. */
  readonly lineEnd: Uint8Array;
  /**
   * Of pieces that begin a name: 1, or 2 when in upper case; 0 for others and for `self` and `cls`, which say more than
   * a name.
   */
  readonly nameClass: Uint8Array;
}

export function pieceShape(vocabulary: PieceVocabulary): PieceShape {
  const column = (of: (piece: number) => number): Uint8Array =>
    Uint8Array.from({ length: vocabulary.size }, (_, piece) => of(piece));
  const bracketOf = (text: string): number => ('([{'.includes(text) ? 1 : ')]}'.includes(text) ? 2 : 0);
  return {
    count: vocabulary.size,
    startsToken: column((piece) => (vocabulary.continues(piece) ? 0 : 1)),
    bracket: column((piece) => (vocabulary.role(piece) === 'operator' ? bracketOf(vocabulary.text(piece)) : 0)),
    lineEnd: column((piece) => (vocabulary.role(piece) === 'line-end' ? 1 : 0)),
    nameClass: column((piece) => {
      const text = vocabulary.text(piece);
      if (vocabulary.role(piece) !== 'start' || text === 'self' || text === 'cls') return 0;
      return /^\p{Lu}/u.test(text) ? 2 : 1;
    }),
  };
}

/** Pieces as caches hold them: what a line end says of the next line's depth is the network's business. */
export function cachePieces(shape: PieceShape, pieces: ArrayLike<number>): Uint16Array {
  const cached = Uint16Array.from(pieces);
  for (let k = 0; k < cached.length; k++) if (shape.lineEnd[cached[k]] === 1) cached[k] = PIECE.line;
  return cached;
}

/** Whole tokens before the current one; these contexts leave out what stands in strings. */
const TOKENS_BACK = [0, 1, 2, 3, 4] as const;
/** The same with what stands in strings, for copying. */
const FULL_TOKENS_BACK = [3, 5, 8] as const;

const FIRST_FULL = TOKENS_BACK.length;
/** The call whose arguments the cursor is in; the first token of the line. */
const CALL = FIRST_FULL + FULL_TOKENS_BACK.length;
const LINE = CALL + 1;
/** The line so far with the first tokens of one line before it, and of three. */
const AFTER_LINE = LINE + 1;
const AFTER_LINES = AFTER_LINE + 1;
const LINES_BACK = 3;

export const PIECE_CONTEXT_COUNT = AFTER_LINES + 1;
/** Contexts of the corpus table: those that copy repeat a project, not the language. */
export const CORPUS_PIECE_CONTEXTS: readonly number[] = [0, 1, 2, 3, 4, CALL, LINE];
/** For each context of CORPUS_PIECE_CONTEXTS the index of the next less particular one there; -1 for none. */
export const CORPUS_PARENTS: readonly number[] = [-1, 0, 1, 2, 3, 0, 0];

/** Pieces looked back at, at most: further away an opening bracket is not found. */
const FARTHEST = 80;
/** What stands further before a place has no part in its keys. */
export const CONTEXT_REACH = FARTHEST;
const HASH_START = 0x2545f491;

/** What is looked for on the way back to the call that the cursor is in. */
const enum Seek { Bracket, Callee, Nothing }

/** What the kernel of keys has to know of all this, see piece-keys.as. */
export const KEY_NUMBERS = {
  PIECE_CONTEXT_COUNT, TOKENS_BACK: TOKENS_BACK.length, FULL_0: FULL_TOKENS_BACK[0], FULL_1: FULL_TOKENS_BACK[1],
  FULL_2: FULL_TOKENS_BACK[2], CALL, LINE, AFTER_LINE, AFTER_LINES, LINES_BACK, FARTHEST, HASH_START,
  STRING_END: PIECE.stringEnd, SEEK_BRACKET: Seek.Bracket, SEEK_CALLEE: Seek.Callee, SEEK_NOTHING: Seek.Nothing,
} as const;

/** One more value into a hash. */
export const mix = (hash: number, value: number): number => {
  const h = Math.imul(hash ^ (value + 0x9e3779b9), 0x85ebca6b);
  return h ^ (h >>> 15);
};
const finish = (hash: number, context: number): number => {
  let h = Math.imul(hash ^ (context * 0x632be5ab), 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x27d4eb2f);
  // 0 marks an empty slot in the tables.
  return ((h ^ (h >>> 13)) >>> 0) || 1;
};

/**
 * The keys of all contexts that end before `pieces[end]`; 0 where there is none. `out` has
 * PIECE_CONTEXT_COUNT places. The text begins with `pieces[begin]`.
 */
export function pieceContextKeys(
  shape: PieceShape, pieces: ArrayLike<number>, end: number, out: Uint32Array, begin = 0,
): void {
  out.fill(0);
  let hash = HASH_START;
  let full = HASH_START;
  let tokens = 0;
  let next = 0;
  let nextFull = 0;
  /** Of the current token, as far as it goes. */
  let word = 0;
  let depth = 0;
  let call = Seek.Bracket;
  let callee = 0;
  /** Of the token being read, and of the earliest whole one on this line. */
  let token = HASH_START;
  let lineStart = 0;
  let first = 0;
  let inString = false;
  /** Line ends passed; the line so far and then the first tokens of lines. */
  let lines = 0;
  let skeleton = HASH_START;
  for (let at = end - 1; at >= begin && end - at <= FARTHEST; at--) {
    const piece = pieces[at];
    if (shape.lineEnd[piece] === 1) {
      if (lines > 0) skeleton = mix(skeleton, lineStart);
      if (lines === 0) {
        skeleton = hash;
        if (tokens > 2) first = lineStart;
      } else if (lines === 1) out[AFTER_LINE] = finish(skeleton, AFTER_LINE);
      else if (lines === LINES_BACK) out[AFTER_LINES] = finish(skeleton, AFTER_LINES);
      lines++;
    }
    const starts = shape.startsToken[piece] === 1;
    full = mix(full, piece);
    if (!inString || starts) {
      hash = mix(hash, piece);
      token = mix(token, piece);
    }
    if (piece === PIECE.stringEnd) inString = true;
    if (!starts) continue;
    inString = false;
    if (tokens === TOKENS_BACK[next]) out[next] = finish(hash, next++);
    if (tokens === FULL_TOKENS_BACK[nextFull]) out[FIRST_FULL + nextFull] = finish(full, FIRST_FULL + nextFull++);
    if (tokens === 0) word = hash;
    if (call === Seek.Callee) {
      callee = token;
      call = Seek.Nothing;
    } else if (call === Seek.Bracket && shape.bracket[piece] !== 0) {
      if (shape.bracket[piece] === 2) depth++;
      else if (depth > 0) depth--;
      else call = Seek.Callee;
    }
    lineStart = token;
    if (lines > LINES_BACK && nextFull === FULL_TOKENS_BACK.length && call === Seek.Nothing) break;
    token = HASH_START;
    tokens++;
  }
  if (callee !== 0) out[CALL] = finish(mix(word, callee), CALL);
  if (first !== 0) out[LINE] = finish(mix(word, first), LINE);
}
