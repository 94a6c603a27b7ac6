import { dirname, join } from 'node:path';
import { CODE_SUFFIX, checksum, isPrivate } from './code-cache.js';
import { listFolder, lookAt } from './look-at-path.js';
import { makeFolder, removeQuietly, writeAtomically } from './write-atomically.js';

/** Of three uses, builds and versions of Node.js that are kept. */
const MOST_FILES = 9;

/** Keeps code under a path, and the newest of what else is there. Never throws. */
export function keepCode(path: string, code: Uint8Array): void {
  try {
    makeFolder(dirname(path), 0o700);
    if (!isPrivate(dirname(path))) return;
    writeAtomically(path, Buffer.concat([checksum(code), code]));
    removeOldest(dirname(path));
  } catch {
    // No space, no permission: the next process compiles again, and that is all.
  }
}

function removeOldest(folder: string): void {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return;
  const files = entries.filter(({ name }) => name.endsWith(CODE_SUFFIX)).map(({ name }) => join(folder, name));
  const byAge = files.map((path) => ({ path, time: lookAt(path).stats?.mtimeMs ?? 0 })).sort((a, b) => b.time - a.time);
  for (const { path } of byAge.slice(MOST_FILES)) removeQuietly(path);
}
