import { beforeAll, expect, test } from 'vitest';
import { LineMeasures } from '../../../src/format/certainty/line-measures.js';
import { createTokenizer, type Tokenizer } from '../../../src/tokenize/index.js';
import { observe } from '../support/observed.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function measure(text: string) {
  const { context, observed, before } = observe(tokenizer, text);
  return { measures: new LineMeasures(context, observed), before };
}

test('a joint makes a line as wide as both parts, and counts the lines that are at least so wide', () => {
  const { measures, before } = measure('f(aa,\n  bb)\nlonger = 1\nx\n');
  expect(measures.ofJoint(before('bb'), ' ')).toEqual({ width: 9, widerThen: 1 });
  expect(measures.ofJoint(before('bb'), '   ')).toEqual({ width: 11, widerThen: 0 });
});

test('a break leaves a line that other lines are as wide as, or not', () => {
  const { measures, before } = measure('f(aa, bb)\ng(aa, bb)\nx\n');
  expect(measures.ofBreak(before('bb'))).toEqual({ width: 9, widerNow: 1 });
  expect(measures.ofBreak(before('x'))).toEqual({ width: 1, widerNow: 2 });
});

test('the lines of a bracket that stand in one column are counted, those of other brackets are not', () => {
  const { measures, before } = measure('f(\n    a,\n    b,\n  c)\ng(\n    d)\n');
  expect(measures.together(before('a'))).toBe(1);
  expect(measures.together(before('c'))).toBe(0);
  expect(measures.together(before('d'))).toBe(0);
});

test('comments at the ends of lines share a column with those that are near, or that blanks put there', () => {
  const far = 'y\n'.repeat(10);
  const { measures, before } = measure(`a = 1  # one\nbb = 1 # two\n${far}a = 2  # three\n${far}a    # four\n`);
  expect(measures.inColumnOf(before('# one'))).toBe(1);
  expect(measures.inColumnOf(before('# three'))).toBe(0);
  expect(measures.inColumnOf(before('# four'))).toBe(0);
  const padded = measure(`a = 1  # one\n${far}a      # two\n`);
  expect(padded.measures.inColumnOf(padded.before('# one'))).toBe(1);
});

test('what may be meant: below a header of several lines, behind an element of several lines, a comment above a blank line', () => {
  const { measures, before } = measure('if (a and\n        b):\n\n    x\nif c:\n\n    y\n# d\n\n# e\nz = [f(\n    1),\n\n  g,\n\n  h]\n');
  expect(measures.isApart(before('x'))).toBe(true);
  expect(measures.isApart(before('y'))).toBe(false);
  expect(measures.isApart(before('# d'))).toBe(true);
  expect(measures.isApart(before('# e'))).toBe(false);
  expect(measures.isApart(before('g'))).toBe(true);
  expect(measures.isApart(before('h'))).toBe(false);
});
