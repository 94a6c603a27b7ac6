import { beforeAll, expect, test } from 'vitest';
import { findAlignedWords } from '../../../src/format/groups/aligned-words.js';
import { createTokenizer, type Tokenizer } from '../../../src/tokenize/index.js';
import { observe } from '../support/observed.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function find(text: string) {
  const { context, observed, before } = observe(tokenizer, text);
  return { found: findAlignedWords(context.structured, observed.gaps, observed.walker.column), before };
}

test('a number that ends where the longer one in the next line ends was put there', () => {
  const { found, before } = find('a = [f(20,  1),\n     f(20, 12)]\n');
  expect(found).toEqual([before('1')]);
});

test('a sign in the next line leaves room for one, be it behind a bracket', () => {
  const { found, before } = find('a = [(-180, 5),\n     ( 180, 5)]\n');
  expect(found).toEqual([before('180', 1)]);
});

test('numbers of one length, or beside nothing, show nothing', () => {
  expect(find('a = [f(20,  1),\n     f(20,  2)]\n').found).toEqual([]);
  expect(find('a = f(20,  1)\nb = 2\n').found).toEqual([]);
  expect(find('a = [( 180, 5),\n     ( 170, 5)]\n').found).toEqual([]);
});

test('a colon among those that touch was put below them', () => {
  const { found, before } = find("if t == '+'  : a\nelif t == '-': b\nelif t == '*': c\n");
  expect(found).toEqual([before(':')]);
  expect(find("if t == '+'  : a\nelif t == '-': b\n").found).toEqual([]);
});
