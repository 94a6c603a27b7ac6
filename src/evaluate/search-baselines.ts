import { type WordTable } from '../search/index.js';

/**
 * Cosines of bags of words, weighted by their frequency and rarity (tf-idf): what can be had without learning anything.
 * `[functions]`, each in [0, 1].
 */
export class BagOfWords {
  private readonly idOf: ReadonlyMap<string, number>;
  private readonly rarity: Float64Array;
  private readonly lengths: Float64Array;
  /** Of the question at hand. */
  private readonly asked: Float64Array;

  constructor(private readonly table: WordTable) {
    const { words, starts, ids, counts } = table;
    this.idOf = new Map(words.map((word, id) => [word, id]));
    this.asked = new Float64Array(words.length);
    const functions = starts.length - 1;
    const holders = new Float64Array(words.length);
    for (const id of ids) holders[id]!++;
    this.rarity = holders.map((count) => Math.log((functions + 1) / (count + 1)) + 1);
    this.lengths = new Float64Array(functions);
    for (let row = 0; row < functions; row++) {
      let sum = 0;
      for (let k = starts[row]!; k < starts[row + 1]!; k++) sum += (counts[k]! * this.rarity[ids[k]!]!) ** 2;
      this.lengths[row] = Math.sqrt(sum) || 1;
    }
  }

  scores(stems: readonly string[]): Float32Array {
    const { starts, ids, counts } = this.table;
    const asked = this.asked.fill(0);
    let length = 0;
    for (const stem of stems) {
      const id = this.idOf.get(stem);
      if (id !== undefined) asked[id]! += this.rarity[id]!;
    }
    for (const stem of new Set(stems)) length += (asked[this.idOf.get(stem) ?? -1] ?? 0) ** 2;
    length = Math.sqrt(length) || 1;
    const scores = new Float32Array(this.lengths.length);
    for (let row = 0; row < scores.length; row++) {
      let sum = 0;
      for (let k = starts[row]!; k < starts[row + 1]!; k++) {
        const id = ids[k]!;
        if (asked[id]! > 0) sum += asked[id]! * counts[k]! * this.rarity[id]!;
      }
      scores[row] = sum / (length * this.lengths[row]!);
    }
    return scores;
  }
}
