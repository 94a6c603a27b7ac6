import { expect, test } from 'vitest';
import { commandExamples } from '../../src/cli/command-examples.js';
import { commandTable } from '../../src/cli/command-table.js';
import { commandOptions } from '../../src/cli/commander-options.js';
import { runInProcess } from './support/run-in-process.js';

test.each(commandTable.map((row) => [row.task, row] as const))('the help of nnfmt %s ends with examples', async (task, row) => {
  const flags = row.flags === '' ? [] : row.flags.split(' ');
  const { code, stdout } = await runInProcess([row.command, ...flags, '--help']);
  expect(code).toBe(0);
  const examples = commandExamples[task];
  expect(examples.length).toBeGreaterThanOrEqual(2);
  expect(examples.length).toBeLessThanOrEqual(3);
  const end = stdout.slice(stdout.indexOf('\nExamples:\n'));
  for (const text of examples.flat()) expect(end).toContain(text);
});

test('examples name commands and flags that there are', () => {
  for (const [task, examples] of Object.entries(commandExamples)) {
    for (const [line] of examples) {
      for (const [, command, rest] of line.matchAll(/nnfmt ([a-z]+)([^|>)]*)/gu)) {
        const tasks = commandTable.filter((row) => row.command === command);
        expect(tasks.length, line).toBeGreaterThan(0);
        const known = ['--help', ...commandOptions(tasks).map(({ long }) => long)];
        for (const [flag] of rest!.matchAll(/--[a-z-]+/gu)) expect(known, `${task}: ${line}`).toContain(flag);
      }
    }
  }
});

test('the help of nnfmt itself names every command, and --version names model and grammar', async () => {
  const { stdout } = await runInProcess(['--help']);
  for (const { command } of commandTable) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'mu'));
  for (const flag of ['--version', '-V']) {
    expect(await runInProcess([flag])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nnfmt \S+ \(model [0-9a-f]{12}, grammar [0-9a-f]{12}\)\n$/u) as string });
  }
});
