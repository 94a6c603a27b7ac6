import { FIXED_PIECES, PieceVocabulary, type PieceList } from '../../complete/pieces.js';
import { type Project, readSource } from '../../corpus/index.js';
import { type Random } from '../../shared/random.js';
import { learnMerges, type MergeWord } from '../learn-merges.js';
import { IDENTIFIER, STRING, FLOAT, INTEGER, lexPython } from '../../tokenize/index.js';


export interface PieceLearning {
  /** Pieces of the vocabulary; a multiple of 8. */
  readonly size: number;
  /** Files read of each project, at most. */
  readonly filesPerProject: number;
  readonly numbers: number;
  readonly commonStrings: number;
}

export const DEFAULT_PIECE_LEARNING: PieceLearning = {
  size: 2048, filesPerProject: 60, numbers: 64, commonStrings: 200,
};

/** Words that are rarer, each counted at most once a file, decide no merge. */
const FEWEST = 3;

/**
 * Learns the vocabulary from a sample of files. A word counts by the square root of its
 * occurrences in a file, and every project by what it has of the sample: what many projects
 * use matters more than what one repeats.
 */
export function learnPieces(projects: readonly Project[], config: PieceLearning, random: Random): PieceList {
  const names = new Map<string, number>();
  const contents = new Map<string, number>();
  const strings = new Map<string, number>();
  const numbers = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, by: number): void => {
    map.set(key, (map.get(key) ?? 0) + by);
  };
  for (const { files } of projects) {
    for (const path of random.shuffle([...files]).slice(0, config.filesPerProject)) {
      const counts = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()] as const;
      for (const { kind, text } of lexPython(readSource(path).text).tokens) {
        if (kind === IDENTIFIER) add(counts[0], text, 1);
        else if (kind === STRING) add(counts[1], text.replace(/^\w{0,2}("""|'''|"|')([^]*)\1$/, '$2'), 1);
        else if (kind === INTEGER || kind === FLOAT) add(counts[2], text, 1);
      }
      for (const [word, count] of counts[0]) if (/^[A-Za-z_]\w*$/.test(word)) add(names, word, Math.sqrt(count));
      for (const [content, count] of counts[1]) {
        if (content.length > 24) continue;
        add(strings, content, Math.sqrt(count));
        for (const word of content.match(/\w+/g) ?? []) {
          if (/^[\x20-\x7e]+$/.test(word)) add(contents, word, 0.3 * Math.sqrt(count));
        }
      }
      for (const [number, count] of counts[2]) add(numbers, number, Math.sqrt(count));
    }
  }
  const most = (map: ReadonlyMap<string, number>, count: number): string[] =>
    [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, count).map(([text]) => text);
  const list = {
    numbers: most(numbers, config.numbers), merges: [], commonStrings: most(strings, config.commonStrings),
  };
  return { ...list, merges: mergesOf(names, contents, config.size - FIXED_PIECES - list.numbers.length) };
}

/** Byte-pair merges (Sennrich and others 2016); the first symbol of a name is apart from the same letters within. */
function mergesOf(names: ReadonlyMap<string, number>, contents: ReadonlyMap<string, number>, count: number): string[] {
  const known = new PieceVocabulary({ numbers: [], merges: [], commonStrings: [] });
  const words: MergeWord[] = [];
  for (const [word, weight] of names) {
    // Keywords are pieces of their own.
    if (weight >= FEWEST && known.encodeName(word).length > 0) {
      words.push({ symbols: [...word].map((c, k) => (k === 0 ? c : `#${c}`)), weight });
    }
  }
  for (const [word, weight] of contents) {
    if (weight >= FEWEST) words.push({ symbols: [...word].map((c) => `#${c}`), weight });
  }
  return learnMerges(words, count);
}
