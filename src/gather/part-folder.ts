import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileWriteError, GatheringError } from '../errors.js';
import { errnoOf, isThere, listFolder } from '../shared/look-at-path.js';
import { makeFolder } from '../shared/write-atomically.js';

/** Begins the names of folders that are not whole; the next run removes them. */
const PART = '.part-';

/** A new folder below `dest` that is gone after a kill, at the latest with the next run. @throws FileWriteError */
export function makePart(dest: string): string {
  try {
    return mkdtempSync(join(dest, PART));
  } catch (cause) {
    throw writeError(dest, cause);
  }
}

/** The part that is going to be this folder, empty; what a killed run left of it is gone. @throws FileWriteError */
export function makePartOf(folder: string): string {
  const part = join(dirname(folder), `${PART}${basename(folder)}`);
  makeFolder(dirname(folder));
  try {
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part);
  } catch (cause) {
    throw writeError(part, cause);
  }
  return part;
}

/** How often a part is removed anew while somebody still writes into it, and the milliseconds between. */
const REMOVAL = { tries: 20, waitMs: 100 } as const;

/**
 * Removes such a folder with all that is in it. The git of a run that was killed may live on for a while and fill its
 * part; where it does so longer than two seconds, what is left stays for the next run: its name says what it is.
 */
export function removePart(folder: string): void {
  for (let left = REMOVAL.tries; left > 0; left--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (fault) {
      if (!['ENOTEMPTY', 'EBUSY'].includes(errnoOf(fault))) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVAL.waitMs);
    }
  }
}

/** Removes what killed runs left. One run at a time may use `dest`. */
export function removeParts(dest: string): void {
  for (const name of namesIn(dest)) if (name.startsWith(PART)) removePart(join(dest, name));
}

/** Names in a folder, sorted. @throws GatheringError where it cannot be read */
export function namesIn(folder: string): string[] {
  const entries = listFolder(folder);
  if (typeof entries === 'string') throw new GatheringError(`${folder}: this folder cannot be read (${entries}).`);
  return entries.map(({ name }) => name).sort();
}

/** Writes a new file below a part. @throws FileWriteError */
export function addToPart(path: string, content: Uint8Array | string): void {
  makeFolder(dirname(path));
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Writes on at the end of a file below a part. @throws FileWriteError */
export function appendToPart(path: string, content: string): void {
  try {
    appendFileSync(path, content);
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Removes a file of a part. */
export const removeFromPart = (path: string): void => rmSync(path, { force: true });

/** Notes by its time that a folder was asked for just now. Never throws: what cannot be noted is old sooner. */
export function markUsed(folder: string): void {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch {
    // A cache of somebody else's.
  }
}

/** Gives a part that is whole its place. Where another process was faster, its folder stays. @throws FileWriteError */
export function publishPart(part: string, folder: string): void {
  try {
    renameSync(part, folder);
  } catch (cause) {
    if (!isThere(folder)) throw writeError(folder, cause);
    removePart(part);
  }
}

/** Writes a folder beside its place, and moves it there when it is whole. @throws FileWriteError; GatheringError */
export function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  if (isThere(folder)) {
    throw new GatheringError(`${folder} is there already, and was not fetched by nnfmt corpus: move it away`);
  }
  const part = makePart(dirname(folder));
  try {
    for (const [path, content] of files) {
      addToPart(join(part, path), content);
    }
    renameSync(part, folder);
  } catch (cause) {
    removePart(part);
    throw cause instanceof FileWriteError ? cause : writeError(folder, cause);
  }
}

const writeError = (path: string, cause: unknown): FileWriteError =>
  new FileWriteError({ path, clause: `cannot be written (${errnoOf(cause)})`, cause });
