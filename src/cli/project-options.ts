import { dirname, join, resolve, sep } from 'node:path';
import { BadOptionError, FileReadError } from '../errors.js';
import { checkValue, optionRows, pyprojectKeys, resolveOptions, type CommandName, type OptionsFor } from '../options.js';
import { isFolder, lookAt } from '../shared/look-at-path.js';
import { nearestName } from '../shared/nearest-name.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';
import type { PatternFolders } from './select-files.js';

/** `[tool.nnfmt]` of one pyproject.toml, checked. */
export interface ProjectSettings {
  readonly folder: string;
  /** By option name; paths are absolute. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Options of a command: the command line wins over `[tool.nnfmt]` in the nearest
 * pyproject.toml that has such a table, which wins over the defaults. It is looked for from
 * the folder that all given paths lie in, upwards; for stdin, from that of its name.
 *
 * @throws BadOptionError for the command line, and for the file: not TOML, a key that does
 *   not exist, a value of the wrong type or out of range
 */
export async function resolveWithProject<C extends CommandName>(
  command: C,
  raw: Readonly<Record<string, unknown>>,
  paths: readonly string[],
): Promise<{ readonly options: OptionsFor<C>; readonly folders: PatternFolders }> {
  const stdinName = typeof raw['stdinFilename'] === 'string' ? [raw['stdinFilename']] : [];
  const settings = await findProjectSettings(commonFolder(paths.includes('-') ? stdinName : paths));
  if (settings === null) return { options: resolveOptions(command, raw), folders: { include: '.', exclude: '.' } };
  const known = new Set<string>(optionRows(command).map(([name]) => name));
  const values = Object.entries(settings.values).filter(([name]) => known.has(name));
  const folderOf = (name: string): string =>
    raw[name] === undefined && settings.values[name] !== undefined ? settings.folder : '.';
  return {
    options: resolveOptions(command, { ...Object.fromEntries(values), ...raw }),
    folders: { include: folderOf('include'), exclude: folderOf('exclude') },
  };
}

/** The settings that hold in a folder; null where no pyproject.toml at or above it has any. */
export async function findProjectSettings(folder: string): Promise<ProjectSettings | null> {
  for (let current = resolve(folder); ; ) {
    const path = join(current, 'pyproject.toml');
    const table = lookAt(path).kind === 'missing' ? null : await readTable(path);
    if (table !== null) return { folder: current, values: checkTable(path, current, table) };
    const up = dirname(current);
    if (up === current) return null;
    current = up;
  }
}

async function readTable(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  let text: string;
  try {
    text = readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option: path, reason: cause.clause, cause });
  }
  // Most such files do not speak of nnfmt, and then the parser need not even be loaded.
  if (!text.includes('nnfmt')) return null;
  const { parse } = await import('smol-toml');
  let tool: unknown;
  try {
    tool = parse(text)['tool'];
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\n');
    const line = (cause as { line?: number }).line;
    throw new BadOptionError({ option: line === undefined ? path : `${path}:${line}`, reason, cause });
  }
  const table = isTable(tool) ? tool['nnfmt'] : undefined;
  if (table === undefined) return null;
  if (isTable(table)) return table;
  throw new BadOptionError({ option: path, reason: '[tool.nnfmt] has to be a table' });
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkTable(path: string, folder: string, table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = pyprojectKeys();
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table)) {
    const option = `${path}: [tool.nnfmt] ${key}`;
    const known = keys.get(key);
    if (known === undefined) {
      const nearest = nearestName(key, [...keys.keys()]);
      throw new BadOptionError({
        option,
        reason: `there is no such key (known: ${[...keys.keys()].join(', ')})`,
        ...(nearest === undefined ? {} : { suggestion: nearest }),
      });
    }
    const isText = typeof value === 'string' && known.row.type !== 'string' && known.row.type !== 'choice';
    if (isText) throw new BadOptionError({ option, reason: `takes ${typeName(known.row.type)}, not ${JSON.stringify(value)}` });
    const checked = checkValue(option, known.row, value);
    values[known.name] = known.row.isPath === true && typeof checked === 'string' ? resolve(folder, checked) : checked;
  }
  return values;
}

/** In TOML a number is not written in quotes, nor a list as one text with commas. */
function typeName(type: string): string {
  if (type === 'strings') return 'a list of texts';
  if (type === 'numbers') return 'a list of numbers';
  return type === 'boolean' ? 'true or false' : 'a number';
}

/** The innermost folder that holds all paths; the current one without any. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => {
    const absolute = resolve(path);
    return isFolder(absolute) ? absolute : dirname(absolute);
  });
  if (folders.length === 0) return resolve('.');
  const [first, ...others] = folders.map((folder) => folder.split(sep));
  let length = first.length;
  for (const parts of others) {
    let shared = 0;
    while (shared < length && shared < parts.length && parts[shared] === first[shared]) shared++;
    length = shared;
  }
  return first.slice(0, length).join(sep) || sep;
}
