import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { FileReadError, SourceReadError } from '../errors.js';
import { isThere, listFolder, lookAt, realPath, type PathKind } from '../shared/look-at-path.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';

/** Folders that hold no source of the project: tools' caches, environments, build results. */
export const EXCLUDED_FOLDERS: ReadonlySet<string> = new Set([
  '.git', '.hg', '.svn', '.bzr', '.jj',
  '.tox', '.nox', '.venv', 'venv', '.direnv', '.eggs', '.pixi', '.ipynb_checkpoints',
  '.mypy_cache', '.ruff_cache', '.pytest_cache', '.pytype', '.pyre', '.nnfmt',
  '__pycache__', '__pypackages__', 'node_modules', 'site-packages',
  'build', 'dist', '_build', 'buck-out',
]);

export interface FoundFiles {
  /** Paths as a user would write them (joined to what was given), sorted, each file once. */
  readonly files: readonly string[];
  /** Given paths that cannot be formatted: missing, broken link, not a file. */
  readonly errors: readonly SourceReadError[];
  /** What was passed over and might surprise: broken links, unreadable folders. */
  readonly notices: readonly string[];
}

/** Patterns as in a .gitignore file, relative to a folder. */
export interface PatternList {
  readonly folder: string;
  readonly patterns: readonly string[];
}

/** Which files to take below given folders. */
export interface FileFilter {
  readonly include: PatternList;
  readonly exclude: PatternList;
}

/**
 * The Python files (.py, .pyi, or what the filter includes) that the given paths stand for. A named file is always
 * taken, whatever its name and whatever .gitignore says; a folder is walked, leaving
 * out what .gitignore files (its own, its parents' up to the repository's root, and
 * those below) and `EXCLUDED_FOLDERS` name. Linked folders are not entered, so there
 * are no cycles. One bad path never hides the others.
 */
export function findFiles(paths: readonly string[], filter?: FileFilter): FoundFiles {
  const walk = new Walk(filter);
  for (const path of paths) walk.addGiven(path);
  return walk.result();
}

/** The rules of one .gitignore, for paths below `folder` (absolute). */
interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

class Walk {
  /** Absolute real path -> path to show. */
  readonly #files = new Map<string, string>();
  readonly #errors: SourceReadError[] = [];
  readonly #notices: string[] = [];
  readonly #matches: FileMatcher;

  constructor(filter: FileFilter | undefined) {
    this.#matches = createFileMatcher(filter);
  }

  result(): FoundFiles {
    const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    return { files: [...this.#files.values()].sort(byUnits), errors: this.#errors, notices: this.#notices };
  }

  addGiven(path: string): void {
    const { kind, errno } = lookAt(path);
    if (kind === 'file') this.#addFile(path);
    else if (kind === 'folder') this.#addGivenFolder(path);
    else this.#errors.push(faultOf(path, kind, errno));
  }

  #addGivenFolder(path: string): void {
    const rules = rulesAbove(resolve(path), this.#notices);
    // Who names an ignored folder means it; what it holds is then judged from inside.
    const named = isIgnored(rules, `${resolve(path)}${sep}`);
    this.#walkFolder(path, named ? [] : rules);
  }

  #addFile(path: string): void {
    // A file reached twice, by a link or by two given paths, is formatted once.
    const real = realPath(path);
    // Deleted or locked away since its folder was listed.
    if (real === null) this.#errors.push(unreadable(path, lookAt(path).errno));
    else if (!this.#files.has(real)) this.#files.set(real, path);
  }

  #walkFolder(folder: string, outerRules: readonly IgnoreRules[]): void {
    const entries = listFolder(folder);
    if (typeof entries === 'string') {
      this.#errors.push(unreadable(folder, entries));
      return;
    }
    const rules = [...outerRules, ...rulesIn(resolve(folder), this.#notices)];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const absolute = `${resolve(path)}${sep}`;
        if (EXCLUDED_FOLDERS.has(entry.name) || isIgnored(rules, absolute) || this.#matches.isExcluded(absolute)) continue;
        this.#walkFolder(path, rules);
      } else if (this.#matches.isWanted(resolve(path)) && !isIgnored(rules, resolve(path))) {
        if (entry.isFile()) this.#addFile(path);
        else if (entry.isSymbolicLink()) this.#addLink(path);
      }
    }
  }

  #addLink(path: string): void {
    const { kind, errno } = lookAt(path);
    if (kind === 'file') this.#addFile(path);
    else if (kind !== 'folder') this.#notices.push(`${faultOf(path, kind, errno).message} (passed over)`);
  }
}

function faultOf(path: string, kind: PathKind, errno: string | null): SourceReadError {
  if (kind === 'unreachable') return unreadable(path, errno);
  if (kind === 'missing') {
    return new SourceReadError({ path, reason: 'missing', message: 'there is no such file or folder. Check the path.' });
  }
  if (kind === 'broken-link') {
    const message = 'this symbolic link points to nothing. Repair or remove it.';
    return new SourceReadError({ path, reason: 'broken-link', message });
  }
  const message = 'this is neither a file nor a folder (a device, pipe or socket).';
  return new SourceReadError({ path, reason: 'not-a-file', message });
}

function unreadable(path: string, errno: string | null): SourceReadError {
  const advice = errno === 'ENAMETOOLONG' ? 'Its name is too long for the system.' : 'Check its permissions.';
  return new SourceReadError({ path, reason: 'unreadable', message: `cannot be read (${errno ?? 'unknown error'}). ${advice}` });
}

/** The .gitignore files that hold in `folder` from above, outermost first. */
function rulesAbove(folder: string, notices: string[]): readonly IgnoreRules[] {
  const folders: string[] = [];
  let current = folder;
  while (!isThere(join(current, '.git'))) {
    const parent = dirname(current);
    // Without a repository, files above the given folder say nothing about it.
    if (parent === current) return [];
    folders.unshift(parent);
    current = parent;
  }
  return folders.flatMap((above) => rulesIn(above, notices));
}

function rulesIn(folder: string, notices: string[]): readonly IgnoreRules[] {
  const path = join(folder, '.gitignore');
  let text;
  try {
    text = readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    if (cause.reason !== 'missing') notices.push(`${path}: ${cause.clause}; it ignores nothing.`);
    return [];
  }
  return [{ folder, rules: ignore().add(text) }];
}

/** Judges absolute paths; those of folders end with a separator. */
export interface FileMatcher {
  /** True for a file that is included and neither itself nor by a folder around it excluded. */
  isWanted(absolutePath: string): boolean;
  isExcluded(absolutePath: string): boolean;
}

/** Without a filter, .py and .pyi files are wanted. */
export function createFileMatcher(filter: FileFilter | undefined): FileMatcher {
  const isIncluded = filter === undefined ? (path: string) => /\.pyi?$/u.test(path) : matcher(filter.include);
  const isExcluded = filter === undefined || filter.exclude.patterns.length === 0 ? () => false : matcher(filter.exclude);
  return { isWanted: (path) => isIncluded(path) && !isExcluded(path), isExcluded };
}

/** Matches absolute paths; those of folders end with a separator. */
function matcher({ folder, patterns }: PatternList): (absolutePath: string) => boolean {
  const rules = ignore().add([...patterns]);
  const root = resolve(folder);
  return (absolutePath) => {
    const below = relative(root, absolutePath).split(sep).join('/');
    // Outside the folder only patterns without a slash can say anything, and they speak of the name.
    const name = below.startsWith('../') || below.startsWith('/') ? below.slice(below.lastIndexOf('/') + 1) : below;
    if (name === '' || name === '..') return false;
    return rules.ignores(absolutePath.endsWith(sep) ? `${name}/` : name);
  };
}

/** The innermost .gitignore that says anything decides, as in git. */
function isIgnored(rules: readonly IgnoreRules[], absolutePath: string): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const { folder, rules: own } = rules[i]!;
    const below = relative(folder, absolutePath).split(sep).join('/');
    // path.relative drops the trailing slash that tells git's rules a folder.
    const verdict = own.test(absolutePath.endsWith(sep) ? `${below}/` : below);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
