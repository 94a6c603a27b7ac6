import { closeSync, constants, fchmodSync, fstatSync, openSync, unlinkSync, type Stats } from 'node:fs';
import { SourceWriteError } from '../errors.js';
import { errnoOf } from '../shared/look-at-path.js';
import { changedMeanwhile, isDone, tryQuietly, type Writing } from './source-writing.js';
import { makeUndoFile, overwrite, recover, UNCLEAR, undoPath } from './undo-file.js';

/** So long another process may take for the same file. */
const PATIENCE_MS = 2000;

/**
 * Writes a source into the file that is there, so that owner, hard links and all attributes stay. An undo file beside
 * it keeps other processes away, and lets the next run put the old content back after a kill.
 *
 * @throws SourceWriteError, or what the system throws; the old content is then untouched, or put back
 */
export function writeInPlace(writing: Writing): void {
  const { path, target, stats, expected, content } = writing;
  const undo = undoPath(target);
  if (!lock(writing, undo)) return;
  let isHalf = false;
  try {
    const flags = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const descriptor = openSync(target, flags);
    try {
      const now = fstatSync(descriptor);
      if (now.ino !== stats.ino || now.dev !== stats.dev) throw changedMeanwhile(path);
      // What was read before the lock may be out of date.
      if (isDone(writing)) return;
      isHalf = true;
      try {
        overwrite(descriptor, content);
      } catch (cause) {
        // The old content was there a moment ago, so there is room for it.
        tryQuietly(() => {
          overwrite(descriptor, expected);
          isHalf = false;
        });
        throw isHalf ? halfWritten(path, undo, cause) : cause;
      }
      isHalf = false;
      keepMode(descriptor, stats);
    } finally {
      closeSync(descriptor);
    }
  } finally {
    // Where the old content could not be put back, the next run does it.
    if (!isHalf) tryQuietly(() => unlinkSync(undo));
  }
}

function halfWritten(path: string, undo: string, cause: unknown): SourceWriteError {
  const message =
    `cannot be written (${errnoOf(cause)}), and its old content could not be put back: it is in ${undo}, and the next run puts it back.`;
  return new SourceWriteError({ path, reason: 'failed', message, cause });
}

/**
 * Makes the undo file, which keeps other processes away.
 *
 * @returns false where another process has written the same content meanwhile
 * @throws SourceWriteError where it does not come free
 */
function lock(writing: Writing, undo: string): boolean {
  const { path, target, expected, content } = writing;
  for (let waitedMs = 0; ; waitedMs += 20) {
    try {
      makeUndoFile(target, expected, content);
      return true;
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
    }
    const recovery = recover(undo);
    if (recovery === 'unclear') {
      throw new SourceWriteError({
        path, reason: 'failed', message: `the file was left alone because of ${undo}: ${UNCLEAR}`,
      });
    }
    if (recovery === 'busy') {
      if (waitedMs >= PATIENCE_MS) {
        const message =
          `another process is writing the file, or was stopped while it did (see ${undo}); nothing was written. Run again.`;
        throw new SourceWriteError({ path, reason: 'changed', message });
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    } else if (isDone(writing)) {
      return false;
    }
  }
}

/**
 * Writing as another than root clears the bits by which programs run as their owner; who owns the file sets them again.
 */
function keepMode(descriptor: number, { mode }: Stats): void {
  if ((fstatSync(descriptor).mode & 0o7777) !== (mode & 0o7777)) {
    tryQuietly(() => fchmodSync(descriptor, mode & 0o7777));
  }
}
