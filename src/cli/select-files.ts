import type { FileFilter } from '../corpus/file-filter.js';
import { findFiles, type FoundFiles } from '../corpus/find-files.js';
import { BadOptionError } from '../errors.js';
import { parseLineRanges, type LineRange } from '../shared/line-ranges.js';
import { findChangedLines, isPathNotRevision } from './changed-lines.js';

/** What the user said about which files and lines to look at. */
export interface SelectionOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly range: string | null;
  readonly changed: string | null;
}

/** Folders that the patterns of include and exclude are relative to. */
export interface PatternFolders {
  readonly include: string;
  readonly exclude: string;
}

/** Patterns of the command line are relative to the current folder. */
export const HERE: PatternFolders = { include: '.', exclude: '.' };

/** The patterns of the options with the folders that they are relative to. */
export function fileFilter(options: Pick<SelectionOptions, 'include' | 'exclude'>, folders: PatternFolders): FileFilter {
  return {
    include: { folder: folders.include, patterns: options.include },
    exclude: { folder: folders.exclude, patterns: options.exclude },
  };
}

export interface SelectedFiles extends FoundFiles {
  /** The lines of a file that may change; undefined for all. */
  readonly linesOf: (path: string) => readonly LineRange[] | undefined;
  /** Why nothing is left, where nothing is. */
  readonly whyNone: string;
}

/**
 * The files and lines that given paths and options stand for.
 *
 * @throws BadOptionError for a bad range, a range for several files, and where git cannot tell
 *   what changed
 */
export function selectFiles(
  paths: readonly string[],
  options: SelectionOptions,
  folders: PatternFolders,
): SelectedFiles {
  const { range } = options;
  let { changed } = options;
  if (range !== null && changed !== null) {
    throw new BadOptionError({ option: '--range', reason: 'cannot be combined with --changed' });
  }
  let given = paths;
  if (changed !== null && isPathNotRevision(changed)) {
    given = [...paths, changed];
    changed = 'HEAD';
  }
  if (given.length === 0) given = ['.'];
  const found = findFiles(given, fileFilter(options, folders));
  const whyNone = `No Python files found under ${given.join(', ')}; nothing to do.`;
  if (changed !== null) return selectChanged(found, changed, whyNone);
  if (range === null) return { ...found, linesOf: () => undefined, whyNone };
  if (found.files.length > 1 || given.length > 1) {
    throw new BadOptionError({ option: '--range', reason: `speaks of one file, not of ${Math.max(found.files.length, given.length)}` });
  }
  const lines = parseLineRanges(range, '--range');
  return { ...found, linesOf: () => lines, whyNone };
}

function selectChanged(found: FoundFiles, revision: string, whyNone: string): SelectedFiles {
  const linesByPath = findChangedLines(found.files, revision);
  return {
    ...found,
    files: [...linesByPath.keys()],
    linesOf: (path) => linesByPath.get(path) ?? undefined,
    whyNone: found.files.length === 0 ? whyNone : `No file differs from ${revision}; nothing to do.`,
  };
}

/** The lines of stdin that may change. */
export function selectLines(options: SelectionOptions): readonly LineRange[] | undefined {
  if (options.changed !== null) {
    throw new BadOptionError({ option: '--changed', reason: 'compares files with git, so it cannot be combined with stdin' });
  }
  return options.range === null ? undefined : parseLineRanges(options.range, '--range');
}
