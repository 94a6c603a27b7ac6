/**
 * Turns what a command line, a file of settings or a program says into complete options, by a table: checks each
 * value against its row, fills in defaults, and suggests the nearest name for one that does not exist. It knows no
 * table by name.
 */
import { BadOptionError } from '../errors.js';
import { nearestName } from '../shared/nearest-name.js';
import type { OptionRow, OptionsOf, OptionTable } from './option-row.js';

/** `stdinFilename` -> `--stdin-filename` */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Checks raw values (text from the command line, or values from a program) and fills
 * in the defaults.
 *
 * @throws BadOptionError for an unknown name, a wrong type or a value out of range.
 */
export function resolveOptions<T extends OptionTable>(table: T, raw: Readonly<Record<string, unknown>>): OptionsOf<T> {
  const resolved: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(table)) resolved[name] = row.default;
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(table, name)) throw unknownOption(name, Object.keys(table));
    resolved[name] = checkValue(flagOf(name), table[name], value);
  }
  return Object.freeze(resolved) as OptionsOf<T>;
}

/** Rows that a file of settings may speak of, by their keys there: `stdinFilename` -> `stdin-filename`. */
export function pyprojectRows(
  tables: readonly OptionTable[],
): ReadonlyMap<string, { readonly name: string; readonly row: OptionRow }> {
  const rows = new Map<string, { readonly name: string; readonly row: OptionRow }>();
  for (const table of tables) {
    for (const [name, row] of Object.entries(table)) if (row.pyproject) rows.set(flagOf(name).slice(2), { name, row });
  }
  return rows;
}

function unknownOption(name: string, known: readonly string[]): BadOptionError {
  const nearest = nearestName(name, known);
  return new BadOptionError({
    option: flagOf(name),
    reason: 'there is no such option',
    ...(nearest === undefined ? {} : { suggestion: flagOf(nearest) }),
  });
}

/**
 * One value, checked against its row.
 *
 * @param option how messages call it
 * @throws BadOptionError for a wrong type or a value out of range
 */
export function checkValue(option: string, row: OptionRow, value: unknown): unknown {
  switch (row.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw new BadOptionError({ option, reason: `takes true or false, not ${JSON.stringify(value)}` });
    case 'string':
      if (row.negatable === true && value === false) return false;
      if (typeof value === 'string' && value !== '') return value;
      if (value === true && row.bare !== undefined) return row.bare;
      throw new BadOptionError({ option, reason: 'needs a value' });
    case 'strings': {
      const items: unknown = typeof value === 'string' ? value.split(',') : value;
      if (Array.isArray(items) && items.every((item) => typeof item === 'string' && item !== '')) return items;
      throw new BadOptionError({ option, reason: `takes a list of texts, not ${JSON.stringify(value)}` });
    }
    case 'choice':
      if (typeof value === 'string' && row.choices.includes(value)) return value;
      throw wrongChoice(option, row.choices, value);
    case 'integer':
    case 'number':
      return checkNumber(option, row, value);
    case 'numbers': {
      const items = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(items) || items.length === 0) {
        const reason = `takes numbers separated by commas, not ${JSON.stringify(value)}`;
        throw new BadOptionError({ option, reason });
      }
      return items.map((item) => checkNumber(option, { type: 'number', range: row.range }, item));
    }
  }
}

function wrongChoice(option: string, choices: readonly string[], value: unknown): BadOptionError {
  const nearest = nearestName(String(value), choices);
  return new BadOptionError({
    option,
    reason: `takes ${choices.join(', ')}, not ${JSON.stringify(value)}`,
    ...(nearest === undefined ? {} : { suggestion: nearest }),
  });
}

function checkNumber(
  option: string,
  row: { readonly type: 'integer' | 'number'; readonly range: readonly [number, number] },
  value: unknown,
): number {
  const isNumeral = typeof value === 'string' && value.trim() !== '';
  const number = typeof value === 'number' ? value : isNumeral ? Number(value) : NaN;
  const [low, high] = row.range;
  const fits = row.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (fits && number >= low && number <= high) return number;
  const kind = row.type === 'integer' ? 'a whole number' : 'a number';
  throw new BadOptionError({ option, reason: `takes ${kind} from ${low} to ${high}, not ${JSON.stringify(value)}` });
}
