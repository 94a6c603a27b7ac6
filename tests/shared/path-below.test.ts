import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { liesBelow } from '../../src/shared/path-below.js';
import { folderWith } from '../support/folder-with.js';

test('what lies below a folder, links followed', () => {
  const outer = folderWith({ 'victim.txt': '', 'project/a.py': '', 'projector/b': '' });
  const project = join(outer, 'project');
  mkdirSync(join(project, 'real'));
  symlinkSync('real', join(project, 'inside'));
  symlinkSync('..', join(project, 'up'));
  symlinkSync('../victim.txt', join(project, 'file'));
  symlinkSync('../not-yet', join(project, 'later'));
  symlinkSync('project', join(outer, 'alias'));
  const below = ['a.py', 'new/deeper/profile', '.', 'inside/profile', 'up/project/a.py', '..profile'];
  const outside = ['..', '../victim.txt', '../projector/b', 'up/victim.txt', 'up/new', 'file', 'later', 'later/profile', '/etc/passwd'];
  const verdicts = (paths: readonly string[], folder: string): string[] =>
    paths.filter((path) => liesBelow(folder, path.startsWith('/') ? path : join(project, path.startsWith('.') ? path : `./${path}`)));
  expect(verdicts(below, project)).toEqual(below);
  expect(verdicts(below, join(outer, 'alias'))).toEqual(below);
  expect(verdicts(outside, project)).toEqual([]);
  expect(liesBelow(join(outer, 'nowhere'), join(outer, 'nowhere', 'a'))).toBe(false);
});
