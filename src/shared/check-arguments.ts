/**
 * Checks what a program hands to the library, at its edge: types hold in TypeScript only. A message
 * names the function and the argument, and says what it takes and what it got.
 */
import { BadOptionError } from '../errors.js';
import { nearestName } from './nearest-name.js';

/** What an argument takes, in words, and whether a value is that. */
export interface ArgumentRule {
  readonly takes: string;
  readonly accepts: (value: unknown) => boolean;
}

export const TEXT: ArgumentRule = { takes: 'a string', accepts: (value) => typeof value === 'string' };
export const BOOLEAN: ArgumentRule = { takes: 'true or false', accepts: (value) => typeof value === 'boolean' };
export const OBJECT: ArgumentRule = { takes: 'an object', accepts: (value) => isObject(value) };

/** A rule that takes null too. */
export const orNull = ({ takes, accepts }: ArgumentRule): ArgumentRule => ({
  takes: `${takes} or null`, accepts: (value) => value === null || accepts(value),
});

/** A number from `low` to `high`; a whole one where `whole` says so. */
export const numberFrom = (low: number, high: number, whole = false): ArgumentRule => ({
  takes: `a ${whole ? 'whole ' : ''}number ${high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`}`,
  accepts: (value) =>
    typeof value === 'number' && value >= low && value <= high && (!whole || Number.isSafeInteger(value)),
});

/** A list of items of one kind. */
export const listOf = (items: string, accepts: (item: unknown) => boolean): ArgumentRule => ({
  takes: `a list of ${items}`, accepts: (value) => Array.isArray(value) && value.every(accepts),
});

/**
 * @param name as messages call it, such as `format(text)`
 * @throws BadOptionError when the value is not what the rule says
 */
export function checkArgument(name: string, value: unknown, rule: ArgumentRule): void {
  if (!rule.accepts(value)) {
    throw new BadOptionError({ option: name, reason: `takes ${rule.takes}, not ${nameOf(value)}` });
  }
}

/**
 * Checks an object of options. A field that is undefined counts as not given.
 *
 * @param name of the function, as messages call it
 * @param required fields that must be there
 * @throws BadOptionError for something else than an object, an unknown or missing field, and a wrong value
 */
export function checkFields<K extends string>(
  name: string, value: unknown, rules: Readonly<Record<K, ArgumentRule>>, required: readonly K[] = [],
): void {
  const known = Object.keys(rules);
  if (!isObject(value) || Array.isArray(value)) {
    throw new BadOptionError({
      option: name, reason: `takes an object with ${known.join(', ')}, not ${nameOf(value)}`,
    });
  }
  for (const [field, given] of Object.entries(value)) {
    if (!Object.hasOwn(rules, field)) {
      const suggestion = nearestName(field, known);
      throw new BadOptionError({
        option: `${name}: ${field}`, reason: `there is no such option; there are ${known.join(', ')}`,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
    if (given !== undefined) checkArgument(`${name}: ${field}`, given, rules[field as K]);
  }
  for (const field of required) {
    if ((value as Record<string, unknown>)[field] === undefined) {
      throw new BadOptionError({ option: `${name}: ${field}`, reason: `is missing, and takes ${rules[field].takes}` });
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function nameOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value instanceof Promise) return 'a promise (await it first)';
  if (value instanceof Uint8Array) return 'bytes (decode them first)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function' || isObject(value)) return typeof value === 'function' ? 'a function' : 'an object';
  return String(value);
}
