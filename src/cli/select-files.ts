import { dirname, resolve } from 'node:path';
import { isLeftOut, type FileFilter } from '../corpus/file-filter.js';
import { findFiles, type FilterIn, type FoundFiles } from '../corpus/find-files.js';
import { isGenerated } from '../corpus/foreign-code.js';
import { BadOptionError } from '../errors.js';
import type { OptionsFor } from '../options/index.js';
import { parseLineRanges, type LineRange } from '../shared/line-ranges.js';
import { shownName } from '../shared/quote-name.js';
import { findChangedLines, isPathNotRevision } from './changed-lines.js';

/** What the user said about which lines to look at. */
export type LineOptions = Pick<OptionsFor<'format'>, 'range' | 'changed'>;

/** What the settings nearest to a file say about it. */
export type FileOptions = Pick<
  OptionsFor<'format'>,
  'include' | 'exclude' | 'forceExclude' | 'includeVendored' | 'markdown' | 'model' | 'confidence' | 'profile' |
  'editorconfig'
>;

/** Folders that the patterns of include and exclude are relative to. */
export interface PatternFolders {
  readonly include: string;
  readonly exclude: string;
}

/** Options for a run, and for the files of each folder; the same object where the same settings hold. */
export interface SelectionOptions {
  readonly options: LineOptions & FileOptions;
  readonly optionsIn: (folder: string) => FilteringOptions;
}

/** Which files to take, with the folders that patterns are relative to. */
export interface FilteringOptions<O = FileOptions> {
  readonly options: O;
  readonly folders: PatternFolders;
}

/** Pages with Python blocks. */
const PAGE_PATTERNS = ['*.md', '*.markdown', '*.mdx', '*.rst'];

/** Which files to take in a folder, as the settings nearest to it say. */
export function createFilterIn(
  optionsIn: (folder: string) => FilteringOptions<Pick<FileOptions, 'include' | 'exclude'> & Partial<FileOptions>>,
): FilterIn {
  const filters = new Map<unknown, FileFilter>();
  return (folder) => {
    const resolved = optionsIn(folder);
    const { options, folders } = resolved;
    let filter = filters.get(resolved);
    if (filter === undefined) {
      filter = {
        include: {
          folder: folders.include,
          patterns: options.markdown === true ? [...options.include, ...PAGE_PATTERNS] : options.include,
        },
        exclude: { folder: folders.exclude, patterns: options.exclude },
        forceExclude: options.forceExclude === true,
        leaveOutForeign: options.includeVendored === false,
      };
      filters.set(resolved, filter);
    }
    return filter;
  };
}

export interface SelectedFiles extends FoundFiles {
  /** The lines of a file that may change; undefined for all. */
  readonly linesOf: (path: string) => readonly LineRange[] | undefined;
  /** What the settings nearest to a file say about it; the same object where the same ones hold. */
  readonly optionsOf: (path: string) => FileOptions;
  /** Whether a file is left out where its text says that a tool wrote it. */
  readonly leavesOutGenerated: (path: string) => boolean;
  /** Why nothing is left, where nothing is. */
  readonly whyNone: string;
}

/**
 * The files and lines that given paths and options stand for.
 *
 * @throws BadOptionError for a bad range, a range for several files, and where git cannot tell
 *   what changed
 */
export function selectFiles(paths: readonly string[], { options, optionsIn }: SelectionOptions): SelectedFiles {
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
  const found = findFiles(given, createFilterIn(optionsIn));
  const optionsOf = (path: string): FileOptions => optionsIn(dirname(resolve(path))).options;
  const leavesOutGenerated = (path: string): boolean => {
    const { includeVendored, forceExclude } = optionsOf(path);
    return !includeVendored && (forceExclude || !found.named.has(path));
  };
  const whyNone =
    `No Python files found under ${given.map(shownName).join(', ')}${excludedWords(found)}; nothing to do.`;
  const all = { ...found, optionsOf, leavesOutGenerated, whyNone, linesOf: () => undefined };
  if (changed !== null) return selectChanged(all, changed);
  if (range === null) return all;
  if (found.files.length > 1 || given.length > 1) {
    throw new BadOptionError({
      option: '--range', reason: `speaks of one file, not of ${Math.max(found.files.length, given.length)}`,
    });
  }
  const lines = parseLineRanges(range, '--range');
  return { ...all, linesOf: () => lines };
}

const excludedWords = ({ leftOut: { given } }: FoundFiles): string =>
  given === 0 ? '' : ` (${given} given path${given === 1 ? ' is' : 's are'} excluded, and --force-exclude holds)`;

/** Whether exclusions that are forced leave out a source that came on stdin under a name. */
export function isInputLeftOut(bytes: Uint8Array, name: string | null, {
  options, folders,
}: FilteringOptions): boolean {
  if (name === null || !options.forceExclude) return false;
  if (isLeftOut(resolve(name), false, createFilterIn(() => ({ options, folders }))('.'))) return true;
  // What says that a tool wrote it stands in ASCII letters at the top.
  return !options.includeVendored && isGenerated(Buffer.from(bytes.subarray(0, 4096)).toString('latin1'));
}

function selectChanged(found: SelectedFiles, revision: string): SelectedFiles {
  const linesByPath = findChangedLines(found.files, revision);
  return {
    ...found,
    files: [...linesByPath.keys()],
    linesOf: (path) => linesByPath.get(path) ?? undefined,
    whyNone: found.files.length === 0 ? found.whyNone : `No file differs from ${revision}; nothing to do.`,
  };
}

/** The lines of stdin that may change. */
export function selectLines(options: LineOptions): readonly LineRange[] | undefined {
  if (options.changed !== null) {
    throw new BadOptionError({
      option: '--changed', reason: 'compares files with git, so it cannot be combined with stdin',
    });
  }
  return options.range === null ? undefined : parseLineRanges(options.range, '--range');
}
