import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli } from './support/run-fake.js';
import { runInProcess } from './support/run-in-process.js';

test('the hooks for pre-commit name commands that exist', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../.pre-commit-hooks.yaml', import.meta.url)), 'utf8');
  const entries = [...text.matchAll(/^ {2}entry: nnfmt (\w+) --force-exclude$/gmu)].map(([, command]) => command);
  expect(entries).toEqual(['format', 'check']);
  for (const command of entries) expect(await runInProcess([command, '--force-exclude', '--help'])).toMatchObject({ code: 0 });
});

const hasGit = spawnSync('git', ['--version']).status === 0;

/** A repository with the hook of the readme, an `nnfmt` on the path, and commits. */
async function withHook(check: (work: { cwd: string; git: (...args: string[]) => ReturnType<typeof spawnSync> }) => void): Promise<void> {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const [hook] = /#!\/bin\/sh\n[^]*?(?=```)/u.exec(readme)!;
  const cli = await buildFakeCli();
  const folder = folderWith({ 'bin/nnfmt': `#!/bin/sh\nexec "${process.execPath}" "${cli.script}" "$@"\n` });
  chmodSync(join(folder, 'bin/nnfmt'), 0o755);
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  const env = {
    ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c',
  };
  const git = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  git('init', '-q');
  mkdirSync(join(cwd, '.git', 'hooks'), { recursive: true });
  writeFileSync(join(cwd, '.git', 'hooks', 'pre-commit'), hook, { mode: 0o755 });
  check({ cwd, git });
}

test.skipIf(!hasGit)('the plain git hook of the readme looks at what is staged, whatever lies in the folder', async () => {
  await withHook(({ cwd, git }) => {
    writeFileSync(join(cwd, 'b.txt'), 'x  \n');
    git('add', 'b.txt');
    expect(git('commit', '-qm', 'no Python')).toMatchObject({ status: 0 });
    writeFileSync(join(cwd, 'a.py'), 'x  \n');
    git('add', 'a.py');
    // Mended in the folder, but not staged.
    writeFileSync(join(cwd, 'a.py'), 'x\n');
    const refused = git('commit', '-qm', 'bad layout');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('would reformat a.py');
    git('add', 'a.py');
    // Spoilt in the folder, but not staged.
    writeFileSync(join(cwd, 'a.py'), 'y  \n');
    expect(git('commit', '-qm', 'good layout')).toMatchObject({ status: 0 });
    expect(git('commit', '-qam', 'bad layout').status).not.toBe(0);
    expect(git('commit', '-qm', 'bad layout', 'a.py').status).not.toBe(0);
    git('rm', '-qf', 'a.py');
    expect(git('commit', '-qm', 'gone')).toMatchObject({ status: 0 });
  });
}, 60_000);

test.skipIf(!hasGit)('the plain git hook of the readme: odd names, folders, renames, links, files that do not parse', async () => {
  await withHook(({ cwd, git }) => {
    const names = ['two words.py', 'ünï.pyi', 'sub dir/a"b.py', '-n.py', 'line\nfeed.py', '$(exit).py', '1:a.py', '*.py', 'back\\slash.py'];
    mkdirSync(join(cwd, 'sub dir'));
    for (const name of names) {
      writeFileSync(join(cwd, name), 'x  \n');
      git('add', '--', `:(literal)${name}`);
      const refused = git('commit', '-qm', name);
      expect(refused.status, name).not.toBe(0);
      expect(refused.stderr, name).toContain('would reformat');
      writeFileSync(join(cwd, name), 'x\n');
      git('add', '--', `:(literal)${name}`);
      expect(git('commit', '-qm', name), name).toMatchObject({ status: 0, stderr: '' });
    }
    git('mv', 'two words.py', 'three words.py');
    expect(git('commit', '-qm', 'renamed')).toMatchObject({ status: 0 });
    git('mv', 'three words.py', 'four words.py');
    writeFileSync(join(cwd, 'four words.py'), 'x\ny  \n');
    git('add', 'four words.py');
    expect(git('commit', '-qm', 'renamed and spoilt').status).not.toBe(0);
    git('reset', '-q', '--hard');
    symlinkSync('missing  ', join(cwd, 'link.py'));
    git('add', 'link.py');
    expect(git('commit', '-qm', 'link')).toMatchObject({ status: 0 });
    writeFileSync(join(cwd, 'broken.py'), 'def (\n');
    git('add', 'broken.py');
    expect(git('commit', '-qm', 'broken').status).not.toBe(0);
  });
}, 120_000);
