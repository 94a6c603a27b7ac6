import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel } from '../../src/format/index.js';
import { assetPath } from '../../src/shared/asset-path.js';
import { BASE_MODEL } from '../../src/shared/base-model.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, findDifference, joinGaps, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { RARE_SYNTAX } from './support/rare-syntax.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** The sample with one blank more in some of its gaps within lines, one gap each. */
function withBlanks(text: string, most: number): string[] {
  const program = withStructure(tokenizer.tokenize(text));
  const { gaps, tokenCount } = program.source;
  const places = Array.from({ length: tokenCount }, (_, i) => i).filter((i) => i > 0 && (gaps[i] === '' || gaps[i] === ' '));
  return createRandom(text).shuffle(places)
    .map((place) => joinGaps(program.source, gaps.map((gap, i) => (i === place ? `${gap} ` : gap))))
    .filter((spoilt) => {
      try {
        return findDifference(program, withStructure(tokenizer.tokenize(spoilt))) === null;
      } catch {
        return false;
      }
    }).slice(0, most);
}

describe.skipIf(!existsSync(assetPath(BASE_MODEL)))('rare syntax, with the model that ships', () => {
  const { policy } = loadBaseModel();
  const format = (text: string): string => formatSource(tokenizer, policy, text, 'a.py').text;

  test('stays as it is', () => {
    const changed = RARE_SYNTAX.filter((text) => format(text) !== text);
    expect(changed).toEqual([]);
  });

  test('a blank too many goes or stays, and nothing else changes', () => {
    const wrong = RARE_SYNTAX.flatMap((text) => withBlanks(text, 3).map((spoilt) => ({ text, spoilt, result: format(spoilt) })))
      .filter(({ text, spoilt, result }) => result !== text && result !== spoilt);
    expect(wrong).toEqual([]);
  });

  test.each([
    ['b = -x  ** -y\n', 'b = -x ** -y\n'],
    ['c = f(-x) ** - 1\n', 'c = f(-x) ** -1\n'],
    ['match x:\n    case 1  | -2:\n        y = 1\n', 'match x:\n    case 1 | -2:\n        y = 1\n'],
    ['d = f( -1.5j)\n', 'd = f(-1.5j)\n'],
    ['x = [ -1, +1, ~1]\n', 'x = [-1, +1, ~1]\n'],
    ['def f(a, / , b, *, c):\n    return a\n', 'def f(a, /, b, *, c):\n    return a\n'],
    ['a,  *b = c\n', 'a, *b = c\n'],
    ['d = x[..., None ]\n', 'd = x[..., None]\n'],
    ['class A(B):\n    def f(self):...\n', 'class A(B):\n    def f(self): ...\n'],
  ])('%j is mended', (spoilt, text) => {
    expect(format(spoilt)).toBe(text);
  });

  test('suites that touch their colons stay so where that is the author\'s way', () => {
    const dense = 'def f(a, b):\n    if a:return b\n    if b:return a\n    while a:b()\n    return a + b\n';
    expect(format(dense)).toBe(dense);
    expect(format(dense.replace('while a:b', 'while a: b').replace('if b:return', 'if b: return')))
      .toBe(dense.replaceAll(/(?<=if a|if b|while a):/gu, ': '));
  });
});
