import type { SupportOption } from 'prettier';
import { BadOptionError } from '../errors.js';
import { checkValue, flagOf, optionTables, type OptionRow } from '../options/index.js';

const table = optionTables.format;
/** Options of `nnfmt format` that speak of how a source is laid out, not of which ones. */
const NAMES = ['confidence', 'restyle', 'profile', 'model', 'maxSeconds', 'maxMemory'] as const;
type OptionName = (typeof NAMES)[number];

/** Options that the user has set in Prettier; those that are not are the project's. */
export type GivenOptions = {
  readonly confidence?: number;
  readonly restyle?: boolean;
  readonly profile?: string | false;
  readonly model?: string;
  readonly maxSeconds?: number;
  readonly maxMemory?: number;
};

/** `maxSeconds` -> `nnfmtMaxSeconds` */
const prettierName = (name: OptionName): string => `nnfmt${name[0]!.toUpperCase()}${name.slice(1)}`;

// Prettier asks about options that are not given, too.
const isNumberOrNone = (value: unknown): boolean => value === undefined || typeof value === 'number';
const isFalseOrNone = (value: unknown): boolean => value === undefined || value === false;

/** The options as Prettier knows them, for its help, its checks and `.prettierrc`; derived from the table. */
export const options: Record<string, SupportOption> =
  Object.fromEntries(NAMES.map((name) => [prettierName(name), supportOption(table[name])]));

/** No row has a default here: what is not given is up to `[tool.nnfmt]`. */
function supportOption(row: OptionRow): SupportOption {
  const common = { category: 'nnfmt', description: describe(row), default: undefined };
  switch (row.type) {
    case 'boolean':
      return { ...common, type: 'boolean' };
    case 'integer':
      return { ...common, type: 'int', range: { start: row.range[0], end: row.range[1], step: 1 } };
    case 'number':
      // Prettier has whole numbers only: text on the command line, a number in .prettierrc.
      return { ...common, type: 'string', exception: isNumberOrNone } as SupportOption;
    default: {
      const mayBeNone = row.type === 'string' && row.negatable === true;
      return { ...common, type: 'path', ...(mayBeNone ? { exception: isFalseOrNone } : {}) } as SupportOption;
    }
  }
}

function describe(row: OptionRow): string {
  const given = row.default === null || row.default === false ? '' : ` (default: ${String(row.default)})`;
  return `${row.description.replace(/\.$/u, '')}${given}.`;
}

/**
 * What is set, checked against the table.
 *
 * @param raw all of Prettier's options
 * @throws BadOptionError for a value that cannot be
 */
export function givenOptions(raw: Readonly<Record<string, unknown>>): GivenOptions {
  const given: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = raw[prettierName(name)];
    if (value === undefined || value === null) continue;
    try {
      given[name] = checkValue(flagOf(prettierName(name)), table[name], value);
    } catch (fault) {
      // Prettier knows such faults by their first words, and stops.
      if (fault instanceof BadOptionError) fault.message = `Invalid ${prettierName(name)} value. ${fault.message}`;
      throw fault;
    }
  }
  return given;
}
