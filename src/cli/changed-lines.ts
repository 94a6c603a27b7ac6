import { createHash } from 'node:crypto';
import { relative, resolve, sep } from 'node:path';
import { readSourceBytes } from '../corpus/read-source.js';
import { BadOptionError } from '../errors.js';
import { askGit, repositoryOf, splitNul, type GitAnswer } from '../shared/git.js';
import { changedLineRanges, linesOf } from '../shared/line-diff.js';
import type { LineRange } from '../shared/line-ranges.js';
import { isThere, realPath } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';

const OPTION = '--changed';

/** Contents that are asked for in one call of git, in bytes. */
const MOST_BATCH_BYTES = 2 ** 26;

/** A revision of one repository. */
interface Revision {
  readonly root: string;
  readonly name: string;
  /** Object ids by paths from the root, with slashes, as bytes. */
  readonly objects: ReadonlyMap<string, string>;
}

/** A file whose bytes are not those of its revision. */
interface DifferingFile {
  readonly path: string;
  readonly revision: Revision;
  readonly object: string;
  readonly bytes: Uint8Array;
}

/**
 * The lines of files on disk that a git revision does not have, by path; null for a file that it
 * does not have at all; a file without such lines is left out. Each file is compared with the
 * repository that it is in.
 *
 * git only says what the revision holds: the comparison is ours, of bytes, so no filter, attribute
 * or setting of git's diff counts. Line ends do not count either, so a file that git gave other
 * line ends (core.autocrlf) has not changed.
 *
 * @throws BadOptionError where git is missing, there is no repository around a file, or the
 *   repository does not know the revision or lacks its contents
 */
export function findChangedLines(
  paths: readonly string[],
  revisionName: string,
): Map<string, readonly LineRange[] | null> {
  const revisions = new Map<string, Revision>();
  const changed = new Map<string, readonly LineRange[] | null>();
  const differing: DifferingFile[] = [];
  for (const path of paths) {
    // Gone since it was found: reading it says so.
    const real = realPath(path) ?? resolve(path);
    const root = repositoryOf(real);
    if (root === null) {
      throw fault(`${shownName(path)} is in no git repository, so there is nothing to compare it with`);
    }
    let revision = revisions.get(root);
    if (revision === undefined) revisions.set(root, (revision = openRevision(root, revisionName)));
    const object = objectAt(revision, relative(root, real).split(sep).join('/'));
    // Its place among the others is kept until the lines are known.
    changed.set(path, null);
    const bytes = object === undefined ? null : bytesOf(real);
    if (object === undefined || bytes === null) continue;
    if (objectId(bytes, object.length) === object) changed.delete(path);
    else differing.push({ path, revision, object, bytes });
  }
  for (const batch of batchesOf(differing)) {
    const contents = readContents(batch[0]!.revision, batch.map(({ object }) => object));
    batch.forEach(({ path, bytes }, k) => {
      const ranges = changedLineRanges(linesOf(textOf(contents[k]!)), linesOf(textOf(bytes)));
      if (ranges.length === 0) changed.delete(path);
      else changed.set(path, ranges);
    });
  }
  return changed;
}

/**
 * `--changed src`: true when the flag's value can only be meant as a path, because it is one
 * and no revision of that name exists.
 */
export function isPathNotRevision(value: string): boolean {
  if (!isThere(value)) return false;
  const root = repositoryOf(value);
  return root === null || (value !== 'HEAD' && findCommit(root, value) === null);
}

function openRevision(root: string, name: string): Revision {
  const commit = findCommit(root, name);
  // In a repository without commits everything is new.
  if (commit === null && name === 'HEAD') return { root, name, objects: new Map() };
  if (commit === null) throw fault(`git knows no revision ${JSON.stringify(name)} in ${shownName(root)}`);
  const objects = new Map<string, string>();
  for (const entry of splitNul(expectAnswer(askGit(root, ['ls-tree', '-r', '-z', '--full-tree', commit]), root))) {
    // "100644 blob ID\tPATH"; commits are submodules, whose files are in repositories of their own.
    const tab = entry.indexOf(0x09);
    const [, type, id] = entry.toString('latin1', 0, tab).split(' ');
    if (type === 'blob') objects.set(byteKey(entry.subarray(tab + 1)), id!);
  }
  return { root, name, objects };
}

/** git for macOS keeps composed letters for names that its file systems may give decomposed. */
function objectAt({ objects }: Revision, name: string): string | undefined {
  return objects.get(byteKey(Buffer.from(name))) ?? objects.get(byteKey(Buffer.from(name.normalize('NFC'))));
}

/** The commit's id; null where the repository has none of that name. */
function findCommit(root: string, name: string): string | null {
  if (name.startsWith('-')) return null;
  const answer = askGit(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  if (answer.ok) return answer.stdout.toString('latin1').trim();
  if (answer.kind === 'silent') return null;
  throw fault(answer.reason);
}

/** Sizes by object ids, in bytes; contents themselves may be of any size. */
function readSizes({ root, name }: Revision, objects: readonly string[]): number[] {
  const answer = askGit(root, ['cat-file', '--batch-check'], idList(objects));
  if (!answer.ok) throw lacksContents(name, answer.reason);
  // "ID blob SIZE", or "ID missing".
  return answer.stdout.toString('latin1').trimEnd().split('\n').map((line) => {
    const [id, type, size] = line.split(' ');
    if (type !== 'blob') throw lacksContents(name, `git has no content ${id} in ${shownName(root)}`);
    return Number(size);
  });
}

/** Contents by object ids, in their order. */
function readContents({ root, name }: Revision, objects: readonly string[]): Buffer[] {
  const answer = askGit(root, ['cat-file', '--batch'], idList(objects));
  if (!answer.ok) throw lacksContents(name, answer.reason);
  let at = 0;
  return objects.map(() => {
    // "ID blob SIZE\n", the content, and a line feed.
    const start = answer.stdout.indexOf(0x0a, at) + 1;
    const size = Number(answer.stdout.toString('latin1', at, start - 1).split(' ')[2]);
    at = start + size + 1;
    return answer.stdout.subarray(start, start + size);
  });
}

const idList = (objects: readonly string[]): Buffer => Buffer.from(objects.map((id) => `${id}\n`).join(''));

function lacksContents(name: string, reason: string): BadOptionError {
  return fault(`${reason}. nnfmt fetches nothing: in a partial clone, run \`git diff ${name}\` once, which does`);
}

/** Runs of files of one repository whose contents in the revision together are not too large. */
function batchesOf(files: readonly DifferingFile[]): DifferingFile[][] {
  const found: DifferingFile[][] = [];
  for (const revision of new Set(files.map((file) => file.revision))) {
    const own = files.filter((file) => file.revision === revision);
    const sizes = readSizes(revision, own.map(({ object }) => object));
    let room = 0;
    own.forEach((file, k) => {
      // What is larger than any source is no former state of one: the file on disk counts as new.
      if (sizes[k]! > MOST_BATCH_BYTES) return;
      if (sizes[k]! > room) {
        found.push([]);
        room = MOST_BATCH_BYTES;
      }
      room -= sizes[k]!;
      found.at(-1)!.push(file);
    });
  }
  return found;
}

/** The id that git gives to a content. Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function objectId(content: Uint8Array, idLength: number): string {
  const hash = createHash(idLength === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Null for a file that cannot be read, which is told when it is to be formatted. */
function bytesOf(path: string): Uint8Array | null {
  try {
    return readSourceBytes(path);
  } catch {
    return null;
  }
}

/** One character for each byte: comparing lines needs no encoding. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
const byteKey = (name: Buffer): string => name.toString('latin1');

function expectAnswer(answer: GitAnswer, root: string): Buffer {
  if (answer.ok) return answer.stdout;
  throw fault(`${answer.reason}, so it is not known what ${shownName(root)} holds`);
}

function fault(reason: string): BadOptionError {
  return new BadOptionError({ option: OPTION, reason });
}
