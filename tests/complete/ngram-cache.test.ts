import { fc } from '../support/properties.js';
import { describe, expect, it } from 'vitest';
import { PIECE_CONTEXT_COUNT, pieceContextKeys, pieceShape } from '../../src/complete/piece-contexts.js';
import { createFollowers, NgramCache } from '../../src/complete/ngram-cache.js';
import { tinyVocabulary } from './support/tiny-completion.js';
import { PIECE } from '../../src/complete/pieces.js';

const shape = pieceShape(tinyVocabulary);
const self = tinyVocabulary.encodeName('self');
const pieces = fc.array(fc.constantFrom(PIECE.line, ...self, ...tinyVocabulary.encodeName('a'), ...tinyVocabulary.encodeName('b')), { maxLength: 60 });

/** What followed each context at the text's end, counted without any index. */
function reference(text: readonly number[], context: number): Map<number, number> {
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  pieceContextKeys(shape, text, text.length, keys);
  const wanted = keys[context];
  const counts = new Map<number, number>();
  for (let at = 0; at < text.length && wanted !== 0; at++) {
    pieceContextKeys(shape, text, at, keys);
    if (keys[context] === wanted) counts.set(text[at], (counts.get(text[at]) ?? 0) + 1);
  }
  return counts;
}

function lookUpEnd(cache: NgramCache, text: readonly number[], context: number): Map<number, number> {
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  pieceContextKeys(shape, text, text.length, keys);
  const found = createFollowers();
  cache.lookUp(context, keys[context], found);
  return new Map(Array.from({ length: found.count }, (_, k) => [found.pieces[k], found.shares[k]]));
}

describe('NgramCache', () => {
  it('finds the followers that counting finds, for every context', () => {
    fc.assert(fc.property(pieces, (text) => {
      const cache = new NgramCache(shape);
      cache.append(text);
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
        const counted = reference(text, context);
        const total = [...counted.values()].reduce((a, b) => a + b, 0);
        // Only so many occurrences are looked at.
        if (total <= 40) expect([...lookUpEnd(cache, text, context).keys()].sort()).toEqual([...counted.keys()].sort());
      }
    }));
  });

  it('says of many pieces at once what it says of few at a time, whatever was taken back between', () => {
    const long = fc.array(pieces, { minLength: 8, maxLength: 12, size: 'max' }).map((parts) => parts.flat());
    fc.assert(fc.property(long, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 400 })), { maxLength: 4 }), (text, steps) => {
      const [atOnce, fewAtATime] = [new NgramCache(shape), new NgramCache(shape)];
      const append = (added: readonly number[]): void => {
        atOnce.append(added);
        for (let k = 0; k < added.length; k += 50) fewAtATime.append(added.slice(k, k + 50));
      };
      let held = [...text];
      append(held);
      for (const [back, more] of steps) {
        held = held.slice(0, back % (held.length + 1));
        for (const cache of [atOnce, fewAtATime]) cache.rewind(held.length);
        const added = text.slice(0, more);
        append(added);
        held.push(...added);
      }
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
        expect(lookUpEnd(atOnce, held, context)).toEqual(lookUpEnd(fewAtATime, held, context));
      }
    }), { numRuns: 30 });
  });

  it('says on demand what it says at once, whatever was asked and added before', () => {
    fc.assert(fc.property(pieces, pieces, pieces, (text, more, asked) => {
      const atOnce = new NgramCache(shape);
      atOnce.append([...text, ...more]);
      const onDemand = new NgramCache(shape, true);
      onDemand.append(text);
      for (const piece of asked) onDemand.prepare(piece);
      onDemand.append(more);
      for (const end of [text, more, asked]) {
        if (end.length === 0) continue;
        onDemand.prepare(end[end.length - 1]);
        for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
          expect(lookUpEnd(onDemand, end, context)).toEqual(lookUpEnd(atOnce, end, context));
        }
      }
    }));
  });

  it('on demand reads a long text, and cannot be taken back', () => {
    const long = Array.from({ length: 5000 }, (_, k) => self[k % self.length] + (k % 7 === 0 ? 1 : 0));
    const [atOnce, onDemand] = [new NgramCache(shape), new NgramCache(shape, true)];
    for (const cache of [atOnce, onDemand]) cache.append(long);
    for (const end of [long.slice(0, 700), long.slice(0, 2001), long]) {
      onDemand.prepare(end[end.length - 1]);
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) expect(lookUpEnd(onDemand, end, context)).toEqual(lookUpEnd(atOnce, end, context));
    }
    expect(() => onDemand.rewind(3)).toThrow();
  });

  it('is after a rewind as if the rest had never been there', () => {
    fc.assert(fc.property(pieces, pieces, (text, more) => {
      const once = new NgramCache(shape);
      once.append(text);
      const twice = new NgramCache(shape);
      twice.append([...text, ...more]);
      twice.rewind(text.length);
      for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
        expect(lookUpEnd(twice, text, context)).toEqual(lookUpEnd(once, text, context));
      }
    }));
  });

  it('is with another front as if it had always had that one', () => {
    const step = fc.record({ count: fc.nat({ max: 90 }), front: pieces, back: fc.nat({ max: 30 }), more: pieces });
    fc.assert(fc.property(fc.array(pieces, { minLength: 6, maxLength: 9, size: 'max' }), fc.array(step, { maxLength: 4, size: 'max' }), (parts, steps) => {
      let held = parts.flat();
      const changed = new NgramCache(shape);
      changed.append(held);
      for (const { count, front, back, more } of steps) {
        const [gone, put] = [Math.min(count, held.length), front.slice(0, Math.min(count, held.length))];
        changed.replaceFront(gone, put);
        held = [...put, ...held.slice(gone)];
        held = [...held.slice(0, Math.max(0, held.length - back)), ...more];
        changed.rewind(held.length - more.length);
        changed.append(more);
        const fresh = new NgramCache(shape);
        fresh.append(held);
        expect([...changed.pieces]).toEqual(held);
        for (let end = Math.max(0, held.length - 40); end <= held.length; end++) {
          for (let context = 0; context < PIECE_CONTEXT_COUNT; context++) {
            expect(lookUpEnd(changed, held.slice(0, end), context)).toEqual(lookUpEnd(fresh, held.slice(0, end), context));
          }
        }
      }
    }), { numRuns: 60 });
  });

  it('takes no front that is longer', () => {
    const cache = new NgramCache(shape);
    cache.append([PIECE.line, ...self]);
    expect(() => cache.replaceFront(1, [PIECE.line, PIECE.line])).toThrow(RangeError);
  });

  it('gives shares that sum to 1 and lean to what came last', () => {
    const [a] = tinyVocabulary.encodeName('a');
    const [b] = tinyVocabulary.encodeName('b');
    const cache = new NgramCache(shape);
    const text = [PIECE.line, a, PIECE.line, b, PIECE.line];
    cache.append(text);
    const found = lookUpEnd(cache, text, 0);
    expect([...found.values()].reduce((x, y) => x + y)).toBeCloseTo(1, 6);
    expect(found.get(b)).toBeGreaterThan(found.get(a)!);
  });

  it('passes over what is hidden', () => {
    const [a] = tinyVocabulary.encodeName('a');
    const [b] = tinyVocabulary.encodeName('b');
    const cache = new NgramCache(shape);
    const text = [PIECE.line, a, PIECE.line, b, PIECE.line];
    cache.append(text);
    cache.hide(2, 5);
    expect([...lookUpEnd(cache, text, 0).keys()]).toEqual([a]);
    cache.hide(0, 0);
    expect(lookUpEnd(cache, text, 0).size).toBe(2);
  });
});

describe('pieceContextKeys', () => {
  it('tells contexts apart by whole tokens, wherever they stand', () => {
    const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
    const others = new Uint32Array(PIECE_CONTEXT_COUNT);
    pieceContextKeys(shape, [PIECE.line, ...self], 1 + self.length, keys);
    pieceContextKeys(shape, [PIECE.file, PIECE.line, ...self], 2 + self.length, others);
    expect(others[0]).toBe(keys[0]);
    expect(others[1]).toBe(keys[1]);
    pieceContextKeys(shape, [PIECE.file, ...self], 1 + self.length, others);
    expect(others[0]).toBe(keys[0]);
    expect(others[1]).not.toBe(keys[1]);
  });
});
