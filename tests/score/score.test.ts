import { spawnSync } from 'node:child_process';
import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { TokensDifferError } from '../../src/errors.js';
import {
  emptyTally, mergeTallies, scoreFigures, scoreFiles, scoreLayouts, similarityRatio,
} from '../../src/score/index.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { hasPython } from '../oracle/cpython-oracle.js';

const gapText = fc.string({ unit: fc.constantFrom(' ', ' ', '\n', '\t'), maxLength: 14 });
const layoutPair = fc.array(fc.tuple(gapText, gapText), { maxLength: 20 });
const ratio = (left: readonly string[], right: readonly string[]): number =>
  scoreFigures(scoreLayouts(left, right)).score;

describe('similarityRatio', () => {
  test.each([
    ['', '', 1],
    [' ', ' ', 1],
    [' ', '  ', 2 / 3],
    ['\n    ', '\n  ', 6 / 8],
    [' ', '\t', 0],
    ['', ' ', 0],
    ['\n\n', ' \n \n', 4 / 6],
  ])('of %j and %j', (left, right, expected) => {
    expect(similarityRatio(left, right)).toBeCloseTo(expected, 12);
  });

  test('is symmetric, within 0 and 1, and 1 for equal texts only', () => {
    fc.assert(
      fc.property(gapText, gapText, (left, right) => {
        const value = similarityRatio(left, right);
        expect(similarityRatio(right, left)).toBe(value);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(value === 1).toBe(left === right);
      }),
    );
  });

  test.runIf(hasPython())('against difflib: mostly equal, else higher (skipped where there is no python3)', () => {
    const random = createRandom(1);
    const draw = (): string => Array.from({ length: 1 + random.int(9) }, () => random.pick(' \n \t')).join('');
    const pairs = Array.from({ length: 3000 }, () => [draw(), draw()] as const);
    const script =
      'import json,sys,difflib\n' +
      'r=lambda a,b: difflib.SequenceMatcher(None,a,b,autojunk=False).ratio()\n' +
      'print(json.dumps([max(r(a,b),r(b,a)) for a,b in json.load(sys.stdin)]))';
    const run = spawnSync('python3', ['-c', script], { input: JSON.stringify(pairs), encoding: 'utf8' });
    const theirs = JSON.parse(run.stdout) as number[];
    const ours = pairs.map(([left, right]) => similarityRatio(left, right));
    const lower = ours.filter((value, i) => value < theirs[i]! - 1e-9).length;
    const higher = ours.filter((value, i) => value > theirs[i]! + 1e-9).length;
    // 185 and 1 of 3,000 when this was written; the module's opening quotes these.
    expect(lower / pairs.length).toBeLessThan(0.002);
    expect(higher / pairs.length).toBeLessThan(0.1);
    expect(higher).toBeGreaterThan(0);
  });
});

describe('scoreLayouts', () => {
  test("the seed's rules", () => {
    expect(ratio(['', ''], ['', ''])).toBe(1);
    expect(ratio([], [])).toBe(1);
    expect(ratio([' ', ''], ['', ''])).toBe(0);
    expect(ratio([' ', '', '\n'], [' ', ' ', '\n'])).toBeCloseTo(2 / 3, 12);
    expect(() => scoreLayouts([''], [])).toThrow(RangeError);
  });

  test('is symmetric and 1 for equal layouts only', () => {
    fc.assert(
      fc.property(layoutPair, (pairs) => {
        const left = pairs.map((pair) => pair[0]);
        const right = pairs.map((pair) => pair[1]);
        expect(ratio(left, right)).toBeCloseTo(ratio(right, left), 12);
        expect(ratio(left, left)).toBe(1);
        expect(ratio(left, right) === 1).toBe(left.every((gap, i) => gap === right[i]));
      }),
    );
  });

  test('tallies add up', () => {
    fc.assert(
      fc.property(layoutPair, layoutPair, (first, second) => {
        const tally = (pairs: [string, string][]): ReturnType<typeof scoreLayouts> =>
          scoreLayouts(pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1]));
        const sum = mergeTallies([emptyTally(), tally(first), tally(second)]);
        const whole = tally([...first, ...second]);
        expect({ ...sum, similarity: 0 }).toEqual({ ...whole, similarity: 0 });
        expect(sum.similarity).toBeCloseTo(whole.similarity, 9);
      }),
    );
  });
});

describe('scoreFiles', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await createTokenizer();
  });
  const score = (left: string, right: string): ReturnType<typeof scoreFigures> =>
    scoreFigures(scoreFiles(tokenizer, { path: 'a.py', text: left }, { path: 'b.py', text: right }));

  test.each([
    ['spaces', 'f(a, b)\n', 'f(a,b)\n'],
    ['lineBreaks', 'f(a, b)\n', 'f(a,\n  b)\n'],
    ['lineBreaks', 'x = a\n', 'x = \\\n    a\n'],
    ['lineBreaks', 'if x: y\n', 'if x:\n    y\n'],
    ['indentation', 'if x:\n    y\n', 'if x:\n  y\n'],
    ['blankLines', 'x\n\ny\n', 'x\ny\n'],
    ['comments', 'x # c\n', 'x  # c\n'],
  ] as const)('a difference in %s: %j', (gapClass, left, right) => {
    const figures = score(left, right);
    expect(figures.changed).toBe(1);
    for (const [name, own] of Object.entries(figures.classes)) {
      // A blank line counts in its part, too.
      expect(own.changed).toBe(name === gapClass || (gapClass === 'blankLines' && name === 'blankLinesBetween') ? 1 : 0);
    }
  });

  test.each([
    ['blankLinesInside', 'def f():\n    x\n\n    y\n', 'def f():\n    x\n    y\n'],
    ['blankLinesInside', 'class A:\n    def f():\n\n        x\n', 'class A:\n    def f():\n        x\n'],
    ['blankLinesBetween', 'class A:\n\n    def f(): x\n', 'class A:\n    def f(): x\n'],
    ['blankLinesBetween', 'def f():\n    class A:\n        x\n\n        y\n', 'def f():\n    class A:\n        x\n        y\n'],
    ['blankLinesBetween', 'def f(): x\n\n\ny\n', 'def f(): x\ny\n'],
  ] as const)('blank lines in two parts: %s, %j', (part, left, right) => {
    const { classes } = score(left, right);
    expect(classes.blankLines).toMatchObject({ changed: 1 });
    expect(classes.blankLinesInside.changed).toBe(part === 'blankLinesInside' ? 1 : 0);
    expect(classes.blankLinesBetween.changed).toBe(part === 'blankLinesBetween' ? 1 : 0);
    expect(classes.blankLinesInside.compared + classes.blankLinesBetween.compared).toBe(classes.blankLines.compared);
  });

  test('equal layouts, and what counts', () => {
    expect(score('x = f(a)\n', 'x = f(a)\r\n')).toMatchObject({ score: 1, exact: 1, gaps: 7, compared: 3, changed: 0 });
    expect(score('x = f(a)\n', 'x=f( a )\n')).toMatchObject({ score: 1 / 5, exact: 1 / 5, compared: 5, changed: 4 });
  });

  test('other tokens: the first difference, on both sides', () => {
    expect(() => score('x = 1\n', 'x = 2\n')).toThrow(TokensDifferError);
    expect(() => score('x = 1\n', 'x = 2\n')).toThrow('a.py:1:5 has "1", b.py:1:5 has "2"');
    expect(() => score('x\n', 'x\n\ny\n')).toThrow('a.py:2:1 has no more tokens, b.py:3:1 has "y"');
    expect(() => score('x\n', 'x (\n')).toThrow(/^b\.py:1:/);
  });
});
