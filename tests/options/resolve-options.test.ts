import { expect, test } from 'vitest';
import { BadOptionError } from '../../src/errors.js';
import type { OptionTable } from '../../src/options/option-row.js';
import { flagOf, pyprojectRows, resolveOptions } from '../../src/options/resolve-options.js';

/** The engine knows no table: this one is nobody's. */
const table = {
  check: { type: 'boolean', default: false, category: 'output', description: '' },
  rate: { type: 'number', default: 0.2, range: [0, 1], category: 'run', description: '', pyproject: true },
  count: { type: 'integer', default: 1, range: [1, 100], category: 'run', description: '' },
  rates: { type: 'numbers', default: [0, 1], range: [0, 1], category: 'run', description: '' },
  model: { type: 'string', default: null, category: 'model', description: '' },
  stdinFilename: { type: 'string', default: null, category: 'run', description: '', pyproject: true },
  changed: { type: 'string', default: null, bare: 'HEAD', category: 'run', description: '' },
  profile: { type: 'string', default: null, negatable: true, category: 'model', description: '' },
  shape: { type: 'choice', default: 'round', choices: ['round', 'square'], category: 'run', description: '' },
  patterns: { type: 'strings', default: [], category: 'run', description: '' },
} as const satisfies OptionTable;

const messageOf = (raw: Record<string, unknown>): string => {
  try {
    resolveOptions(table, raw);
  } catch (fault) {
    if (fault instanceof BadOptionError) return fault.message;
    throw fault;
  }
  throw new Error('was accepted');
};

test('text from a command line and values from a program', () => {
  expect(resolveOptions(table, { rate: '0.5', count: 7, rates: '0, 0.5,1', patterns: 'a,b', changed: true, profile: false })).toEqual({
    check: false, rate: 0.5, count: 7, rates: [0, 0.5, 1], model: null, stdinFilename: null, changed: 'HEAD', profile: false,
    shape: 'round', patterns: ['a', 'b'],
  });
});

test.each([
  [{ stdinFilenam: 'a' }, '--stdin-filenam: there is no such option. Did you mean --stdin-filename?'],
  [{ toString: 1 }, '--to-string: there is no such option.'],
  [{ rate: '1.5' }, '--rate: takes a number from 0 to 1, not "1.5".'],
  [{ rate: '' }, '--rate: takes a number from 0 to 1, not "".'],
  [{ rate: null }, '--rate: takes a number from 0 to 1, not null.'],
  [{ count: '1.5' }, '--count: takes a whole number from 1 to 100, not "1.5".'],
  [{ count: NaN }, '--count: takes a whole number from 1 to 100, not null.'],
  [{ check: 'yes' }, '--check: takes true or false, not "yes".'],
  [{ model: '' }, '--model: needs a value.'],
  [{ model: true }, '--model: needs a value.'],
  [{ rates: '0,2' }, '--rates: takes a number from 0 to 1, not "2".'],
  [{ rates: [] }, '--rates: takes numbers separated by commas, not [].'],
  [{ shape: 'squar' }, '--shape: takes round, square, not "squar". Did you mean square?'],
  [{ patterns: [''] }, '--patterns: takes a list of texts, not [""].'],
])('%j is refused', (raw, message) => {
  expect(messageOf(raw)).toBe(message);
});

test('names as flags and as keys of pyproject.toml', () => {
  expect(flagOf('stdinFilename')).toBe('--stdin-filename');
  expect([...pyprojectRows([table])].map(([key, { name }]) => [key, name])).toEqual([['rate', 'rate'], ['stdin-filename', 'stdinFilename']]);
});
