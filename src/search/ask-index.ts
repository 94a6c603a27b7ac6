import { BadOptionError } from '../errors.js';
import { queryWords } from './describe.js';
import { type SearchEncoder } from './search-encoder.js';
import { rankFunctions, type RankedFunction, type SearchIndex } from './search-index.js';
import { idOfWord, stemOf } from './word-table.js';

/**
 * The functions of an index that answer a question best.
 *
 * @param options.takes rows that may be found; all without it
 * @throws BadOptionError for a question of which neither the network nor the index knows a word
 */
export function askIndex(
  index: SearchIndex,
  encoder: SearchEncoder,
  query: string,
  options: { readonly count: number; readonly takes?: (row: number) => boolean },
): RankedFunction[] {
  const words = queryWords(query);
  const stems = words.map(({ word }) => stemOf(word));
  if (!words.some(({ word }) => encoder.vocabulary.knows(word)) && !knowsAny(index, stems)) {
    throw new BadOptionError({
      option: 'QUERY',
      reason: `none of the words of "${query}" is known, neither to the network nor to the files; ask in English words`,
    });
  }
  return rankFunctions(index, { vector: encoder.query(words), stems }, { ...options, wordShare: encoder.wordShare });
}

const knowsAny = ({ words: { words } }: SearchIndex, stems: readonly string[]): boolean =>
  stems.some((stem) => idOfWord(words, stem) >= 0);

/** The row at which each file's functions begin, and where the last one's end: `[files + 1]`. */
export function fileStarts({ files }: Pick<SearchIndex, 'files'>): Uint32Array {
  const starts = new Uint32Array(files.length + 1);
  files.forEach(({ count }, k) => (starts[k + 1] = starts[k]! + count));
  return starts;
}

/** Number of the file that a row belongs to. */
export function fileOfRow(starts: Uint32Array, row: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= row) low = middle;
    else high = middle;
  }
  return low;
}
