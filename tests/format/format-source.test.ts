import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { formatSource, type FormatPolicy, type FormatResult } from '../../src/format/index.js';
import { LABELS } from '../../src/model/labels.js';
import { mutateSource } from '../../src/mutate/index.js';
import { createTokenizer, findDifference, tokenText, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { hasPython, startOracle, type CpythonOracle } from '../oracle/cpython-oracle.js';
import { keeping, policyOf, prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
let oracle: CpythonOracle | undefined;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  if (hasPython()) oracle = startOracle();
});
afterAll(() => oracle?.close());

const fixtures = layoutFixtures();
const format = (text: string, policy: FormatPolicy): FormatResult => formatSource(tokenizer, policy, text, 'a.py');
const isProven = (left: string, right: string): boolean =>
  findDifference(withStructure(tokenizer.tokenize(left)), withStructure(tokenizer.tokenize(right))) === null;
const lineEnds = (text: string): string[] => [...new Set(text.match(/\r\n|\r|\n/g) ?? [])];
const endsBroken = (text: string): boolean => /[\r\n]$/.test(text);

/** What has to hold of any formatting, by whatever model. */
function expectSafe(text: string, policy: FormatPolicy): FormatResult {
  const result = format(text, policy);
  expect(result.changed).toBe(result.text !== text);
  if (result.changed) expect(isProven(text, result.text)).toBe(true);
  const again = format(result.text, policy);
  expect(again.text).toBe(result.text);
  if (!result.changed) return result;
  expect(endsBroken(result.text)).toBe(endsBroken(text));
  for (const end of lineEnds(result.text)) expect(['\n', ...lineEnds(text)]).toContain(end);
  return result;
}

const edgeCases = [
  { name: 'nothing', text: '' },
  { name: 'a line break', text: '\n' },
  { name: 'blanks', text: '  \n\t\n' },
  { name: 'comments alone', text: '# a\n\n\n   # b\n#c' },
  { name: 'no final line break', text: 'x = f(1,\n      2)' },
  { name: 'a comment without a final line break', text: 'if x:\n  y # z' },
  { name: 'inline suites', text: 'if x: y; z\nelse: f(a,\n        b)\nclass A: pass;\n' },
  { name: 'backslashes', text: 'x = 1 \\\n  + 2\nassert x, \\\n\\\n  y\n' },
  { name: 'mixed line endings', text: 'a = 1\r\nb = [1,\n  2]\rif a:\r\n\tb\n' },
  { name: 'tabs and spaces', text: 'if a:\n\tif b:\n\t    c\n\td\n' },
  { name: 'form feeds', text: 'import a\n\f\ndef f():\n    pass\n\f\nx\n' },
];

describe('a model of nonsense cannot change what a program means', () => {
  test.each([...fixtures, ...edgeCases])('$name', async ({ name, text }) => {
    const outputs: string[] = [];
    fc.assert(
      fc.property(
        fc.nat(), fc.constantFrom(0, 0.3, 0.6, null), fc.constantFrom(1, 4, 20), fc.constantFrom(true, true, true, false),
        (seed, confidence, power, blind) => {
          const result = expectSafe(text, randomPolicy(seed, { confidence, power, blind }));
          if (result.changed) outputs.push(result.text);
        },
      ),
      { numRuns: text.length > 500 ? 8 : 40, seed: 1 },
    );
    if (text.length > 200) expect(outputs.length).toBeGreaterThan(2);
    if (oracle === undefined || outputs.length === 0) return;
    const { error, verdicts } = await oracle.variants(text, outputs);
    // An older CPython may not know the newest syntax.
    if (error !== null && name.startsWith('modern')) return;
    expect(error).toBeNull();
    expect(outputs[verdicts.findIndex((verdict) => verdict !== 'same')]).toBeUndefined();
  });

  test.each([...LABELS])('one that always wants "%s"', (name) => {
    for (const { text } of fixtures.slice(0, 7)) expectSafe(text, prefer(name));
  });

  test('nor that of a mutant', () => {
    for (const { text } of fixtures) {
      const mutant = mutateSource(tokenizer, text, { rate: 1, seed: 4 });
      expectSafe(mutant, randomPolicy(9));
    }
  });
});

describe('a model that keeps everything', () => {
  test.each([...fixtures, ...edgeCases.filter(({ name }) => name !== 'inline suites')])('changes nothing in $name', ({ text }) => {
    expect(format(text, keeping())).toMatchObject({ text, changed: false, gapsChanged: 0, passes: 1, reverted: 0 });
  });

  // Known failure, see tests/model/layout-walker.test.ts.
  test.fails('changes nothing in the brackets of a suite on its colon\'s line', () => {
    const text = 'if x: f(a,\n        b)\n';
    expect(format(text, keeping()).text).toBe(text);
  });
});
