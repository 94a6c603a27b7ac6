/**
 * Paths that lead to no readable file: each costs itself alone, with one clear line and exit code 2, in every command
 * that takes paths.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isLink } from '../../src/shared/look-at-path.js';
import { asNobody, isRoot } from '../support/as-nobody.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

/** The commands that look at one source, with the way to name it. */
const ONE_SOURCE: readonly (readonly [string, (path: string) => string[]])[] = [
  ['explain', (path) => ['explain', path]],
  ['explain LINE', (path) => ['explain', `${path}:1`]],
  ['mutate', (path) => ['mutate', path]],
  ['score', (path) => ['score', path]],
  ['score of two', (path) => ['score', path, path]],
  ['complete', (path) => ['complete', `${path}:1`]],
];

/** An error that a user understands: one line, not a stack trace. */
function expectOneLine(run: { code: number; stdout: string; stderr: string }, path: string, reason: RegExp): void {
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(reason);
  expect(run.stderr).toContain(path);
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(run.stderr).not.toContain('a bug');
}

/** Everything is loaded once, because another user may not be able to. */
beforeAll(async () => {
  const folder = folderWith({ 'a.py': 'x = 1\n' });
  for (const command of ['format', 'check', 'train', 'eval']) await runInProcess([command, join(folder, 'none.py')]);
  await runInProcess(['format', folder]);
  for (const [, args] of ONE_SOURCE) await runInProcess(args(join(folder, 'none.py')));
});

describe('as another user than root', () => {
  /** A folder that the user may not search, with a file in it, and a good file beside it. */
  function locked(): { good: string; bad: string; run: (args: string[]) => ReturnType<typeof runInProcess> } {
    const folder = folderWith({ 'good.py': 'x = 1  \n', 'locked/bad.py': 'x = 1\n' });
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'good.py'), 0o666);
    chmodSync(join(folder, 'locked'), isRoot ? 0o700 : 0);
    const run = (args: string[]): ReturnType<typeof runInProcess> => (isRoot ? asNobody(() => runInProcess(args)) : runInProcess(args));
    return { good: join(folder, 'good.py'), bad: join(folder, 'locked', 'bad.py'), run };
  }
  const unlock = (bad: string): void => chmodSync(join(bad, '..'), 0o700);

  test('format and check do the other files', async () => {
    const { good, bad, run } = locked();
    const checked = await run(['check', bad, good]);
    expect(checked.code).toBe(2);
    expect(checked.stdout).toContain('good.py:1');
    const formatted = await run(['format', bad, good]);
    expect(formatted.code).toBe(2);
    for (const { stderr } of [checked, formatted]) {
      expect(stderr).toContain(`error: ${bad}: cannot be read (EACCES). Check its permissions.\n`);
      expect(stderr).not.toContain('a bug');
    }
    expect(readFileSync(good, 'utf8')).toBe('x = 1\n');
    unlock(bad);
  });

  test.each([
    ['', ['--files', '1', '--rates', '0.1']], ['complete', ['--files', '1', '--cuts', '1']],
  ])('an evaluation %s names them, and tells of the others', async (task, flags) => {
    const good = folderWith({ 'good.py': 'def add(first, second):\n    return first + second\n\n\nprint(add(1, 2))\n' });
    const missing = join(good, 'none');
    const { code, stdout, stderr } =
      await runInProcess(['eval', ...(task === '' ? [] : ['--task', task]), missing, good, '-q', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${missing}: there is no such file or folder`);
    expect(stdout).toMatch(/^project/u);
  }, 60_000);

  test.each(ONE_SOURCE)('%s says what is wrong', async (_, args) => {
    const { bad, run } = locked();
    expectOneLine(await run(args(bad)), bad, /cannot be read \(EACCES\)/u);
    unlock(bad);
  });

  test.each(['train', 'eval'])('%s says what is wrong', async (command) => {
    const { bad, run } = locked();
    const { code, stderr } = await run([command, bad]);
    expect(code).toBe(2);
    expect(stderr).not.toContain('a bug');
    unlock(bad);
  });
});

describe('names that lead nowhere', () => {
  test('cost themselves alone', async () => {
    const folder = folderWith({ 'good.py': 'x = 1  \n' });
    symlinkSync('self.py', join(folder, 'self.py'));
    const good = join(folder, 'good.py');
    const bad = [join(good, 'x'), join(folder, 'self.py'), join(folder, `${'n'.repeat(300)}.py`), join(folder, 'none', 'deep', 'a.py')];
    for (const command of ['check', 'format']) {
      const { code, stderr } = await runInProcess([command, ...bad, good]);
      expect(code).toBe(2);
      for (const path of bad) expect(stderr).toContain(`error: ${path}: `);
      expect(stderr).not.toContain('a bug');
    }
    expect(readFileSync(good, 'utf8')).toBe('x = 1\n');
  });

  test.each(ONE_SOURCE)('%s says what is wrong', async (_, args) => {
    const folder = folderWith({ 'good.py': 'x = 1\n' });
    symlinkSync('self.py', join(folder, 'self.py'));
    expectOneLine(await runInProcess(args(join(folder, 'good.py', 'x'))), 'good.py/x', /there is no such file/u);
    expectOneLine(await runInProcess(args(join(folder, 'self.py'))), 'self.py', /this symbolic link points to nothing/u);
    expectOneLine(await runInProcess(args(join(folder, 'n'.repeat(300)))), 'nnn', /cannot be read \(ENAMETOOLONG\)/u);
  });
});

describe('special files', () => {
  const endless = ['/dev/zero', '/proc/self/pagemap'].filter((path) => existsSync(path));
  const hasPipes = spawnSync('mkfifo', ['--version']).error === undefined;
  /** Puts something endless, or that waits for ever, in place of a file. */
  const replacements: readonly (readonly [string, (path: string) => void])[] = [
    ...endless.map((target) => [`a link to ${target}`, (path: string) => symlinkSync(target, path)] as const),
    ...(hasPipes ? [['a pipe', (path: string) => void spawnSync('mkfifo', [path])] as const] : []),
  ];
  const REFUSED = /no regular file|neither a file nor a folder|huge|more than a file of its kind may hold|cannot be read \(/u;

  describe.each(replacements)('%s in place of', (_, put) => {
    test('a source', async () => {
      const folder = folderWith({ 'good.py': 'x = 1  \n' });
      const [good, bad] = [join(folder, 'good.py'), join(folder, 'bad.py')];
      put(bad);
      const formatted = await runInProcess(['format', bad, good]);
      expect(formatted.code).toBe(2);
      expect(formatted.stderr).toMatch(REFUSED);
      expect(readFileSync(good, 'utf8')).toBe('x = 1\n');
      for (const [, args] of ONE_SOURCE) expectOneLine(await runInProcess(args(bad)), bad, REFUSED);
    });

    test('.gitignore: the files are done all the same', async () => {
      const folder = folderWith({ 'a.py': 'x = 1  \n' });
      put(join(folder, '.gitignore'));
      const run = await runInProcess(['format', folder]);
      expect(run.code).toBe(0);
      // git takes no linked one either.
      if (!isLink(join(folder, '.gitignore'))) expect(run.stderr).toMatch(/warning: .*\.gitignore: .*; it ignores nothing\.\n/u);
      expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1\n');
    });

    test('pyproject.toml: nothing is done without the settings', async () => {
      const folder = folderWith({ 'a.py': 'x = 1  \n' });
      put(join(folder, 'pyproject.toml'));
      expectOneLine(await runInProcess(['format', folder]), 'pyproject.toml', REFUSED);
      expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1  \n');
    });

    test('the profile and the model', async () => {
      const { createFormatter } = await import('../../src/format/index.js');
      const folder = folderWith({ 'a.py': 'x = 1  \n' });
      mkdirSync(join(folder, '.nnfmt'));
      put(join(folder, '.nnfmt', 'profile'));
      put(join(folder, 'model.bin'));
      const found = await runInProcess(['format', folder], { createFormatter });
      expect(found.code).toBe(2);
      expect(found.stderr).toMatch(REFUSED);
      for (const option of ['--profile', '--model']) {
        const path = join(folder, option === '--model' ? 'model.bin' : '.nnfmt/profile');
        expectOneLine(await runInProcess(['format', option, path, folder], { createFormatter }), path, REFUSED);
      }
      expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1  \n');
    });

    test('the cache: it is not used', async () => {
      const folder = folderWith({ 'src/a.py': 'x\n' });
      const cache = join(folder, 'cache');
      const args = ['check', '--cache-dir', cache, join(folder, 'src')];
      await runInProcess(args, { build: 'b' });
      const { readdirSync } = await import('node:fs');
      const [name] = readdirSync(cache);
      rmSync(join(cache, name));
      put(join(cache, name));
      expect(await runInProcess(args, { build: 'b' })).toMatchObject({ code: 0, stderr: 'No deviations in 1 file.\n' });
    });
  });

  test('a cache below /proc: it is not used (skipped where there is none)', async ({ skip }) => {
    if (!existsSync('/proc/self')) skip();
    const folder = folderWith({ 'a.py': 'x\n' });
    for (const cache of ['/proc/nnfmt', '/proc/self/nnfmt/deep']) {
      expect(await runInProcess(['check', '--cache-dir', cache, folder], { build: 'b' })).toMatchObject({ code: 0, stderr: 'No deviations in 1 file.\n' });
    }
  });
});

test('a notebook is not taken for Python by commands that read no notebooks, although its text is', async () => {
  const text = '{"cells": [], "metadata": {},   "nbformat": 4}  \n';
  const path = join(folderWith({ 'a.ipynb': text }), 'a.ipynb');
  for (const [name, args] of ONE_SOURCE.filter(([command]) => !command.startsWith('score'))) {
    expectOneLine(await runInProcess(args(path)), path, /this is a notebook/u);
    expect(readFileSync(path, 'utf8'), name).toBe(text);
  }
});

test('what killed runs left beside the files is removed by format, and by nothing that only looks', async () => {
  const folder = folderWith({ 'src/a.py': 'x\n', 'other/b.txt': '' });
  const left = ['src', 'other'].map((name) => join(folder, name, '.a.py.123-0a1b2c3d.nnfmt-tmp'));
  for (const path of left) {
    writeFileSync(path, '');
    spawnSync('touch', ['-d', '2 days ago', path]);
  }
  for (const args of [['check', folder], ['format', '--check', folder], ['format', '--diff', folder]]) await runInProcess(args);
  expect(left.map((path) => existsSync(path))).toEqual([true, true]);
  await runInProcess(['format', folder]);
  // No file of the run lies in the other folder.
  expect(left.map((path) => existsSync(path))).toEqual([false, true]);
});

test('a current folder that is gone', async () => {
  const gone = folderWith();
  const fault = Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT', syscall: 'uv_cwd' });
  const interruption = (): AbortSignal => {
    throw fault;
  };
  writeFileSync(join(gone, 'a.py'), 'x\n');
  expect(await runInProcess(['format', gone], { interruption })).toEqual({
    code: 2, stdout: '', stderr: 'error: the current folder does not exist any more. Change to another one (cd) and run again.\n',
  });
});
