/** What BM25 (Robertson and Zaragoza 2009) is told: how soon a repeated word stops to count, and what length costs. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.5;

/** The words of many functions, packed: of each, which words it has and how often. */
export interface WordTable {
  /** `[words]`, each once. */
  readonly words: readonly string[];
  /** `[functions + 1]`: where the words of each function begin in the arrays below. */
  readonly starts: Uint32Array;
  /** Indices into `words`. */
  readonly ids: Uint32Array;
  /** At most 255 each. */
  readonly counts: Uint8Array;
  /** `[functions]`: words of each function, repeated ones counted. */
  readonly lengths: Uint32Array;
}

/** The sums of counts, function by function. */
export function lengthsOf({ starts, counts }: Pick<WordTable, 'starts' | 'counts'>): Uint32Array {
  const lengths = new Uint32Array(starts.length - 1);
  for (let row = 0; row < lengths.length; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) lengths[row]! += counts[k]!;
  }
  return lengths;
}

/** What a form of a word is taken for: its singular or its base, as far as its ending tells. */
export function stemOf(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && word.endsWith('ing')) return stripped(word.slice(0, -3));
  if (word.length > 4 && word.endsWith('ed')) return stripped(word.slice(0, -2));
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/u.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/u.test(word)) return stripped(word.slice(0, -1));
  return stripped(word);
}

/** "parse" and "pars", "stopp" and "stop" become one. */
function stripped(word: string): string {
  if (word.length > 4 && word.endsWith('e')) return word.slice(0, -1);
  return /([bdgmnprt])\1$/u.test(word) ? word.slice(0, -1) : word;
}

/** Adds functions one by one. */
export class WordTableBuilder {
  private readonly idOf = new Map<string, number>();
  private readonly starts: number[] = [0];
  private readonly ids: number[] = [];
  private readonly counts: number[] = [];

  /** @param counts of the stems of one function */
  add(counts: Iterable<readonly [word: string, count: number]>): void {
    for (const [word, count] of counts) {
      let id = this.idOf.get(word);
      if (id === undefined) this.idOf.set(word, (id = this.idOf.size));
      this.ids.push(id);
      this.counts.push(Math.min(255, count));
    }
    this.starts.push(this.ids.length);
  }

  table(): WordTable {
    const starts = Uint32Array.from(this.starts);
    const counts = Uint8Array.from(this.counts);
    return {
      words: [...this.idOf.keys()], starts, ids: Uint32Array.from(this.ids), counts,
      lengths: lengthsOf({ starts, counts }),
    };
  }
}

/**
 * How well each function matches the words of a question by BM25, as a share of what a short function that repeats all
 * of them for ever would have: `[functions]`, each in [0, 1). All zeros where no function has any of the words.
 */
export function wordScores(table: WordTable, stems: readonly string[]): Float32Array {
  const { words, starts, ids, counts, lengths } = table;
  const functions = lengths.length;
  const scores = new Float32Array(functions);
  if (functions === 0) return scores;
  const wanted = new Set(stems);
  const slotOf = new Int16Array(words.length).fill(-1);
  let slots = 0;
  for (let id = 0; id < words.length; id++) if (wanted.has(words[id]!)) slotOf[id] = slots++;
  // Where the words are; most functions have none of them, so what is found is little.
  const found: number[] = [];
  const holders = new Float64Array(slots);
  for (let k = 0; k < ids.length; k++) {
    const slot = slotOf[ids[k]!]!;
    if (slot < 0) continue;
    holders[slot]!++;
    found.push(k);
  }
  let length = 0;
  for (let row = 0; row < functions; row++) length += lengths[row]!;
  const mean = length / functions || 1;
  const rarity = holders.map((count) => Math.log(1 + (functions - count + 0.5) / (count + 0.5)));
  // A word that no function has would have been worth most.
  const missing = (wanted.size - slots) * Math.log(1 + (functions + 0.5) / 0.5);
  const most = rarity.reduce((sum, value) => sum + value, missing) * (SATURATION + 1);
  let row = 0;
  for (const k of found) {
    while (starts[row + 1]! <= k) row++;
    const count = counts[k]!;
    const gain = rarity[slotOf[ids[k]!]!]! * count * (SATURATION + 1) /
      (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[row]! / mean));
    scores[row]! += gain / most;
  }
  return scores;
}
