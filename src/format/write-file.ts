import * as nodeFs from 'node:fs';
import { FileReadError, SourceWriteError } from '../errors.js';
import { errnoOf } from '../shared/look-at-path.js';
import { openTemporary } from '../shared/temporary-file.js';
import { extendedAttributes } from './extended-attributes.js';
import { changedMeanwhile, isDone, tryQuietly, type WriteFileSystem, type Writing } from './source-writing.js';
import { writeInPlace } from './write-in-place.js';

/**
 * Replaces a file's content. Where a new file can have the same owner and mode, it is written beside the old one and
 * takes its place in one step: at every moment, also after a kill or on a full disk, the path holds the whole old or
 * the whole new content. Where it cannot (the owner is another, further hard links lead to the file, it has access
 * control lists or other extended attributes), the content is written in place, which keeps all of them; an undo file
 * stands beside it meanwhile, by which the next run puts the old content back after a kill. Symbolic links are
 * followed.
 *
 * Limits: extended attributes are seen on Linux only, see `extendedAttributes`.
 *
 * @param expected what was read: the file is refused if it holds anything else by now.
 *   If it already holds `content` (another process did the same work), nothing is done.
 * @throws SourceWriteError; the old content is then untouched.
 */
export function writeFile(options: {
  readonly path: string;
  readonly expected: Uint8Array;
  readonly content: Uint8Array;
  readonly fs?: WriteFileSystem;
}): void {
  const { path, expected, content, fs = nodeFs } = options;
  try {
    const target = fs.realpathSync(path);
    const stats = fs.statSync(target);
    refuseReadOnly({ path, target, mode: stats.mode, fs });
    const writing: Writing = { path, target, stats, expected, content, fs };
    if (isDone(writing)) return;
    const attributes = extendedAttributes(target);
    if (attributes === 'capabilities') throw hasCapabilities(path);
    const canReplace = attributes === 'none' && stats.nlink === 1;
    if (!canReplace || !replaceFile(writing)) writeInPlace(writing);
  } catch (cause) {
    throw cause instanceof SourceWriteError ? cause : explainFailure(path, cause);
  }
}

/** @returns false, and nothing is done, where a new file cannot have the owner and mode of the old one */
function replaceFile(writing: Writing): boolean {
  const { path, target, stats, content, fs } = writing;
  // Renaming is atomic only within one file system, hence the same folder. The umask may take away, never add.
  const temporary = openTemporary(target, stats.mode & 0o700, fs.openSync);
  let descriptor: number | undefined = temporary.descriptor;
  try {
    // Before a byte is in it, so that what a kill leaves behind can be read by nobody who could not read the old file.
    let isAlike = takesOwnerAndMode(descriptor, stats, fs);
    if (isAlike) {
      fs.writeFileSync(descriptor, content);
      // Writing takes the bits away by which programs run as their owner.
      isAlike = takesOwnerAndMode(descriptor, stats, fs);
      fs.fsyncSync(descriptor);
    }
    fs.closeSync(descriptor);
    descriptor = undefined;
    if (!isAlike) return false;
    const now = fs.statSync(target);
    const isUntouched =
      now.mtimeMs === stats.mtimeMs && now.ino === stats.ino && now.size === stats.size && now.nlink === stats.nlink;
    if (isUntouched) fs.renameSync(temporary.path, target);
    else if (!isDone(writing)) throw changedMeanwhile(path);
    return true;
  } finally {
    if (descriptor !== undefined) tryQuietly(() => fs.closeSync(descriptor!));
    tryQuietly(() => fs.unlinkSync(temporary.path));
  }
}

/** Gives a new file owner and mode of another one, and tells whether the system let it. */
function takesOwnerAndMode(descriptor: number, { uid, gid, mode }: nodeFs.Stats, fs: WriteFileSystem): boolean {
  const before = fs.fstatSync(descriptor);
  if (before.uid !== uid || before.gid !== gid) tryQuietly(() => fs.fchownSync(descriptor, uid, gid));
  const owned = fs.fstatSync(descriptor);
  if (owned.uid !== uid || owned.gid !== gid) return false;
  // After the owner, because changing that clears bits of the mode.
  fs.fchmodSync(descriptor, mode & 0o7777);
  return (fs.fstatSync(descriptor).mode & 0o7777) === (mode & 0o7777);
}

function refuseReadOnly(options: { path: string; target: string; mode: number; fs: WriteFileSystem }): void {
  const { path, target, mode, fs } = options;
  let errno: string | null = null;
  try {
    fs.accessSync(target, nodeFs.constants.W_OK);
  } catch (cause) {
    errno = errnoOf(cause);
  }
  // Root may write anything; a file without any write bit is still meant to stay.
  if (errno === null && (mode & 0o222) !== 0) return;
  const message = errno === 'EROFS'
    ? 'its disk is mounted read-only; it was left alone. Mount the disk for writing, or format a copy.'
    : errno === 'EPERM'
      ? 'the system protects the file against changes (as chattr +i does); it was left alone. Take the protection ' +
        'off to format it.'
      : 'the file is read-only; it was left alone. Make it writable (chmod u+w) to format it.';
  throw new SourceWriteError({ path, reason: 'read-only', message });
}

function hasCapabilities(path: string): SourceWriteError {
  return new SourceWriteError({
    path,
    reason: 'failed',
    message: 'the file has capabilities, which the system takes away with any change; it was left alone. Take them ' +
      'off (setcap -r) to format it.',
  });
}

function explainFailure(path: string, cause: unknown): SourceWriteError {
  if (cause instanceof FileReadError) {
    // It was there and readable when it was formatted.
    const message = `the file was replaced while it was being formatted (${cause.clause}); nothing was written.`;
    return new SourceWriteError({ path, reason: 'changed', message, cause });
  }
  const code = errnoOf(cause);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new SourceWriteError({
        path,
        reason: 'no-space',
        message: 'no space left on the disk; the old content is untouched. Free some space and run again.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SourceWriteError({
        path,
        reason: 'denied',
        message:
          `its folder does not let nnfmt replace it (${code}); the old content is untouched. Check the folder's permissions.`,
        cause,
      });
    case 'ENOENT':
      return new SourceWriteError({
        path,
        reason: 'changed',
        message: 'the file was moved or deleted while it was being formatted; nothing was written.',
        cause,
      });
    default:
      return new SourceWriteError({
        path,
        reason: 'failed',
        message: `cannot be written (${code}); the old content is untouched.`,
        cause,
      });
  }
}
