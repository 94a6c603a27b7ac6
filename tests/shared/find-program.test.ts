import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram, programFolders } from '../../src/shared/find-program.js';
import { gitEnvironment } from '../../src/shared/git.js';
import { folderWith } from '../support/folder-with.js';

test('empty and relative entries of PATH, and those of packages, are left out', () => {
  const env = { PATH: ':/usr/bin:.:bin:/project/node_modules/.bin::../up:/opt/a b:/project/node_modules/.bin/:' };
  expect(programFolders({ env, platform: 'linux' })).toEqual(['/usr/bin', '/opt/a b']);
  expect(programFolders({ env: {}, platform: 'linux' })).toEqual([]);
});

test('on Windows: names without regard to case, quotes, drives; only .exe, so that no shell is in between', () => {
  const env = { Path: '"C:\\Program Files\\Git\\cmd";.;tools;\\tools;C:tools;\\\\server\\share;C:\\p\\node_modules\\.bin' };
  expect(programFolders({ env, platform: 'win32' })).toEqual(['C:\\Program Files\\Git\\cmd', '\\\\server\\share']);
  const asked: string[] = [];
  const isProgram = (path: string): boolean => asked.push(path) === 2;
  expect(findProgram('git', { env, platform: 'win32', isProgram })).toBe('\\\\server\\share\\git.exe');
  expect(asked).toEqual(['C:\\Program Files\\Git\\cmd\\git.exe', '\\\\server\\share\\git.exe']);
});

test.skipIf(process.platform === 'win32')('the first file that can be run; neither a folder nor a plain file', () => {
  const folder = folderWith({ 'plain/tool': '', 'good/tool': '' });
  mkdirSync(join(folder, 'folder', 'tool'), { recursive: true });
  chmodSync(join(folder, 'good', 'tool'), 0o755);
  const search = (...names: string[]): string | null =>
    findProgram('tool', { env: { PATH: names.map((name) => join(folder, name)).join(':') }, platform: 'linux' });
  expect(search('missing', 'folder', 'plain', 'good')).toBe(join(folder, 'good', 'tool'));
  writeFileSync(join(folder, 'good', 'tool'), '', { mode: 0o644 });
  chmodSync(join(folder, 'good', 'tool'), 0o644);
  expect(search('plain', 'good')).toBeNull();
});

test('git inherits neither the repository of a hook nor what would start programs', () => {
  const env = {
    HOME: '/home/a', PATH: '.:/usr/bin', GIT_DIR: '.git', GIT_WORK_TREE: '/x', GIT_INDEX_FILE: 'i', GIT_PREFIX: 'sub/', GIT_ICASE_PATHSPECS: '1',
    GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*', GIT_EDITOR: 'vi', GIT_ALLOW_PROTOCOL: 'ext',
  };
  const own = gitEnvironment(env, 'linux');
  expect(own).toMatchObject({
    HOME: '/home/a', PATH: '/usr/bin', GIT_CONFIG_COUNT: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_EDITOR: ':',
  });
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_ICASE_PATHSPECS']) expect(own).not.toHaveProperty(name);
  expect(gitEnvironment({ Path: 'C:\\git;.' }, 'win32')).toMatchObject({ PATH: 'C:\\git' });
  expect(gitEnvironment({ Path: 'C:\\git;.' }, 'win32')).not.toHaveProperty('Path');
});
