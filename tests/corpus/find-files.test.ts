import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceReadError } from '../../src/errors.js';
import { findFiles } from '../../src/corpus/find-files.js';
import { folderWith } from '../support/folder-with.js';

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
  expect(result.errors.map(({ error }) => (error as SourceReadError).reason)).toEqual(['missing', 'broken-link', 'missing', 'not-a-file']);
});

test('a folder that is ignored above and taken back below is entered', () => {
  const folder = folderWith({
    '.git/HEAD': '', '.gitignore': 'gen\nout/\n', 'gen/a.py': '', 'sub/.gitignore': '!gen\n!out/\n', 'sub/gen/b.py': '', 'sub/out/c.py': '', 'sub/gen/gen/d.py': '',
    // Nothing below an ignored folder can be taken back.
    'out/.gitignore': '!*\n', 'out/e.py': '',
  });
  expect(found(folder)).toEqual(['sub/gen/b.py', 'sub/gen/gen/d.py', 'sub/out/c.py']);
  expect(found(folder, 'sub/gen/gen')).toEqual(['sub/gen/gen/d.py']);
});

test('patterns of the repository and of the user count, the innermost first', () => {
  const folder = folderWith({
    'home/.gitconfig': '[user]\n\tname = x # [core]\n[include]\n\tpath = more\n', 'home/more': '[Core]\n\texcludesFile = "~/my \\"list\\"" ; mine\n',
    'home/my "list"': 'mine.py\ntaken.py\nback.py\n',
    'work/.git/HEAD': '', 'work/.git/info/exclude': 'own.py\n!taken.py\n', 'work/.git/config': '[core]\n\texcludesFile = ../evil\n', 'evil': 'a.py\n',
    'work/.gitignore': '!back.py\n', 'work/a.py': '', 'work/mine.py': '', 'work/own.py': '', 'work/taken.py': '', 'work/back.py': '',
    'tree/.git': `gitdir: ../work/.git/worktrees/tree\n`, 'work/.git/worktrees/tree/commondir': '../..\n', 'tree/own.py': '', 'tree/a.py': '',
    'plain/mine.py': '',
  });
  const inHome = (path: string, env: Record<string, string> = {}): string[] =>
    findFiles([join(folder, path)], undefined, { env: { HOME: join(folder, 'home'), GIT_CONFIG_NOSYSTEM: '1', ...env }, platform: 'linux' }).files.map((file) => relative(folder, file));
  expect(inHome('work')).toEqual(['work/a.py', 'work/back.py', 'work/taken.py']);
  // A worktree has the lists of its repository.
  expect(inHome('tree')).toEqual(['tree/a.py']);
  expect(inHome('plain')).toEqual(['plain/mine.py']);
  expect(inHome('work', { GIT_CONFIG_GLOBAL: '/dev/null' })).toEqual(['work/a.py', 'work/back.py', 'work/mine.py', 'work/taken.py']);
});

test('a repository inside is judged by its own rules alone, or left out and counted', () => {
  const folder = folderWith({
    '.git/HEAD': '', '.gitignore': 'x.py\n', 'a.py': '', 'sub/.git': 'gitdir: ../.git/modules/sub\n', 'sub/.gitignore': 'y.py\n', 'sub/x.py': '', 'sub/y.py': '', 'not/.git/x': '', 'not/b.py': '',
  });
  expect(found(folder)).toEqual(['a.py', 'not/b.py', 'sub/x.py']);
  const filter = { include: { folder, patterns: ['*.py'] }, exclude: { folder, patterns: [] }, leaveOutForeign: true };
  const { files, leftOut } = findFiles([folder], filter);
  expect(files.map((path) => relative(folder, path))).toEqual(['a.py', 'not/b.py']);
  expect(leftOut).toMatchObject({ repositories: 1 });
  expect(findFiles([join(folder, 'sub')], filter).files).toHaveLength(1);
  // Where the folder at hand is in no repository, those in it are no strangers.
  const around = folderWith({ 'one/.git/HEAD': '', 'one/a.py': '', 'two/.git/HEAD': '', 'two/b.py': '' });
  expect(findFiles([around], { ...filter, include: { folder: around, patterns: ['*.py'] } }).files).toHaveLength(2);
});

test('a link that leads out of the given folder is passed over, unless it is named', () => {
  const folder = folderWith({ 'outside/victim.py': '', 'in/a.py': '', 'in/script': '', 'in/build/made.py': '', 'other.py': '' });
  for (const [name, target] of [['conf.py', '../outside/victim.py'], ['abs.py', join(folder, 'other.py')], ['tool.py', 'script'], ['made.py', 'build/made.py']]) {
    symlinkSync(target, join(folder, 'in', name));
  }
  symlinkSync('outside', join(folder, 'in', 'folder'));
  const { files, notices } = findFiles([join(folder, 'in')]);
  expect(files.map((path) => relative(folder, path))).toEqual(['in/a.py', 'in/tool.py']);
  expect([...notices].sort()).toEqual(['abs.py', 'conf.py'].map((name) => `${join(folder, 'in', name)}: this link leads out of ${join(folder, 'in')}, so it was passed over. Name it to have it formatted.`));
  expect(found(folder, 'in/conf.py')).toEqual(['in/conf.py']);
  // Nor does a link to the given folder itself make everything lead out.
  symlinkSync('in', join(folder, 'linked'));
  expect(found(folder, 'linked')).toEqual(['linked/a.py', 'linked/tool.py']);
});

test('a file of patterns that is a link or too large says nothing', () => {
  const folder = folderWith({ '.git/HEAD': '', 'list': 'a.py\n', 'a.py': '', 'big/a.py': '', 'big/.gitignore': `a.py\n${'#'.repeat(1024 * 1024)}` });
  symlinkSync('list', join(folder, '.gitignore'));
  const { files, notices } = findFiles([folder]);
  expect(files).toHaveLength(2);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(/big.\.gitignore: .*1 MB.*; it ignores nothing\.$/u);
});

test('no pattern takes for ever', () => {
  const name = 'a'.repeat(60);
  const patterns = ['**/a'.repeat(8) + '*b', `${'*a'.repeat(30)}b`, `${'[a]*'.repeat(20)}b`, `${'**/*a'.repeat(12)}/b`, `${'['.repeat(100_000)}`, `${'[[:'.repeat(100_000)}`];
  const deep = `${Array.from({ length: 20 }, () => 'a').join('/')}/${name}.py`;
  const folder = folderWith({ '.git/HEAD': '', '.gitignore': `${patterns.join('\n')}\n`, [deep]: '' });
  expect(found(folder)).toEqual([deep]);
});

test('a file is known by its own name rather than by that of a link to it', () => {
  const folder = folderWith({ 'z.py': '' });
  symlinkSync('z.py', join(folder, 'a.py'));
  expect(found(folder)).toEqual(['z.py']);
  writeFileSync(join(folder, 'b.py'), '');
  expect(found(folder, 'a.py', '.')).toEqual(['a.py', 'b.py']);
});
