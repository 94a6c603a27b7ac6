import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from '../../src/shared/find-program.js';
import { folderWith } from '../support/folder-with.js';
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

  test('refuses a wrong word, no token, no database', async () => {
    const folder = folderWith();
    expect((await runInProcess(['corpus', 'serch'])).stderr).toMatch(/did you mean search\?/u);
    const search = await corpus(folder, 'search', '--query', 'x');
    expect([search.code, search.stderr]).toEqual([2, expect.stringMatching(/GITHUB_TOKEN/u)]);
    const list = await corpus(folder, 'list');
    expect([list.code, list.stderr]).toEqual([2, expect.stringMatching(/there is no such file/u)]);
  });
});
