import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import {
  BANDS, bandsOf, estimatedSimilarity, minHash, SIGNATURE_LENGTH, tokenShingles,
} from '../../src/shards/signature.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const shinglesOf = (text: string): Uint32Array => tokenShingles(tokenizer.tokenize(text));
const signatureOf = (text: string): Uint32Array => minHash(shinglesOf(text));

/** Jaccard similarity of two sets, by its definition. */
function jaccard(a: Iterable<number>, b: Iterable<number>): number {
  const [left, right] = [new Set(a), new Set(b)];
  const common = [...left].filter((item) => right.has(item)).length;
  return common / (left.size + right.size - common);
}

describe('what a signature is of', () => {
  it('runs of five tokens, each once, whatever lies between them', () => {
    const text = 'def f(a, b):\n    return a + b  # sum\n';
    expect(signatureOf('def f( a,b ) :\n\treturn   a+b # sum')).toEqual(signatureOf(text));
    expect(signatureOf(text.replace('return a', 'return c'))).not.toEqual(signatureOf(text));
    // 14 tokens: def f ( a , b ) : return a + b #sum give 13 - 4.
    expect(shinglesOf(text).length).toBe(9);
    expect(shinglesOf(text + 'x = 1\nx = 1\nx = 1\n').length).toBeLessThan(9 + 9);
  });

  it('all tokens where there are fewer than five, and nothing of nothing', () => {
    expect(shinglesOf('x\n').length).toBe(1);
    expect(shinglesOf('x\n')).not.toEqual(shinglesOf('y\n'));
    expect(shinglesOf('\n').length).toBe(0);
    expect(new Set(signatureOf('\n'))).toEqual(new Set([0xffff_ffff]));
  });

  it('does not depend on the order of the set', () => {
    const set = shinglesOf('def f(a, b):\n    return a + b\n');
    expect(minHash(Uint32Array.from(set).reverse())).toEqual(minHash(set));
  });
});

it('permutations, shingles and bands are those of version 1, for shards are compared with others years later', () => {
  const signature = signatureOf('def f(a, b):\n    return a + b\n');
  expect([...signature.subarray(0, 4)]).toEqual([825227026, 42601218, 133384907, 424488037]);
  expect(createHash('sha256').update(signature).digest('hex').slice(0, 16)).toBe('8fddb13da9e45eb9');
  expect(bandsOf(signature).slice(0, 2)).toEqual(['0249bf71ae3b05f5', '6eae7a5c1123022d']);
});

it('the share of equal numbers estimates exact Jaccard similarity, without leaning to one side', () => {
  const random = createRandom('jaccard');
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.int(2 ** 32));
  const errors: number[] = [];
  for (let round = 0; round < 300; round++) {
    const common = draw(random.int(400));
    const [a, b] = [[...common, ...draw(1 + random.int(200))], [...common, ...draw(1 + random.int(200))]];
    const [left, right] = [a, b].map((items) => minHash(Uint32Array.from(items)));
    errors.push(estimatedSimilarity(left, right) - jaccard(a, b));
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  // At most 1 / (2 sqrt(128)) = .044 for independent permutations; the mean of 300 lies within a twelfth of that.
  expect(deviation).toBeLessThan(0.044);
  expect(Math.abs(mean)).toBeLessThan(0.006);
});

it('similar files share a band as often as they should, others hardly ever', () => {
  const random = createRandom('bands');
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.int(2 ** 32));
  /** The share of pairs of a similarity that have a band in common. */
  const found = (similarity: number): number => {
    let pairs = 0;
    for (let round = 0; round < 200; round++) {
      const size = 300;
      const common = draw(Math.round((2 * size * similarity) / (1 + similarity)));
      const [a, b] = [0, 1].map(() => bandsOf(minHash(Uint32Array.from([...common, ...draw(size - common.length)]))));
      if (a.some((band, k) => band === b[k])) pairs++;
    }
    return pairs / 200;
  };
  expect(found(0.9)).toBeGreaterThan(0.99);
  expect(found(0.8)).toBeGreaterThan(0.88);
  expect(found(0.3)).toBeLessThan(0.02);
});

it('a band tells its number, and every number of its rows', () => {
  const same = new Uint32Array(SIGNATURE_LENGTH).fill(7);
  const bands = bandsOf(same);
  expect(new Set(bands).size).toBe(BANDS);
  for (const band of bands) expect(band).toMatch(/^[\da-f]{16}$/u);
  for (let k = 0; k < SIGNATURE_LENGTH; k++) {
    const other = Uint32Array.from(same);
    other[k] = 8;
    const changed = bandsOf(other).flatMap((band, at) => (band === bands[at] ? [] : [at]));
    expect(changed).toEqual([Math.floor(k / (SIGNATURE_LENGTH / BANDS))]);
  }
});
