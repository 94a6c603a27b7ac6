import { expect, expectTypeOf, test } from 'vitest';
import { BadOptionError } from '../src/errors.js';
import { flagOf, optionRows, optionTable, resolveOptions, type CommandName, type OptionsFor } from '../src/options.js';

const messageOf = (command: CommandName, raw: Record<string, unknown>): string => {
  try {
    resolveOptions(command, raw);
  } catch (fault) {
    if (fault instanceof BadOptionError) return fault.message;
    throw fault;
  }
  throw new Error('was accepted');
};

test('defaults are complete, and only those of the command', () => {
  expect(resolveOptions('mutate', {})).toEqual({ rate: 0.2, count: 1, seed: 1 });
  expect(Object.isFrozen(resolveOptions('format', {}))).toBe(true);
  expectTypeOf<OptionsFor<'mutate'>>().toEqualTypeOf<{ readonly rate: number; readonly count: number; readonly seed: number }>();
  expectTypeOf<OptionsFor<'format'>['jobs']>().toEqualTypeOf<number | null>();
});

test('text from a command line and values from a program', () => {
  expect(resolveOptions('mutate', { rate: '0.5', seed: 7 })).toMatchObject({ rate: 0.5, seed: 7 });
  expect(resolveOptions('eval', { rates: '0, 0.5,1' })).toMatchObject({ rates: [0, 0.5, 1] });
});

test('what is refused', () => {
  expect(messageOf('format', { stdinFilenam: 'a' })).toBe(
    '--stdin-filenam: there is no such option. Did you mean --stdin-filename?',
  );
  expect(messageOf('format', { rate: 1 })).toContain('--rate: there is no such option');
  expect(messageOf('mutate', { rate: '1.5' })).toBe('--rate: takes a number from 0 to 1, not "1.5".');
  expect(messageOf('mutate', { rate: '' })).toContain('takes a number');
  expect(messageOf('mutate', { count: '1.5' })).toContain('takes a whole number');
  expect(messageOf('mutate', { seed: NaN })).toContain('takes a whole number');
  expect(messageOf('format', { check: 'yes' })).toContain('takes true or false');
  expect(messageOf('format', { model: '' })).toContain('needs a value');
  expect(messageOf('eval', { rates: '0,2' })).toContain('takes a number from 0 to 1');
});

test('rows: flags and short flags are unique in a command, defaults fit their range', () => {
  const commands = new Set(Object.values(optionTable).flatMap((row) => row.commands as readonly CommandName[]));
  for (const command of commands) {
    const rows = optionRows(command);
    const shorts = rows.flatMap(([, row]) => (row.short === undefined ? [] : [row.short]));
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(new Set(rows.map(([name]) => flagOf(name))).size).toBe(rows.length);
    const defaults = Object.fromEntries(rows.flatMap(([name, row]) => (row.default === null ? [] : [[name, row.default]])));
    expect(resolveOptions(command, defaults)).toEqual(resolveOptions(command, {}));
  }
});
