import { lexPython, type LexicalEnd, type LexicalToken, LINE_END } from '../tokenize/index.js';
import { cachePieces, contextKeys, CONTEXT_COUNT, type PieceShape } from './contexts.js';
import { NameIndex } from './names.js';
import { NgramCache } from './ngram-cache.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

/** Where the cursor stands, as a completion has to know it. */
export interface CursorPlace {
  readonly inside: LexicalEnd['inside'];
  /** The half-typed word before the cursor; '' after anything else. */
  readonly typed: string;
  readonly openBrackets: string;
  /** Tokens of the line before the cursor, without the half-typed word. */
  readonly line: readonly LexicalToken[];
}

/** A prefix longer than this is read from a later top-level line on. */
const MAX_PREFIX = 400_000;

/**
 * The text before the cursor as tokens, pieces and cache. Carried along from keystroke to
 * keystroke: what two texts have in common at their start is kept.
 */
export class OpenDocument {
  readonly file: NgramCache;
  readonly names = new NameIndex();
  private readonly literals = new Map<number, string>();
  private tokens: readonly LexicalToken[] = [];
  private raw: number[] = [];

  constructor(private readonly vocabulary: PieceVocabulary, private readonly shape: PieceShape) {
    this.file = new NgramCache(shape);
  }

  /** Pieces before the cursor, line ends with the change of depth they bring. */
  get pieces(): readonly number[] {
    return this.raw;
  }

  /** Tokens that the pieces spell. */
  get lexicalTokens(): readonly LexicalToken[] {
    return this.tokens;
  }

  /** Reads the text before the cursor. */
  moveTo(prefix: string): CursorPlace {
    const text = prefix.length > MAX_PREFIX ? prefix.slice(lateStart(prefix)) : prefix;
    const { tokens, end } = lexPython(text);
    const last = tokens[tokens.length - 1];
    const typed = end.inside === 'word' && last !== undefined ? last.text : '';
    this.tokens = typed === '' ? tokens : tokens.slice(0, -1);
    const raw: number[] = [PIECE.file];
    const literalAt: { at: number; text: string }[] = [];
    for (const token of this.tokens) {
      const pieces = this.vocabulary.encode(token);
      if (pieces.includes(PIECE.string) || pieces.includes(PIECE.number) || pieces.includes(PIECE.unknown)) {
        literalAt.push({ at: raw.length, text: token.text });
      }
      for (const piece of pieces) raw.push(piece);
    }
    this.replace(raw);
    const held = this.file.pieces;
    for (const { at, text } of literalAt) for (const key of this.literalKeys(held, at)) this.literals.set(key, text);
    this.names.add(this.tokens);
    let first = this.tokens.length;
    while (first > 0 && this.tokens[first - 1].kind !== LINE_END) first--;
    return { inside: end.inside, typed, openBrackets: end.openBrackets, line: this.tokens.slice(first) };
  }

  /**
   * The literal that stood last in the place of the one that would begin at `pieces[at]`: what
   * a placeholder means, or undefined.
   */
  literalFor(pieces: ArrayLike<number>, at: number): string | undefined {
    for (const key of this.literalKeys(pieces, at)) {
      const text = this.literals.get(key);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Keys of what stands before a literal, the most particular first. */
  private literalKeys(pieces: ArrayLike<number>, at: number): number[] {
    const keys = new Uint32Array(CONTEXT_COUNT);
    contextKeys(this.shape, pieces, at, keys);
    return [keys[3], keys[2]].filter((key) => key !== 0);
  }

  private replace(raw: number[]): void {
    let common = 0;
    while (common < raw.length && raw[common] === this.raw[common]) common++;
    this.raw = raw;
    this.file.rewind(Math.min(common, this.file.size));
    this.file.append(cachePieces(this.shape, raw.slice(common)));
  }
}

/** Where to begin reading a very long text: at a line that stands at its margin. */
function lateStart(prefix: string): number {
  const from = prefix.length - MAX_PREFIX;
  const found = /\n(?=[A-Za-z@])/gu;
  found.lastIndex = from;
  const match = found.exec(prefix);
  return match === null ? from : match.index + 1;
}
