/**
 * Experiments as files: a training's options, in JSON or TOML, under the names of its flags without dashes in front,
 * with the task, the corpora, and the files that it `extends`. What a file says goes over what it extends, and the
 * command line over all. Paths are relative to the folder of the file that names them.
 */
import { dirname, relative, resolve } from 'node:path';
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { BadOptionError, FileReadError } from '../errors.js';
import { nearestName } from '../shared/nearest-name.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';
import type { OptionRow, OptionTable } from './option-row.js';
import { optionTables, type TaskName } from './option-tables.js';
import { checkValue, flagOf } from './resolve-options.js';

/** An experiment, with what it extends. */
export interface Experiment {
  readonly task: TaskName;
  /** By option name, checked; what no file speaks of is missing. Paths are absolute. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Absolute paths; null where no file names any. */
  readonly corpora: readonly string[] | null;
}

/** What belongs to one call, not to an experiment. */
const OF_ONE_CALL: ReadonlySet<string> = new Set(['config', 'task', 'base', 'resume', 'quiet']);
/** Keys that are no options. `record` is what a run wrote down of itself, and is not heeded. */
const EXTENDS = 'extends';
const TASK = 'task';
const CORPORA = 'corpora';
const RECORD = 'record';

/** Trainings by what `task` calls them: `base` -> `train --base`, `complete` -> `train --task complete`. */
export const experimentTasks: ReadonlyMap<string, TaskName> = new Map(
  (Object.keys(optionTables) as TaskName[]).filter((task) => Object.hasOwn(optionTables[task], 'config'))
    .map((task) => [nameOfTask(task), task]),
);

function nameOfTask(task: TaskName): string {
  return task.replace(/^train (?:--task )?(?:--)?/u, '');
}

/**
 * Reads a file and all that it extends.
 *
 * @throws BadOptionError with path, line and column, for what cannot be read, an unknown key, a value that cannot be,
 *   a file that extends itself, or a missing task
 */
export function readExperiment(path: string): Experiment {
  const found = collectNamed(path);
  const task = found.get(TASK);
  if (task === undefined) {
    throw new BadOptionError({
      option: path,
      reason: `says no task: ${TASK} = ${[...experimentTasks.keys()].map((name) => `"${name}"`).join(' or ')}`,
    });
  }
  const named = typeof task.value === 'string' ? experimentTasks.get(task.value) : undefined;
  if (named === undefined) {
    const known = [...experimentTasks.keys()];
    const reason = `takes ${known.join(', ')}, not ${JSON.stringify(task.value)}`;
    throw fault(task, reason, nearestName(String(task.value), known));
  }
  const table: OptionTable = optionTables[named];
  const values: Record<string, unknown> = {};
  let corpora: readonly string[] | null = null;
  for (const entry of found.values()) {
    if (entry.key === TASK || entry.key === RECORD) continue;
    if (entry.key === CORPORA) corpora = pathsOf(entry);
    else {
      const [name, row] = rowOf(entry, table, named);
      // Back to the default, past what is extended.
      if (entry.value !== null) values[name] = checkedValue(entry, row);
    }
  }
  return { task: named, values, corpora };
}

/** The same as a file: what `readExperiment` reads as these options. Paths become relative to the folder. */
export function experimentText(
  { task, options, corpora, folder, record }: {
    readonly task: TaskName;
    /** By option name, resolved. */
    readonly options: Readonly<Record<string, unknown>>;
    readonly corpora: readonly string[];
    /** That the file is going to lie in. */
    readonly folder: string;
    readonly record: Readonly<Record<string, unknown>>;
  },
): string {
  const table: OptionTable = optionTables[task];
  const pathBelow = (path: string): string => relative(resolve(folder), resolve(path)) || '.';
  const said = Object.entries(options).flatMap(([name, value]) => {
    if (OF_ONE_CALL.has(name) || value === null) return [];
    const { isPath } = table[name];
    const shown = isPath === undefined || typeof value !== 'string' ? value : value.split(',').map(pathBelow).join(',');
    return [[keyOf(name), shown] as const];
  });
  const content = {
    [TASK]: nameOfTask(task), [CORPORA]: corpora.map(pathBelow), ...Object.fromEntries(said), [RECORD]: record,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** One key of one file. */
interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly path: string;
  /** From 1; null where it is not found. */
  readonly place: { readonly line: number; readonly column: number } | null;
}

/** The file that the user names. */
function collectNamed(path: string): ReadonlyMap<string, Entry> {
  try {
    return collect(path, []);
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option: path, reason: cause.clause, cause });
  }
}

/** Later entries of a key replace earlier ones. @param above the files that led here, absolute */
function collect(path: string, above: readonly string[]): Map<string, Entry> {
  const absolute = resolve(path);
  const entries = readEntries(path);
  const all = new Map<string, Entry>();
  const chain = [...above, absolute];
  for (const entry of entries) {
    if (entry.key !== EXTENDS) continue;
    for (const base of pathsOf(entry)) {
      if (chain.includes(base)) {
        const shown = [...chain.slice(chain.indexOf(base)), base].map((file) => relative(process.cwd(), file) || file);
        throw fault(entry, `goes round in a circle: ${shown.join(' -> ')}`);
      }
      let extended: Map<string, Entry>;
      try {
        extended = collect(base, chain);
      } catch (cause) {
        if (!(cause instanceof FileReadError)) throw cause;
        throw fault(entry, `names ${base}: ${cause.clause}`);
      }
      for (const [key, value] of extended) all.set(key, value);
    }
  }
  // A run's record is its own.
  all.delete(RECORD);
  for (const entry of entries) if (entry.key !== EXTENDS) all.set(entry.key, entry);
  return all;
}

/** @throws BadOptionError; FileReadError */
function readEntries(path: string): readonly Entry[] {
  const kind = /\.(toml|jsonc?)$/iu.exec(path)?.[1].toLowerCase();
  const text = readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });
  if (kind === undefined) {
    throw new BadOptionError({ option: path, reason: 'an experiment is a file that ends in .toml or .json' });
  }
  return kind === 'toml' ? tomlEntries(path, text) : jsonEntries(path, text);
}

function tomlEntries(path: string, text: string): Entry[] {
  let table: Readonly<Record<string, unknown>>;
  try {
    table = parseToml(text);
  } catch (cause) {
    const { line = 1, column = 1, message } = cause as Error & { line?: number; column?: number };
    const [reason] = message.replace(/^Invalid TOML document: /u, '').split('\n', 1);
    throw new BadOptionError({ option: `${path}:${line}:${column}`, reason, cause });
  }
  const lines = text.split(/\r\n|\n/u);
  const placeOf = (key: string): Entry['place'] => {
    const pattern = new RegExp(`^\\s*\\[?\\s*["']?${key.replace(/[^\w-]/gu, '\\$&')}["']?\\s*[=.\\]]`, 'u');
    const index = lines.findIndex((line) => pattern.test(line));
    return index < 0 ? null : { line: index + 1, column: lines[index].search(/\S/u) + 1 };
  };
  return Object.entries(table).map(([key, value]) => ({ key, value, path, place: placeOf(key) }));
}

/** Comments and a comma at the end are welcome. */
function jsonEntries(path: string, text: string): Entry[] {
  const at = (offset: number): NonNullable<Entry['place']> => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, column: before[before.length - 1].length + 1 };
  };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || tree?.type !== 'object') {
    const { line, column } = at(errors[0]?.offset ?? 0);
    const reason = errors.length > 0 ? `no JSON (${printParseErrorCode(errors[0].error)})` : 'has to be a JSON object';
    throw new BadOptionError({ option: `${path}:${line}:${column}`, reason });
  }
  const said = new Set<string>();
  return (tree.children ?? []).map((property) => {
    const [key, value] = property.children as [Node, Node];
    if (said.has(key.value as string)) {
      const { line, column } = at(key.offset);
      throw new BadOptionError({ option: `${path}:${line}:${column}: ${String(key.value)}`, reason: 'is said twice' });
    }
    said.add(key.value as string);
    return { key: key.value as string, value: getNodeValue(value) as unknown, path, place: at(key.offset) };
  });
}

const keyOf = (name: string): string => flagOf(name).slice(2);

function rowOf(entry: Entry, table: OptionTable, task: TaskName): readonly [string, OptionRow] {
  const known = Object.keys(table).filter((name) => !OF_ONE_CALL.has(name));
  const name = known.find((option) => keyOf(option) === entry.key);
  if (name !== undefined) return [name, table[name]];
  const bare = entry.key.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
  if (OF_ONE_CALL.has(bare)) throw fault(entry, 'belongs to one call: say it on the command line');
  const keys = [...known.map(keyOf), EXTENDS, TASK, CORPORA];
  throw fault(entry, `there is no such key for the task ${nameOfTask(task)}`, nearestName(entry.key, keys));
}

function checkedValue(entry: Entry, row: OptionRow): unknown {
  const { value } = entry;
  const isText = typeof value === 'string' && row.type !== 'string' && row.type !== 'choice';
  if (isText) throw fault(entry, `takes ${TYPE_WORDS[row.type]}, not ${JSON.stringify(value)}`);
  const checked = checkValue(whereOf(entry), row, value);
  if (row.isPath === undefined || typeof checked !== 'string') return checked;
  const paths = row.isPath === 'several' ? checked.split(',') : [checked];
  return paths.map((path) => resolve(dirname(entry.path), path)).join(',');
}

/** In a file a number is not written in quotes. */
const TYPE_WORDS = {
  boolean: 'true or false', integer: 'a whole number', number: 'a number', numbers: 'a list of numbers',
  strings: 'a list of texts',
} as const;

/** A path, or a list of them. */
function pathsOf(entry: Entry): string[] {
  const listed: unknown = typeof entry.value === 'string' ? [entry.value] : entry.value;
  if (!Array.isArray(listed) || !listed.every((item) => typeof item === 'string' && item !== '')) {
    throw fault(entry, `takes a path or a list of paths, not ${JSON.stringify(entry.value)}`);
  }
  return (listed as string[]).map((item) => resolve(dirname(entry.path), item));
}

function whereOf({ path, place, key }: Entry): string {
  return `${path}${place === null ? '' : `:${place.line}:${place.column}`}: ${key}`;
}

function fault(entry: Entry, reason: string, suggestion?: string): BadOptionError {
  return new BadOptionError({
    option: whereOf(entry), reason, ...(suggestion === undefined ? {} : { suggestion }),
  });
}
