import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from '../../src/shared/find-program.js';
import { folderWith } from '../support/folder-with.js';
import { RepositoryStore } from '../../src/gather/index.js';
import { runInProcess } from './support/run-in-process.js';

const GIT = findProgram('git', { env: process.env, platform: process.platform });
const MIT = 'Permission is hereby granted, free of charge. The above copyright notice and this permission notice shall stay.\n';
const GPL = 'GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007\n';
const code = (name: string): string =>
  Array.from({ length: 60 }, (_, k) => `${name}_value_number_${k} = compute_${name}(${k}, "${name}")\n`).join('');

/** Bare repositories below a folder, as OWNER+NAME/repo. */
function repositories(contents: Readonly<Record<string, Readonly<Record<string, string>>>>): { folder: string; paths: string[] } {
  const folder = folderWith();
  const paths = Object.entries(contents).map(([name, files]) => {
    const work = folderWith(files);
    const git = (...args: string[]): void => void execFileSync(GIT!, ['-C', work, '-c', 'user.name=n', '-c', 'user.email=e', ...args], { stdio: 'pipe' });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    const bare = join(folder, name, 'repo');
    mkdirSync(join(folder, name));
    git('clone', '-q', '--bare', work, bare);
    return bare;
  });
  return { folder, paths };
}

/** Whether a disk of a few kilobytes can be had: as root, where containers allow it. */
const canMount = ((): boolean => {
  const folder = folderWith();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder]).status !== 0) return false;
  spawnSync('umount', [folder]);
  return true;
})();

/** Paths below a folder with their contents. */
function filesBelow(folder: string, at = ''): [path: string, content: string][] {
  return readdirSync(join(folder, at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = join(at, entry.name);
    return entry.isDirectory() ? filesBelow(folder, path) : [[path, readFileSync(join(folder, path), 'utf8')] as [string, string]];
  });
}

const corpus = (folder: string, part: string, ...args: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['corpus', part, ...(part === 'stats' ? [] : ['--db', join(folder, 'c.sqlite')]), ...args]);

describe.skipIf(GIT === null)('nnfmt corpus', () => {
  test('fetches Python files of permissive repositories, and says what became of the others', async () => {
    const { folder, paths } = repositories({
      'a+good': {
        LICENSE: MIT, 'src/one.py': code('one'), 'vendor/v.py': code('v'), 'big.py': `${code('big')}#${'x'.repeat(400_000)}\n`,
        'copy.py': code('one'), 'gpl.py': `# SPDX-License-Identifier: GPL-3.0-only\n${code('gpl')}`,
        'made_pb2.py': code('made'), 'read.me': 'no', 'sub/COPYING': GPL, 'sub/s.py': code('s'),
      },
      'b+gpl': { COPYING: GPL, 'g.py': code('g') },
      'c+none': { 'n.py': code('n') },
      'd+declared': { 'setup.cfg': 'classifiers =\n  License :: OSI Approved :: BSD License\n', 'd.py': code('d') },
    });
    const dest = join(folder, 'dest');
    const { code: exit, stdout, stderr } = await corpus(folder, 'fetch', '--dest', dest, ...paths, join(folder, 'x+gone'));
    expect(stdout).toMatch(/^2 repositories with 2 files fetched, 2 left out, 1 failed/u);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/b\/gpl: left out: its licence is GPL-3.0\nc\/none: left out: no licence that is known/u);
    expect(readdirSync(dest).sort()).toEqual(['a+good', 'd+declared']);
    const record = JSON.parse(readFileSync(join(dest, 'a+good/.nnfmt-corpus.json'), 'utf8')) as { leftOut: object; files: object };
    expect(Object.keys(record.files)).toHaveLength(1);
    expect(record.leftOut).toEqual({ foreign: 2, tooLarge: 1, generated: 0, duplicate: 1, licence: 2, unreadable: 0 });
    const listed = await corpus(folder, 'list', '--json');
    const states = (JSON.parse(listed.stdout) as { repositories: { nameWithOwner: string; state: string }[] }).repositories;
    expect(Object.fromEntries(states.map(({ nameWithOwner, state }) => [nameWithOwner, state]))).toEqual({
      'a/good': 'fetched', 'b/gpl': 'excluded', 'c/none': 'excluded', 'd/declared': 'fetched', 'x/gone': 'gone',
    });
    expect((await corpus(folder, 'list', '--csv', '--state', 'gone')).stdout.split('\r\n')[1]).toMatch(/^x\/gone,x,gone,/u);
  }, 30_000);

  test('goes on after a kill: whole folders stay, parts go, and the same files are found', async () => {
    const { folder, paths } = repositories({
      'a+one': { LICENSE: MIT, 'a.py': code('alpha') }, 'b+two': { LICENSE: MIT, 'b.py': code('b'), 'a.py': code('alpha') },
    });
    const dest = join(folder, 'dest');
    await corpus(folder, 'fetch', '--dest', dest, ...paths);
    rmSync(join(dest, 'b+two'), { recursive: true });
    mkdirSync(join(dest, '.part-clone-x'));
    writeFileSync(join(dest, '.part-clone-x/half.py'), 'x');
    rmSync(join(folder, 'c.sqlite'));
    const { stdout } = await corpus(folder, 'fetch', '--dest', dest, ...paths);
    expect(stdout).toMatch(/^1 repositories with 1 files fetched/u);
    expect(readdirSync(dest).sort()).toEqual(['a+one', 'b+two']);
    expect(existsSync(join(dest, 'b+two/a.py'))).toBe(false);
    expect((await corpus(folder, 'list')).stdout.match(/ fetched/gu)).toHaveLength(2);
  }, 30_000);

  test('stops when the budget is used up', async () => {
    const { folder, paths } = repositories({
      'a+one': { LICENSE: MIT, 'a.py': code('alpha') }, 'b+two': { LICENSE: MIT, 'b.py': code('b') },
    });
    const dest = join(folder, 'dest');
    const { stdout, stderr } = await corpus(folder, 'fetch', '--dest', dest, '--budget', '0.004', ...paths);
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^1 repositories/u), expect.stringMatching(/1 failed|budget is used up/u)]);
    expect(readdirSync(dest)).toEqual(['a+one']);
  }, 30_000);

  test('counts as wc does, and draws', async () => {
    const folder = folderWith({
      'c/p/a.py': 'def f():\n    return "ä b"\n', 'c/p/b.py': 'x = 1', 'c/q/t.py': "if x:\n\ty = 'a'\r\n",
    });
    const page = join(folder, 'page.html');
    const { stdout } = await corpus(folder, 'stats', '--json', '--html', page, join(folder, 'c'));
    expect(JSON.parse(stdout)).toMatchObject({
      files: 3, lines: 5, words: 13, characters: 47, indentation: { '4 spaces': 1, none: 1, tabs: 1 },
      quotes: { double: 1, neither: 1, single: 1 }, lineEnds: { LF: 2, CRLF: 1 }, licences: { unknown: 3 },
    });
    expect(readFileSync(page, 'utf8')).toMatch(/<svg class="bars"/u);
  });

  test('leaves out what its clone shows to be too large, whatever GitHub said', async () => {
    const noise = Array.from({ length: 9000 }, (_, k) => `v_${(k * 2654435761) % 4294967296} = ${(k * 40503) % 65536}`).join('\n');
    const { folder, paths } = repositories({
      'a+vast': { LICENSE: MIT, 'a.py': noise }, 'b+small': { LICENSE: MIT, 'b.py': code('b') },
    });
    const dest = join(folder, 'dest');
    const { code: exit, stderr } = await corpus(folder, 'fetch', '--dest', dest, '--max-repository', '0.1', ...paths);
    expect([exit, stderr]).toEqual([0, expect.stringMatching(/^a\/vast: left out: too large: it takes more than 0\.1 MB$/mu)]);
    expect(readdirSync(dest)).toEqual(['b+small']);
  }, 30_000);

  test('a run that is killed is continued to the same folders', async () => {
    const names = ['a+one', 'b+two', 'c+three', 'd+four'];
    const { folder, paths } = repositories(Object.fromEntries(names.map((name) =>
      [name, { LICENSE: MIT, 'same.py': code('same'), [`${name.slice(2)}.py`]: code(name.slice(2)) }])));
    const [whole, dest] = [join(folder, 'whole'), join(folder, 'dest')];
    await corpus(folder, 'fetch', '--dest', whole, ...paths);
    const db = join(folder, 'killed.sqlite');
    const args = ['corpus', 'fetch', '--db', db, '--dest', dest, '--jobs', '1', ...paths];
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (String(chunk).includes('b/two')) child.kill('SIGKILL');
      });
      child.on('close', () => resolve());
    });
    expect(child.signalCode).toBe('SIGKILL');
    expect(readdirSync(dest).filter((name) => !name.startsWith('.part-')).length).toBeLessThan(names.length);
    expect((await runInProcess(args)).code).toBe(0);
    expect(filesBelow(dest)).toEqual(filesBelow(whole));
  }, 60_000);

  test.skipIf(!canMount)('a disk that is full in mid-clone stops the run, and the next one goes on', async () => {
    const noise = (name: string, count: number): string =>
      Array.from({ length: count }, (_, k) => `${name}_${(k * 2654435761) % 4294967296} = ${(k * 40503) % 65536}`).join('\n');
    const { folder, paths } = repositories({
      'a+one': { LICENSE: MIT, 'a.py': noise('a', 1000) }, 'b+two': { LICENSE: MIT, 'b.py': noise('b', 9000) },
      'c+three': { LICENSE: MIT, 'c.py': noise('c', 1000) },
    });
    const disk = folderWith();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', disk]);
    try {
      const dest = join(disk, 'dest');
      const args = ['--dest', dest, '--jobs', '1', '--max-file', '1000', ...paths];
      const first = await corpus(folder, 'fetch', ...args);
      expect([first.code, first.stderr]).toEqual([2, expect.stringMatching(/b\/two: .*(?:disk is full|ENOSPC)[^]*the disk is full\. The same command goes on there/u)]);
      expect(readdirSync(dest)).toEqual(['a+one']);
      execFileSync('mount', ['-o', 'remount,size=20m', disk]);
      expect((await corpus(folder, 'fetch', ...args)).stdout).toMatch(/^2 repositories with 2 files fetched/u);
    } finally {
      execFileSync('umount', [disk]);
    }
  }, 60_000);

  test('refuses a wrong word, no token, no database', async () => {
    const folder = folderWith();
    expect((await runInProcess(['corpus', 'serch'])).stderr).toMatch(/did you mean search\?/u);
    const search = await corpus(folder, 'search', '--query', 'x');
    expect([search.code, search.stderr]).toEqual([2, expect.stringMatching(/GITHUB_TOKEN/u)]);
    const refused = await runInProcess(
      ['corpus', 'search', '--query', 'x', '--api', 'http://127.0.0.1:9', '--db', join(folder, 'c.sqlite')],
      { env: { GITHUB_TOKEN: 'x' } });
    expect([refused.code, existsSync(join(folder, 'c.sqlite'))]).toEqual([2, false]);
    (await RepositoryStore.open(join(folder, 'empty.sqlite'))).save();
    const none = await runInProcess(['corpus', 'fetch', '--db', join(folder, 'empty.sqlite'), '--dest', join(folder, 'd')]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/knows of no repository: find some/u)]);
    const list = await corpus(folder, 'list');
    expect([list.code, list.stderr]).toEqual([2, expect.stringMatching(/there is no such file/u)]);
  });
});
