import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isSafePath } from '../gather/extract.js';
import { GatheringError } from '../errors.js';
import { openUnpacked, type UnpackedFile } from '../gather/data-sets.js';
import { shownName } from '../shared/quote-name.js';
import { ShardSet } from './shard-set.js';

/**
 * Puts the texts of a folder of shards into folders of projects below `cache`, unless they are there: for commands
 * that read files more than once, in any order.
 *
 * @returns a folder whose folders are projects
 * @throws GatheringError for shards that are not those of their manifest, or of another version; FileWriteError
 */
export async function unpackShards(folder: string, cache: string): Promise<string> {
  const set = ShardSet.open([folder]);
  const key = createHash('sha256').update(JSON.stringify(['shards', 1, set.digest])).digest('hex').slice(0, 24);
  return openUnpacked({ key, name: 'shards', cache, files: filesOf(set), refuse: () => {
    throw new GatheringError(`${shownName(folder)}: no row of these shards has a path that can be one.`);
  } });
}

async function* filesOf(set: ShardSet): AsyncGenerator<UnpackedFile> {
  const taken = new Set<string>();
  for (const shard of set.rowCounts.keys()) {
    for (const { project, path, text, digest } of await set.read(shard, ['project', 'path', 'text', 'digest'])) {
      const below = project.replaceAll('/', '+').replace(/[^\w.+-]/gu, '_').replace(/^\.+/u, '_') || 'rows';
      const asPython = /\.pyi?$/iu.test(path) ? path : `${path}.py`;
      let place = join(below, isSafePath(path) ? asPython : `${digest.slice(0, 16)}.py`);
      // Two revisions of a project may each have a file of this path.
      if (taken.has(place)) place = join(dirname(place), `${digest.slice(0, 16)}.py`);
      if (taken.has(place)) continue;
      taken.add(place);
      yield { place, text };
    }
  }
}
