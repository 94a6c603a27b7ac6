/**
 * Remembers which contents are known to be in their final layout, so that a second run over an
 * unchanged project need not load a model. It holds digests only: a hit means "formatting would change
 * nothing", so that the worst a wrong entry can do is to leave a file as it is.
 *
 * One file for each combination of what a result depends on (build, model, profile, confidence), written in
 * one step. Two runs at once may lose entries of each other, never more. A file that is damaged counts as
 * empty, and one that cannot be written is not written: the user hears of neither.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { listFolder, lookAt } from '../shared/look-at-path.js';
import { readRegularFile } from '../shared/read-file.js';
import { makeFolder, removeQuietly, writeAtomically } from '../shared/write-atomically.js';

/** Digests that a file keeps, newest first: half a megabyte. */
export const MOST_DIGESTS = 32_768;
/** Files that the folder keeps. */
export const MOST_FILES = 64;

const DIGEST_BYTES = 16;
const CHECKSUM_BYTES = 32;
const SUFFIX = '.digests';
/** A file of digests, or what an older nnfmt that was killed left of one. */
const OUR_NAME = /\.digests(?:\.\d+\.tmp)?$/u;

/**
 * Identifies a content; 16 characters of one byte each.
 *
 * @param kind what it is read as, where that is not Python
 */
export function contentDigest(bytes: Uint8Array, kind = ''): string {
  return createHash('sha256').update(kind).update(bytes).digest().toString('latin1', 0, DIGEST_BYTES);
}

/** The digests known under one key. */
export class LayoutCache {
  private readonly folder: string;
  private readonly path: string;
  private readonly known: ReadonlySet<string>;
  private readonly added = new Set<string>();

  /** @param key file name without suffix: everything but the content that a result depends on */
  constructor(folder: string, key: string) {
    this.folder = folder;
    this.path = join(folder, `${key}${SUFFIX}`);
    this.known = new Set(readDigests(this.path));
  }

  has(digest: string): boolean {
    return this.known.has(digest);
  }

  add(digest: string): void {
    if (!this.known.has(digest)) this.added.add(digest);
  }

  /** Adds what is new to what the file holds by now. Never throws. */
  save(): void {
    if (this.added.size === 0) return;
    try {
      makeFolder(this.folder);
      const digests = [...new Set([...this.added, ...readDigests(this.path)])].slice(0, MOST_DIGESTS);
      const body = Buffer.from(digests.join(''), 'latin1');
      writeAtomically(this.path, Buffer.concat([checksum(body), body]));
      removeOldest(this.folder);
    } catch {
      // No space, no permission: the next run looks at the files again, and that is all.
    }
  }
}

function readDigests(path: string): string[] {
  let bytes;
  try {
    bytes = readRegularFile(path, { limitBytes: CHECKSUM_BYTES + MOST_DIGESTS * DIGEST_BYTES });
  } catch {
    return [];
  }
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (body.length % DIGEST_BYTES !== 0 || !bytes.subarray(0, CHECKSUM_BYTES).equals(checksum(body))) return [];
  const digests = [];
  for (let at = 0; at < body.length; at += DIGEST_BYTES) digests.push(body.toString('latin1', at, at + DIGEST_BYTES));
  return digests;
}

const checksum = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();

/** Keeps the files that were written last. */
function removeOldest(folder: string): void {
  const entries = listFolder(folder);
  if (typeof entries === 'string') return;
  const files = entries.filter(({ name }) => OUR_NAME.test(name)).map(({ name }) => join(folder, name));
  if (files.length <= MOST_FILES) return;
  const byAge = files.map((path) => ({ path, time: lookAt(path).stats?.mtimeMs ?? 0 })).sort((a, b) => b.time - a.time);
  for (const { path } of byAge.slice(MOST_FILES)) removeQuietly(path);
}
