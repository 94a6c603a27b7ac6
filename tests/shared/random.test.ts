import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import { largestDifference } from '../support/largest-difference.js';

const take = (random: { next(): number }, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('createRandom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    expect(take(createRandom(7), 20)).toEqual(take(createRandom('7'), 20));
    expect(take(createRandom(7), 20)).not.toEqual(take(createRandom(8), 20));
  });

  it('continues from a saved state', () => {
    const random = createRandom('state');
    take(random, 5);
    const saved = JSON.parse(JSON.stringify(random.state())) as number[];
    const expected = take(random, 10);
    const other = createRandom(0);
    other.restore(saved);
    expect(take(other, 10)).toEqual(expected);
  });

  it('is uniform, and normal where asked', () => {
    const random = createRandom(1);
    const counts = new Array<number>(10).fill(0);
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < 20000; k++) {
      counts[random.int(10)]!++;
      const value = random.gaussian();
      sum += value;
      squares += value * value;
    }
    expect(largestDifference(counts, counts.map(() => 2000))).toBeLessThan(200);
    expect(Math.abs(sum / 20000)).toBeLessThan(0.03);
    expect(Math.abs(squares / 20000 - 1)).toBeLessThan(0.05);
  });

  it('shuffles into a permutation', () => {
    const shuffled = createRandom(3).shuffle(Array.from({ length: 50 }, (_, k) => k));
    expect([...shuffled].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, k) => k));
    expect(shuffled[0] === 0 && shuffled[1] === 1 && shuffled[2] === 2).toBe(false);
  });
});
