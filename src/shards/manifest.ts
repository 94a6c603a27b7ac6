import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { FileReadError, GatheringError } from '../errors.js';
import { FEATURE_DIGEST } from '../model/features.js';
import { listFolder } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { readRegularFile } from '../shared/read-file.js';
import { VERSION } from '../shared/version.js';
import { MANIFEST_NAME, MAX_MANIFEST_BYTES, SHARD_FORMAT as FORMAT } from './is-shard-folder.js';
import { compareRows, decodeShard, SHARD_COLUMNS, type ShardRow } from './shard-file.js';
import { digestOf, orderOf } from './shard-place.js';
import { SIGNATURE_VERSION } from './signature-version.js';

const FORMAT_VERSION = 1;
/** Larger files are refused: a shard is read whole. */
const MAX_SHARD_BYTES = 2 ** 31 - 1;

/** A shard, as the manifest knows it. */
export interface ShardEntry {
  readonly name: string;
  readonly rows: number;
  readonly lines: number;
  /** Of the file, as its SHA-256. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What a folder of shards holds, written when all of it is there. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** The version that made the shards. */
  readonly nnfmt: string;
  readonly signatureVersion: number;
  /** What the numbers of styles mean. */
  readonly features: string;
  readonly seed: number;
  /** In the order of their rows. */
  readonly shards: readonly ShardEntry[];
  readonly projects: number;
  readonly rows: number;
  /** Files, by why they are not here. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Jaccard similarity from which files were taken for one. */
  readonly similar: number;
}

/** What a maker of shards says of them beside what they show themselves. */
export type ManifestWords = Pick<Manifest, 'seed' | 'leftOut' | 'similar'>;

/** The manifest of some shards. */
export function manifestOf(shards: readonly ShardEntry[], projects: number, words: ManifestWords): Manifest {
  return {
    format: FORMAT, version: FORMAT_VERSION, nnfmt: VERSION, signatureVersion: SIGNATURE_VERSION,
    features: FEATURE_DIGEST, seed: words.seed, shards, projects,
    rows: shards.reduce((sum, { rows }) => sum + rows, 0), leftOut: words.leftOut, similar: words.similar,
  };
}

/** The entry of a shard. */
export const entryOf = (name: string, bytes: Uint8Array, rows: readonly Pick<ShardRow, 'lines'>[]): ShardEntry => ({
  name, rows: rows.length, lines: rows.reduce((sum, { lines }) => sum + lines, 0), bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** The text of a manifest's file. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 1)}\n`;

/**
 * Reads the manifest of a folder of shards. Shards themselves are not looked at.
 *
 * @throws GatheringError for what is no manifest, or one of another version; FileReadError
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_NAME);
  const refuse = (reason: string, cause?: unknown): never => {
    throw new GatheringError(`${shownName(path)}: ${reason}`, cause);
  };
  let raw: Partial<Record<keyof Manifest, unknown>> | null;
  try {
    raw = JSON.parse(readRegularFile(path, { limitBytes: MAX_MANIFEST_BYTES }).toString('utf8')) as typeof raw;
  } catch (cause) {
    if (cause instanceof FileReadError) {
      if (cause.reason !== 'missing') throw cause;
      return refuse('there is no manifest, so shards may not be whole. Make it: corpus manifest --write.', cause);
    }
    return refuse('this is no JSON. Make the manifest again with corpus manifest --write.', cause);
  }
  if (typeof raw !== 'object' || raw === null || raw.format !== FORMAT) return refuse('this is no manifest of shards.');
  if (raw.version !== FORMAT_VERSION) {
    return refuse(
      `these shards are of version ${String(raw.version)}, and this nnfmt reads version ${FORMAT_VERSION}. ` +
      `Prepare them again, or use nnfmt ${String(raw.nnfmt)}.`);
  }
  if (!isManifest(raw)) return refuse('this manifest is damaged. Make it again with corpus manifest --write.');
  return raw;
}

function isManifest(raw: Partial<Record<keyof Manifest, unknown>>): raw is Manifest {
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const { shards, leftOut, similar } = raw;
  return typeof raw.nnfmt === 'string' && typeof raw.features === 'string' && isCount(raw.signatureVersion) &&
    isCount(raw.seed) && isCount(raw.projects) && isCount(raw.rows) && typeof similar === 'number' &&
    typeof leftOut === 'object' && leftOut !== null && Object.values(leftOut).every(isCount) &&
    Array.isArray(shards) && (shards as Partial<ShardEntry>[]).every((entry) =>
      typeof entry === 'object' && entry !== null &&
      typeof entry.name === 'string' && basename(entry.name) === entry.name &&
      isCount(entry.rows) && isCount(entry.lines) && isCount(entry.bytes) && /^[\da-f]{64}$/u.test(entry.sha256 ?? ''));
}

/**
 * Reads a shard whole and compares it with the manifest.
 *
 * @throws GatheringError for one that is missing, or not the one that the manifest speaks of
 */
export function readShardBytes(folder: string, { name, bytes: length, sha256 }: ShardEntry): Uint8Array {
  const path = join(folder, name);
  const refuse = (reason: string, cause?: unknown): never => {
    throw new GatheringError(`${shownName(path)}: ${reason}`, cause);
  };
  let bytes: Uint8Array;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_SHARD_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError) || cause.reason !== 'missing') throw cause;
    return refuse('this shard is missing; the manifest names it.', cause);
  }
  if (bytes.length !== length || createHash('sha256').update(bytes).digest('hex') !== sha256) {
    return refuse('this shard is not the one that the manifest names: its bytes are others.');
  }
  return bytes;
}

/**
 * Compares all shards of a folder with its manifest.
 *
 * @throws GatheringError for the first that is missing, changed or one too many
 */
export async function checkShards(folder: string, manifest: Manifest): Promise<void> {
  const known = new Set(manifest.shards.map(({ name }) => name));
  const more = shardNames(folder).filter((name) => !known.has(name));
  if (more.length > 0) {
    throw new GatheringError(`${shownName(join(folder, more[0]))}: the manifest does not name this shard.`);
  }
  const projects = new Set<string>();
  let last: ShardRow | null = null;
  for (const entry of manifest.shards) {
    const path = join(folder, entry.name);
    const rows = await decodeShard(readShardBytes(folder, entry), path, SHARD_COLUMNS);
    last = checkRows(rows, path, manifest.seed, last);
    const { rows: count, lines } = entryOf(entry.name, new Uint8Array(), rows);
    if (count !== entry.rows || lines !== entry.lines) {
      throw new GatheringError(`${shownName(path)}: the manifest counts its rows or lines otherwise.`);
    }
    for (const { project } of rows) projects.add(project);
  }
  const rows = manifest.shards.reduce((sum, entry) => sum + entry.rows, 0);
  if (projects.size !== manifest.projects || rows !== manifest.rows) {
    throw new GatheringError(`${shownName(join(folder, MANIFEST_NAME))}: its sums are not those of its shards.`);
  }
}

/**
 * Makes the manifest of shards that another program wrote, by reading all of them.
 *
 * @throws GatheringError for rows that are not what shards hold
 */
export async function makeManifest(folder: string, words: ManifestWords): Promise<Manifest> {
  const projects = new Map<string, string>();
  const entries: ShardEntry[] = [];
  let last: ShardRow | null = null;
  for (const name of shardNames(folder)) {
    const path = join(folder, name);
    const bytes = readRegularFile(path, { limitBytes: MAX_SHARD_BYTES });
    const rows = await decodeShard(bytes, path, SHARD_COLUMNS);
    last = checkRows(rows, path, words.seed, last);
    for (const [k, { project, split }] of rows.entries()) {
      if ((projects.get(project) ?? split) !== split) {
        const reason = `puts ${shownName(project)} into another split than rows before it`;
        throw new GatheringError(`${shownName(path)}: row ${k + 1} of this shard ${reason}.`);
      }
      projects.set(project, split);
    }
    entries.push(entryOf(name, bytes, rows));
  }
  if (projects.size === 0) throw new GatheringError(`${shownName(folder)}: no shard in it holds a row.`);
  return manifestOf(entries, projects.size, words);
}

/** Names of the shards in a folder, sorted. @throws GatheringError */
function shardNames(folder: string): string[] {
  const entries = listFolder(folder);
  if (typeof entries === 'string') {
    throw new GatheringError(`${shownName(folder)}: this folder cannot be read (${entries}).`);
  }
  return entries.map(({ name }) => name).filter((name) => /^[^._].*\.parquet$/u.test(name)).sort();
}

/** @throws GatheringError for rows whose digest, order or place is not what it has to be */
function checkRows(rows: readonly ShardRow[], path: string, seed: number, before: ShardRow | null): ShardRow | null {
  let last = before;
  for (const [k, row] of rows.entries()) {
    const fault = row.digest !== digestOf(row.text) ? 'has a text that is not that of its digest'
      : row.order !== orderOf(row.digest, seed) ? `has an order that does not follow from its digest and the seed ${seed}`
      : row.split !== 'train' && row.split !== 'held' ? `is of no split, but of "${String(row.split)}"`
      : last !== null && compareRows(last, row) >= 0 ? 'stands before rows that come first by order, project and path'
      : null;
    if (fault !== null) throw new GatheringError(`${shownName(path)}: row ${k + 1} of this shard ${fault}.`);
    last = row;
  }
  return last;
}
