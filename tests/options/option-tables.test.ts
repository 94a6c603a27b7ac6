import { expect, expectTypeOf, test } from 'vitest';
import { flagOf, optionTables, resolveOptions, type OptionsFor, type OptionTable, type TaskName } from '../../src/options/index.js';

const tasks = Object.keys(optionTables) as TaskName[];
const tableOf = (task: TaskName): OptionTable => optionTables[task];
const commandOf = (task: string): string => task.split(' ')[0]!;

test('defaults are complete, and only those of the task', () => {
  expect(resolveOptions(optionTables.mutate, {})).toEqual({ rate: 0.2, count: 1, seed: 1 });
  expect(Object.isFrozen(resolveOptions(optionTables.format, {}))).toBe(true);
  expectTypeOf<OptionsFor<'mutate'>>().toEqualTypeOf<{ readonly rate: number; readonly count: number; readonly seed: number }>();
  expectTypeOf<OptionsFor<'format'>['jobs']>().toEqualTypeOf<number | null>();
  expectTypeOf<OptionsFor<'train'>['profile']>().toEqualTypeOf<string | null | false>();
  expectTypeOf<OptionsFor<'train --base'>['hiddenSizes']>().toEqualTypeOf<readonly number[] | null>();
  expectTypeOf<OptionsFor<'train --task complete'>['preset']>().toEqualTypeOf<'nnfmt' | 'neural-complete' | 'pycodecomplete' | 'exploring-rnns'>();
});

test.each(tasks)('%s: short flags are unique, and defaults fit their range', (task) => {
  const rows = Object.entries(tableOf(task));
  const shorts = rows.flatMap(([, row]) => (row.short === undefined ? [] : [row.short]));
  expect(new Set(shorts).size).toBe(shorts.length);
  expect(new Set(rows.map(([name]) => flagOf(name))).size).toBe(rows.length);
  const defaults = Object.fromEntries(rows.flatMap(([name, row]) => (row.default === null ? [] : [[name, row.default]])));
  expect(resolveOptions(tableOf(task), defaults)).toEqual(resolveOptions(tableOf(task), {}));
});

test('a flag is read alike in all tasks of a command, for the command line is read before its task is known', () => {
  const shapes = new Map<string, string>();
  for (const task of tasks) {
    for (const [name, row] of Object.entries(tableOf(task))) {
      const shape = JSON.stringify([row.type === 'boolean' ? row.default : row.type === 'string' ? row.bare : null, row.type === 'boolean', row.short]);
      const key = `${commandOf(task)} ${name}`;
      expect(shapes.get(key) ?? shape, key).toBe(shape);
      shapes.set(key, shape);
    }
  }
});
