/**
 * Text as a sequence of characters, for the networks of the seeds. Character 0 begins a file;
 * what the vocabulary lacks is the last one.
 */
export class CharVocabulary {
  /** Number of characters, file begin and stranger included. */
  readonly size: number;
  private readonly index = new Map<string, number>();

  /** @param characters each once, the most frequent first */
  constructor(readonly characters: string) {
    [...characters].forEach((c, k) => this.index.set(c, k + 1));
    this.size = this.index.size + 2;
  }

  encode(text: string): Int16Array {
    const characters = [...text];
    return Int16Array.from({ length: characters.length + 1 }, (_, k) =>
      (k === 0 ? 0 : (this.index.get(characters[k - 1]!) ?? this.size - 1)));
  }

  /** '' for the begin of a file, U+FFFD for a stranger. */
  text(piece: number): string {
    return piece === 0 ? '' : ([...this.characters][piece - 1] ?? '\uFFFD');
  }
}
