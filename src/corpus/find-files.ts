import { join, resolve, sep } from 'node:path';
import { SourceReadError, UserError } from '../errors.js';
import { listFolder, lookAt, realPath, type PathKind } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { misreadArgument } from '../shared/raw-arguments.js';
import { createFileMatcher, isLeftOut, pathFrom, type FileFilter, type FileMatcher } from './file-filter.js';
import { badName } from './read-source.js';
import { EXCLUDED_FOLDERS, isForeignPath, isGeneratedName, VENDORED_FOLDERS } from './foreign-code.js';
import {
  findGitFolder, IgnoreReader, isIgnored, pathText, type IgnoreRules, type IgnoreSurroundings,
} from './ignore-rules.js';

/** A path that stands for nothing that can be formatted. */
export interface SearchFault {
  readonly path: string;
  readonly message: string;
  readonly error: UserError;
}

export interface FoundFiles {
  /** Paths as a user would write them (joined to what was given), sorted, each file once. */
  readonly files: readonly string[];
  /** Those of them that were given by name. */
  readonly named: ReadonlySet<string>;
  /** Given paths that cannot be formatted: missing, broken link, not a file; and folders with broken settings. */
  readonly errors: readonly SearchFault[];
  /** What was passed over and might surprise: broken links, links that lead out, unreadable folders. */
  readonly notices: readonly string[];
  /** What is not the project's own, where that is left out. */
  readonly leftOut: LeftOut;
}

export interface LeftOut {
  /** Vendored files, and those whose names say that a tool wrote them. */
  readonly files: number;
  /** Repositories inside the one at hand. */
  readonly repositories: number;
  /** Given paths that settings exclude. */
  readonly given: number;
}

/** Which files to take in an absolute folder. @throws UserError where that cannot be told */
export type FilterIn = (folder: string) => FileFilter;

/**
 * The Python files (.py, .pyi, or what the filter includes) that the given paths stand for. A named file is
 * taken, whatever its name and whatever .gitignore says, unless the filter forces exclusions; a folder is walked,
 * leaving out what git ignores (`IgnoreReader`) and what `EXCLUDED_FOLDERS` name. Linked folders are not entered, so
 * there are no cycles, and linked files outside the given folder are passed over. One bad path never hides the others.
 */
export function findFiles(
  paths: readonly string[],
  filter?: FileFilter | FilterIn,
  surroundings: IgnoreSurroundings = process,
): FoundFiles {
  const walk = new Walk(filter, surroundings);
  for (const path of paths) walk.addGiven(path);
  return walk.result();
}

/** What holds in a folder and those below it, until one says otherwise. */
interface Scope {
  /** The given folder, as it was given and without links. */
  readonly given: string;
  readonly realRoot: string;
  readonly inRepository: boolean;
  readonly rules: readonly IgnoreRules[];
  readonly choice: Choice;
  /** Inside code of others, which is only counted. */
  readonly isForeign: boolean;
}

/** A filter, ready for use. */
interface Choice {
  readonly filter: FileFilter | undefined;
  readonly matcher: FileMatcher;
}

class Walk {
  /** By real path. */
  private readonly files = new Map<string, { path: string; how: 'named' | 'found' | 'linked' }>();
  private readonly errors: SearchFault[] = [];
  private readonly notices: string[] = [];
  private readonly leftOut = { files: 0, repositories: 0, given: 0 };
  private readonly ignored: IgnoreReader;
  private readonly filter: FileFilter | FilterIn | undefined;
  private readonly choices = new Map<FileFilter | undefined, Choice>();
  private readonly badSettings = new Set<string>();

  constructor(filter: FileFilter | FilterIn | undefined, surroundings: IgnoreSurroundings) {
    this.filter = filter;
    this.ignored = new IgnoreReader(surroundings, (notice) => this.notices.push(notice));
  }

  result(): FoundFiles {
    const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const found = [...this.files.values()];
    return {
      files: found.map(({ path }) => path).sort(byUnits),
      named: new Set(found.flatMap(({ path, how }) => (how === 'named' ? [path] : []))),
      errors: this.errors,
      notices: this.notices,
      leftOut: this.leftOut,
    };
  }

  addGiven(path: string): void {
    const misread = misreadArgument(path);
    if (misread !== null) {
      this.fail(badName(path, misread));
      return;
    }
    const { kind, errno } = lookAt(path);
    if (kind !== 'file' && kind !== 'folder') {
      this.fail(faultOf(path, kind, errno));
      return;
    }
    const absolute = resolve(path);
    const choice = this.choiceIn(kind === 'folder' ? absolute : resolve(absolute, '..'), path);
    if (choice === null) return;
    if (choice.filter?.forceExclude === true &&
      isLeftOut(absolute, kind === 'folder', choice.filter)) this.leftOut.given++;
    else if (kind === 'file') this.addFile(path, 'named');
    else this.addGivenFolder(path, choice);
  }

  private addGivenFolder(given: string, choice: Choice): void {
    const realRoot = realPath(given);
    if (realRoot === null) {
      this.fail(unreadable(given, lookAt(given).errno));
      return;
    }
    const { inRepository, rules, ignoreFolder } = this.ignored.above(resolve(given));
    // Who names an ignored folder means it; what it holds is then judged from inside.
    this.walkFolder(given, realRoot, {
      given, realRoot, inRepository, rules: ignoreFolder ? [] : rules, choice, isForeign: false,
    });
  }

  private walkFolder(folder: string, realFolder: string, outer: Scope): void {
    const misnamed: { readonly name: Buffer; readonly isFolder: boolean }[] = [];
    const entries = listFolder(folder, (entry) => misnamed.push({ name: entry.name, isFolder: entry.isDirectory() }));
    if (typeof entries === 'string') {
      this.fail(unreadable(folder, entries));
      return;
    }
    const absolute = resolve(folder);
    const scope = this.scopeIn(folder, absolute, outer, entries.some(({ name }) => name === '.git'));
    if (scope === null) return;
    const { rules, choice: { matcher } } = scope;
    const text = pathText(absolute);
    const prefix = text.endsWith('/') ? text : `${text}/`;
    const start = absolute.endsWith(sep) ? absolute : absolute + sep;
    for (const { name, isFolder } of misnamed) {
      // The rules judge what Node makes of the name, which is right but for patterns that speak of just these bytes.
      const about = name.toString('utf8');
      const inside = start + about;
      if (scope.isForeign || (isFolder
        ? EXCLUDED_FOLDERS.has(about) || matcher.isExcluded(inside, true)
        : !matcher.isWanted(inside))) continue;
      if (isIgnored(rules, prefix + pathText(about), isFolder)) continue;
      this.fail(badName(join(folder, about), Buffer.concat([Buffer.from(join(folder, 'x').slice(0, -1)), name])));
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const inside = start + entry.name;
      const isFolder = entry.isDirectory();
      if (isFolder ? EXCLUDED_FOLDERS.has(entry.name) || matcher.isExcluded(inside, true) : !matcher.isWanted(inside)) {
        continue;
      }
      if (isIgnored(rules, prefix + pathText(entry.name), isFolder)) continue;
      if (isFolder) {
        const isForeign = scope.isForeign || (leavesOutForeign(scope.choice) && VENDORED_FOLDERS.has(entry.name));
        this.walkFolder(path, join(realFolder, entry.name), isForeign ? { ...scope, isForeign } : scope);
      } else if (scope.isForeign || (leavesOutForeign(scope.choice) && isGeneratedName(entry.name))) {
        if (entry.isFile()) this.leftOut.files++;
      } else if (entry.isFile()) {
        this.addFound(join(realFolder, entry.name), path, 'found');
      } else if (entry.isSymbolicLink()) {
        this.addLink(path, scope);
      }
    }
  }

  /** What holds in a folder; null where it is not to be entered. */
  private scopeIn(folder: string, absolute: string, outer: Scope, mayBeRepository: boolean): Scope | null {
    let { inRepository, rules } = outer;
    const isGiven = folder === outer.given;
    if (!isGiven && mayBeRepository && findGitFolder(folder) !== null) {
      if (inRepository && leavesOutForeign(outer.choice)) {
        if (!outer.isForeign) this.leftOut.repositories++;
        return null;
      }
      // A repository's files are judged by its own rules, wherever one comes from.
      inRepository = true;
      rules = this.ignored.ofRepository(absolute);
    }
    const choice = isGiven ? outer.choice : this.choiceIn(absolute, folder);
    return choice === null ? null : { ...outer, inRepository, rules: [...rules, ...this.ignored.in(absolute)], choice };
  }

  /** Broken settings are told once; what they would hold for is left alone. */
  private choiceIn(absoluteFolder: string, path: string): Choice | null {
    try {
      const filter = typeof this.filter === 'function' ? this.filter(absoluteFolder) : this.filter;
      let choice = this.choices.get(filter);
      if (choice === undefined) this.choices.set(filter, (choice = { filter, matcher: createFileMatcher(filter) }));
      return choice;
    } catch (fault) {
      if (!(fault instanceof UserError)) throw fault;
      if (!this.badSettings.has(fault.message)) this.errors.push({ path, message: fault.message, error: fault });
      this.badSettings.add(fault.message);
      return null;
    }
  }

  private addFile(path: string, how: 'named' | 'linked'): void {
    const real = realPath(path);
    // Deleted or locked away since its folder was listed.
    if (real === null) this.fail(unreadable(path, lookAt(path).errno));
    else this.addFound(real, path, how);
  }

  /**
   * A file reached twice, by a link or by two given paths, is formatted once, under its own name rather than a link's.
   */
  private addFound(real: string, path: string, how: 'named' | 'found' | 'linked'): void {
    const known = this.files.get(real);
    const isBetter = known === undefined || (known.how === 'linked' && (how !== 'linked' || path < known.path));
    if (isBetter) this.files.set(real, { path, how });
  }

  /** A link must not carry formatting to where nobody asked for it. */
  private addLink(path: string, scope: Scope): void {
    const { kind, errno } = lookAt(path);
    if (kind === 'folder') return;
    if (kind !== 'file') {
      this.notices.push(`${faultOf(path, kind, errno).message} (passed over)`);
      return;
    }
    const real = realPath(path);
    const below = real === null ? null : pathFrom(scope.realRoot, real);
    if (below === null) {
      this.notices.push(
        `${shownName(path)}: this link leads out of ${shownName(scope.given)}, so it was passed over. Name it to have it formatted.`,
      );
      return;
    }
    const folders = below.split(sep).slice(0, -1);
    if (folders.some((name) => EXCLUDED_FOLDERS.has(name))) return;
    if (leavesOutForeign(scope.choice) && isForeignPath(below)) this.leftOut.files++;
    else this.addFile(path, 'linked');
  }

  private fail(error: SourceReadError): void {
    this.errors.push({ path: error.path, message: error.message, error });
  }
}

const leavesOutForeign = ({ filter }: Choice): boolean => filter?.leaveOutForeign === true;

function faultOf(path: string, kind: PathKind, errno: string | null): SourceReadError {
  if (kind === 'unreachable') return unreadable(path, errno);
  if (kind === 'missing') {
    return new SourceReadError({
      path, reason: 'missing', message: 'there is no such file or folder. Check the path.',
    });
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
  return new SourceReadError({
    path, reason: 'unreadable', message: `cannot be read (${errno ?? 'unknown error'}). ${advice}`,
  });
}
