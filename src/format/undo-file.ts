/**
 * Undo files make writing in place recoverable. Before a byte of a file is touched, old and new content stand beside
 * it, whole and on the disk; when the write is done, the undo file goes. What a killed process left behind tells a
 * later run what to put back. The name is the same for everyone, so that the undo file is also the lock of its source.
 */
import { createHash } from 'node:crypto';
import {
  closeSync, constants, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync, openSync, unlinkSync, writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileReadError } from '../errors.js';
import { listFolder } from '../shared/look-at-path.js';
import { hasEnded, markText, ownMark, parseMark } from '../shared/own-process.js';
import { readRegularFile } from '../shared/read-file.js';
import { openTemporary } from '../shared/temporary-file.js';

export const UNDO_SUFFIX = '.nnfmt-undo';

const MAGIC = 'nnfmt undo 1';
/** Two sources and a head. */
const MAX_UNDO_BYTES = 64 * 1024 * 1024;

interface UndoRecord {
  /** Of the process that writes. */
  readonly mark: string;
  /** Of the source, without its folder. */
  readonly name: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** The undo file of a source. */
export function undoPath(target: string): string {
  const name = basename(target);
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return join(dirname(target), `.${[...name].slice(0, 40).join('')}.${digest}${UNDO_SUFFIX}`);
}

/**
 * Makes the undo file of a source. It appears in one step, and only if there is none.
 *
 * @throws what the system throws; EEXIST where there is one
 */
export function makeUndoFile(target: string, before: Uint8Array, after: Uint8Array): void {
  const head = { mark: markText(ownMark()), name: basename(target), before: before.length, after: after.length };
  const temporary = openTemporary(target, 0o600);
  try {
    try {
      writeAll(
        temporary.descriptor, Buffer.concat([Buffer.from(`${MAGIC}\n${JSON.stringify(head)}\n`), before, after]),
      );
      fsyncSync(temporary.descriptor);
    } finally {
      closeSync(temporary.descriptor);
    }
    linkSync(temporary.path, undoPath(target));
    syncFolder(dirname(target));
  } finally {
    unlinkSync(temporary.path);
  }
}

/** Writes a content over that of an open file, from its first byte to its last, and on to the disk. */
export function overwrite(descriptor: number, content: Uint8Array): void {
  writeAll(descriptor, content);
  ftruncateSync(descriptor, content.length);
  fsyncSync(descriptor);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
}

/** What came of looking at an undo file. */
export type Recovery =
  /** There is none, or none any more: nothing had been written, or all of it. */
  | 'clean'
  /** The old content was put back. */
  | 'restored'
  /** Its process is at work, or cannot be asked about from here. */
  | 'busy'
  /** It is no undo file of ours, or the source was edited since. */
  | 'unclear';

/** Puts the old content back where a process was killed in the middle of writing. Never throws. */
export function recover(undo: string): Recovery {
  try {
    const record = readRecord(undo);
    if (record === 'missing') return 'clean';
    if (record === null) return 'unclear';
    const mark = parseMark(record.mark);
    if (mark === null) return 'unclear';
    if (hasEnded(mark) !== true) return 'busy';
    return putBack(record, join(dirname(undo), record.name), undo);
  } catch {
    return 'unclear';
  }
}

/**
 * Recovers every source of a folder that needs it.
 *
 * @returns a line for each source whose old content was put back, or of which it is unclear
 */
export function recoverFolder(folder: string): string[] {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return [];
  return entries.filter(({ name }) => name.startsWith('.') && name.endsWith(UNDO_SUFFIX)).flatMap(({ name }) => {
    const undo = join(folder, name);
    const recovery = recover(undo);
    if (recovery === 'restored') {
      return [`${undo}: an earlier run was stopped in the middle of writing; the old content was put back.`];
    }
    return recovery === 'unclear' ? [`${undo}: ${UNCLEAR}`] : [];
  });
}

/** What to do about an undo file that helps nobody. */
export const UNCLEAR =
  'this was left in the middle of writing, and the file beside it has changed since. Compare them, and remove it.';

function putBack({ name, before, after }: UndoRecord, target: string, undo: string): Recovery {
  if (undoPath(target) !== undo || name !== basename(name)) return 'unclear';
  const descriptor = openSync(target, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  let restored = false;
  try {
    if (!fstatSync(descriptor).isFile()) return 'unclear';
    const current = readRegularFile(target, { limitBytes: MAX_UNDO_BYTES });
    if (!current.equals(before) && !current.equals(after)) {
      if (!isHalfWritten(current, before, after)) return 'unclear';
      overwrite(descriptor, before);
      restored = true;
    }
  } finally {
    closeSync(descriptor);
  }
  unlinkSync(undo);
  return restored ? 'restored' : 'clean';
}

/** Whether a content is the beginning of the new one with the old one behind. */
export function isHalfWritten(current: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  let written = 0;
  while (written < current.length && written < after.length && current[written] === after[written]) written++;
  if (written === current.length && written >= before.length) return true;
  if (current.length !== before.length) return false;
  let old = current.length;
  while (old > 0 && current[old - 1] === before[old - 1]) old--;
  return old <= written;
}

/** Null for anything that this nnfmt, run by this user, would not have written. */
function readRecord(undo: string): UndoRecord | null | 'missing' {
  let bytes: Buffer;
  try {
    const stats = lstatSync(undo);
    // Root too: whoever may write into a folder could otherwise choose what root puts into the files there.
    const isOurs = process.geteuid === undefined || stats.uid === process.geteuid();
    if (!stats.isFile() || !isOurs || (process.platform !== 'win32' && (stats.mode & 0o777) !== 0o600)) return null;
    bytes = readRegularFile(undo, { limitBytes: MAX_UNDO_BYTES });
  } catch (cause) {
    const isMissing =
      cause instanceof FileReadError ? cause.reason === 'missing' : (cause as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing ? 'missing' : null;
  }
  const bodyAt = bytes.indexOf('\n', MAGIC.length + 1) + 1;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || bodyAt === 0) return null;
  const head = JSON.parse(
    bytes.toString('utf8', MAGIC.length + 1, bodyAt),
  ) as { mark: string; name: string; before: number; after: number };
  const middle = bodyAt + head.before;
  if (middle + head.after !== bytes.length) return null;
  return { mark: head.mark, name: head.name, before: bytes.subarray(bodyAt, middle), after: bytes.subarray(middle) };
}

/** Lets a new name survive a loss of power, where the system knows how. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not everywhere can folders be opened.
  }
}
