import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readHunks } from '../../src/cli/changed-lines.js';
import { buildFakeCli, makeFolder, runCliProcess, type RunResult } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
const folders: string[] = [];
beforeAll(async () => {
  cli = await buildFakeCli();
});
afterAll(() => cli.remove());
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  folders.push(folder);
  return folder;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-c', 'commit.gpgsign=false', ...args], {
    cwd, encoding: 'utf8', stdio: 'pipe',
  });
}

function repositoryWith(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

const nnfmt = (cwd: string, ...args: string[]): Promise<RunResult> => runCliProcess({ script: cli.script, args, cwd });
const places = ({ stdout }: RunResult): string[] => stdout.split('\n').flatMap((line) => /^.*?:\d+/u.exec(line) ?? []);

test('only lines that differ from HEAD; untracked files whole; others not at all', async () => {
  const folder = repositoryWith({ 'old.py': 'a \nb \nc \n', 'same.py': 'x \n', 'sub/ü "q".py': 'a \nb \n' });
  writeFileSync(join(folder, 'old.py'), 'a \nB \nc \nd \n');
  writeFileSync(join(folder, 'sub/ü "q".py'), 'a \nB \n');
  writeFileSync(join(folder, 'new.py'), 'n \nm \n');
  const run = await nnfmt(folder, 'check', '--changed');
  expect(run.code).toBe(1);
  expect(places(run)).toEqual(['new.py:1', 'new.py:2', 'old.py:2', 'old.py:4', 'sub/ü "q".py:2']);
  expect(places(await nnfmt(folder, 'check', '-j', '2', '--changed'))).toEqual(places(run));
  // What is staged differs from HEAD too.
  git(folder, 'add', '.');
  expect(places(await nnfmt(folder, 'check', '--changed'))).toEqual(places(run));
});

test('format --changed leaves the other lines as they are', async () => {
  const folder = repositoryWith({ 'old.py': 'a \nb \n' });
  writeFileSync(join(folder, 'old.py'), 'a \nb \nc \n');
  expect((await nnfmt(folder, 'format', '--changed', '--', 'old.py')).code).toBe(0);
  expect(readFileSync(join(folder, 'old.py'), 'utf8')).toBe('a \nb \nc\n');
});

test('another revision, and a path in its place', async () => {
  const folder = repositoryWith({ 'old.py': 'a \n', 'sub/b.py': 'b \n' });
  writeFileSync(join(folder, 'old.py'), 'a \nb \n');
  git(folder, 'commit', '-q', '-a', '-m', 'second');
  expect((await nnfmt(folder, 'check', '--changed')).stderr).toBe('No file differs from HEAD; nothing to do.\n');
  expect(places(await nnfmt(folder, 'check', '--changed', 'HEAD~1'))).toEqual(['old.py:2']);
  expect(places(await nnfmt(folder, 'check', '--changed=HEAD~1', 'sub'))).toEqual([]);
  writeFileSync(join(folder, 'sub/b.py'), 'B \n');
  expect(places(await nnfmt(folder, 'check', '--changed', 'sub'))).toEqual(['sub/b.py:1']);
  const unknown = await nnfmt(folder, 'check', '--changed', 'nowhere');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('--changed: git knows no revision "nowhere"');
  expect((await nnfmt(folder, 'check', '--changed=--output=x')).code).toBe(2);
});

test('a repository without commits: everything is new', async () => {
  const folder = folderWith({ 'a.py': 'a \n' });
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  expect(places(await nnfmt(folder, 'check', '--changed'))).toEqual(['a.py:1']);
});

test('no repository, stdin, and --range beside it: exit 2 with the reason', async () => {
  const folder = folderWith({ 'a.py': 'a \n' });
  const none = await nnfmt(folder, 'check', '--changed');
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('--changed: a.py is in no git repository');
  expect((await nnfmt(folder, 'check', '--changed', '--', '-')).stderr).toContain('cannot be combined with stdin');
  expect((await nnfmt(folder, 'format', '--changed', '--range', '1-2')).stderr).toContain('cannot be combined with --changed');
});

test('hunks of a diff without context', () => {
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@ def f():\n-a\n+b\n@@ -3,2 +2,0 @@\n-c\n-d\n@@ -9,0 +8,3 @@\n+@@ -1 +1 @@\n+e\n+f\r@@ -1 +77 @@\n';
  expect(readHunks(diff)).toEqual([{ first: 1, last: 1 }, { first: 8, last: 10 }]);
});
