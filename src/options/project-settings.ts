import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { BadOptionError, FileReadError } from '../errors.js';
import { assetPath } from '../shared/asset-path.js';
import { lookAt } from '../shared/look-at-path.js';
import { nearestName } from '../shared/nearest-name.js';
import { liesBelow } from '../shared/path-below.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';
import { VERSION } from '../shared/version.js';
import { pyprojectKeys } from './option-tables.js';
import { checkValue } from './resolve-options.js';

/** `[tool.nnfmt]` of one pyproject.toml, checked. */
export interface ProjectSettings {
  readonly folder: string;
  /** By option name; paths are absolute. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Finds the settings that hold in a folder: of the nearest pyproject.toml at or above it that has any; null without
 * one. Each file is read once, so a finder is for one run.
 *
 * @param options.version of this nnfmt, which settings may ask for
 * @param options.within the folder beyond which nothing is looked at, links followed; null for none
 */
export function createSettingsFinder(
  { version = VERSION, within = null }: { readonly version?: string; readonly within?: string | null } = {},
): (folder: string) => ProjectSettings | null {
  const known = new Map<string, ProjectSettings | null>();
  const find = (folder: string): ProjectSettings | null => {
    const found = known.get(folder);
    if (found !== undefined) return found;
    const up = dirname(folder);
    const isOutside = within !== null && !liesBelow(within, join(folder, 'pyproject.toml'));
    const own = isOutside ? null : readSettings(folder, version);
    const settings = own ?? (up === folder || folder === within ? null : find(up));
    known.set(folder, settings);
    return settings;
  };
  return (folder) => find(resolve(folder));
}

/** Threads that a project may ask for: one that was merely cloned must not use up the machine. */
const MOST_JOBS = Math.max(8, availableParallelism());

function readSettings(folder: string, version: string): ProjectSettings | null {
  const path = join(folder, 'pyproject.toml');
  const { kind } = lookAt(path);
  // In a folder that is locked, reading the source says so.
  const table = kind === 'missing' || kind === 'unreachable' ? null : readTable(path);
  if (table === null) return null;
  // First: another version may know other keys.
  checkVersion(path, table, version);
  const values = checkTable(path, folder, table);
  const { jobs } = values;
  return { folder, values: typeof jobs === 'number' ? { ...values, jobs: Math.min(jobs, MOST_JOBS) } : values };
}

function readTable(path: string): Readonly<Record<string, unknown>> | null {
  let text: string;
  try {
    text = readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option: path, reason: cause.clause, cause });
  }
  // Most such files do not speak of nnfmt.
  if (!text.includes('nnfmt')) return null;
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

function checkTable(
  path: string,
  folder: string,
  table: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const keys = pyprojectKeys();
  const isUnknown = (key: string): boolean => key !== REQUIRED_VERSION && !keys.has(key);
  refuseUnknown(path, Object.keys(table).filter(isUnknown), [...keys.keys(), REQUIRED_VERSION]);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table)) {
    if (key === REQUIRED_VERSION) continue;
    const option = `${path}: [tool.nnfmt] ${key}`;
    const known = keys.get(key)!;
    const isText = typeof value === 'string' && known.row.type !== 'string' && known.row.type !== 'choice';
    if (isText) {
      throw new BadOptionError({ option, reason: `takes ${typeName(known.row.type)}, not ${JSON.stringify(value)}` });
    }
    const checked = checkValue(option, known.row, value);
    values[known.name] = known.row.isPath === true && typeof checked === 'string'
      ? pathBelow(option, folder, checked)
      : checked;
  }
  return values;
}

/** Speaks of nnfmt itself, so it is no option. */
const REQUIRED_VERSION = 'required-version';

/** What is used of the package semver. */
interface Semver {
  validRange(range: string): string | null;
  satisfies(version: string, range: string, options: { readonly includePrerelease: true }): boolean;
}

/** @throws BadOptionError where a project asks for another version of nnfmt than this */
function checkVersion(path: string, table: Readonly<Record<string, unknown>>, version: string): void {
  const required = table[REQUIRED_VERSION];
  if (required === undefined) return;
  const option = `${path}: [tool.nnfmt] ${REQUIRED_VERSION}`;
  const { satisfies, validRange } = createRequire(import.meta.url)(assetPath('semver.cjs')) as Semver;
  if (typeof required !== 'string' || required.trim() === '' || validRange(required) === null) {
    const reason = `takes a version or a range, such as "0.1.0" or ">=0.1 <0.3", not ${JSON.stringify(required)}`;
    throw new BadOptionError({ option, reason });
  }
  // From source it has no version.
  if (version === 'source' || satisfies(version, required, { includePrerelease: true })) return;
  throw new BadOptionError({
    option, reason: `this is nnfmt ${version}, and the project asks for ${required}: install that, or change the key`,
  });
}

/** All of them at once, so that a file written for another tool is mended in one go. */
function refuseUnknown(path: string, unknown: readonly string[], keys: readonly string[]): void {
  if (unknown.length === 0) return;
  const known = `(known: ${keys.join(', ')})`;
  const nearest = unknown.map((key) => nearestName(key, keys));
  if (unknown.length === 1) {
    const option = `${path}: [tool.nnfmt] ${unknown[0]}`;
    throw new BadOptionError({
      option, reason: `there is no such key ${known}`, ...(nearest[0] === undefined ? {} : { suggestion: nearest[0] }),
    });
  }
  const names = unknown.map((key, k) => `${key}${nearest[k] === undefined ? '' : ` (did you mean ${nearest[k]}?)`}`);
  throw new BadOptionError({
    option: `${path}: [tool.nnfmt]`, reason: `there are no such keys: ${names.join(', ')} ${known}`,
  });
}

/** A project that somebody merely cloned must not name files of its user. */
function pathBelow(option: string, folder: string, value: string): string {
  const path = resolve(folder, value);
  if (liesBelow(folder, path)) return path;
  throw new BadOptionError({
    option, reason: `${value} has to lie below ${folder}, links followed; the command line may name any path`,
  });
}

/** In TOML a number is not written in quotes, nor a list as one text with commas. */
function typeName(type: string): string {
  if (type === 'strings') return 'a list of texts';
  if (type === 'numbers') return 'a list of numbers';
  return type === 'boolean' ? 'true or false' : 'a number';
}
