import { beforeAll, expect, test } from 'vitest';
import { BracketColumns } from '../../src/format/bracket-columns.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { observe } from './support/observed.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

test('lines of a bracket that stood in one column follow the first of them', () => {
  const { context, observed, before } = observe(tokenizer, 'f(\n      a,\n\n      b,\n    c\n      )\n');
  const columns = new BracketColumns(context, observed);
  expect(columns.settle(before('a'), '\n    ')).toBe('\n    ');
  expect(columns.settle(before('b'), '\n\n      '), 'blank lines are its own').toBe('\n\n    ');
  expect(columns.settle(before('c'), '\n  '), 'stood elsewhere').toBe('\n  ');
  expect(columns.settle(before(')'), '\n'), 'a closing bracket').toBe('\n');
});

test('where the first stays the others do, and what is joined is not asked', () => {
  const { context, observed, before } = observe(tokenizer, 'f(\n      a,\n      b,\n      c)\n');
  const columns = new BracketColumns(context, observed);
  columns.settle(before('a'), '\n      ');
  expect(columns.settle(before('b'), '\n    ')).toBe('\n      ');
  expect(columns.settle(before('c'), ' ')).toBe(' ');
});

test('brackets further in have columns of their own', () => {
  const { context, observed, before } = observe(tokenizer, 'f(\n    a,\n    g(b,\n    c))\n');
  const columns = new BracketColumns(context, observed);
  columns.settle(before('a'), '\n  ');
  expect(columns.settle(before('c'), '\n      ')).toBe('\n      ');
});
