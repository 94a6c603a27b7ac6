import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkShards, makeManifest, manifestText, readManifest, type Manifest } from '../../src/shards/manifest.js';
import { decodeShard, encodeShard, SHARD_COLUMNS, type ShardRow } from '../../src/shards/shard-file.js';
import { orderOf, shardOf, splitOf, digestOf } from '../../src/shards/shard-place.js';
import { folderWith } from '../support/folder-with.js';

const WORDS = { seed: 3, similar: 0.8, leftOut: { syntax: 2 } };

/** Rows of so many files in their order, of four projects. */
function rowsOf(count: number): ShardRow[] {
  return Array.from({ length: count }, (_, k): ShardRow => {
    const text = `x = ${k}  # é\n`;
    const digest = digestOf(text);
    const project = `p${k % 4}`;
    return {
      project, path: `a/${k}.py`, text, licence: k % 2 === 0 ? 'MIT' : null, digest, lines: 1, tokens: 4,
      split: splitOf(project, 0.5), order: orderOf(digest, WORDS.seed), style: '{}', counts: null, mutants: null,
    };
  }).sort((a, b) => (a.order < b.order ? -1 : 1));
}

const rows = rowsOf(40);
const shardsOf = (list: readonly ShardRow[]): ShardRow[][] => [0, 1].map((shard) => list.filter(({ order }) => shardOf(order, 2) === shard));
let folder: string;
let manifest: Manifest;
const path = (name: string): string => join(folder, name);
/** Names as Spark's committer gives them. */
const names = ['part-00000-abc.snappy.parquet', 'part-00001-abc.snappy.parquet'];

beforeEach(async () => {
  folder = folderWith({ _SUCCESS: '' });
  shardsOf(rows).forEach((list, k) => writeFileSync(path(names[k]), encodeShard(list)));
  manifest = await makeManifest(folder, WORDS);
  writeFileSync(path('manifest.json'), manifestText(manifest));
});

it('a shard comes back as it was written, with the columns that are asked for', async () => {
  const bytes = encodeShard(rows);
  expect(await decodeShard(bytes, 's', SHARD_COLUMNS)).toEqual(rows);
  expect(await decodeShard(bytes, 's', ['path', 'licence'])).toEqual(rows.map(({ path, licence }) => ({ path, licence })));
  expect(encodeShard(rows)).toEqual(bytes);
});

it('names, counts and digests the shards of whoever wrote them, in the order of their rows', async () => {
  expect(manifest).toMatchObject({
    format: 'nnfmt-shards', version: 1, signatureVersion: 1, seed: 3, projects: 4, rows: 40, similar: 0.8, leftOut: { syntax: 2 },
  });
  expect(manifest.shards.map(({ name }) => name)).toEqual(names);
  expect(manifest.shards.reduce((sum, { lines }) => sum + lines, 0)).toBe(40);
  expect(readManifest(folder)).toEqual(manifest);
  await checkShards(folder, readManifest(folder));
});

describe('what is told of shards that are not those of the manifest', () => {
  const check = async (): Promise<void> => checkShards(folder, readManifest(folder));

  it('a changed byte', async () => {
    const bytes = readFileSync(path(names[1]));
    bytes[200] ^= 1;
    writeFileSync(path(names[1]), bytes);
    await expect(check()).rejects.toThrow(/part-00001.*its bytes are others/u);
  });

  it('a missing shard, and one too many', async () => {
    renameSync(path(names[0]), path('part-00007.parquet'));
    await expect(check()).rejects.toThrow(/part-00007\.parquet: the manifest does not name/u);
    rmSync(path('part-00007.parquet'));
    await expect(check()).rejects.toThrow(/part-00000.*is missing/u);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['another version', (text) => text.replace('"version": 1', '"version": 2'), /of version 2, and this nnfmt reads version 1/u],
    ['another format', (text) => text.replace('nnfmt-shards', 'else'), /no manifest of shards/u],
    ['no JSON', (text) => text.slice(0, -20), /no JSON/u],
    ['a count that is none', (text) => text.replace('"rows": 40', '"rows": -1'), /damaged/u],
    ['a shard elsewhere', (text) => text.replace(names[0], `../${names[0]}`), /damaged/u],
    ['another sum', (text) => text.replace('"rows": 40', '"rows": 41'), /its sums are not those/u],
    ['other lines', (text) => text.replace(/"lines": (\d+)/u, '"lines": 9'), /counts its rows or lines otherwise/u],
  ])('a manifest with %s', async (_, change, message) => {
    writeFileSync(path('manifest.json'), change(readFileSync(path('manifest.json'), 'utf8')));
    await expect(check()).rejects.toThrow(message);
  });

  it('no manifest at all', () => {
    rmSync(path('manifest.json'));
    expect(() => readManifest(folder)).toThrow(/no manifest, so shards may not be whole/u);
  });
});

describe('rows for which no manifest is made', () => {
  const make = async (list: readonly object[], columns: readonly string[] = SHARD_COLUMNS): Promise<Manifest> => {
    for (const name of readdirSync(folder)) rmSync(path(name));
    const columnData = columns.map((name) => ({
      name, data: list.map((row) => (row as Record<string, unknown>)[name] ?? null),
      type: name === 'lines' || name === 'tokens' ? 'INT32' as const : 'STRING' as const,
    }));
    writeFileSync(path('part-0.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
    return makeManifest(folder, WORDS);
  };
  const [first, ...rest] = rows;

  it('are those of another schema', async () => {
    await expect(make(rows, SHARD_COLUMNS.filter((name) => name !== 'style'))).rejects.toThrow(/has no column style; its columns are project, path/u);
    await expect(make(rows)).resolves.toMatchObject({ rows: 40 });
  });

  it('lack a value, or have one that cannot be', async () => {
    await expect(make([{ ...first, text: null }, ...rest])).rejects.toThrow(/row 1 of this shard has no text/u);
    await expect(make([{ ...first, split: 'valid' }, ...rest])).rejects.toThrow(/row 1 .* of no split, but of "valid"/u);
    await expect(make([{ ...first, text: 'y' }, ...rest])).rejects.toThrow(/row 1 .* not that of its digest/u);
    await expect(make([{ ...first, order: 'ffff' }, ...rest])).rejects.toThrow(/row 1 .* the seed 3/u);
  });

  it('stand in another order, twice, or in another split than others of their project', async () => {
    await expect(make([...rest, first])).rejects.toThrow(/row 40 .* rows that come first/u);
    await expect(make([first, first])).rejects.toThrow(/row 2 .* rows that come first/u);
    const other = first.split === 'held' ? 'train' : 'held';
    await expect(make([{ ...first, split: other }, ...rest])).rejects.toThrow(/another split/u);
  });

  it('are none, or no Parquet', async () => {
    await expect(make([])).rejects.toThrow(/no shard in it holds a row/u);
    writeFileSync(path('part-0.parquet'), 'PAR1 nonsense');
    await expect(makeManifest(folder, WORDS)).rejects.toThrow(/this shard is damaged/u);
    await expect(makeManifest(path('nowhere'), WORDS)).rejects.toThrow(/cannot be read/u);
  });
});
