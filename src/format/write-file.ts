import { randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SourceWriteError } from '../errors.js';

/** The calls that writing needs; tests pass one that fails. */
export type WriteFileSystem = Pick<
  typeof nodeFs,
  | 'accessSync'
  | 'closeSync'
  | 'fchmodSync'
  | 'fchownSync'
  | 'fsyncSync'
  | 'openSync'
  | 'readFileSync'
  | 'realpathSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeFileSync'
>;

/** Names of temporary files end so; a killed process can leave one behind, never more. */
export const TEMPORARY_SUFFIX = '.nnfmt-tmp';

/**
 * Replaces a file's content in one step: at every moment, also after a kill or on a
 * full disk, the path holds the whole old or the whole new content. Symbolic links are
 * followed; mode and, where permitted, owner are kept.
 *
 * Limits: hard links to the file keep the old content, and extended attributes are lost.
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
    const current = fs.readFileSync(target);
    if (equalBytes(current, content)) return;
    if (!equalBytes(current, expected)) throw changedMeanwhile(path);
    replaceFile({ path, target, stats, content, fs });
  } catch (cause) {
    throw cause instanceof SourceWriteError ? cause : explainFailure(path, cause);
  }
}

function replaceFile(options: {
  path: string;
  target: string;
  stats: nodeFs.Stats;
  content: Uint8Array;
  fs: WriteFileSystem;
}): void {
  const { path, target, stats, content, fs } = options;
  // Renaming is atomic only within one file system, hence the same folder.
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${process.pid}-${randomBytes(4).toString('hex')}${TEMPORARY_SUFFIX}`,
  );
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(temporary, 'wx', 0o600);
    fs.writeFileSync(descriptor, content);
    keepOwner(descriptor, stats, fs);
    // After the owner, because changing that clears bits of the mode.
    fs.fchmodSync(descriptor, stats.mode & 0o7777);
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
    descriptor = undefined;
    const now = fs.statSync(target);
    if (now.mtimeMs !== stats.mtimeMs || now.ino !== stats.ino || now.size !== stats.size) throw changedMeanwhile(path);
    fs.renameSync(temporary, target);
  } catch (cause) {
    if (descriptor !== undefined) tryQuietly(() => fs.closeSync(descriptor!));
    // Where opening failed there is nothing to remove, and the first error counts.
    tryQuietly(() => fs.unlinkSync(temporary));
    throw cause;
  }
}

function refuseReadOnly(options: { path: string; target: string; mode: number; fs: WriteFileSystem }): void {
  const { path, target, mode, fs } = options;
  // Root may write anything; a file without any write bit is still meant to stay.
  let readOnly = (mode & 0o222) === 0;
  try {
    fs.accessSync(target, nodeFs.constants.W_OK);
  } catch {
    readOnly = true;
  }
  if (!readOnly) return;
  throw new SourceWriteError({
    path,
    reason: 'read-only',
    message: 'the file is read-only; it was left alone. Make it writable (chmod u+w) to format it.',
  });
}

function keepOwner(descriptor: number, stats: nodeFs.Stats, fs: WriteFileSystem): void {
  if (process.getuid?.() === stats.uid && process.getgid?.() === stats.gid) return;
  // Only root may give files away; a file of one's own is then the best there is.
  tryQuietly(() => fs.fchownSync(descriptor, stats.uid, stats.gid));
}

function changedMeanwhile(path: string): SourceWriteError {
  return new SourceWriteError({
    path,
    reason: 'changed',
    message: 'the file changed while it was being formatted; the newer content was kept. Run again.',
  });
}

function explainFailure(path: string, cause: unknown): SourceWriteError {
  const code = (cause as NodeJS.ErrnoException).code;
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
        message: `its folder does not let nnfmt replace it (${code}); the old content is untouched. Check the folder's permissions.`,
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
        message: `cannot be written (${code ?? String(cause)}); the old content is untouched.`,
        cause,
      });
  }
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

function tryQuietly(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing more can be done, and the caller already reports or accepts it.
  }
}
