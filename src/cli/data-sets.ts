import { join } from 'node:path';
import { isShardFolder } from '../shards/is-shard-folder.js';
import { listFolder } from '../shared/look-at-path.js';
import { cacheFolder } from './cache-folder.js';
import type { CliContext } from './context.js';

type Where = Pick<CliContext, 'env' | 'platform'>;

/** Whether a path is that of a data set: a file of rows. */
const isRows = (path: string): boolean => /\.(?:parquet|jsonl(?:\.gz)?|ndjson(?:\.gz)?)$/iu.test(path);

/**
 * Paths with a folder of projects in place of each data set (Parquet, JSON lines) and each folder of shards, unpacked
 * into the cache. Without any nothing is loaded.
 *
 * @param columns as `--columns` says; null for those of a known kind
 */
export async function withDataSets(
  paths: readonly string[], columns: string | null, context: Where,
): Promise<string[]> {
  if (!paths.some((path) => isRows(path) || isShardFolder(path))) return [...paths];
  const { readColumns, unpackDataSet } = await import('../gather/data-sets.js');
  const asked = columns === null ? null : readColumns(columns);
  const cache = cacheFolder(null, context);
  const folders: string[] = [];
  for (const path of paths) {
    if (isRows(path)) folders.push(await unpackDataSet(path, asked, cache));
    else folders.push(isShardFolder(path) ? await unpackOf(path, cache) : path);
  }
  return folders;
}

async function unpackOf(path: string, cache: string): Promise<string> {
  const { unpackShards } = await import('../shards/unpack-shards.js');
  return unpackShards(path, cache);
}

/** The same where each path is one project: each project of a data set is a path of its own. */
export async function projectsOf(
  paths: readonly string[], columns: string | null, context: Where,
): Promise<string[]> {
  const folders = await withDataSets(paths, columns, context);
  return folders.flatMap((folder, k) => {
    if (folder === paths[k]) return [folder];
    const entries = listFolder(folder);
    return typeof entries === 'string' ? [] : entries.map(({ name }) => join(folder, name)).sort();
  });
}
