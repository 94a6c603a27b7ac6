import { fc } from '../support/properties.js';
import { describe, expect, it } from 'vitest';
import { CorpusTable, MAX_FOLLOWERS, MAX_PIECES, packCorpus } from '../../src/complete/corpus-table.js';
import { createFollowers } from '../../src/complete/ngram-cache.js';

/** Spread over all bits, as hashes are. */
const key = fc.integer({ min: 1, max: 0xffff_ffff }).map((value) => Math.imul(value, 0x9e3779b1) >>> 0 || 1);
const follower = fc.record({ piece: fc.integer({ min: 0, max: MAX_PIECES - 1 }), probability: fc.double({ min: 0.01, max: 1, noNaN: true }) });
const contexts = fc.uniqueArray(
  fc.record({ key, followers: fc.uniqueArray(follower, { minLength: 1, maxLength: MAX_FOLLOWERS, selector: ({ piece }) => piece }) }),
  { maxLength: 60, selector: ({ key: value }) => value },
);

describe('CorpusTable', () => {
  it('gives back followers and, within a level, their shares', () => {
    fc.assert(fc.property(contexts, (all) => {
      const table = new CorpusTable(packCorpus(all));
      const found = createFollowers();
      let lost = 0;
      for (const context of all) {
        table.lookUp(context.key, found);
        const pieces = context.followers.map(({ piece }) => piece);
        // Two contexts with one fingerprint in a bucket: one of them shadows the other.
        if (found.count !== pieces.length || pieces.some((piece, k) => found.pieces[k] !== piece)) {
          lost++;
          continue;
        }
        const sum = context.followers.reduce((total, { probability }) => total + probability, 0);
        context.followers.forEach(({ probability }, k) => {
          expect(found.shares[k] / (probability / sum)).toBeGreaterThan(0.7);
          expect(found.shares[k] / (probability / sum)).toBeLessThan(1.4);
        });
      }
      expect(lost).toBeLessThanOrEqual(2);
    }));
  });

  it('finds nothing for the key of no context', () => {
    const table = new CorpusTable(packCorpus([{ key: 5, followers: [{ piece: 3, probability: 1 }] }]));
    const found = createFollowers();
    table.lookUp(0, found);
    expect(found.count).toBe(0);
    table.lookUp(0xffff_0000, found);
    expect(found.count).toBe(0);
  });
});
