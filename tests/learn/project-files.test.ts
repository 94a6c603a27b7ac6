import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { listProjectFiles } from '../../src/learn/project-files.js';
import { folderWith } from '../support/folder-with.js';

const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit).each([true, false])('links that lead out are not learned from, whether git tracks them (%s; skipped where git is missing)', (isTracked) => {
  const base = folderWith({ 'private.py': 'x = 1\n', 'project/a.py': '', 'project/script': '' });
  const folder = join(base, 'project');
  symlinkSync('../private.py', join(folder, 'leak.py'));
  symlinkSync('script', join(folder, 'tool.py'));
  if (isTracked) for (const args of [['init', '-q'], ['add', '.']]) spawnSync('git', args, { cwd: folder });
  expect(listProjectFiles([folder]).files.map((path) => relative(folder, path))).toEqual(['a.py', 'tool.py']);
  expect(listProjectFiles([join(folder, 'leak.py')]).files).toHaveLength(1);
});

test.skipIf(!hasGit)('below a folder that git knows, what it tracks; a file given by name in any case (skipped where git is missing)', () => {
  const folder = folderWith({ 'a.py': '', 'untracked.py': '', 'notes.txt': '', 'third_party/b.py': '', 'stub.pyi': '' });
  for (const args of [['init', '-q'], ['add', 'a.py', 'notes.txt', 'third_party', 'stub.pyi']]) spawnSync('git', args, { cwd: folder });
  const { files, leftOut } = listProjectFiles([folder]);
  expect({ files: files.map((path) => relative(folder, path)), leftOut }).toEqual({ files: ['a.py', 'stub.pyi'], leftOut: 1 });
  expect(listProjectFiles([join(folder, 'untracked.py'), join(folder, 'third_party/b.py')]).files).toHaveLength(2);
});

test('notebooks are not learned from, also where the settings include them for formatting', () => {
  const folder = folderWith({ 'a.py': '', 'b.ipynb': '' });
  const filter = { include: { folder, patterns: ['*.py', '*.ipynb'] }, exclude: { folder, patterns: [] } };
  expect(listProjectFiles([folder], filter).files).toEqual([join(folder, 'a.py')]);
});

test('elsewhere, what format would take but for code of others; a folder that is missing is told', () => {
  const folder = folderWith({ 'a.py': '', 'vendor/b.py': '', 'sub/c.py': '', 'd.txt': '' });
  const { files, leftOut } = listProjectFiles([folder]);
  expect({ files: files.map((path) => relative(folder, path)), leftOut }).toEqual({ files: ['a.py', 'sub/c.py'], leftOut: 1 });
  expect(listProjectFiles([join(folder, 'missing')])).toMatchObject({ files: [], errors: [{ path: join(folder, 'missing') }] });
});
