import { dirname, resolve, sep } from 'node:path';
import { optionTables, resolveOptions, type OptionsFor, type TaskName } from '../options/index.js';
import { createSettingsFinder, type ProjectSettings } from '../options/project-settings.js';
import { isFolder } from '../shared/look-at-path.js';
import type { PatternFolders } from './select-files.js';

/** Options as they hold for some files. */
export interface ResolvedOptions<T extends TaskName> {
  readonly options: OptionsFor<T>;
  /** Folders that the patterns are relative to. */
  readonly folders: PatternFolders;
}

/** Options as they hold for a run, and for the files of a folder. */
export interface ProjectOptions<T extends TaskName> extends ResolvedOptions<T> {
  /**
   * By the pyproject.toml nearest to the folder; the same object wherever the same one holds.
   *
   * @throws BadOptionError for a file that cannot be used
   */
  readonly optionsIn: (folder: string) => ResolvedOptions<T>;
}

/**
 * Options of a task: the command line wins over `[tool.nnfmt]` in the nearest
 * pyproject.toml that has such a table, which wins over the defaults. For a run it is looked for from
 * the folder that all given paths lie in, upwards (for stdin, from that of its name); for a file, from its own.
 *
 * @throws BadOptionError for the command line, and for the file: not TOML, a key that does
 *   not exist, a value of the wrong type or out of range
 */
export function resolveWithProject<T extends TaskName>(
  task: T,
  raw: Readonly<Record<string, unknown>>,
  paths: readonly string[],
): ProjectOptions<T> {
  const settingsIn = createSettingsFinder();
  const resolved = new Map<ProjectSettings | null, ResolvedOptions<T>>();
  const optionsIn = (folder: string): ResolvedOptions<T> => {
    const settings = settingsIn(folder);
    let options = resolved.get(settings);
    if (options === undefined) resolved.set(settings, (options = resolveWith(settings, task, raw)));
    return options;
  };
  const stdinName = typeof raw['stdinFilename'] === 'string' ? [raw['stdinFilename']] : [];
  return { ...optionsIn(commonFolder(paths.includes('-') ? stdinName : paths)), optionsIn };
}

function resolveWith<T extends TaskName>(
  settings: ProjectSettings | null,
  task: T,
  raw: Readonly<Record<string, unknown>>,
): ResolvedOptions<T> {
  if (settings === null) {
    return { options: resolveOptions(optionTables[task], raw), folders: { include: '.', exclude: '.' } };
  }
  const table = optionTables[task];
  const values = Object.entries(settings.values).filter(([name]) => Object.hasOwn(table, name));
  const folderOf = (name: string): string =>
    raw[name] === undefined && settings.values[name] !== undefined ? settings.folder : '.';
  return {
    options: resolveOptions(table, { ...Object.fromEntries(values), ...raw }),
    folders: { include: folderOf('include'), exclude: folderOf('exclude') },
  };
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
