import { beforeAll, expect, test } from 'vitest';
import { likeClauses } from '../../src/format/agree-gaps.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { observe } from './support/observed.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function found(text: string, isWreck = false): number[] {
  const { context, observed } = observe(tokenizer, text);
  return [...likeClauses(context, observed, isWreck)];
}

test('two clauses of one statement on the lines of their colons', () => {
  const { before } = observe(tokenizer, 'if a: b\nelif c: d\nelse:\n    e\n');
  expect(found('if a: b\nelif c: d\nelse:\n    e\n')).toEqual([before('b'), before('d')]);
  expect(found('try: a\nexcept: b\n')).toHaveLength(2);
});

test('one clause, or clauses of two statements, are no group', () => {
  expect(found('if a: b\nelse:\n    c\n')).toEqual([]);
  expect(found('if a: b\nif c: d\n')).toEqual([]);
});

test('in a wreck all clauses of three or more', () => {
  expect(found('if a: b\nelif c: d\nelse: e\n', true)).toHaveLength(3);
  expect(found('if a: b\nelif c: d\nelse:\n    e\n', true)).toEqual([]);
  expect(found('if a: b\nelse: c\n', true)).toEqual([]);
});
