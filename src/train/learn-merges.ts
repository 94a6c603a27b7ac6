/** A word that merges are learned of. */
export interface MergeWord {
  /** Its letters; all but the first marked by `#`, where a beginning is apart from the same letters within. */
  symbols: string[];
  readonly weight: number;
}

/**
 * The merges of neighbours that occur most, the most frequent first (Sennrich and others 2016).
 *
 * @param words are cut anew in place
 */
export function learnMerges(words: readonly MergeWord[], count: number): string[] {
  const pairs = new Map<string, { weight: number; words: Set<number> }>();
  const change = (index: number, sign: number): void => {
    const { symbols, weight } = words[index]!;
    for (let k = 0; k + 1 < symbols.length; k++) {
      const pair = `${symbols[k]!} ${symbols[k + 1]!}`;
      let entry = pairs.get(pair);
      if (entry === undefined) pairs.set(pair, (entry = { weight: 0, words: new Set() }));
      entry.weight += sign * weight;
      if (sign > 0) entry.words.add(index);
    }
  };
  words.forEach((_, index) => change(index, 1));
  const merges: string[] = [];
  const made = new Set<string>();
  while (merges.length < count) {
    let best = '';
    let bestWeight = 0;
    for (const [pair, { weight }] of pairs) {
      if (weight > bestWeight || (weight === bestWeight && pair < best)) [best, bestWeight] = [pair, weight];
    }
    if (best === '') break;
    const [left, right] = best.split(' ') as [string, string];
    const merged = left + right.slice(1);
    // Another cut of the same word may have made this piece before.
    if (!made.has(merged)) merges.push(merged);
    made.add(merged);
    for (const index of [...pairs.get(best)!.words]) {
      const { symbols } = words[index]!;
      if (!symbols.some((symbol, k) => symbol === left && symbols[k + 1] === right)) continue;
      change(index, -1);
      const joined: string[] = [];
      for (let k = 0; k < symbols.length; k++) {
        if (symbols[k] === left && symbols[k + 1] === right) {
          joined.push(merged);
          k++;
        } else joined.push(symbols[k]!);
      }
      words[index]!.symbols = joined;
      change(index, 1);
    }
    pairs.delete(best);
  }
  return merges;
}
