import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { layoutClass } from '../../src/model/layout-classes.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { policyOf, prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const format = (text: string, policy: FormatPolicy): string => formatSource(tokenizer, policy, text, 'a.py').text;

describe('an operator before its operand keeps to it', () => {
  const signs = 'match x:\n    case -1:\n        return_(-a, +b, ~c, *d, **e)\n    case 1 | -2:\n        pass\n    case -1.5j | 2 - 3j:\n        pass\n\n\n@a\ndef f(*b, **c):\n    pass\n';

  test('whatever the model says', () => {
    for (let seed = 0; seed < 20; seed++) expect(format(signs, randomPolicy(seed, { power: 1 + seed % 5 }))).not.toMatch(/[-+~@*] [a-e12]/u);
    expect(format(signs, prefer('space'))).not.toMatch(/[-+~@*] [a-e12]/u);
  });

  test('unless the file writes it otherwise', () => {
    const text = 'f(- a, - b, - c, -d)\n';
    expect(format(text, prefer('space'))).toContain('- d');
    expect(format('f(-a, -b, -c, - d)\n', prefer('none'))).toContain('-d');
  });

  test('with the shipping model', () => {
    const { policy } = loadBaseModel();
    expect(format(signs, policy)).toBe(signs);
    expect(format('b = -x  ** -y\nc = f(-x)**-1\n', policy)).not.toMatch(/\S\*\* |\S \*\*-/u);
  });
});

describe('the two sides of an operator', () => {
  test.each(layoutFixtures().filter(({ text }) => !text.includes('\r')).map(({ name, text }) => [name, text] as const))(
    'change together or not at all: %s',
    (_, text) => {
      const sides = (source: string): string[] => [...source.matchAll(/(?<=[\w)\]])([ \t]*)(?:\*\*|\/\/|==|!=|[<>]=|[|&^%])([ \t]*)(?=[\w([-])/gu)]
        .map(([all, left, right]) => ((left === '') === (right === '') ? 'even' : all));
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom(0, 0.4), (seed, confidence) => {
          const output = format(text, randomPolicy(seed, { confidence, power: 3 }));
          const known = new Set(sides(text));
          for (const side of sides(output)) expect(known.has(side) || side === 'even', side).toBe(true);
        }),
        { numRuns: 4, seed: 2 },
      );
    },
  );

  test('follow the surer one', () => {
    // Sure of a space behind every token, in doubt about the one before an operator.
    const SPACE = layoutClass('space');
    const NONE = layoutClass('none');
    const text = 'x = a**b\ny = c*d\n';
    let row = 0;
    const lopsided = policyOf(({ classIndex }) => {
      if (classIndex === 0) row++;
      return classIndex === SPACE ? (row % 2 === 0 ? 9 : 2) : classIndex === NONE ? (row % 2 === 0 ? 1 : 3) : 0;
    });
    expect(format(text, lopsided)).toMatch(/a(?:\*\*| \*\* )b\n/u);
  });
});
