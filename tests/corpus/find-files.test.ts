import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findFiles } from '../../src/corpus/find-files.js';
import { makeFolder } from '../cli/support/run-fake.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(files);
  folders.push(folder);
  return folder;
}

/** What is found under `paths` of `folder`, relative to it. */
function found(folder: string, ...paths: string[]): string[] {
  const given = paths.length === 0 ? [folder] : paths.map((path) => join(folder, path));
  return findFiles(given).files.map((path) => relative(folder, path));
}

test('walks folders, sorted, .py and .pyi only', () => {
  const folder = folderWith({ 'b.py': '', 'a/z.pyi': '', 'a/y.py': '', 'c.pyc': '', 'd.txt': '', 'é.py': '' });
  expect(found(folder)).toEqual(['a/y.py', 'a/z.pyi', 'b.py', 'é.py']);
});

test('leaves out environments, caches and build results', () => {
  const folder = folderWith({
    'a.py': '',
    '.venv/lib/b.py': '',
    'node_modules/x/c.py': '',
    'pkg/__pycache__/d.py': '',
    'build/e.py': '',
    'lib/site-packages/f.py': '',
    '.git/hooks/g.py': '',
  });
  expect(found(folder)).toEqual(['a.py']);
});

test('a named file is always taken; a named folder always entered', () => {
  const folder = folderWith({ '.gitignore': 'gen/\n*.py\n', 'build/a.py': '', 'gen/b.py': '', 'script': '', 'c.py': '' });
  mkdirSync(join(folder, '.git'));
  expect(found(folder, 'script', 'c.py', 'build/a.py')).toEqual(['build/a.py', 'c.py', 'script']);
  expect(found(folder, 'gen')).toEqual(['gen/b.py']);
  expect(found(folder)).toEqual([]);
});

test('.gitignore at every level: the innermost that speaks decides', () => {
  const folder = folderWith({
    '.gitignore': 'skipped.py\n/rooted.py\nout/\n*_gen.py\n',
    'skipped.py': '',
    'rooted.py': '',
    'out/a.py': '',
    'x_gen.py': '',
    'sub/.gitignore': '!x_gen.py\nlocal.py\n',
    'sub/x_gen.py': '',
    'sub/y_gen.py': '',
    'sub/local.py': '',
    'sub/rooted.py': '',
    'sub/deep/local.py': '',
    'sub/deep/skipped.py': '',
    'sub/deep/ok.py': '',
  });
  mkdirSync(join(folder, '.git'));
  const all = ['sub/deep/ok.py', 'sub/rooted.py', 'sub/x_gen.py'];
  expect(found(folder)).toEqual(all);
  // Rules above a given folder hold too, up to the root of the repository.
  expect(found(folder, 'sub')).toEqual(all);
  expect(found(folder, 'sub/deep')).toEqual(['sub/deep/ok.py']);
});

test('linked folders are not entered, so a cycle ends; a file is found once', () => {
  const folder = folderWith({ 'pkg/a.py': '' });
  symlinkSync(folder, join(folder, 'pkg/loop'));
  symlinkSync('a.py', join(folder, 'pkg/b.py'));
  symlinkSync('itself.py', join(folder, 'itself.py'));
  expect(found(folder, '.', 'pkg', 'pkg/a.py')).toEqual(['pkg/a.py']);
  expect(findFiles([folder]).notices).toHaveLength(1);
});

test('bad paths become errors beside the good ones', () => {
  const folder = folderWith({ 'a.py': '' });
  symlinkSync('nowhere', join(folder, 'broken'));
  const result = findFiles(['missing', 'broken', 'a.py/below', 'a.py', '/dev/null'].map((path) => (path.startsWith('/') ? path : join(folder, path))));
  expect(result.files).toEqual([join(folder, 'a.py')]);
  expect(result.errors.map(({ reason }) => reason)).toEqual(['missing', 'broken-link', 'missing', 'not-a-file']);
});
