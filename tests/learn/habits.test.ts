import { expect, test } from 'vitest';
import { readProgram } from '../../src/format/read-program.js';
import { HabitTally, unitName, type Habit } from '../../src/learn/habits.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { createTokenizer } from '../../src/tokenize/index.js';

async function tallyOf(text: string): Promise<HabitTally> {
  const context = readProgram(await createTokenizer(), text, 'a.py');
  const tally = new HabitTally();
  tally.add(context, observeLayout(context, context.structured.source.gaps), null);
  return tally;
}

test('the longest line is as long as it is, and the histogram says how many lines it leaves out', async () => {
  const tally = await tallyOf(`x = "${'a'.repeat(3517)}"\n${'y = 1\n'.repeat(200)}z = "${'b'.repeat(300)}"\n`);
  expect(tally.lineLimit()).toEqual({ columns: 60, withinShare: 200 / 202, longest: 3523 });
  const { columns, longer } = tally.lengthHistogram();
  expect(columns[5]).toBe(200);
  expect(longer).toBe(2);
});

test('where no usual limit is kept, it is the longest line', async () => {
  expect((await tallyOf(`x = "${'a'.repeat(494)}"\n`)).lineLimit()).toEqual({ columns: 500, withinShare: 1, longest: 500 });
  expect((await tallyOf('')).lineLimit()).toBeNull();
});

test.each<[Habit, string, readonly string[]]>([
  ['broken brackets', 'x = f(\n    1,\n    2,\n)\n', ['hanging']],
  ['broken brackets', 'x = f(1,\n      2)\n', ['aligned with the first element']],
  ['broken brackets', 'x = f(1,\n  2)\n', ['otherwise indented']],
  ['broken brackets', 'x = f(1, 2)\n', []],
  ['closing bracket', 'x = f(\n    1,\n)\n', ['on a line of its own']],
  ['closing bracket', 'x = f(\n    1)\n', ['after the last element']],
  ['broken operators', 'x = (a\n     + b)\n', ['break before']],
  ['broken operators', 'x = (a +\n     b)\n', ['break after']],
  ['after commas', 'f(a, b,c)\n', ['no space', 'one space']],
  ['inside brackets', 'f( a )\ng(b)\nh(c)\n', ['no space', 'one space']],
  ['keyword arguments', 'f(a=1, b = 2, c=3)\n', ['name=value', 'name = value']],
  ['before comments', 'a = 1  # b\nc = 2 # d\ne = 3  # f\n', ['two spaces', 'one space']],
  ['between functions', 'def f():\n    pass\n\n\ndef g():\n    pass\n', ['2 blank lines']],
  ['between methods', 'class A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n', ['1 blank line']],
])('%s: of %j', async (habit, text, answers) => {
  expect((await tallyOf(text)).of(habit).map(({ answer }) => answer)).toEqual(answers);
});

test('answers come most frequent first, with their shares', async () => {
  const tally = await tallyOf('f(a, b, c,d)\ng(e, f)\n');
  expect(tally.of('after commas')).toEqual([
    { answer: 'one space', share: 0.75, count: 3 }, { answer: 'no space', share: 0.25, count: 1 },
  ]);
  expect(tally.of('between methods')).toEqual([]);
});

test('units have names', () => {
  expect(['\t', ' ', '    ', ' \t'].map(unitName)).toEqual(['tabs', '1 space', '4 spaces', 'a mixture of tabs and spaces']);
});
