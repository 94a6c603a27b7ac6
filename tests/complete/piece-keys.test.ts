import { describe, expect, test } from 'vitest';
import { PIECE_CONTEXT_COUNT, pieceContextKeys, pieceShape } from '../../src/complete/piece-contexts.js';
import { MOST_PLACES, PieceKeys } from '../../src/complete/piece-keys.js';
import { PIECE } from '../../src/complete/pieces.js';
import { fc } from '../support/properties.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const shape = pieceShape(tinyVocabulary);
const piece = fc.oneof(
  fc.constantFrom(PIECE.line, PIECE.stringEnd), fc.integer({ min: 0, max: tinyVocabulary.size - 1 }),
);

describe('keys of many places at once', () => {
  test('are those of each place, while the text grows', () => {
    fc.assert(fc.property(fc.array(piece, { maxLength: 400 }), fc.array(piece, { maxLength: 100 }), (first, more) => {
      const keys = new PieceKeys(shape);
      const text = Int32Array.from([...first, ...more]);
      const wanted = new Uint32Array(PIECE_CONTEXT_COUNT);
      for (const length of [first.length, text.length]) {
        const places = Array.from({ length: Math.min(MOST_PLACES, length) }, (_, k) => length - k);
        const found = keys.of(text, length, places).slice();
        places.forEach((place, k) => {
          pieceContextKeys(shape, text, place, wanted);
          expect(found.slice(k * PIECE_CONTEXT_COUNT, (k + 1) * PIECE_CONTEXT_COUNT)).toEqual(wanted);
        });
      }
    }), { numRuns: 40 });
  });
});
