import { join } from 'node:path';
import { FileReadError } from '../errors.js';
import { isFile } from '../shared/look-at-path.js';
import { readRegularText } from '../shared/read-file.js';

/** The file that a folder of shards is known by. */
export const MANIFEST_NAME = 'manifest.json';
export const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;
export const SHARD_FORMAT = 'nnfmt-shards';
/** The format stands first. */
const HEAD = 200;

/** Whether a path is a folder of shards; a project may have a manifest of its own, of something else. */
export function isShardFolder(path: string): boolean {
  const manifest = join(path, MANIFEST_NAME);
  if (!isFile(manifest)) return false;
  try {
    return readRegularText(manifest, { limitBytes: MAX_MANIFEST_BYTES }).slice(0, HEAD).includes(`"${SHARD_FORMAT}"`);
  } catch (fault) {
    if (!(fault instanceof FileReadError)) throw fault;
    return false;
  }
}
