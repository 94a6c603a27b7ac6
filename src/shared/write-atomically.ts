import {
  closeSync, constants, fchmodSync, fchownSync, fsyncSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FileReadError, FileWriteError } from '../errors.js';
import { errnoOf, isFolder, isLink, lookAt } from './look-at-path.js';
import { readRegularFile } from './read-file.js';
import { openTemporary, removeLeftTemporaries } from './temporary-file.js';

export interface WriteOptions {
  /** Whether a file that is there, by its bytes, may be replaced; any may without this. An empty one always. */
  readonly replaces?: (bytes: Uint8Array) => boolean;
  /** What `replaces` looks for, in messages: "a profile". */
  readonly kind?: string;
  /** Whether it is a program; a file that was there keeps its own permissions. */
  readonly isProgram?: boolean;
}

/**
 * Writes a file of nnfmt's own (sources go through `src/format/write-file.ts`). Whoever reads `path` sees the old
 * content or the new, never a part, even after a crash. A file that was there gives its mode, and its owner where that
 * is permitted; links are never followed, neither by the path's last part nor by the temporary file. What earlier runs
 * left in the folder when they were killed is removed.
 *
 * @throws FileWriteError and nothing else; what was there is then untouched
 */
export function writeAtomically(path: string, content: Uint8Array | string, options: WriteOptions = {}): void {
  refuseToReplace(path, options);
  const { stats } = lookAt(path);
  let temporary: { readonly path: string; readonly descriptor: number } | undefined;
  try {
    removeLeftTemporaries(dirname(path));
    temporary = openTemporary(path, stats !== null ? stats.mode & 0o700 : options.isProgram === true ? 0o777 : 0o666);
    const { descriptor } = temporary;
    try {
      if (stats !== null) {
        if (process.geteuid?.() === 0) fchownSync(descriptor, stats.uid, stats.gid);
        // Without the bits that would give the content another user's rights.
        fchmodSync(descriptor, stats.mode & 0o777);
      }
      writeAll(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary.path, path);
  } catch (cause) {
    if (temporary !== undefined) removeQuietly(temporary.path);
    throw writeError(path, cause);
  }
}

/**
 * Refuses what `writeAtomically` with these options would not replace, so that a long piece of work can ask first.
 *
 * @throws FileWriteError
 */
export function refuseToReplace(path: string, { replaces, kind = 'such a file' }: WriteOptions = {}): void {
  const look = lookAt(path);
  if (isLink(path)) {
    throw new FileWriteError({ path, clause: 'this is a symbolic link, and none is followed when writing' });
  }
  if (look.kind === 'folder') throw new FileWriteError({ path, clause: 'this is a folder' });
  if (look.kind === 'special') {
    throw new FileWriteError({ path, clause: 'this is no regular file (but a device, pipe or socket)' });
  }
  if (look.kind === 'unreachable') throw new FileWriteError({ path, clause: `cannot be written (${look.errno})` });
  if (replaces === undefined || look.kind !== 'file') return;
  let bytes: Uint8Array | null = null;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_REPLACED_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
  }
  if (bytes !== null && (bytes.length === 0 || replaces(bytes))) return;
  throw new FileWriteError({ path, clause: `what is there is not ${kind}, so it was not replaced` });
}

/** More than any report, picture or profile has. */
const MAX_REPLACED_BYTES = 256 * 1024 * 1024;

/** True for a page as the reports of nnfmt are. */
export const isPage = (bytes: Uint8Array): boolean => /^\s*<!doctype html/iu.test(headOf(bytes));
/** True for a picture as the curves of nnfmt are. */
export const isPicture = (bytes: Uint8Array): boolean => /^\s*(?:<\?xml[^>]*>\s*)?<svg\b/u.test(headOf(bytes));

const headOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1000)).toString('latin1');

/**
 * Makes a folder and those above it where they are missing. Not with the `recursive` of Node, which never comes back
 * below `/proc`, where a folder is there and nothing can be made in it.
 *
 * @param mode of the folders that are made, as far as the user's mask lets it be
 * @throws FileWriteError
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !isFolder(folder); folder = dirname(folder)) {
    missing.push(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (cause) {
      // Another process made it meanwhile.
      if (!isFolder(folder)) throw writeError(path, cause);
    }
  }
}

/**
 * Adds text, or bytes, to a file of nnfmt's own, such as a log.
 *
 * @throws FileWriteError, also for a link in its place
 */
export function appendText(path: string, text: string | Uint8Array): void {
  try {
    const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ??
      0) | (constants.O_NONBLOCK ?? 0);
    const descriptor = openSync(path, flags, 0o666);
    try {
      writeAll(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/**
 * Gives a file, or a link as such, another name in its folder.
 *
 * @throws FileWriteError, also where the new name is taken
 */
export function renameInFolder(path: string, newPath: string): void {
  if (isLink(newPath) || lookAt(newPath).kind !== 'missing') {
    throw new FileWriteError({ path: newPath, clause: 'there is something of this name already' });
  }
  try {
    renameSync(path, newPath);
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Removes a file of nnfmt's own. @throws FileWriteError */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Removes a file if it can be removed. Never throws. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Nothing more can be done, and nobody depends on it.
  }
}

function writeAll(descriptor: number, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function writeError(path: string, cause: unknown): FileWriteError {
  if (cause instanceof FileWriteError) return cause;
  const errno = errnoOf(cause);
  const clause =
    errno === 'ENOSPC' || errno === 'EDQUOT' ? `there is no space left (${errno})` : `cannot be written (${errno})`;
  return new FileWriteError({ path, clause, cause });
}
