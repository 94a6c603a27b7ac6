import { lexPython, type LexicalEnd, LINE_END, tokenKind, type LexicalToken } from '../tokenize/index.js';
import { AnalogyCache } from './analogy-cache.js';
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
  /** All tokens that were read, with comments, and the text that their offsets count in. */
  readonly tokens: readonly LexicalToken[];
  readonly text: string;
}

const COMMENT = tokenKind('comment');

/** A prefix longer than this is read from a later top-level line on. */
const MAX_PREFIX = 400_000;

/**
 * The text before the cursor as tokens, pieces and cache. Carried along from keystroke to
 * keystroke: what two texts have in common at their start is kept.
 */
export class OpenDocument {
  readonly file: NgramCache;
  readonly analogy: AnalogyCache;
  readonly names = new NameIndex();
  private readonly literals = new Map<number, string>();

  /** @param normalised the text shows literals as placeholders */
  constructor(private readonly vocabulary: PieceVocabulary, private readonly shape: PieceShape, private readonly normalised = false) {
    this.file = new NgramCache(shape);
    this.analogy = new AnalogyCache(shape);
  }

  /** Reads the text before the cursor. */
  moveTo(prefix: string): CursorPlace {
    const text = prefix.length > MAX_PREFIX ? prefix.slice(lateStart(prefix)) : prefix;
    const { tokens: all, end } = lexPython(text, { comments: true });
    const typed = end.inside === 'word' ? text.slice(end.start) : '';
    const tokens = typed === '' ? all : all.slice(0, -1);
    const code = tokens.filter(({ kind }) => kind !== COMMENT);
    const pieces: number[] = [PIECE.file];
    const literalAt: { at: number; text: string }[] = [];
    for (const token of code) {
      const encoded = this.vocabulary.encode(token, { normalised: this.normalised });
      if (encoded.some((piece) => piece === PIECE.string || piece === PIECE.number || piece === PIECE.unknown)) {
        literalAt.push({ at: pieces.length, text: token.text });
      }
      for (const piece of encoded) pieces.push(piece);
    }
    const held = cachePieces(this.shape, pieces);
    this.replace(held);
    for (const { at, text: literal } of literalAt) for (const key of this.literalKeys(held, at)) this.literals.set(key, literal);
    this.names.add(code);
    let first = code.length;
    while (first > 0 && code[first - 1].kind !== LINE_END) first--;
    return { inside: end.inside, typed, openBrackets: end.openBrackets, line: code.slice(first), tokens, text };
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

  private replace(pieces: Uint16Array): void {
    const before = this.file.pieces;
    const most = Math.min(before.length, pieces.length);
    let common = 0;
    while (common < most && pieces[common] === before[common]) common++;
    for (const cache of [this.file, this.analogy]) {
      cache.rewind(common);
      cache.append(pieces.subarray(common));
    }
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
