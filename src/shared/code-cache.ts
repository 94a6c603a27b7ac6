import { dirname, join } from 'node:path';
import { checksumOf } from './checksum.js';
import { isLink, lookAt } from './look-at-path.js';
import { readRegularFile } from './read-file.js';

/**
 * What V8 has made of a script, kept for the next process. V8 itself says whether it may be used: by its version, its
 * flags and the length of the script. It does not say whether the bytes are whole, and who can write them can run
 * anything, so they are taken from files alone that nobody else can have written, and with a checksum. The build and
 * the version of Node.js are in the name. Whatever is missing, stale or odd is as if it were not there.
 */

/** The checksum takes 8 of them; V8 would copy code that begins at an odd address. */
const CHECKSUM_BYTES = 16;
const MAX_CODE_BYTES = 16 * 1024 * 1024;
/** What files of code end with. */
export const CODE_SUFFIX = '.code';

/**
 * Where the code of a use of a build lies, such as a command.
 *
 * @param folder nnfmt's folder in the user's cache folder, and no other: what somebody else names may hold anything
 */
export function codeCachePath(folder: string, build: string, use: string): string {
  return join(folder, 'code', `${build}-${use}-${process.version}-${process.arch}${CODE_SUFFIX}`);
}

/** The code that is kept under a path; null without. Never throws. */
export function readCode(path: string): Buffer | null {
  try {
    if (!isOwn(path) || !isPrivate(dirname(path))) return null;
    const bytes = readRegularFile(path, { limitBytes: MAX_CODE_BYTES });
    const code = bytes.subarray(CHECKSUM_BYTES);
    return bytes.subarray(0, CHECKSUM_BYTES).equals(checksum(code)) ? code : null;
  } catch {
    return null;
  }
}

/** Windows knows no such owners; there the folder is the user's by its place. */
const user = process.geteuid?.();

/** True for what is no link and belongs to this user. */
const isOwn = (path: string): boolean =>
  !isLink(path) && (user === undefined || lookAt(path).stats?.uid === user);

/** True for a folder of this user in which nobody else can write. */
export const isPrivate = (folder: string): boolean =>
  isOwn(folder) && (user === undefined || ((lookAt(folder).stats?.mode ?? 0o777) & 0o022) === 0);

/** What stands before the code in its file. */
export function checksum(code: Uint8Array): Buffer {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeBigUInt64LE(checksumOf(code));
  return sum;
}
