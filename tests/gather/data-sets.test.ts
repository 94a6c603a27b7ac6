import { parquetWriteFile } from 'hyparquet-writer';
import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { projectsOf, withDataSets } from '../../src/cli/data-sets.js';
import { MOST_UNPACKED } from '../../src/gather/data-sets.js';
import { folderWith } from '../support/folder-with.js';
import { makeShards } from '../train/support/make-shards.js';

const ROWS = 1300;
const numbers = Array.from({ length: ROWS }, (_, k) => k);

/** A file in the form of The Stack, in a folder that is the cache too. */
function stack(): { folder: string; path: string } {
  const folder = folderWith();
  const path = join(folder, 'data.parquet');
  parquetWriteFile({
    filename: path, rowGroupSize: 400,
    columnData: [
      { name: 'content', data: numbers.map((k) => `x = ${k}\n`), type: 'STRING' },
      { name: 'max_stars_repo_name', data: numbers.map((k) => `owner/repo${k % 2}`), type: 'STRING' },
      { name: 'max_stars_repo_path', data: numbers.map((k) => (k === 4 ? '../../up.py' : k === 6 ? 'a.js' : `pkg/f${k}.py`)), type: 'STRING' },
      { name: 'size', data: numbers, type: 'INT32' },
    ],
  });
  return { folder, path };
}

const where = (folder: string): { env: Record<string, string>; platform: 'linux' } =>
  ({ env: { NNFMT_CACHE_DIR: join(folder, 'cache') }, platform: 'linux' });

describe('a data set in place of folders', () => {
  test('Parquet in the form of The Stack becomes projects, once', async () => {
    const { folder, path } = stack();
    const [root] = await withDataSets([path], null, where(folder));
    expect(readdirSync(root!).sort()).toEqual(['owner+repo0', 'owner+repo1']);
    expect(readdirSync(join(root!, 'owner+repo1/pkg'))).toHaveLength(650);
    expect(readFileSync(join(root!, 'owner+repo1/pkg/f1299.py'), 'utf8')).toBe('x = 1299\n');
    expect(readFileSync(join(root!, 'owner+repo0/row-5.py'), 'utf8')).toBe('x = 4\n');
    expect(readdirSync(join(root!, 'owner+repo0/pkg'))).toHaveLength(648);
    writeFileSync(join(root!, 'mark'), '');
    expect(await withDataSets([path, folder], null, where(folder))).toEqual([root, folder]);
    expect(existsSync(join(root!, 'mark'))).toBe(true);
  });

  test("CodeSearchNet's lines become a file for each function, and each project a path", async () => {
    const row = (repo: string, name: string): string =>
      JSON.stringify({ repo, path: 'a/m.py', original_string: `def ${name}(): pass`, language: 'python' });
    const folder = folderWith({ 'p.jsonl.gz': gzipSync(`${row('o/a', 'f')}\n${row('o/a', 'g')}\n\n${row('o/b', 'h')}\n`) });
    const paths = await projectsOf([join(folder, 'p.jsonl.gz')], null, where(folder));
    expect(paths.map((path) => readdirSync(join(path, 'a')))).toEqual([['m-2.py', 'm.py'], ['m.py']]);
  });

  test('columns can be named', async () => {
    const folder = folderWith({ 'rows.jsonl': '{"body": "x = 1", "by": "me"}\n{"body": 3, "by": "me"}\n' });
    const [root] = await withDataSets([join(folder, 'rows.jsonl')], 'text=body,project=by', where(folder));
    expect(readdirSync(join(root!, 'me'))).toEqual(['row-1.py']);
  });

  test('says what is wrong, and leaves nothing behind', async () => {
    const folder = folderWith({
      'other.jsonl': '{"a": 1}\n', 'broken.jsonl': '{"content": "x"}\n{', 'half.jsonl.gz': gzipSync('{"content": "x"}\n'.repeat(999)).subarray(0, 40),
      'not.parquet': 'PAR1 no', 'list.jsonl': '[1]\n',
    });
    const { path } = stack();
    truncateSync(path, 5000);
    const open = (name: string, columns: string | null = null): Promise<string[]> =>
      withDataSets([name.startsWith('/') ? name : join(folder, name)], columns, where(folder));
    await expect(open('other.jsonl')).rejects.toThrow(/no column of source text that is known; its columns are a\./u);
    await expect(open(stack().path, 'text=body')).rejects.toThrow(/it has no columns body; its columns are content, /u);
    await expect(open('other.jsonl', 'body')).rejects.toThrow(/--columns: "body" is not of the form/u);
    await expect(open('broken.jsonl')).rejects.toThrow(/broken\.jsonl:2: this line is no JSON/u);
    await expect(open('list.jsonl')).rejects.toThrow(/list\.jsonl:1: this line is no JSON object/u);
    await expect(open('half.jsonl.gz')).rejects.toThrow(/half\.jsonl\.gz/u);
    await expect(open('not.parquet')).rejects.toThrow(/this file is damaged/u);
    await expect(open(path)).rejects.toThrow(/this file is damaged/u);
    await expect(open('none.parquet')).rejects.toThrow(/none\.parquet/u);
    const left = readdirSync(join(folder, 'cache/data-sets')).flatMap((key) => readdirSync(join(folder, 'cache/data-sets', key)));
    expect(left).toEqual([]);
  });
});

describe('what is unpacked', () => {
  /** Unpacks a data set of one row; gives the folder below `data-sets` that holds it. */
  async function unpack(folder: string, k: number): Promise<string> {
    const path = join(folder, `d${k}.jsonl`);
    if (!existsSync(path)) writeFileSync(path, JSON.stringify({ content: `x = ${k}` }));
    return dirname((await withDataSets([path], null, where(folder)))[0]!);
  }
  const age = (parent: string, days: number): void => {
    const time = new Date(Date.now() - days * 24 * 3600 * 1000);
    utimesSync(parent, time, time);
  };

  test('stays as far as it was asked for last, or within a day', async () => {
    const folder = folderWith();
    const parents: string[] = [];
    for (let k = 0; k < MOST_UNPACKED; k++) parents.push(await unpack(folder, k));
    parents.forEach((parent, k) => age(parent, 20 - k));
    // The oldest is asked for again, which makes it the newest.
    expect(await unpack(folder, 0)).toBe(parents[0]);
    expect(parents.every(existsSync)).toBe(true);
    parents.push(await unpack(folder, MOST_UNPACKED));
    expect(parents.filter((parent) => !existsSync(parent))).toEqual([parents[1]]);
    expect(readdirSync(join(folder, 'cache/data-sets'))).toHaveLength(MOST_UNPACKED);
    // What a process may be reading is let alone, however much there is.
    for (const parent of parents) if (existsSync(parent)) age(parent, 0.5);
    await unpack(folder, MOST_UNPACKED + 1);
    expect(readdirSync(join(folder, 'cache/data-sets'))).toHaveLength(MOST_UNPACKED + 1);
  });
});

describe('shards in place of folders', () => {
  const files = [
    { project: 'o/one', path: 'a/b.py', text: 'x = 1\n' }, { project: 'two', path: 'c', text: 'y = 2\n' },
    { project: 'two', path: '../up.py', text: 'z = 3\n' },
  ];

  test('become projects, once, whichever folder they lie in', async () => {
    const [shards, folder] = [await makeShards(files, 2), folderWith()];
    const [root] = await withDataSets([shards], null, where(folder));
    expect(readFileSync(join(root!, 'o+one/a/b.py'), 'utf8')).toBe('x = 1\n');
    expect(readdirSync(join(root!, 'two')).sort()).toEqual([expect.stringMatching(/^[\da-f]{16}\.py$/u), 'c.py']);
    expect(await withDataSets([await makeShards(files, 2)], null, where(folder))).toEqual([root]);
    expect(await projectsOf([shards], null, where(folder))).toEqual([join(root!, 'o+one'), join(root!, 'two')]);
  });

  test('that were changed are refused, and leave nothing behind', async () => {
    const [shards, folder] = [await makeShards(files, 1), folderWith()];
    truncateSync(join(shards, 'part-00000.parquet'), 100);
    await expect(withDataSets([shards], null, where(folder))).rejects.toThrow(/its bytes are others/u);
    const left = readdirSync(join(folder, 'cache/data-sets')).flatMap((key) => readdirSync(join(folder, 'cache/data-sets', key)));
    expect(left).toEqual([]);
  });

  test('a project with a manifest of its own is a project', async () => {
    const folder = folderWith({ 'p/manifest.json': '{"manifest_version": 3}', 'p/a.py': '' });
    expect(await withDataSets([join(folder, 'p')], null, where(folder))).toEqual([join(folder, 'p')]);
  });
});
