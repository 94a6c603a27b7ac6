import { expect, it } from 'vitest';
import { DigestSet } from '../../src/search/digest-set.js';
import { createRandom } from '../../src/shared/random.js';

it('digests are known from the second time on, whatever their bits', () => {
  const random = createRandom('digests');
  const set = new DigestSet();
  const reference = new Set<bigint>();
  // Many share the bits that decide on their places, and there are more than fit at first.
  for (let k = 0; k < 9000; k++) {
    const digest = (BigInt(random.int(60)) << 40n) | BigInt(2 + random.int(400));
    expect(set.add(digest)).toBe(!reference.has(digest));
    reference.add(digest);
  }
  expect(set.size).toBe(reference.size);
  expect(set.size).toBeGreaterThan(4096);
  expect([set.add(0n), set.add(0n), set.add(2n ** 64n - 1n), set.add(2n ** 64n - 1n)]).toEqual([true, false, true, false]);
});
