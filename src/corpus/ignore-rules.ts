import { dirname, join, resolve, sep } from 'node:path';
import { FileReadError } from '../errors.js';
import { isLink, isThere, lookAt } from '../shared/look-at-path.js';
import { readRegularFile } from '../shared/read-file.js';
import { shownName } from '../shared/quote-name.js';
import { globalExcludesFile } from './git-config.js';
import { IgnorePatterns, readPatternLines } from './gitignore.js';
import { byteText } from './glob.js';

/** The patterns of one file, and the folder that they speak of: absolute, as a byte text that ends with a slash. */
export interface IgnoreRules {
  readonly folder: string;
  readonly patterns: IgnorePatterns;
}

/** What counts outside the folders that are looked at. */
export interface IgnoreSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Far above any file that a person wrote, and small enough that its patterns cannot hold up a search. */
const MAX_PATTERN_BYTES = 1024 * 1024;

/** An absolute path as rules read it: bytes of UTF-8, slashes. */
export function pathText(absolutePath: string): string {
  return byteText(sep === '/' ? absolutePath : absolutePath.replaceAll(sep, '/'));
}

/**
 * Whether rules, the outermost first, name a path as `pathText` gives it. The innermost that says anything
 * decides; folders above are not asked, for the caller never enters an ignored one.
 */
export function isIgnored(rules: readonly IgnoreRules[], path: string, isFolder: boolean): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  for (let k = rules.length - 1; k >= 0; k--) {
    const { folder, patterns } = rules[k];
    const verdict = patterns.verdict({ path: path.slice(folder.length), name, isFolder });
    if (verdict !== null) return verdict;
  }
  return false;
}

/** The rules in force around a folder. */
export interface RulesAbove {
  readonly inRepository: boolean;
  readonly rules: readonly IgnoreRules[];
  /** Whether they ignore the folder itself or one that it lies in. */
  readonly ignoreFolder: boolean;
}

/**
 * Reads what git would leave out: .gitignore files, `info/exclude` of the repository and the user's own list of
 * patterns. Nothing of git is run, and nothing of a repository's configuration read.
 */
export class IgnoreReader {
  private readonly surroundings: IgnoreSurroundings;
  /** Told what could not be read, a sentence each. */
  private readonly tell: (notice: string) => void;
  private readonly ignoreCase: boolean;
  private global: readonly string[] | undefined;

  constructor(surroundings: IgnoreSurroundings, tell: (notice: string) => void) {
    this.surroundings = surroundings;
    this.tell = tell;
    // As git decides it where it makes a repository on the usual file system.
    this.ignoreCase = surroundings.platform === 'win32' || surroundings.platform === 'darwin';
  }

  /** The rules for an absolute folder from above it, not beyond the repository's root. */
  above(folder: string): RulesAbove {
    const outside: RulesAbove = { inRepository: false, rules: [], ignoreFolder: false };
    const path = [folder];
    while (!isThere(join(path[0], '.git'))) {
      const up = dirname(path[0]);
      // Without a repository, files above the given folder say nothing about it.
      if (up === path[0]) return outside;
      path.unshift(up);
    }
    let rules = this.ofRepository(path[0]);
    let ignoreFolder = false;
    for (const [k, part] of path.entries()) {
      ignoreFolder ||= k > 0 && isIgnored(rules, pathText(part), true);
      // The folder's own file is for whoever enters it to read.
      if (k < path.length - 1) rules = [...rules, ...this.in(part)];
    }
    return { inRepository: true, rules, ignoreFolder };
  }

  /** The rules that hold in a repository from its root on: the user's own, and those beside git's data. */
  ofRepository(root: string): readonly IgnoreRules[] {
    const gitFolder = findGitFolder(root);
    const own = gitFolder === null ? [] : this.read(join(commonFolder(gitFolder), 'info', 'exclude'));
    return [...this.rules(root, this.globalLines()), ...this.rules(root, own)];
  }

  /** The rules of a folder's .gitignore; like git, not of one that is a link. */
  in(folder: string): readonly IgnoreRules[] {
    const path = join(folder, '.gitignore');
    return isLink(path) ? [] : this.rules(folder, this.read(path));
  }

  private globalLines(): readonly string[] {
    if (this.global === undefined) {
      const path = globalExcludesFile(this.surroundings.env);
      this.global = path === null ? [] : this.read(path);
    }
    return this.global;
  }

  private rules(folder: string, lines: readonly string[]): readonly IgnoreRules[] {
    if (lines.length === 0) return [];
    const patterns = new IgnorePatterns(lines, { ignoreCase: this.ignoreCase });
    const text = pathText(folder);
    return patterns.isEmpty ? [] : [{ folder: text.endsWith('/') ? text : `${text}/`, patterns }];
  }

  private read(path: string): string[] {
    try {
      return readPatternLines(readRegularFile(path, { limitBytes: MAX_PATTERN_BYTES }));
    } catch (fault) {
      if (!(fault instanceof FileReadError)) throw fault;
      if (fault.reason !== 'missing' && fault.reason !== 'folder') {
        this.tell(`${shownName(path)}: ${fault.clause}; it ignores nothing.`);
      }
      return [];
    }
  }
}

/** Where a repository at this folder keeps its data; null where there is none. */
export function findGitFolder(folder: string): string | null {
  const path = join(folder, '.git');
  const { kind } = lookAt(path);
  if (kind === 'folder') return lookAt(join(path, 'HEAD')).kind === 'missing' ? null : path;
  if (kind !== 'file') return null;
  const target = /^gitdir: (.+?)[\r\n]*$/u.exec(readLine(path))?.[1];
  return target === undefined ? null : resolve(folder, target);
}

/** Worktrees of one repository share all but their own state. */
function commonFolder(gitFolder: string): string {
  const shared = readLine(join(gitFolder, 'commondir')).trim();
  return shared === '' ? gitFolder : resolve(gitFolder, shared);
}

function readLine(path: string): string {
  try {
    return readRegularFile(path, { limitBytes: 65_536 }).toString('utf8');
  } catch (fault) {
    if (fault instanceof FileReadError) return '';
    throw fault;
  }
}
