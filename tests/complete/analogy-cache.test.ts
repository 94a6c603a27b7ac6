import { fc } from '../support/properties.js';
import { describe, expect, it } from 'vitest';
import { ANALOGY_COUNT, AnalogyCache } from '../../src/complete/analogy-cache.js';
import { cachePieces, pieceShape } from '../../src/complete/piece-contexts.js';
import { createFollowers } from '../../src/complete/ngram-cache.js';
import { PIECE } from '../../src/complete/pieces.js';
import { lexPython } from '../../src/tokenize/index.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const shape = pieceShape(tinyVocabulary);
const piecesOf = (text: string): number[] =>
  [...cachePieces(shape, lexPython(text).tokens.flatMap((token) => [...tinyVocabulary.encode(token)]))];

/** What the cache of a text suggests behind the text and what is added to it, for each length of context. */
function suggested(cache: AnalogyCache, text: readonly number[]): Map<number, number>[] {
  const out = Array.from({ length: ANALOGY_COUNT }, createFollowers);
  cache.lookUp(text, text.length, out);
  return out.map((said) => new Map(Array.from({ length: said.count }, (_, k) => [said.pieces[k]!, said.shares[k]!])));
}

/** Follows the likeliest piece of the shortest context up to the line's end. */
function finished(before: string): string {
  const held = piecesOf(before);
  const cache = new AnalogyCache(shape);
  cache.append(held);
  const text = [...held];
  for (let k = 0; k < 40; k++) {
    const [said] = suggested(cache, text);
    if (said!.size === 0) break;
    const [piece] = [...said!].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    if (piece === PIECE.line) break;
    text.push(piece);
  }
  return tinyVocabulary.decode(text.slice(held.length)).map((token) => token.text).join(' ');
}

const words = ['a', 'b', 'alpha', 'self'].flatMap((name) => [...tinyVocabulary.encodeName(name)]);
const anyPieces = fc.array(fc.constantFrom(PIECE.line, ...piecesOf('( ) = .'), ...words), { maxLength: 80 });

describe('AnalogyCache', () => {
  it('carries over to the names that stand here', () => {
    expect(finished('left = box.get(left, 1)\ntop = box.get(')).toBe('top , 1 )');
    expect(finished('if first in seen:\n    seen.add(first)\nif other in known:\n    known.')).toBe('add ( other )');
  });

  it('repeats what is no name, and names that stood nowhere before', () => {
    expect(finished('x = f(x, y) + offset\nz = f(z, y) +')).toBe('offset');
    expect(finished('self.a = a(1) or other.b\nself.c = c(1)')).toBe('or other . b');
  });

  it('finishes a name that is begun', () => {
    const before = 'alpha = box.get(alpha, 1)\nalbum = box.get(al';
    const [said] = suggested(fill(before), piecesOf(before));
    // Letter by letter in this vocabulary.
    expect([...said!.keys()]).toEqual([tinyVocabulary.encodeName('album')[2]]);
  });

  it('has nothing to say of a short or an unlike text', () => {
    expect(finished('')).toBe('');
    expect(finished('a = 1\nb =')).toBe('');
    expect(finished('for a in b:\n    print(a)\nimport a.b.c\nwhile not')).toBe('');
  });

  it('gives shares that sum to 1', () => {
    fc.assert(fc.property(anyPieces, (text) => {
      const cache = new AnalogyCache(shape);
      cache.append(text);
      for (const said of suggested(cache, text)) {
        if (said.size > 0) expect([...said.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      }
    }));
  });

  it('is after a rewind as if the rest had never been there', () => {
    fc.assert(fc.property(anyPieces, anyPieces, anyPieces, (text, more, asked) => {
      const once = new AnalogyCache(shape);
      once.append(text);
      const twice = new AnalogyCache(shape);
      twice.append([...text, ...more]);
      twice.rewind(text.length);
      expect(suggested(twice, [...text, ...asked])).toEqual(suggested(once, [...text, ...asked]));
      twice.append(asked);
      once.append(asked);
      expect(suggested(twice, [...text, ...asked])).toEqual(suggested(once, [...text, ...asked]));
    }), { numRuns: 300 });
  });

  it('is with another front as if it had always had that one', () => {
    // Whole tokens, of one piece and of several.
    const tokens = fc.array(fc.constantFrom([PIECE.line], ...piecesOf('( ) = .').map((piece) => [piece]), ...['a', 'b', 'alpha', 'self'].map(
      (name) => [...tinyVocabulary.encodeName(name)],
    )), { maxLength: 60, size: 'max' });
    const step = fc.record({ gone: fc.nat({ max: 70 }), front: tokens, back: fc.nat({ max: 30 }), more: tokens });
    fc.assert(fc.property(fc.array(tokens, { minLength: 3, maxLength: 5, size: 'max' }), fc.array(step, { maxLength: 4, size: 'max' }), (parts, steps) => {
      let held = parts.flat();
      const changed = new AnalogyCache(shape);
      changed.append(held.flat());
      for (const { gone, front, back, more } of steps) {
        const before = held.slice(0, Math.min(gone, held.length - 1));
        if (held.length > 0 && front.flat().length <= before.flat().length) {
          changed.replaceFront(before.flat().length, front.flat());
          held = [...front, ...held.slice(before.length)];
        }
        const kept = held.slice(0, Math.max(0, held.length - back));
        changed.rewind(kept.flat().length);
        changed.append(more.flat());
        held = [...kept, ...more];
        const fresh = new AnalogyCache(shape);
        fresh.append(held.flat());
        for (let end = Math.max(0, held.length - 12); end <= held.length; end++) {
          const asked = held.slice(0, end).flat();
          expect(suggested(changed, asked)).toEqual(suggested(fresh, asked));
        }
      }
    }), { numRuns: 80 });
  });
});

function fill(text: string): AnalogyCache {
  const cache = new AnalogyCache(shape);
  cache.append(piecesOf(text));
  return cache;
}
