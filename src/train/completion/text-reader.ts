import { CharVocabulary } from '../../complete/char-text.js';
import { encodeText } from '../../complete/piece-text.js';
import { PieceVocabulary, type PieceList } from '../../complete/pieces.js';
import { type Project, readSource } from '../../corpus/index.js';
import { type BackboneVectors } from '../../model/completion/backbone-vectors.js';
import { type Random } from '../../shared/random.js';

/** A text as training reads it. */
export interface ReadText {
  readonly pieces: Int16Array;
  /** `[pieces, backboneWidth]` */
  readonly vectors: Float32Array;
}

/** Turns sources into what one unit of completion learns from. */
export interface TextReader {
  /** Pieces or characters of the vocabulary. */
  readonly size: number;
  readonly backboneWidth: number;
  /** About how many characters a piece stands for. */
  readonly charactersPerPiece: number;
  /** Plain JSON, for the model file. */
  readonly vocabulary: unknown;
  read(source: string, options: { readonly normalised: boolean; readonly maxPieces: number }): ReadText;
}

/** Subword pieces with the backbone's vectors, or none. */
export function pieceReader(list: PieceList, backbone: BackboneVectors | null): TextReader {
  const vocabulary = new PieceVocabulary(list);
  return {
    size: vocabulary.size, backboneWidth: backbone?.width ?? 0, charactersPerPiece: 5, vocabulary: list,
    read(source, options) {
      const { pieces, slots, numbers } = encodeText(source, vocabulary, options);
      const vectors = new Float32Array(pieces.length * (backbone?.width ?? 0));
      backbone?.compute(slots, numbers, pieces.length, vectors);
      return { pieces, vectors };
    },
  };
}

/** Characters as they are. */
export function charReader(characters: string): TextReader {
  const vocabulary = new CharVocabulary(characters);
  return {
    size: vocabulary.size, backboneWidth: 0, charactersPerPiece: 1, vocabulary: characters,
    read: (source, { maxPieces }) =>
      ({ pieces: vocabulary.encode(source.slice(0, maxPieces)), vectors: new Float32Array() }),
  };
}

/** Files of each project whose characters are counted. */
const COUNTED_FILES = 10;
/** Characters that are kept: ASCII and what little else code is full of. */
const MOST_CHARACTERS = 118;

/** The characters of a sample of files, the most frequent first. */
export function learnCharacters(projects: readonly Project[], random: Random): string {
  const counts = new Map<string, number>();
  for (const { files } of projects) {
    for (const path of random.shuffle([...files]).slice(0, COUNTED_FILES)) {
      for (const c of readSource(path).text) counts.set(c, (counts.get(c) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_CHARACTERS).map(([c]) =>
    c).join('');
}
