import { resolve, sep } from 'node:path';
import { EXCLUDED_FOLDERS, isForeignPath } from './foreign-code.js';
import { createPatternMatcher } from './gitignore.js';

/** Patterns as in a .gitignore file, relative to a folder. */
export interface PatternList {
  readonly folder: string;
  readonly patterns: readonly string[];
}

/** Which files to take below given folders. */
export interface FileFilter {
  readonly include: PatternList;
  readonly exclude: PatternList;
  /** What is left out below folders is left out too where it is named, but for what .gitignore says. */
  readonly forceExclude?: boolean;
  /** Leave out vendored and generated code, and repositories inside the one at hand, and count them. */
  readonly leaveOutForeign?: boolean;
}

/** Judges absolute paths. */
export interface FileMatcher {
  /** True for a file that is included and neither itself nor by a folder around it excluded. */
  isWanted(absolutePath: string): boolean;
  isExcluded(absolutePath: string, isFolder: boolean): boolean;
}

/** Without a filter, .py and .pyi files are wanted. */
export function createFileMatcher(filter: FileFilter | undefined): FileMatcher {
  const isIncluded = filter === undefined ? (path: string): boolean => /\.pyi?$/u.test(path) : matcher(filter.include);
  const isExcluded =
    filter === undefined || filter.exclude.patterns.length === 0 ? () => false : matcher(filter.exclude);
  return { isWanted: (path) => isIncluded(path, false) && !isExcluded(path, false), isExcluded };
}

function matcher({ folder, patterns }: PatternList): (absolutePath: string, isFolder: boolean) => boolean {
  const matches = createPatternMatcher(patterns, false);
  return (absolutePath, isFolder) => {
    const below = pathFrom(folder, absolutePath);
    // Outside the folder only patterns without a slash can say anything, and they speak of the name.
    const judged = below ?? absolutePath.slice(absolutePath.lastIndexOf(sep) + 1);
    return judged !== '' && matches(judged.replaceAll(sep, '/'), isFolder);
  };
}

/**
 * Whether a filter leaves out a path, given by name or not: because of its patterns, or because of where it lies
 * from the folder that its exclusions are relative to. What git ignores is not asked.
 */
export function isLeftOut(absolutePath: string, isFolder: boolean, filter: FileFilter): boolean {
  if (createFileMatcher(filter).isExcluded(absolutePath, isFolder)) return true;
  // Elsewhere, only the name can say anything.
  const below = pathFrom(filter.exclude.folder, absolutePath) ?? absolutePath.slice(absolutePath.lastIndexOf(sep) + 1);
  const path = isFolder ? below + sep : below;
  const folders = path.split(sep).slice(0, -1);
  if (folders.some((name) => EXCLUDED_FOLDERS.has(name))) return true;
  return filter.leaveOutForeign === true && isForeignPath(path);
}

/** The way from a folder down to an absolute path; null where that lies elsewhere. */
export function pathFrom(folder: string, absolutePath: string): string | null {
  const root = resolve(folder);
  if (absolutePath === root) return '';
  const start = root.endsWith(sep) ? root : root + sep;
  return absolutePath.startsWith(start) ? absolutePath.slice(start.length) : null;
}
