import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { BadOptionError } from '../errors.js';
import type { LineRange } from '../shared/line-ranges.js';

const OPTION = '--changed';

/** Says which lines of a file differ from a git revision; null for all of them (the file is not tracked). */
export type ChangedLines = (path: string) => readonly LineRange[] | null;

/** What is known of one repository. */
interface Repository {
  readonly folder: string;
  readonly commit: string;
  /** Paths from the repository's folder, with slashes. */
  readonly tracked: ReadonlySet<string>;
  readonly differing: ReadonlySet<string>;
}

/**
 * Compares files on disk with a revision, as `git diff -U0 REV -- file` does; each file with
 * the repository that it is in. Lines that were only removed leave nothing to look at.
 *
 * @throws BadOptionError, when a file is asked for, where git is missing, there is no
 *   repository around the file, or the repository does not know the revision
 */
export function createChangedLines(revision: string): ChangedLines {
  const repositories = new Map<string, Repository>();
  return (path) => {
    const real = realpathSync(path);
    const folder = repositoryOf(real);
    if (folder === null) {
      throw new BadOptionError({ option: OPTION, reason: `${path} is in no git repository, so there is nothing to compare it with` });
    }
    let repository = repositories.get(folder);
    if (repository === undefined) repositories.set(folder, (repository = openRepository(folder, revision)));
    const name = relative(folder, real).split(sep).join('/');
    if (repository.differing.has(name)) return differingLines(repository, name);
    return repository.tracked.has(name) ? [] : null;
  };
}

/**
 * `--changed src`: true when the flag's value can only be meant as a path, because it is one
 * and no revision of that name exists.
 */
export function isPathNotRevision(value: string): boolean {
  if (!existsSync(value)) return false;
  const folder = repositoryOf(realpathSync(value));
  return folder === null || (value !== 'HEAD' && findCommit(folder, value) === null);
}

function repositoryOf(path: string): string | null {
  let folder = resolve(path);
  while (!existsSync(join(folder, '.git'))) {
    const up = dirname(folder);
    if (up === folder) return null;
    folder = up;
  }
  return folder;
}

function openRepository(folder: string, revision: string): Repository {
  const commit = findCommit(folder, revision);
  if (commit === null) {
    throw new BadOptionError({ option: OPTION, reason: `git knows no revision ${JSON.stringify(revision)} in ${folder}` });
  }
  const names = (text: string): Set<string> => new Set(text.split('\0').filter((name) => name !== ''));
  return {
    folder,
    commit,
    tracked: names(git(folder, ['ls-files', '-z'])),
    differing: names(git(folder, ['-c', 'diff.relative=false', 'diff', '--name-only', '--no-renames', '-z', commit])),
  };
}

/** The commit's id; in a repository without commits, HEAD is the empty tree. */
function findCommit(folder: string, revision: string): string | null {
  if (revision.startsWith('-')) return null;
  const found = tryGit(folder, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  if (found !== null) return found.trim();
  if (revision !== 'HEAD') return null;
  return tryGit(folder, ['hash-object', '-t', 'tree', '--stdin'])?.trim() ?? null;
}

function differingLines({ folder, commit }: Repository, name: string): LineRange[] {
  const diff = git(folder, ['diff', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', commit, '--', name]);
  return readHunks(diff);
}

/** The lines that a diff without context puts in. */
export function readHunks(diff: string): LineRange[] {
  const ranges: LineRange[] = [];
  for (const line of diff.split('\n')) {
    const match = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/u.exec(line);
    if (match === null) continue;
    const first = Number(match[1]);
    const count = Number(match[2] ?? '1');
    if (count > 0) ranges.push({ first, last: first + count - 1 });
  }
  return ranges;
}

function git(folder: string, args: readonly string[]): string {
  const { stdout, stderr, status } = runGit(folder, args);
  if (status === 0) return stdout;
  throw new BadOptionError({ option: OPTION, reason: `git ${args.find((arg) => /^[a-z]/u.test(arg))} failed in ${folder}: ${stderr.trim()}` });
}

function tryGit(folder: string, args: readonly string[]): string | null {
  const { stdout, status } = runGit(folder, args);
  return status === 0 ? stdout : null;
}

function runGit(folder: string, args: readonly string[]): { stdout: string; stderr: string; status: number | null } {
  const { error, stdout, stderr, status } = spawnSync('git', args, {
    cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, GIT_LITERAL_PATHSPECS: '1' },
  });
  if (error !== undefined) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BadOptionError({ option: OPTION, reason: missing ? 'git is not installed' : `git cannot be run (${error.message})`, cause: error });
  }
  return { stdout, stderr, status };
}
