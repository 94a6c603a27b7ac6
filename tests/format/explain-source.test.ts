import { beforeAll, expect, test } from 'vitest';
import { explainSource, type ExplainRequest, type Explanation } from '../../src/format/explain-source.js';
import { describeGap } from '../../src/format/describe-gap.js';
import { formatSource, type FormatPolicy } from '../../src/format/index.js';
import { readProgram } from '../../src/format/read-program.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, GapRole, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { keeping, policyOf, prefer, randomPolicy } from './support/fake-policies.js';
import { layoutClass } from '../../src/model/layout-classes.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const explain = (text: string, policy: FormatPolicy, gaps: ExplainRequest['gaps'] = 'changes'): Explanation =>
  explainSource(tokenizer, policy, text, 'a.py', { gaps });

test('a change: both texts, the alternatives, what the file does elsewhere', () => {
  const { gaps, changeCount, gapCount } = explain('a = 1\nb = 2\nc =  3\n', prefer('space'));
  expect([changeCount, gapCount]).toEqual([1, 10]);
  expect(gaps).toHaveLength(1);
  const [gap] = gaps;
  expect(gap).toMatchObject({
    line: 3, column: 4, left: '=', right: '3', inside: 'assignment', before: '  ', after: ' ',
    beforeWords: '2 spaces', afterWords: '1 space', message: 'expected 1 space, found 2', edit: 'space', abstention: null,
  });
  expect(gap.alternatives.map(({ text, words }) => [text, words])).toEqual([[' ', '1 space'], ['  ', '2 spaces']]);
  expect(gap.alternatives[0].classes).toEqual(['space']);
  expect(gap.confidence).toBeGreaterThan(0.98);
  expect(gap.habits).toEqual([
    { scope: 'file', total: 2, counts: [{ words: '1 space', count: 2, proposed: true, lines: [2, 1], places: [] }] },
  ]);
});

test('every gap of a line, also those that stay', () => {
  const { gaps } = explain('a = 1\n\nb = f(2)\n', keeping(), [{ first: 3, last: 3 }]);
  expect(gaps.map(({ left, right }) => [left, right])).toEqual([['1', 'b'], ['b', '='], ['=', 'f'], ['f', '('], ['(', '2'], ['2', ')']]);
  expect(gaps.filter(({ changes, message, abstention }) => changes || message !== null || abstention !== null)).toEqual([]);
  expect(gaps[0]).toMatchObject({ beforeWords: '1 blank line', agreement: 1 });
  // A blank line belongs to the gap around it.
  expect(explain('a = 1\n\nb = f(2)\n', keeping(), [{ first: 2, last: 2 }]).gaps).toHaveLength(1);
});

test('tokens that hold escape sequences paint no terminal', () => {
  const { gaps } = explain('a = 1  # \u001b[2J\n', keeping(), [{ first: 1, last: 1 }]);
  expect(gaps.map(({ right }) => right)).toContain('# \ufffd[2J');
});

test('why a gap stays: doubt, or a comment that forbids it', () => {
  const doubtful = policyOf(({ classIndex }) => (classIndex === layoutClass('space') ? 6 : classIndex === layoutClass('keep') ? 4 : 0), 0.8);
  const [unsure] = explain('a =  1\n', doubtful, [{ first: 1, last: 1 }]).gaps.filter(({ before }) => before === '  ');
  expect(unsure).toMatchObject({ abstention: 'unsure', threshold: 0.8 });
  expect(unsure.confidence).toBeCloseTo(0.6, 5);
  const [pinned] = explain('a =  1  # fmt: skip\n', prefer('space'), [{ first: 1, last: 1 }]).gaps.filter(({ right }) => right === '1');
  expect(pinned).toMatchObject({ abstention: 'pinned', changes: false });
});

test('what the project does is told where a profile brings it', () => {
  const text = 'a = 1\nb =  2\n';
  const context = readProgram(tokenizer, 'x=1\ny=2\nz = 3\n', 'other.py');
  const project = new StyleCounts();
  countLayout(context, observeLayout(context, context.structured.source.gaps), project);
  const [gap] = explain(text, { ...prefer('space'), project }).gaps;
  expect(gap.habits).toContainEqual({
    scope: 'project', total: 3,
    counts: [{ words: 'no space', count: 2, proposed: false, lines: [], places: [] }, { words: '1 space', count: 1, proposed: true, lines: [], places: [] }],
  });
});

test('what is laid out anew is decided by the project, whatever the file holds', () => {
  const project = new StyleCounts();
  const program = readProgram(tokenizer, 'a = 1\n', 'b.py');
  countLayout(program, observeLayout(program, program.structured.source.gaps), project);
  const policy = { ...prefer('space', 0.5), project };
  const { gaps, hasProfile } = explainSource(tokenizer, policy, 'a =  1\nb =\\\n  2\n', 'a.py', { gaps: 'all', restyle: true });
  expect(hasProfile).toBe(true);
  expect(gaps.map(({ authority, before, after }) => [authority, before, after])).toContainEqual(['project', '  ', ' ']);
  const { gaps: kept } = explainSource(tokenizer, policy, 'a =  1  # fmt: skip\n', 'a.py', { gaps: 'all', restyle: true });
  expect(kept.find(({ before }) => before === '  ')).toMatchObject({ authority: 'file', changes: false, alternatives: [] });
  expect(explainSource(tokenizer, policy, 'a =  1\n', 'a.py', { gaps: 'all' }).gaps.map(({ authority }) => authority))
    .not.toContain('project');
});

test.each(layoutFixtures())('all gaps, whatever the model: $name', ({ text }) => {
  for (const policy of [keeping(), randomPolicy(1, { confidence: 0.5 }), randomPolicy(2, { confidence: 0.8, power: 20 })]) {
    const { gaps, gapCount, changeCount } = explain(text, policy, 'all');
    expect(gaps).toHaveLength(gapCount);
    expect(changeCount).toBe(formatSource(tokenizer, policy, text, 'a.py').gapsChanged);
    let at = 0;
    for (const gap of gaps) {
      expect(gap.from).toBeGreaterThanOrEqual(at);
      at = gap.to;
      expect(gap.changes).toBe(gap.before !== gap.after);
      expect(gap.alternatives.length).toBeLessThanOrEqual(4);
      for (const { total, counts } of gap.habits) expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    }
    expect(at).toBe(text.length);
  }
});

test.each([
  [GapRole.Line, '', 'no space'],
  [GapRole.Line, ' \\\n    ', 'a backslash and a line break indented by 4'],
  [GapRole.Bracket, '\n', 'a line break indented by 0'],
  [GapRole.Bracket, '\n\n\t', '1 blank line, indented by 1 tab'],
  [GapRole.Statement, '\n', 'a line break'],
  [GapRole.Statement, '\n\n\n    ', '2 blank lines, indented by 4'],
  [GapRole.Statement, '  \n', 'a line break after trailing whitespace'],
  [GapRole.FileStart, '', 'no space'],
  [GapRole.FileEnd, '\n', 'a line break'],
  [GapRole.FileEnd, '', 'no line break'],
])('a gap in words: %i %j is %s', (role, text, words) => {
  expect(describeGap(role, text)).toBe(words);
});
