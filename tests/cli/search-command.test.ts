import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

let folder: string;
let cache: string;

const FILES = {
  'dates.py': 'def parse_date(text):\n    parts = text.split("-")\n    return date(*map(int, parts))\n',
  'store.py': 'class Store:\n    def save(self, path):\n        with open(path, "w") as file:\n            json.dump(self.items, file)\n',
  'tests/test_dates.py': 'def test_parse_date():\n    assert parse_date("2020-01-02") == date(2020, 1, 2)\n',
};

beforeEach(() => {
  folder = folderWith();
  cache = join(folderWith(), 'cache');
  mkdirSync(join(folder, 'tests'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});

const search = (args: readonly string[]) => runInProcess(['search', ...args], { env: { NNFMT_CACHE_DIR: cache } });

interface Answer {
  readonly index: Record<'files' | 'functions' | 'added' | 'kept' | 'removed', number>;
  readonly results: readonly { readonly path: string; readonly line: number; readonly name: string; readonly text: string }[];
}
const asJson = async (args: readonly string[]): Promise<Answer> => {
  const { code, stdout, stderr } = await search([...args, '--json', '-q']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Answer;
};

describe('nnfmt search', () => {
  it('shows file, line and first lines of what fits best', async () => {
    const { code, stdout } = await search(['read a date', folder, '-n', '1', '--lines', '2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/dates\.py:1 {2}parse_date {2}\d\.\d\d\n {4}def parse_date\(text\):\n {8}parts = text\.split\("-"\)\n$/u);
  });

  it('takes tests in when asked to', async () => {
    const without = await asJson(['parse a date', folder]);
    expect(without.results.map(({ name }) => name)).toEqual(['parse_date', 'Store.save']);
    const all = await asJson(['parse a date', folder, '--tests']);
    expect(all.results.map(({ name }) => name)).toContain('test_parse_date');
  });

  it('keeps an index, and reads anew what changed', async () => {
    expect((await asJson(['date', folder])).index).toEqual({ files: 3, functions: 3, added: 3, kept: 0, removed: 0 });
    expect((await asJson(['date', folder])).index).toMatchObject({ added: 0, kept: 3 });
    writeFileSync(join(folder, 'dates.py'), `import os\n\n\n${FILES['dates.py']}`);
    renameSync(join(folder, 'store.py'), join(folder, 'shop.py'));
    rmSync(join(folder, 'tests'), { recursive: true });
    const { index, results } = await asJson(['parse a date', folder]);
    expect(index).toEqual({ files: 2, functions: 2, added: 1, kept: 1, removed: 2 });
    expect(results[0]).toMatchObject({ name: 'parse_date', line: 4 });
    expect(results[1].path).toBe(join(folder, 'shop.py'));
  });

  it('writes a named index, and none where none is wanted', async () => {
    const path = join(folder, 'my.index');
    await asJson(['date', folder, '--no-index']);
    await asJson(['date', folder, '--index', path]);
    expect((await asJson(['date', folder, '--index', path])).index.kept).toBe(3);
    expect((await asJson(['date', folder])).index.kept).toBe(0);
  });

  it('refuses a named index of another version, or what is none, and leaves it as it is', async () => {
    const path = join(folder, 'my.index');
    await asJson(['date', folder, '--index', path]);
    const newer = readFileSync(path);
    newer.writeUInt32LE(99, 8);
    for (const [bytes, words] of [[newer, 'made by another version of nnfmt'], [Buffer.from('notes'), 'no index of `nnfmt search`']] as const) {
      writeFileSync(path, bytes);
      const { code, stdout, stderr } = await search(['date', folder, '--index', path]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(words);
      expect(readFileSync(path)).toEqual(Buffer.from(bytes));
    }
  });

  it.each([
    ['a question without a known word', ['xyzzyq'], 'none of the words of "xyzzyq" is known'],
    ['an empty question', ['  '], 'QUERY: is empty'],
    ['a network that is none', ['date', '--network', 'nowhere.bin'], 'train one with `nnfmt train --task search`'],
  ])('exits with 2 for %s', async (_, args, words) => {
    const { code, stdout, stderr } = await search([...args, folder]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('says where there is nothing to find, and goes on past what cannot be read', async () => {
    const empty = await search(['date', folderWith()]);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('no Python function found') as string]);
    writeFileSync(join(folder, 'binary.py'), Buffer.from([0, 1, 2, 255, 0]));
    const { code, stdout, stderr } = await search(['date', folder, join(folder, 'missing')]);
    expect(code).toBe(2);
    expect(stdout).toContain('parse_date');
    expect(stderr).toContain('missing');
    expect(stderr).toContain('left out: ');
  });
});
