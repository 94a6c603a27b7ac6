import { decodeCaches } from '../complete/caches-file.js';
import {
  CORPUS_PIECE_CONTEXTS, PIECE_CONTEXT_COUNT, pieceContextKeys, pieceShape,
} from '../complete/piece-contexts.js';
import { PieceVocabulary } from '../complete/pieces.js';
import { textPieces } from '../complete/text-pieces.js';
import { assetPath } from '../shared/asset-path.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { digestOf } from './shard-place.js';

/**
 * How often each piece followed each context of the corpus table in a text: what is added up over a corpus. A key
 * holds the kind of its context, so that keys of all kinds may lie in one table.
 */
export interface PieceCounts {
  /** Of the list of pieces by which the text was read. */
  readonly vocabulary: string;
  /** Pieces of the text. */
  readonly pieces: number;
  /** Three numbers a pair: key of the context, piece, times; sorted by key and piece. */
  readonly pairs: readonly number[];
}

/** What counts the pieces of texts, by those of the built-in completion. @throws ModelFileError */
export function createPieceCounter(): (text: string) => PieceCounts {
  const path = assetPath('complete-caches.bin');
  const { pieces: list } = decodeCaches(readRegularFile(path, { limitBytes: MAX_MODEL_BYTES }), path);
  const vocabulary = new PieceVocabulary(list);
  const shape = pieceShape(vocabulary);
  const digest = digestOf(JSON.stringify(list)).slice(0, 16);
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  return (text) => {
    const pieces = textPieces(vocabulary, shape, text, false);
    const times = new Map<number, number>();
    for (let at = 0; at < pieces.length; at++) {
      pieceContextKeys(shape, pieces, at, keys);
      for (const context of CORPUS_PIECE_CONTEXTS) {
        if (keys[context] === 0) continue;
        // 48 bits, which a number holds exactly.
        const pair = keys[context] * 65_536 + pieces[at];
        times.set(pair, (times.get(pair) ?? 0) + 1);
      }
    }
    const sorted = [...times].sort(([a], [b]) => a - b);
    return {
      vocabulary: digest, pieces: pieces.length,
      pairs: sorted.flatMap(([pair, n]) => [Math.floor(pair / 65_536), pair % 65_536, n]),
    };
  };
}
