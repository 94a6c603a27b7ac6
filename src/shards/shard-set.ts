import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { GatheringError } from '../errors.js';
import { FEATURE_DIGEST } from '../model/features.js';
import { shownName } from '../shared/quote-name.js';
import { MANIFEST_NAME } from './is-shard-folder.js';
import { readManifest, readShardBytes, type Manifest, type ShardEntry } from './manifest.js';
import { decodeShard, type ShardColumn, type ShardRow } from './shard-file.js';

/** The shards of some folders, in order, to be read one at a time; each is compared with its manifest when it is. */
export class ShardSet {
  private constructor(
    private readonly shards: readonly { readonly folder: string; readonly entry: ShardEntry }[],
    /** Names the rows, wherever they lie. */
    readonly digest: string,
    readonly projects: number,
  ) {}

  /**
   * @throws GatheringError for a folder without a manifest, of another version, or whose styles are counted by other
   *   features
   */
  static open(folders: readonly string[]): ShardSet {
    const manifests = folders.map((folder) => ({ folder, manifest: readManifest(folder) }));
    for (const { folder, manifest } of manifests) refuseOtherFeatures(folder, manifest);
    const shards = manifests.flatMap(({ folder, manifest }) => manifest.shards.map((entry) => ({ folder, entry })));
    const hash = createHash('sha256');
    for (const { entry } of shards) hash.update(`${entry.sha256}\n`);
    const projects = manifests.reduce((sum, { manifest }) => sum + manifest.projects, 0);
    return new ShardSet(shards, hash.digest('hex').slice(0, 16), projects);
  }

  /** Rows of each shard. */
  get rowCounts(): readonly number[] {
    return this.shards.map(({ entry }) => entry.rows);
  }

  /**
   * Some columns of a shard's rows.
   *
   * @throws GatheringError for a shard that is missing, or not that of the manifest
   */
  async read<C extends ShardColumn>(shard: number, columns: readonly C[]): Promise<Pick<ShardRow, C>[]> {
    const { folder, entry } = this.shards[shard];
    const path = join(folder, entry.name);
    const rows = await decodeShard(readShardBytes(folder, entry), path, columns);
    if (rows.length === entry.rows) return rows;
    throw new GatheringError(`${shownName(path)}: it has ${rows.length} rows, and the manifest says ${entry.rows}.`);
  }
}

function refuseOtherFeatures(folder: string, { features, nnfmt }: Manifest): void {
  if (features === FEATURE_DIGEST) return;
  throw new GatheringError(
    `${shownName(join(folder, MANIFEST_NAME))}: these shards were made by nnfmt ${nnfmt}, which counts styles by other ` +
    'features than this one. Prepare them again.');
}
