import { expect, it } from 'vitest';
import { wholeProducts } from '../../src/search/whole-products.js';
import { createRandom } from '../../src/shared/random.js';

// Widths that are and are no multiple of what is read at once; more vectors than are copied at once.
it.each([[4, 3], [12, 7], [16, 1], [24, 5000], [192, 700], [1024, 130]])('products of width %i with %i vectors are exact', (width, rows) => {
  const random = createRandom(`${width}`);
  const vectors = Int8Array.from({ length: width * rows }, () => random.int(255) - 127);
  const question = Int16Array.from({ length: width }, () => random.int(16_383) - 8191);
  const expected = Int32Array.from({ length: rows }, (_, row) =>
    question.reduce((sum, value, k) => sum + value * vectors[row * width + k], 0));
  expect(wholeProducts(vectors, question)).toEqual(expected);
});

it('no vectors have no products', () => {
  expect(wholeProducts(new Int8Array(), new Int16Array(8))).toEqual(new Int32Array());
});

it('the largest products of 1,024 numbers fit', () => {
  expect([...wholeProducts(new Int8Array(2048).fill(127, 0, 1024).fill(-127, 1024), new Int16Array(1024).fill(8191))])
    .toEqual([127 * 8191 * 1024, -127 * 8191 * 1024]);
});
