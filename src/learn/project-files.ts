import { isUtf8 } from 'node:buffer';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  badName, createFileMatcher, findFiles, isForeignPath, pathFrom,
  type FileFilter, type FileMatcher, type FilterIn, type SearchFault,
} from '../corpus/index.js';
import { SourceReadError } from '../errors.js';
import { askGit, repositoryOf, splitNul } from '../shared/git.js';
import { isFile, isFolder, isThere, realPath } from '../shared/look-at-path.js';

/** The files of a project that its authors lay out. */
export interface ProjectFiles {
  /** As a user would write them, sorted. */
  readonly files: readonly string[];
  /** How many were left out because a tool wrote them or they came with a dependency. */
  readonly leftOut: number;
  readonly errors: readonly SearchFault[];
  /** What was passed over and might surprise: names that are not UTF-8. */
  readonly notices: readonly string[];
}

/**
 * Finds what to learn from: below each folder the files that git tracks, where git knows any,
 * and otherwise what `format` would take. Without generated and vendored files; a file given
 * by name is always taken; links that lead out of a folder are not followed.
 *
 * @param filter which files to take below folders; .py and .pyi without one
 * @throws what the filter throws
 */
export function listProjectFiles(paths: readonly string[], filter?: FileFilter | FilterIn): ProjectFiles {
  const isWanted = createJudge(filter);
  const files = new Set<string>();
  const errors: SearchFault[] = [];
  const notices: string[] = [];
  let leftOut = 0;
  for (const path of paths) {
    const isBelow = isFolder(path);
    const tracked = (isBelow ? trackedFiles(path) : []).flatMap((bytes) => {
      const file = bytes.toString('utf8');
      if (isNotebook(file) || !isWanted(resolve(path, file))) return [];
      if (isUtf8(bytes)) return [file];
      notices.push(badName(file, bytes).message);
      return [];
    });
    if (tracked.length === 0) {
      const found = findFiles([path], filter);
      for (const fault of found.errors) {
        if (fault.error instanceof SourceReadError && fault.error.reason === 'bad-name') notices.push(fault.message);
        else errors.push(fault);
      }
      for (const file of found.files) {
        if (isBelow && isNotebook(file)) continue;
        if (isBelow && isForeignPath(relative(path, file))) leftOut++;
        else files.add(file);
      }
      continue;
    }
    const root = realPath(path);
    for (const file of tracked) {
      if (isForeignPath(file)) leftOut++;
      else if (isFile(join(path, file)) && root !== null &&
        staysBelow(root, join(path, file))) files.add(join(path, file));
    }
  }
  return { files: [...files].sort((a, b) => (a < b ? -1 : 1)), leftOut, errors, notices };
}

/** Code in notebooks is laid out in its own way, as a rule, which is not what modules are to follow. */
const isNotebook = (path: string): boolean => /\.ipynb$/iu.test(path);

/** A link that leads out shows nothing of this project, but perhaps what somebody else keeps to himself. */
function staysBelow(root: string, path: string): boolean {
  const real = realPath(path);
  return real !== null && pathFrom(root, real) !== null;
}

/** Judges a file by what holds in its folder. */
function createJudge(filter: FileFilter | FilterIn | undefined): (absolutePath: string) => boolean {
  if (typeof filter !== 'function') return createFileMatcher(filter).isWanted;
  const matchers = new Map<FileFilter, FileMatcher>();
  return (path) => {
    const own = filter(dirname(path));
    let matcher = matchers.get(own);
    if (matcher === undefined) matchers.set(own, (matcher = createFileMatcher(own)));
    return matcher.isWanted(path);
  };
}

/** Relative to the folder; none where git is missing or tracks none. */
function trackedFiles(folder: string): Buffer[] {
  const root = repositoryOf(folder);
  if (root === null) return [];
  const below = relative(root, realPath(folder) ?? resolve(folder));
  // git runs at the root that we found, so that it finds no other one; names then begin there.
  const answer = askGit(root, ['ls-files', '-z', '--', below === '' ? '.' : below.split(sep).join('/')]);
  if (!answer.ok) return [];
  const prefix = Buffer.from(below === '' ? '' : `${below.split(sep).join('/')}/`);
  return splitNul(answer.stdout).map((name) => name.subarray(prefix.length));
}

const ROOT_MARKS = ['.git', '.nnfmt', 'pyproject.toml', 'setup.py', 'setup.cfg', '.hg'];

/**
 * The folder that a profile of these paths belongs to: the nearest one upwards that looks like
 * the root of a project, or else the innermost folder that holds all the paths.
 */
export function projectRoot(paths: readonly string[]): string {
  const folders = paths.map((path) => {
    return isFolder(path) ? resolve(path) : dirname(resolve(path));
  });
  let common = folders[0];
  for (const folder of folders) {
    while (folder !== common &&
      !folder.startsWith(common.endsWith(sep) ? common : common + sep)) common = dirname(common);
  }
  for (let folder = common; ; folder = dirname(folder)) {
    if (ROOT_MARKS.some((mark) => isThere(join(folder, mark)))) return folder;
    if (dirname(folder) === folder) return common;
  }
}
