import { lexPython } from '../tokenize/index.js';
import { cachePieces, type PieceShape } from './piece-contexts.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

/** Pieces of a text as caches hold them, after a piece that begins the file. */
export function textPieces(
  vocabulary: PieceVocabulary,
  shape: PieceShape,
  text: string,
  normalised: boolean,
): Uint16Array {
  const pieces: number[] = [PIECE.file];
  for (const token of lexPython(text).tokens) pieces.push(...vocabulary.encode(token, { normalised }));
  return cachePieces(shape, pieces);
}
