/** What BM25 (Robertson and Zaragoza 2009) is told: how soon a repeated word stops to count, and what length costs. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.5;

/** The words of many functions, packed: of each word, which functions have it and how often. */
export interface WordTable {
  /** `[words]`, each once, sorted. */
  readonly words: readonly string[];
  /** `[words + 1]`: where the functions of each word begin in the arrays below. */
  readonly starts: Uint32Array;
  /** Functions, in ascending order for each word. */
  readonly rows: Uint32Array;
  /** At most 255 each. */
  readonly counts: Uint8Array;
  /** `[functions]`: words of each function, repeated ones counted. */
  readonly lengths: Uint32Array;
}

/** The same turned round: of each function, its words. */
export interface FunctionWords {
  /** `[functions + 1]` */
  readonly starts: Uint32Array;
  /** Indices into the table's words. */
  readonly ids: Uint32Array;
  readonly counts: Uint8Array;
}

/** The words of each function, in the order of the table's words. */
export function wordsOfFunctions({ starts, rows, counts, lengths }: WordTable): FunctionWords {
  const turned = turn({ starts, others: rows, counts }, lengths.length);
  return { starts: turned.starts, ids: turned.others, counts: turned.counts };
}

/** Entries by their owners, which may be words or functions. */
interface Entries {
  readonly starts: Uint32Array;
  readonly others: Uint32Array;
  readonly counts: Uint8Array;
}

/** The entries by what was on their other side, of which there are `owners`, in the order of their former owners. */
function turn({ starts, others, counts }: Entries, owners: number): Entries {
  const turned: Entries = {
    starts: new Uint32Array(owners + 1), others: new Uint32Array(others.length), counts: new Uint8Array(counts.length),
  };
  for (let k = 0; k < others.length; k++) turned.starts[others[k]! + 1]!++;
  for (let owner = 0; owner < owners; owner++) turned.starts[owner + 1]! += turned.starts[owner]!;
  const next = turned.starts.slice(0, owners);
  for (let owner = 0; owner + 1 < starts.length; owner++) {
    for (let k = starts[owner]!; k < starts[owner + 1]!; k++) {
      const at = next[others[k]!]!++;
      turned.others[at] = owner;
      turned.counts[at] = counts[k]!;
    }
  }
  return turned;
}

/** Where a word stands among sorted ones; -1 where it does not. */
export function idOfWord(words: readonly string[], word: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]! < word) low = middle + 1;
    else high = middle;
  }
  return words[low] === word ? low : -1;
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
    const words = [...this.idOf.keys()].sort();
    const place = new Uint32Array(words.length);
    words.forEach((word, k) => (place[this.idOf.get(word)!] = k));
    const starts = Uint32Array.from(this.starts);
    const counts = Uint8Array.from(this.counts);
    const lengths = new Uint32Array(starts.length - 1);
    for (let row = 0; row < lengths.length; row++) {
      for (let k = starts[row]!; k < starts[row + 1]!; k++) lengths[row]! += counts[k]!;
    }
    const others = Uint32Array.from(this.ids, (id) => place[id]!);
    const turned = turn({ starts, others, counts }, words.length);
    return { words, starts: turned.starts, rows: turned.others, counts: turned.counts, lengths };
  }
}

/**
 * How well each function matches the words of a question by BM25, as a share of what a short function that repeats all
 * of them for ever would have: `[functions]`, each in [0, 1). All zeros where no function has any of the words. What it
 * costs grows with the functions that have one of the words.
 */
export function wordScores(table: WordTable, stems: readonly string[]): Float32Array {
  const { words, starts, rows, counts, lengths } = table;
  const functions = lengths.length;
  const scores = new Float32Array(functions);
  if (functions === 0) return scores;
  let length = 0;
  for (let row = 0; row < functions; row++) length += lengths[row]!;
  const mean = length / functions || 1;
  const rarityOf = (holders: number): number => Math.log(1 + (functions - holders + 0.5) / (holders + 0.5));
  const asked = [...new Set(stems)].map((stem) => {
    const id = idOfWord(words, stem);
    const [from, to] = id < 0 ? [0, 0] : [starts[id]!, starts[id + 1]!];
    // A word that no function has would have been worth most.
    return { from, to, rarity: rarityOf(to - from) };
  });
  const most = asked.reduce((sum, { rarity }) => sum + rarity, 0) * (SATURATION + 1);
  for (const { from, to, rarity } of asked) {
    for (let k = from; k < to; k++) {
      const row = rows[k]!;
      const count = counts[k]!;
      const gain = rarity * count * (SATURATION + 1) /
        (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[row]! / mean));
      scores[row]! += gain / most;
    }
  }
  return scores;
}
