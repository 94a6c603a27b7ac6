import { beforeAll, describe, expect, test } from 'vitest';
import { countHalfEdits } from '../../src/evaluate/half-edits.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const halves = (before: string, after: string) => {
  const program = withStructure(tokenizer.tokenize(before));
  return countHalfEdits(program, program.source.gaps, tokenizer.tokenize(after).gaps);
};

describe('the two sides of a separator', () => {
  const usual = 'f(a, b, c, d, e, f, g, h, i, j, k, l, m)\n';

  test('one side mended and the other left is half an edit', () => {
    expect(halves(`${usual}g(a ,b)\n`, `${usual}g(a,b)\n`).separators.half).toBe(1);
  });

  test('both mended is a whole one', () => {
    expect(halves(`${usual}g(a ,b)\n`, `${usual}g(a, b)\n`).separators).toEqual({ groups: 13, half: 0 });
  });

  test('a side that is as usual need not change', () => {
    expect(halves(`${usual}g(a , b)\n`, `${usual}g(a, b)\n`).separators.half).toBe(0);
  });

  test('where a file does this and that nothing is usual', () => {
    expect(halves('g(a ,b)\nh(a, b)\n', 'g(a,b)\nh(a, b)\n').separators.half).toBe(0);
  });
});
