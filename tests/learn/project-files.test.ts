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
