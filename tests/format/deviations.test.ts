import { beforeAll, describe, expect, test } from 'vitest';
import { describeDeviation } from '../../src/format/describe-gap.js';
import { formatSource, type Deviation, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, GapRole, joinGaps, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { keeping, prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const deviationsOf = (text: string, policy: FormatPolicy): readonly Deviation[] =>
  formatSource(tokenizer, policy, text, 'a.py', { deviations: true }).deviations!;

test('each changed gap once, with place, texts and certainty', () => {
  const found = deviationsOf('x =  f(a)\ny = 1\n', prefer('space'));
  expect(found.map(({ line, column, before, after, message }) => [line, column, before, after, message])).toEqual([
    [1, 4, '  ', ' ', 'expected 1 space, found 2'],
    [1, 7, '', ' ', 'expected 1 space, found none'],
    [1, 8, '', ' ', 'expected 1 space, found none'],
    [1, 9, '', ' ', 'expected 1 space, found none'],
  ]);
  for (const { probability, confidence, edit } of found) {
    expect(edit).toBe('space');
    expect(probability).toBeCloseTo(90 / 91, 3);
    // The chances of the pads of a bracket are multiplied.
    expect(confidence).toBeCloseTo(confidence > 0.995 ? 90 ** 2 / (90 ** 2 + 1) : 90 / 91, 4);
  }
});

test('a fault of the line that follows shows at its first token', () => {
  const [blank] = deviationsOf('import a\n\n\ndef f():\n    pass\n', prefer('lines-2'));
  expect(blank).toMatchObject({ line: 4, column: 1, edit: 'lines', message: 'expected 1 blank line, found 2' });
});

test('columns count characters, lines every kind of line end', () => {
  const [found] = deviationsOf('a = 1\r\n"😀" +  b\n', prefer('space'));
  expect(found).toMatchObject({ line: 2, column: 6, endLine: 2, endColumn: 8 });
});

test('nothing without a deviation, and none unless asked for', () => {
  expect(deviationsOf('x = 1\n', keeping())).toEqual([]);
  expect(formatSource(tokenizer, keeping(), 'x = 1\n', 'a.py').deviations).toBeUndefined();
});

test.each(layoutFixtures())('deviations are the changed gaps: $name', ({ text }) => {
  for (const seed of [1, 2, 3]) {
    const result = formatSource(tokenizer, randomPolicy(seed, { confidence: 0.5 }), text, 'a.py', { deviations: true });
    expect(result.deviations).toHaveLength(result.gapsChanged);
    const source = tokenizer.tokenize(text);
    const gaps = [...source.gaps];
    for (const { gap, before, after } of result.deviations!) {
      expect(gaps[gap]).toBe(before);
      gaps[gap] = after;
    }
    expect(joinGaps(source, gaps)).toBe(result.text.replace(/\r\n?/gu, '\n'));
    for (const { probability, confidence, line, column, message } of result.deviations!) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1.0001);
      expect(confidence).toBeLessThanOrEqual(1.0001);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message).not.toContain('\n');
    }
  }
});

describe('words', () => {
  test.each([
    [GapRole.Line, '  ', ' ', 'expected 1 space, found 2'],
    [GapRole.Line, '', ' ', 'expected 1 space, found none'],
    [GapRole.Line, ' ', '', 'expected no space, found 1'],
    [GapRole.Line, '\t', ' ', 'expected 1 space, found 1 tab'],
    [GapRole.Line, ' \t', ' ', 'expected 1 space, found whitespace " \\t"'],
    [GapRole.Bracket, ' ', '\n        ', 'expected a line break indented by 8, found 1 space'],
    [GapRole.Bracket, '\n    ', ' ', 'expected 1 space, found a line break'],
    [GapRole.Bracket, '\n    ', '\n\t', 'expected a line indented by 1 tab, found 4'],
    [GapRole.Bracket, '\n\n    ', '\n    ', 'expected no blank lines, found 1'],
    [GapRole.Line, ' \\\n  ', ' ', 'expected 1 space, found a backslash and a line break'],
    [GapRole.Line, '  \\\n  ', ' \\\n  ', 'expected 1 space before the backslash, found 2'],
    [GapRole.Statement, '\n\n', '\n\n\n', 'expected 2 blank lines, found 1'],
    [GapRole.Statement, '\n', '\n\n', 'expected 1 blank line, found none'],
    [GapRole.Statement, '  \n', '\n', 'trailing whitespace'],
    [GapRole.Statement, '\n   \n', '\n\n', 'whitespace on a blank line'],
    [GapRole.Statement, '\n   ', '\n\n    ', 'expected 1 blank line, found none; expected a line indented by 4, found 3'],
    [GapRole.BlockStart, ' ', '\n    ', 'expected a line break indented by 4, found 1 space'],
    [GapRole.TrailingComment, ' ', '  ', 'expected 2 spaces, found 1'],
    [GapRole.FileEnd, '\n\n\n', '\n', 'expected no blank lines at the end of the file, found 2'],
    [GapRole.FileStart, '\n\n', '', 'expected no blank lines at the start of the file, found 2'],
  ])('%i %j -> %j: %s', (role, before, after, words) => {
    expect(describeDeviation(role, before, after)).toBe(words);
  });
});
