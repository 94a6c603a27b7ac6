import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { GatheringError } from '../errors.js';
import { shownName } from '../shared/quote-name.js';
import type { Split } from './shard-place.js';

/** A row of a shard: a file of a corpus. What is optional is null where it was not asked for. */
export interface ShardRow {
  readonly project: string;
  readonly path: string;
  readonly text: string;
  readonly licence: string | null;
  readonly digest: string;
  readonly lines: number;
  readonly tokens: number;
  readonly split: Split;
  readonly order: string;
  /** `SparseStyle` as JSON. */
  readonly style: string;
  /** `PieceCounts` as JSON. */
  readonly counts: string | null;
  /** A list of texts as JSON. */
  readonly mutants: string | null;
}

export type ShardColumn = keyof ShardRow;

/** The columns of a shard, in order. */
const COLUMNS: Readonly<Record<ShardColumn, { readonly type: 'STRING' | 'INT32'; readonly mayBeNull: boolean }>> = {
  project: { type: 'STRING', mayBeNull: false },
  path: { type: 'STRING', mayBeNull: false },
  text: { type: 'STRING', mayBeNull: false },
  licence: { type: 'STRING', mayBeNull: true },
  digest: { type: 'STRING', mayBeNull: false },
  lines: { type: 'INT32', mayBeNull: false },
  tokens: { type: 'INT32', mayBeNull: false },
  split: { type: 'STRING', mayBeNull: false },
  order: { type: 'STRING', mayBeNull: false },
  style: { type: 'STRING', mayBeNull: false },
  counts: { type: 'STRING', mayBeNull: true },
  mutants: { type: 'STRING', mayBeNull: true },
};
export const SHARD_COLUMNS = Object.keys(COLUMNS) as readonly ShardColumn[];

/** A file whose rows are read a group at a time. */
const ROWS_IN_GROUP = 2000;

/** A shard as a Parquet file (Snappy). The same rows give the same bytes. */
export function encodeShard(rows: readonly ShardRow[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    columnData: SHARD_COLUMNS.map((name) => ({
      name, type: COLUMNS[name].type, nullable: COLUMNS[name].mayBeNull, data: rows.map((row) => row[name]),
    })),
    rowGroupSize: ROWS_IN_GROUP, createdBy: 'nnfmt',
  }));
}

/** By what rows stand in a shard. */
export function compareRows(
  a: Pick<ShardRow, 'order' | 'project' | 'path'>, b: Pick<ShardRow, 'order' | 'project' | 'path'>,
): number {
  for (const key of ['order', 'project', 'path'] as const) if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
  return 0;
}

/**
 * The rows of a shard, with some of their columns, whoever wrote it.
 *
 * @param path for messages
 * @throws GatheringError for what is no Parquet, lacks a column, or has something else in one
 */
export async function decodeShard<C extends ShardColumn>(
  bytes: Uint8Array, path: string, columns: readonly C[],
): Promise<Pick<ShardRow, C>[]> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new GatheringError(`${shownName(path)}: ${reason}`, cause);
  };
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  let raw: Record<string, unknown>[];
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = new Set(metadata.schema.slice(1).map(({ name }) => name));
    const missing = columns.filter((name) => !names.has(name));
    if (missing.length > 0) {
      refuse(`this shard has no column ${missing.join(', ')}; its columns are ${[...names].slice(0, 30).join(', ')}.`);
    }
    raw = await parquetReadObjects({ file, metadata, columns: [...columns] });
  } catch (cause) {
    if (cause instanceof GatheringError) throw cause;
    return refuse(`this shard is damaged (${cause instanceof Error ? cause.message : String(cause)}).`, cause);
  }
  return raw.map((row, k) => Object.fromEntries(columns.map((name) => {
    const value = valueOf(row[name], COLUMNS[name]);
    return [name, value === undefined ? refuse(`row ${k + 1} of this shard has no ${name}.`) : value];
  })) as unknown as Pick<ShardRow, C>);
}

/** Undefined for what is none of the column. */
function valueOf(
  value: unknown, { type, mayBeNull }: (typeof COLUMNS)[ShardColumn],
): string | number | null | undefined {
  if (value === null || value === undefined) return mayBeNull ? null : undefined;
  if (type === 'STRING') return typeof value === 'string' ? value : undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
