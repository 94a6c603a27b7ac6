/**
 * Words in pieces, for questions and code alike: a frequent word is one piece, a rare one several, of which all but the
 * first are marked by `#`. The list is learned by byte-pair merges (Sennrich and others 2016); a word is cut from its
 * left end, the longest piece that fits first.
 *
 * Limits: what is in no piece (a letter outside ASCII) is `<unknown>`, once a word.
 */

/** Stands for what no piece does. */
const UNKNOWN = '<unknown>';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Pieces that every list begins with. */
const FIXED = [UNKNOWN, ...LETTERS, ...[...LETTERS].map((letter) => `#${letter}`)];

/** Pieces that a vocabulary has before any merge. */
export const FIXED_WORD_PIECES = FIXED.length;

export class WordPieces {
  readonly size: number;
  private readonly pieceOf = new Map<string, number>();
  private readonly longest: number;
  private readonly known = new Map<string, readonly number[]>();

  /** @param merges what was merged, as `#`-marked texts, most frequent first */
  constructor(readonly merges: readonly string[]) {
    for (const text of [...FIXED, ...merges]) this.pieceOf.set(text, this.pieceOf.size);
    this.size = this.pieceOf.size;
    this.longest = merges.reduce((most, text) => Math.max(most, text.length), 2);
  }

  /** Pieces of one word in lower case. */
  encode(word: string): readonly number[] {
    let pieces = this.known.get(word);
    if (pieces === undefined) {
      pieces = this.cut(word);
      if (this.known.size > 200_000) this.known.clear();
      this.known.set(word, pieces);
    }
    return pieces;
  }

  /** True for a word that is one piece: it was frequent where the pieces were learned. */
  knows(word: string): boolean {
    return (this.pieceOf.get(word) ?? 0) >= FIXED_WORD_PIECES;
  }

  private cut(word: string): readonly number[] {
    const pieces: number[] = [];
    for (let at = 0; at < word.length; ) {
      let length = Math.min(word.length - at, this.longest);
      let piece: number | undefined;
      for (; length > 0 && piece === undefined; length--) {
        piece = this.pieceOf.get((at === 0 ? '' : '#') + word.slice(at, at + length));
      }
      if (piece === undefined) return [...pieces, 0];
      pieces.push(piece);
      at += length + 1;
    }
    return pieces;
  }
}
