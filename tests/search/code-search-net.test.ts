import { execFileSync } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPairs } from '../../src/search/pair-source.js';
import { readRecords } from '../../src/search/code-search-net.js';
import { folderWith } from '../support/folder-with.js';

const record = (name: string, more: object = {}) => JSON.stringify({
  repo: 'owner/name', path: 'a.py', func_name: `Store.${name}`, language: 'python', partition: 'train',
  url: `https://github.com/owner/name/blob/0123/a.py#L1-L4`, docstring: `Keeps the ${name} of a shop.\n\nAnd more.`,
  code: `def ${name}(self, items):\n    """Keeps the ${name} of a shop.\n\n    And more."""\n    for item in items:\n        self.${name}.append(item)\n    return self\n`,
  ...more,
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("CodeSearchNet's files", () => {
  it('give functions with their questions, compressed or not', async () => {
    const folder = folderWith();
    const lines = [record('goods'), '', record('other', { language: 'go' }), record('price', { docstring: 'Short.' })].join('\r\n');
    writeFileSync(join(folder, 'a.jsonl'), lines);
    writeFileSync(join(folder, 'a.jsonl.gz'), gzipSync(lines));
    const plain = await all(readRecords(join(folder, 'a.jsonl')));
    expect(plain.map(({ name, query, isPair }) => [name, query, isPair])).toEqual([
      ['Store.goods', 'Keeps the goods of a shop.', true], ['Store.price', 'Short.', false],
    ]);
    expect(plain[0]).toMatchObject({ project: 'owner/name', url: 'https://github.com/owner/name/blob/0123/a.py#L1-L4' });
    expect(plain[0].function.tokens.some(({ text }) => text.includes('shop'))).toBe(false);
    expect(await all(readRecords(join(folder, 'a.jsonl.gz')))).toEqual(plain);
  });

  it('are refused with the line that is none, and where compressed data is broken', async () => {
    const folder = folderWith();
    const bad = join(folder, 'bad.jsonl');
    writeFileSync(bad, `${record('goods')}\n{"code": 1}\n`);
    await expect(all(readRecords(bad))).rejects.toThrow(/bad\.jsonl: line 2: code is missing or no text/u);
    writeFileSync(bad, 'no json');
    await expect(all(readRecords(bad))).rejects.toThrow(/line 1: this is no JSON/u);
    writeFileSync(bad, '{"language":"go","code":"","docstring":""}\n');
    await expect(all(readRecords(bad))).rejects.toThrow(/holds no Python function/u);
    const whole = gzipSync(Array.from({ length: 200 }, (_, k) => record(`goods${k}`)).join('\n'));
    const cut = join(folder, 'cut.jsonl.gz');
    writeFileSync(cut, whole.subarray(0, whole.length - 20));
    await expect(all(readRecords(cut))).rejects.toThrow(/cut\.jsonl\.gz: its compressed data is broken or ends too early/u);
    const spoilt = Buffer.from(whole);
    spoilt.fill(0xff, 200, 260);
    writeFileSync(cut, spoilt);
    await expect(all(readRecords(cut))).rejects.toThrow(/its compressed data is broken/u);
    await expect(all(readRecords(join(folder, 'none.jsonl')))).rejects.toThrow(/no such file/u);
  });

  it('give pairs once, of docstrings and of names', async () => {
    const folder = folderWith();
    const path = join(folder, 'a.jsonl');
    const long = record('unused', { docstring: '', code: 'def load_all_items(self, path, kind):\n    data = read(path, kind)\n    total = sum(data)\n    return first(total, second, third)\n' });
    writeFileSync(path, [record('goods'), record('goods'), long].join('\n'));
    const pairs = await all(readPairs([{ dataSet: path }], { names: true }));
    expect(pairs.map(({ from, query }) => [from, query.map(({ word }) => word).join(' ')])).toEqual([
      ['docstring', 'keeps the goods of a shop'], ['name', 'load all items'],
    ]);
    expect(pairs[1].code.some(({ word }) => word === 'items')).toBe(false);
    expect(await all(readPairs([{ dataSet: path }], { names: true, takes: () => false }))).toEqual([]);
  });
});

it('a file of ten times the memory is read to its end', async () => {
  const folder = folderWith();
  const path = join(folder, 'large.jsonl.gz');
  const boundMb = 24;
  const line = `${record('goods', { filler: 'x'.repeat(4000) })}\n`;
  const lines = Math.ceil((10 * boundMb * 1024 * 1024) / line.length);
  const packed = createGzip({ level: 1 });
  const done = new Promise<void>((resolve, reject) => packed.pipe(createWriteStream(path)).on('finish', resolve).on('error', reject));
  const chunk = line.repeat(1000);
  for (let k = 0; k < lines; k += 1000) if (!packed.write(chunk)) await new Promise((resolve) => packed.once('drain', resolve));
  packed.end();
  await done;
  // The lines alone, for half a second: what is done with each is bounded by its length.
  const script = join(folder, 'read.mts');
  writeFileSync(script, `import { readLines } from ${JSON.stringify(join(import.meta.dirname, '../../src/shared/read-lines.ts'))};
let count = 0;
let largest = 0;
for await (const line of readLines(process.argv[2])) {
  if (line.length > 4000) count++;
  if (count % 500 === 0) largest = Math.max(largest, process.memoryUsage().arrayBuffers);
}
console.log(count, largest);
`);
  const printed = execFileSync(process.execPath, [`--max-old-space-size=${boundMb}`, '--import', 'tsx', script, path], {
    encoding: 'utf8', cwd: join(import.meta.dirname, '../..'),
  });
  const [count, buffers] = printed.split(' ').map(Number);
  expect(count).toBe(Math.ceil(lines / 1000) * 1000);
  expect(buffers).toBeLessThan(boundMb * 1024 * 1024);
}, 60_000);
