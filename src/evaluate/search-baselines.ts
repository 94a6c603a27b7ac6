import { idOfWord, type WordTable } from '../search/index.js';

/**
 * Cosines of bags of words, weighted by their frequency and rarity (tf-idf): what can be had without learning anything.
 * `[functions]`, each in [0, 1].
 */
export class BagOfWords {
  private readonly lengths: Float64Array;

  constructor(private readonly table: WordTable) {
    const { words, starts, rows, counts, lengths } = table;
    const squares = new Float64Array(lengths.length);
    for (let id = 0; id < words.length; id++) {
      const rarity = this.rarity(id);
      for (let k = starts[id]!; k < starts[id + 1]!; k++) squares[rows[k]!]! += (counts[k]! * rarity) ** 2;
    }
    this.lengths = squares.map((sum) => Math.sqrt(sum) || 1);
  }

  scores(stems: readonly string[]): Float32Array {
    const { words, starts, rows, counts } = this.table;
    const asked = new Map<number, number>();
    for (const stem of stems) {
      const id = idOfWord(words, stem);
      if (id >= 0) asked.set(id, (asked.get(id) ?? 0) + this.rarity(id));
    }
    const length = Math.hypot(...asked.values()) || 1;
    const scores = new Float64Array(this.lengths.length);
    for (const [id, amount] of asked) {
      const rarity = this.rarity(id);
      for (let k = starts[id]!; k < starts[id + 1]!; k++) scores[rows[k]!]! += amount * counts[k]! * rarity;
    }
    return Float32Array.from(scores, (sum, row) => sum / (length * this.lengths[row]!));
  }

  private rarity(id: number): number {
    const { starts, lengths } = this.table;
    return Math.log((lengths.length + 1) / (starts[id + 1]! - starts[id]! + 1)) + 1;
  }
}
