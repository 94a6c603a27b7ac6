import { byteText, compileGlob, foldCase, type GlobMatcher } from './glob.js';

/** A path below the folder that patterns speak of, as a byte text with slashes, and its last name. */
export interface JudgedPath {
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
}

interface Pattern {
  readonly ignores: boolean;
  readonly foldersOnly: boolean;
}

interface WildPattern extends Pattern {
  readonly index: number;
  /** Whether it speaks of names at any depth, or of paths. */
  readonly ofName: boolean;
  readonly matches: GlobMatcher;
}

/**
 * The patterns of one .gitignore, as git reads them: the last one that matches decides. They speak of a path
 * alone; that nothing below an ignored folder can be taken back is for the caller to see to.
 *
 * @source gitignore(5)
 */
export class IgnorePatterns {
  private readonly ignoreCase: boolean;
  private readonly patterns: Pattern[] = [];
  /** Without wildcards: by name or path, in the order of the file. */
  private readonly plainNames = new Map<string, number[]>();
  private readonly plainPaths = new Map<string, number[]>();
  private readonly wild: WildPattern[] = [];

  /** @param lines without line ends; blank lines and comments are passed over */
  constructor(lines: readonly string[], options: { readonly ignoreCase: boolean }) {
    this.ignoreCase = options.ignoreCase;
    for (const line of lines) this.add(line);
  }

  get isEmpty(): boolean {
    return this.patterns.length === 0;
  }

  /** Whether a path is ignored (true) or taken back (false); null where no pattern speaks of it. */
  verdict({ path, name, isFolder }: JudgedPath): boolean | null {
    let last = Math.max(
      this.lastPlain(this.plainNames, name, isFolder),
      this.plainPaths.size === 0 ? -1 : this.lastPlain(this.plainPaths, path, isFolder),
    );
    for (let k = this.wild.length - 1; k >= 0 && this.wild[k].index > last; k--) {
      const { foldersOnly, ofName, matches, index } = this.wild[k];
      if ((isFolder || !foldersOnly) && matches(ofName ? name : path)) last = index;
    }
    return last < 0 ? null : this.patterns[last].ignores;
  }

  private lastPlain(places: ReadonlyMap<string, readonly number[]>, text: string, isFolder: boolean): number {
    const indices = places.get(this.ignoreCase ? foldCase(text) : text) ?? [];
    for (let k = indices.length - 1; k >= 0; k--) {
      if (isFolder || !this.patterns[indices[k]].foldersOnly) return indices[k];
    }
    return -1;
  }

  private add(line: string): void {
    let text = withoutTrailingSpaces(line);
    if (text === '' || text.startsWith('#')) return;
    const ignores = !text.startsWith('!');
    if (!ignores) text = text.slice(1);
    const foldersOnly = text.endsWith('/');
    if (foldersOnly) text = text.slice(0, -1);
    const ofName = !text.includes('/');
    if (text.startsWith('/')) text = text.slice(1);
    if (text === '') return;
    const index = this.patterns.push({ ignores, foldersOnly }) - 1;
    if (/[*?[\\]/u.test(text)) {
      const matches = compileGlob(text, { isPath: !ofName, ignoreCase: this.ignoreCase });
      if (matches !== null) this.wild.push({ index, ignores, foldersOnly, ofName, matches });
      return;
    }
    const places = ofName ? this.plainNames : this.plainPaths;
    const key = this.ignoreCase ? foldCase(text) : text;
    const indices = places.get(key);
    if (indices === undefined) places.set(key, [index]);
    else indices.push(index);
  }
}

/** The lines of a file of patterns, as byte texts. */
export function readPatternLines(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  // A byte order mark is no part of the first pattern.
  return text.replace(/^\u00ef\u00bb\u00bf/u, '').split('\n').map((line) =>
    line.replace(/\r$/u, '').replace(/\0.*$/su, ''));
}

/** Spaces at the end count only after a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end--;
  let backslashes = 0;
  while (line[end - 1 - backslashes] === '\\') backslashes++;
  return line.slice(0, backslashes % 2 === 1 ? end + 1 : end);
}

/**
 * Patterns relative to a folder, for any path: those of options. A file counts as matched too where a folder
 * around it is.
 */
export function createPatternMatcher(
  patterns: readonly string[],
  ignoreCase: boolean,
): (path: string, isFolder: boolean) => boolean {
  const rules = new IgnorePatterns(patterns.map(byteText), { ignoreCase });
  if (rules.isEmpty) return () => false;
  return (path, isFolder) => {
    const text = byteText(path);
    for (let start = 0; ; ) {
      const slash = text.indexOf('/', start);
      const end = slash < 0 ? text.length : slash;
      const judged = { path: text.slice(0, end), name: text.slice(start, end), isFolder: slash >= 0 || isFolder };
      const verdict = rules.verdict(judged);
      // Nothing below a folder that matches can be taken back.
      if (slash < 0 || verdict === true) return verdict === true;
      start = end + 1;
    }
  };
}
