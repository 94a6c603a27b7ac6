import { randomBytes } from 'node:crypto';
import { lstatSync, openSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listFolder } from './look-at-path.js';
import { hasEnded, MARK_PATTERN, markText, ownMark, parseMark } from './own-process.js';

/** Names of temporary files end so; a process that is killed can leave one behind. */
export const TEMPORARY_SUFFIX = '.nnfmt-tmp';

/** `.NAME.MARK-RANDOM.nnfmt-tmp`, and `.NAME.PID-RANDOM.nnfmt-tmp` of older versions. */
const TEMPORARY_NAME = new RegExp(`^\\..*\\.(?:(${MARK_PATTERN})|\\d+)-[0-9a-f]{8}\\.nnfmt-tmp$`, 'su');

/** No write takes so long: what is older was left, also by a process that cannot be asked about. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a temporary file in the folder of `target`, under a name that nobody can guess, and only if nothing, not
 * even a link, has that name. Whoever calls closes the descriptor and renames or removes the file.
 *
 * @param mode permissions, of which the umask takes away
 * @param open for tests
 * @throws what the system throws
 */
export function openTemporary(target: string, mode: number, open: typeof openSync = openSync): {
  readonly path: string;
  readonly descriptor: number;
} {
  // Names may have 255 bytes, and a letter up to four.
  const start = [...basename(target)].slice(0, 35).join('');
  const name = `.${start}.${markText(ownMark())}-${randomBytes(4).toString('hex')}${TEMPORARY_SUFFIX}`;
  const path = join(dirname(target), name);
  return { path, descriptor: open(path, 'wx', mode) };
}

/**
 * Removes the temporary files in a folder that killed processes left there. One of a living process stays, and so does
 * everything whose name nnfmt would not give. Never throws.
 */
export function removeLeftTemporaries(folder: string): void {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return;
  for (const entry of entries) {
    if (entry.name.endsWith(TEMPORARY_SUFFIX)) removeIfLeft(folder, entry.name);
  }
}

function removeIfLeft(folder: string, name: string): void {
  const found = TEMPORARY_NAME.exec(name);
  if (found === null) return;
  const path = join(folder, name);
  try {
    const stats = lstatSync(path);
    if (!stats.isFile()) return;
    const mark = parseMark(found[1] ?? '');
    const isLeft = (mark === null ? null : hasEnded(mark)) ?? Date.now() - stats.mtimeMs > ABANDONED_MS;
    if (isLeft) unlinkSync(path);
  } catch {
    // Somebody else was faster, or it is not ours to remove.
  }
}
