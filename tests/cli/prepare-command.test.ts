import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeShard, SHARD_COLUMNS, type ShardRow } from '../../src/shards/shard-file.js';
import type { Manifest } from '../../src/shards/manifest.js';
import { shardOf } from '../../src/shards/shard-place.js';
import { createRandom } from '../../src/shared/random.js';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

/** A program of so many statements that no other is like. */
function program(seed: string, statements = 40): string {
  const random = createRandom(seed);
  return Array.from({ length: statements }, () => `v${random.int(1e9)} = f${random.int(1e9)}(${random.int(1e9)})\n`).join('');
}

const many = Object.fromEntries(Array.from({ length: 240 }, (_, k) => [
  `corpus/proj${k % 12}/pkg/m${k}.py`, program(`m${k}`, 5 + (k % 11)),
]));
const original = program('original');
const folder = folderWith({
  ...many,
  // The same program in another project, laid out otherwise, with one statement more; and an equal file.
  'corpus/proj0/copied.py': original,
  'corpus/proj1/vendor_of_sorts.py': `${original.replaceAll(' = ', '=')}extra = 1\n`,
  'other/proj2/again.py': original,
  'corpus/proj3/broken.py': 'def f(:\n',
  'corpus/proj3/empty.py': '\n',
  'corpus/proj3/made_pb2.py': 'x = 1\n',
  'corpus/proj3/latin.py': Buffer.from('x = "\xe9"\n', 'latin1').toString('latin1'),
  'corpus/proj3/_vendor/six.py': 'x = 1\n',
  'corpus/proj3/big.py': 'x = 1\n'.repeat(50_000),
  'corpus/gnu/LICENSE': 'GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n',
  'corpus/gnu/free.py': program('free'),
  'corpus/mit/LICENSE': 'Permission is hereby granted, free of charge, to any person. The above copyright notice and this permission notice shall',
  'corpus/mit/a.py': program('mit'),
});
writeFileSync(join(folder, 'corpus/proj3/latin.py'), Buffer.from('x = "\xe9"\n', 'latin1'));
const at = (name: string): string => join(folder, name);

async function rowsIn(shards: string): Promise<{ manifest: Manifest; rows: ShardRow[] }> {
  const manifest = JSON.parse(readFileSync(join(shards, 'manifest.json'), 'utf8')) as Manifest;
  const rows: ShardRow[] = [];
  for (const { name } of manifest.shards) rows.push(...await decodeShard(readFileSync(join(shards, name)), name, SHARD_COLUMNS));
  return { manifest, rows };
}

const bytesIn = (shards: string): Record<string, string> => Object.fromEntries(
  readdirSync(shards).map((name) => [name, readFileSync(join(shards, name)).toString('base64')]));

describe('nnfmt corpus prepare', () => {
  let run: Awaited<ReturnType<typeof runInProcess>>;
  beforeAll(async () => {
    run = await runInProcess(['corpus', 'prepare', at('corpus'), at('other'), '--out', at('shards'), '--shards', '4', '--hold-out', '0.3', '-q']);
  }, 120_000);

  it('keeps what can be learned from, and counts the rest by why', async () => {
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { manifest, rows } = await rowsIn(at('shards'));
    expect(manifest.leftOut).toEqual({ empty: 1, encoding: 1, generated: 1, licence: 1, similar: 2, size: 1, syntax: 1, vendored: 1 });
    expect(manifest).toMatchObject({ rows: 242, projects: 13, seed: 1, similar: 0.8 });
    expect(rows).toHaveLength(242);
    expect(rows.find(({ path }) => path === 'pkg/m7.py')).toMatchObject({ project: 'proj7', licence: null, text: many['corpus/proj7/pkg/m7.py'] });
    expect(rows.find(({ project }) => project === 'mit')).toMatchObject({ path: 'a.py', licence: 'MIT' });
    const copies = rows.filter(({ text }) => text.replaceAll(' = ', '=').startsWith(original.replaceAll(' = ', '=').slice(0, 100)));
    expect(copies).toHaveLength(1);
  });

  it('puts rows into shards by their order alone, about as many lines each, and a project into one split', async () => {
    const { manifest, rows } = await rowsIn(at('shards'));
    expect(rows.map(({ order }) => order)).toEqual(rows.map(({ order }) => order).sort());
    let first = 0;
    manifest.shards.forEach((shard, k) => {
      for (const { order } of rows.slice(first, first + shard.rows)) expect(shardOf(order, 4)).toBe(k);
      first += shard.rows;
      const mean = manifest.shards.reduce((sum, { lines }) => sum + lines, 0) / 4;
      // 60 files of 5 to 15 lines: three standard deviations are 45 %.
      expect(Math.abs(shard.lines - mean)).toBeLessThan(0.45 * mean);
    });
    const splits = new Map(rows.map(({ project, split }) => [project, split]));
    expect(rows.every(({ project, split }) => splits.get(project) === split)).toBe(true);
    expect(new Set(splits.values())).toEqual(new Set(['train', 'held']));
  });

  it('writes the same bytes on any number of threads, from corpora in any order', async () => {
    const again = await runInProcess(['corpus', 'prepare', at('other'), at('corpus'), '--out', at('again'), '--shards', '4', '--hold-out', '0.3', '--jobs', '3', '--json']);
    expect(again.code).toBe(0);
    expect(bytesIn(at('again'))).toEqual(bytesIn(at('shards')));
    expect((JSON.parse(again.stdout) as Manifest).rows).toBe(242);
  });

  it('is checked by corpus manifest, which makes the same manifest anew', async () => {
    const said = await runInProcess(['corpus', 'manifest', at('shards')]);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('242 files of 13 projects in 4 shards; left out: ') as string });
    const { manifest } = await rowsIn(at('shards'));
    const made = await runInProcess(['corpus', 'manifest', at('again'), '--write', '--left-out', JSON.stringify(manifest.leftOut), '--json']);
    expect(JSON.parse(made.stdout)).toEqual(manifest);
    expect(bytesIn(at('again'))).toEqual(bytesIn(at('shards')));
    expect(await runInProcess(['corpus', 'manifest', at('again'), '--write', '--left-out', '[1]'])).toMatchObject({ code: 2, stderr: expect.stringContaining('counts by reason') as string });
    expect(await runInProcess(['corpus', 'manifest', at('corpus')])).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no manifest') as string });
  });

  it('has mutants and counts where they are asked for', async () => {
    const more = await runInProcess(['corpus', 'prepare', at('other'), '--out', at('more'), '--mutants', '2', '--counts', '-q', '--jobs', '1']);
    expect(more).toMatchObject({ code: 0 });
    const { rows } = await rowsIn(at('more'));
    expect(JSON.parse(rows[0].mutants!)).toHaveLength(2);
    expect(JSON.parse(rows[0].counts!)).toMatchObject({ pieces: expect.any(Number) as number });
    expect((await rowsIn(at('shards'))).rows[0]).toMatchObject({ mutants: null, counts: null });
  });

  it('takes rows of a data set', async () => {
    const rows = [1, 2, 3].map((k) => JSON.stringify({ content: program(`row${k}`), max_stars_repo_name: `o/r${k % 2}`, max_stars_repo_path: `${k}.py` }));
    writeFileSync(at('rows.jsonl'), rows.join('\n'));
    const env = { ...process.env, XDG_CACHE_HOME: at('cache') };
    expect(await runInProcess(['corpus', 'prepare', at('rows.jsonl'), '--out', at('of-rows'), '-q'], { env })).toMatchObject({ code: 0 });
    expect((await rowsIn(at('of-rows'))).manifest).toMatchObject({ rows: 3, projects: 2 });
  });
});

describe('what it refuses', () => {
  it.each<[string, string[], RegExp]>([
    ['no --out', ['corpus'], /--out: is needed/u],
    ['no corpus', ['--out', 'x'], /PATHS: are needed/u],
    ['a folder that is there', ['corpus', '--out', 'other'], /other is there already/u],
    ['a corpus that is not', ['nowhere', '--out', 'x'], /nowhere: this folder cannot be read/u],
    ['a corpus of nothing', ['other/proj2', '--out', 'x'], /no file is kept/u],
  ])('%s', async (_, args, message) => {
    const inFolder = args.map((arg) => (arg.startsWith('--') ? arg : at(arg)));
    expect(await runInProcess(['corpus', 'prepare', ...inFolder, '-q'])).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
    expect(existsSync(at('x'))).toBe(false);
  });
});

it('a run that is killed leaves no folder of shards, and the next one takes away what it left', async () => {
  const command = await builtCommand();
  const out = join(folderWith({}), 'shards');
  const args = ['corpus', 'prepare', at('corpus'), '--out', out, '--jobs', '1', '-q'];
  const killed = spawn(process.execPath, [command, ...args]);
  const part = join(dirname(out), '.part-shards');
  while (!existsSync(part)) await sleep(5);
  killed.kill('SIGKILL');
  await new Promise((resolve) => killed.once('exit', resolve));
  expect(existsSync(out)).toBe(false);
  writeFileSync(join(part, 'rows-0.jsonl'), 'half a row');

  const interrupted = spawn(process.execPath, [command, ...args]);
  let said = '';
  interrupted.stderr.on('data', (text: Buffer) => (said += text.toString()));
  while (existsSync(join(part, 'rows-0.jsonl'))) await sleep(5);
  interrupted.kill('SIGINT');
  expect(await new Promise((resolve) => interrupted.once('exit', resolve))).toBe(130);
  expect(said).toContain('nothing was written');
  expect(readdirSync(dirname(out))).toEqual([]);

  expect(await runInProcess(args)).toMatchObject({ code: 0 });
  expect(readdirSync(dirname(out))).toEqual(['shards']);
  expect(readdirSync(out).sort()).toEqual(['manifest.json', 'part-00000.parquet']);
}, 120_000);
