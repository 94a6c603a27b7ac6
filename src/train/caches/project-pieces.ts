import { readSource, type Project } from '../../corpus/index.js';
import type { PieceShape } from '../../complete/piece-contexts.js';
import type { PieceVocabulary } from '../../complete/pieces.js';
import { textPieces } from '../../complete/text-pieces.js';
import { createRandom } from '../../shared/random.js';

export interface FilePieces {
  readonly path: string;
  readonly pieces: Uint16Array;
}

/** Files of a project in an order drawn by the seed, up to so many pieces. */
export function projectPieces(
  vocabulary: PieceVocabulary, shape: PieceShape, project: Project,
  options: { readonly maxPieces: number; readonly seed: number; readonly normalised: boolean },
): FilePieces[] {
  const found: FilePieces[] = [];
  let length = 0;
  for (const path of createRandom(`${options.seed}:${project.name}`).shuffle([...project.files])) {
    if (length >= options.maxPieces) break;
    const pieces = textPieces(vocabulary, shape, readSource(path).text, options.normalised);
    found.push({ path, pieces });
    length += pieces.length;
  }
  return found;
}

/** The pieces of all files, one after the other. */
export function joinPieces(files: readonly FilePieces[]): Uint16Array {
  const joined = new Uint16Array(files.reduce((sum, { pieces }) => sum + pieces.length, 0));
  let at = 0;
  for (const { pieces } of files) {
    joined.set(pieces, at);
    at += pieces.length;
  }
  return joined;
}
