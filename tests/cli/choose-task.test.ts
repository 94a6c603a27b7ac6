import { describe, expect, test } from 'vitest';
import { chooseTask } from '../../src/cli/choose-task.js';
import { commandTable } from '../../src/cli/command-table.js';
import { flagOf, optionTables } from '../../src/options/index.js';
import { runInProcess } from './support/run-in-process.js';

const rowsOf = (command: string): typeof commandTable => commandTable.filter((row) => row.command === command);

test('each table of options belongs to one row', () => {
  expect(commandTable.map(({ task }) => task).sort()).toEqual(Object.keys(optionTables).sort());
});

test.each([
  [{}, 'train'],
  [{ task: 'format' }, 'train'],
  [{ base: true }, 'train --base'],
  [{ base: true, task: 'format' }, 'train --base'],
  [{ task: 'complete' }, 'train --task complete'],
])('train with %j is the task %s', (raw, task) => {
  expect(chooseTask(rowsOf('train'), raw).task).toBe(task);
});

describe('an option that the chosen task would ignore is refused', () => {
  test.each([
    ['train --base --layers 3', '--layers: is of no use with --base; it needs --task complete.'],
    ['train --base --normalised-corpus x', '--normalised-corpus: is of no use with --base; it needs --task complete or --task caches.'],
    ['train --base --report page.html', '--report: is of no use with --base.'],
    ['train --base --no-profile', '--no-profile: is of no use with --base.'],
    ['train --base --init x --hidden-sizes 8,8', '--hidden-sizes: is told by the model of --init.'],
    ['train --task complete --base', '--base: is of no use with --task complete.'],
    ['train --task complete --gaps 3', '--gaps: is of no use with --task complete; it needs --base.'],
    ['train --task complete --unit char --normalised-share 0.5', '--normalised-share: is about tokens; the unit is char.'],
    ['train --layers 3', '--layers: speaks of training a model on corpora, which needs --task complete.'],
    ['train --seed 3', '--seed: speaks of training a model on corpora, which needs --base or --task complete or --task caches or --task search.'],
    ['eval --cuts 3', '--cuts: speaks of completing lines or code search, which needs --task complete.'],
    ['eval --task complete --rates 0', '--rates: is of no use with --task complete.'],
    ['score --no-profile a.py b.py', '--profile: speaks of a style to compare with, and two layouts are given.'],
    ['generate --profile x', "unknown option '--profile'"],
  ])('nnfmt %s', async (line, message) => {
    const { code, stderr } = await runInProcess(line.split(' '));
    expect(stderr.trimEnd()).toBe(`error: ${message}`);
    expect(code).toBe(2);
  });
});

test.each(commandTable.map(({ task }) => task))('help of %s shows its options, and none of the other tasks', async (task) => {
  const { stdout } = await runInProcess([...task.split(' '), '--help']);
  const shown = [...stdout.matchAll(/^  (?:-\w, )?--(?!help|no-)([a-z-]+)/gmu)].map(([, flag]) => `--${flag}`);
  const expected = Object.entries(optionTables[task]).filter(([, row]) => row.type !== 'boolean' || !row.default);
  expect(shown).toEqual(expected.map(([name]) => flagOf(name)));
  expect(stdout).toMatch(new RegExp(`^Usage: nnfmt ${task} \\[options\\]`, 'u'));
});
