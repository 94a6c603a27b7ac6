import { fc } from '../support/properties.js';
import { beforeAll, expect, test } from 'vitest';
import { formatSource } from '../../src/format/index.js';
import { parseLineRanges, type LineRange } from '../../src/shared/line-ranges.js';
import { indexLines } from '../../src/shared/positions.js';
import { createTokenizer, hasLineBreak, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const formatLines = (text: string, lines: readonly LineRange[], policy = prefer('space')): string =>
  formatSource(tokenizer, policy, text, 'a.py', { lines }).text;
const only = (first: number, last = first): LineRange[] => [{ first, last }];

test('only the logical lines of the range change', () => {
  const text = 'a =  1\nb =  2\nc =  3\n';
  expect(formatLines(text, only(2))).toBe('a =  1\nb = 2\nc =  3\n');
  expect(formatLines(text, [...only(1), ...only(3)])).toBe('a = 1\nb =  2\nc = 3\n');
  expect(formatLines(text, only(9))).toBe(text);
  expect(formatLines(text, [])).toBe(text);
});

test('blanks at the end of the line before a range stay, and so do those of a line that is not understood', () => {
  expect(formatLines('a = 1  \nb = 2  \nc = 3  \n', only(2), prefer('lines-1'))).toBe('a = 1  \nb = 2\nc = 3  \n');
  expect(formatSource(tokenizer, prefer('lines-1'), 'a = 1  \nlazy import b  \nc = 3\n', 'a.py').text).toBe('a = 1\nlazy import b  \nc = 3\n');
});

test('one physical line brings its whole logical line', () => {
  const text = 'f(a,\n  b,  c,\n  d)\ng(a,  b)\n';
  expect(formatLines(text, only(3))).toBe('f ( a , b , c , d )\ng(a,  b)\n');
});

test('a header does not bring its block, nor a line of the block the header', () => {
  const text = 'if  a:\n    b =  1\n    c =  2\n';
  expect(formatLines(text, only(1))).toBe('if a :\n    b =  1\n    c =  2\n');
  expect(formatLines(text, only(3))).toBe('if  a:\n    b =  1\n    c = 2\n');
});

test('blank lines belong to the line below, and to those who change them', () => {
  // Within a function: those between statements of a module are their author's.
  const text = 'def f():\n    a\n\n\n    b\n\n\n    c\n';
  const lines1 = prefer('lines-1');
  expect(formatLines(text, only(5), lines1)).toBe('def f():\n    a\n    b\n\n\n    c\n');
  expect(formatLines(text, only(2), lines1)).toBe(text);
  expect(formatLines(text, only(6), lines1)).toBe('def f():\n    a\n\n\n    b\n    c\n');
});

test('trailing blanks belong to the line they end', () => {
  const lines1 = prefer('lines-1');
  expect(formatLines('a  \nb  \nc  \nd\n', only(2), lines1)).toBe('a  \nb\nc  \nd\n');
  expect(formatLines('a  \nb  \nc  \nd\n', only(1, 2), lines1)).toBe('a\nb\nc  \nd\n');
});

test('comments: on a line of their own, and behind code', () => {
  const text = 'a =  1    # x\n# y\nb =  2    # z\n';
  expect(formatLines(text, only(1))).toBe('a = 1 # x\n# y\nb =  2    # z\n');
  expect(formatLines(text, only(2))).toBe(text);
});

test('a block keeps its step while a line of it lies outside', () => {
  const text = 'if a:\n    b\nif c:\n   d\n   e\nif f:\n    g\n';
  const lines1 = prefer('lines-1');
  expect(formatLines(text, only(4), lines1)).toBe(text);
  expect(formatLines(text, only(3, 5), lines1)).toBe(text.replaceAll('\n   d\n   e', '\n    d\n    e'));
});

test.each(layoutFixtures())('what stands before and after the range stays byte for byte: $name', ({ text }) => {
  const { source, structure } = withStructure(tokenizer.tokenize(text));
  const index = indexLines(source.text);
  // Tokens stand in the text with LF line ends.
  const rawOffset = (offset: number): number =>
    offset + (text.includes('\r\n') ? source.text.slice(0, offset).split('\n').length - 1 : 0);
  // Statements that begin a physical line: those behind a colon or a semicolon come with it.
  const starts = [...source.start.keys()].filter(
    (token) => structure.startsLine[token] === 1 && (token === 0 || hasLineBreak(source.gaps[token])),
  );
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: index.lineCount }), fc.nat(12), (seed, first, more) => {
      const policy = randomPolicy(seed, { confidence: 0.3 });
      const output = formatLines(text, only(first, first + more), policy);
      const top = starts.filter((token) => index.lineOf(source.start[token]) <= first).at(-1) ?? 0;
      const before = top > 0 ? rawOffset(source.end[top - 1]) : 0;
      expect(output.slice(0, before)).toBe(text.slice(0, before));
      const below = starts.find((token) => index.lineOf(source.start[token]) > first + more);
      if (below === undefined) return;
      const after = text.length - rawOffset(source.start[below]);
      expect(output.slice(-after)).toBe(text.slice(-after));
    }),
    { numRuns: 15 },
  );
});

test.each(layoutFixtures())('all lines are no restriction: $name', ({ text }) => {
  const policy = randomPolicy(5, { confidence: 0.4 });
  const all = formatLines(text, only(1, indexLines(text).lineCount), policy);
  expect(all).toBe(formatSource(tokenizer, policy, text, 'a.py').text);
});

test('ranges are read, and refused with a reason', () => {
  expect(parseLineRanges('10-20', '--range')).toEqual(only(10, 20));
  expect(parseLineRanges('7', '--range')).toEqual(only(7));
  expect(parseLineRanges('1-2, 5-6', '--range')).toEqual([...only(1, 2), ...only(5, 6)]);
  expect(() => parseLineRanges('a-b', '--range')).toThrow('--range: takes START-END, such as 10-20, not "a-b".');
  expect(() => parseLineRanges('0-3', '--range')).toThrow('lines count from 1');
  expect(() => parseLineRanges('5-3', '--range')).toThrow('5-3 ends before it starts');
});
