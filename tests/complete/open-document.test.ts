import { describe, expect, it } from 'vitest';
import { OpenDocument } from '../../src/complete/open-document.js';
import { pieceShape } from '../../src/complete/piece-contexts.js';
import { createFollowers } from '../../src/complete/ngram-cache.js';
import { ANALOGY_COUNT } from '../../src/complete/analogy-cache.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const shape = pieceShape(tinyVocabulary);
const LINES = Array.from({ length: 90 }, (_, k) => (k % 9 === 0
  ? `def f${k % 4}(self, a, b):`
  : `    self.${'ab'[k % 2]} = b.get("text ${k % 5}", ${k % 7}) # ${k}`));

/** All that the document says of its text, at its end. */
function said(document: OpenDocument): unknown {
  const pieces = [...document.file.pieces];
  const analogies = Array.from({ length: ANALOGY_COUNT }, createFollowers);
  document.analogy.lookUp(pieces, pieces.length, analogies);
  const literals = Array.from({ length: 60 }, (_, back) => document.literalFor(pieces, pieces.length - back));
  return { pieces, literals, analogies: analogies.map(({ pieces: found, shares, count }) => [...found.slice(0, count), ...shares.slice(0, count)]) };
}

/** With the cursor in line `at`. */
const moveTo = (document: OpenDocument, at: number): void => {
  const below = LINES.slice(at + 1).map((line) => `\n${line}`).join('');
  document.moveTo(`${LINES.slice(0, at).join('\n')}\n    self.`, { rest: '', below });
};

describe('OpenDocument', () => {
  it('says the same wherever the cursor was before', () => {
    const document = new OpenDocument(tinyVocabulary, shape);
    for (const at of [40, 41, 42, 45, 30, 31, 60, 61, 62, 63, 88, 89, 10, 11]) {
      moveTo(document, at);
      const fresh = new OpenDocument(tinyVocabulary, shape);
      moveTo(fresh, at);
      expect(said(document), `line ${at}`).toEqual(said(fresh));
    }
  });

  it('has another revision on another line', () => {
    const document = new OpenDocument(tinyVocabulary, shape);
    moveTo(document, 40);
    const before = document.revision;
    moveTo(document, 41);
    expect(document.revision).not.toBe(before);
  });
});
