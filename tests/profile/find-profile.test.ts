import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createProfileFinder } from '../../src/profile/index.js';
import { folderWith } from '../support/folder-with.js';

let root: string;
beforeAll(() => {
  root = folderWith();
  for (const folder of ['a/b/c', 'a/.nnfmt', 'a/b/.nnfmt', 'a/d/.nnfmt/profile', 'repo/.git', 'repo/src', '.nnfmt']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const folder of ['a', 'a/b', '.']) writeFileSync(join(root, folder, '.nnfmt', 'profile'), '');
});

test.each([
  ['a/x.py', 'a/.nnfmt/profile'],
  ['a/b/x.py', 'a/b/.nnfmt/profile'],
  ['a/b/c/x.py', 'a/b/.nnfmt/profile'],
  // A folder of that name is no profile.
  ['a/d/x.py', 'a/.nnfmt/profile'],
  ['a/not/there/x.py', 'a/.nnfmt/profile'],
  ['x.py', '.nnfmt/profile'],
])('%s takes %s', (source, profile) => {
  expect(createProfileFinder()(join(root, source))).toBe(join(root, profile));
});

test('the root of a repository is the end of the search', () => {
  const find = createProfileFinder();
  expect(find(join(root, 'repo/src/x.py'))).toBeNull();
  expect(find(join(root, 'repo/x.py'))).toBeNull();
});

test('the order of questions does not matter', () => {
  const find = createProfileFinder();
  expect([find(join(root, 'a/b/c/x.py')), find(join(root, 'a/x.py')), find(join(root, 'a/b/c/y.py'))]).toEqual([
    join(root, 'a/b/.nnfmt/profile'), join(root, 'a/.nnfmt/profile'), join(root, 'a/b/.nnfmt/profile'),
  ]);
});
