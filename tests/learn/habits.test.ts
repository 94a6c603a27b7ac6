import { expect, test } from 'vitest';
import { readProgram } from '../../src/format/format-source.js';
import { HabitTally } from '../../src/learn/habits.js';
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
