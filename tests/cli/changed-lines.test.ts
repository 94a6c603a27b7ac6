import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findChangedLines } from '../../src/cli/changed-lines.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli, runCliProcess, type RunResult } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
beforeAll(async () => {
  cli = await buildFakeCli();
});

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

test('no setting of git counts: context between hunks, attributes, filters', async () => {
  const lines = Array.from({ length: 9 }, (_, k) => `line ${k} \n`);
  const folder = repositoryWith({ 'a.py': lines.join(''), '.gitattributes': '*.py -diff filter=upper\n' });
  git(folder, 'config', 'diff.interHunkContext', '100');
  git(folder, 'config', 'diff.context', '50');
  git(folder, 'config', 'filter.upper.clean', 'tr a-z A-Z');
  writeFileSync(join(folder, 'a.py'), lines.join('').replace('line 1', 'Line 1').replace('line 7', 'Line 7'));
  expect(places(await nnfmt(folder, 'check', '--changed'))).toEqual(['a.py:2', 'a.py:8']);
});

test('a lone CR ends a line, as Python counts them', async () => {
  const folder = repositoryWith({ 'cr.py': 'a\rb\rc\n', 'mixed.py': 'a\rb\nc\n' });
  writeFileSync(join(folder, 'cr.py'), 'a\rb\rC \n');
  writeFileSync(join(folder, 'mixed.py'), 'a\rb\nC \n');
  expect([...findChangedLines([join(folder, 'cr.py'), join(folder, 'mixed.py')], 'HEAD').values()]).toEqual([
    [{ first: 3, last: 3 }], [{ first: 3, last: 3 }],
  ]);
});

test('line ends do not count, whether git made them or a person', async () => {
  const folder = repositoryWith({ 'a.py': 'a \nb \nc \n', 'b.py': 'x \n' });
  git(folder, 'config', 'core.autocrlf', 'true');
  writeFileSync(join(folder, 'a.py'), 'a \r\nB \r\nc \r\n');
  writeFileSync(join(folder, 'b.py'), 'x \r\n');
  expect(findChangedLines(['a.py', 'b.py'].map((name) => join(folder, name)), 'HEAD')).toEqual(
    new Map([[join(folder, 'a.py'), [{ first: 2, last: 2 }]]]),
  );
  git(folder, 'config', 'core.autocrlf', 'false');
  expect(findChangedLines([join(folder, 'b.py')], 'HEAD').size).toBe(0);
});

test('what the index says of a file does not hide its changes', async () => {
  const folder = repositoryWith({ 'a.py': 'a \n', 'b.py': 'a \nb \n', 'c.py': 'a \n' });
  git(folder, 'update-index', '--assume-unchanged', 'a.py');
  writeFileSync(join(folder, 'a.py'), 'A \n');
  git(folder, 'rm', '-q', '--cached', 'b.py');
  writeFileSync(join(folder, 'b.py'), 'a \nB \n');
  writeFileSync(join(folder, 'n.py'), 'n \n');
  git(folder, 'add', '-N', 'n.py');
  expect(places(await nnfmt(folder, 'check', '--changed'))).toEqual(['a.py:1', 'b.py:2', 'n.py:1']);
});

test('files of several repositories, worktrees and submodules, each with its own', async () => {
  const folder = repositoryWith({ 'a.py': 'a \n' });
  const library = repositoryWith({ 'l.py': 'l \nm \n' });
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
  git(folder, 'commit', '-qm', 'library');
  git(folder, 'worktree', 'add', '-q', join(folder, 'tree'), '-b', 'other');
  writeFileSync(join(folder, 'lib/l.py'), 'l \nM \n');
  writeFileSync(join(folder, 'tree/a.py'), 'a \nb \n');
  expect(places(await nnfmt(folder, 'check', '--changed', '--include-vendored'))).toEqual(['lib/l.py:2', 'tree/a.py:2']);
});

test('in a git hook, whose environment speaks of one repository, each file still goes with its own', async () => {
  const folder = repositoryWith({ 'a.py': 'a \nb \n' });
  const other = repositoryWith({ 'a.py': 'a \nb \n' });
  writeFileSync(join(folder, 'a.py'), 'a \nB \n');
  writeFileSync(join(other, 'a.py'), 'A \nb \n');
  const run = spawnSync(process.execPath, [cli.script, 'check', '--changed', '--', 'a.py', join(other, 'a.py')], {
    cwd: folder, encoding: 'utf8',
    env: { ...process.env, GIT_DIR: '.git', GIT_INDEX_FILE: '.git/next-index.lock', GIT_PREFIX: '', GIT_WORK_TREE: other, GIT_GLOB_PATHSPECS: '1' },
  });
  expect(run.stderr).toContain('2 deviations in 2 of 2 files');
  expect(run.stdout).toContain('\na.py:2:');
});

test('a repository of SHA-256 ids', async () => {
  const folder = folderWith({ 'a.py': 'a \nb \n', 'same.py': 'a \n' });
  if (spawnSync('git', ['init', '-q', '--object-format=sha256'], { cwd: folder }).status !== 0) return;
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'first');
  writeFileSync(join(folder, 'a.py'), 'a \nB \n');
  expect(places(await nnfmt(folder, 'check', '--changed'))).toEqual(['a.py:2']);
});

test('a repository that git refuses to open: its own words', async () => {
  const folder = folderWith({ 'a.py': 'a \n', '.git': 'gitdir: /nowhere\n' });
  const run = await nnfmt(folder, 'check', '--changed');
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('--changed: git rev-parse failed in');
  expect(run.stderr).toContain('not a git repository: /nowhere');
});
