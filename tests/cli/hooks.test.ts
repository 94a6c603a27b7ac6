import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildFakeCli, makeFolder } from './support/run-fake.js';
import { runInProcess } from './support/run-in-process.js';

test('the hooks for pre-commit name commands that exist', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../.pre-commit-hooks.yaml', import.meta.url)), 'utf8');
  const entries = [...text.matchAll(/^ {2}entry: nnfmt (\w+) --force-exclude$/gmu)].map(([, command]) => command);
  expect(entries).toEqual(['format', 'check']);
  for (const command of entries) expect(await runInProcess([command, '--force-exclude', '--help'])).toMatchObject({ code: 0 });
});

const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('the plain git hook of the readme refuses a commit that would change, and lets others pass', async () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const [hook] = /#!\/bin\/sh\nfiles=[^]*?(?=```)/u.exec(readme)!;
  const cli = await buildFakeCli();
  const folder = makeFolder({ 'bin/nnfmt': `#!/bin/sh\nexec "${process.execPath}" "${cli.script}" "$@"\n`, 'work/a.py': 'x  \n', 'work/b.txt': 'x  \n' });
  try {
    chmodSync(join(folder, 'bin/nnfmt'), 0o755);
    const cwd = join(folder, 'work');
    const env = {
      ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c',
    };
    const git = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync('git', args, { cwd, env, encoding: 'utf8' });
    git('init', '-q');
    mkdirSync(join(cwd, '.git', 'hooks'), { recursive: true });
    writeFileSync(join(cwd, '.git', 'hooks', 'pre-commit'), hook, { mode: 0o755 });
    git('add', 'b.txt');
    expect(git('commit', '-qm', 'no Python')).toMatchObject({ status: 0 });
    git('add', 'a.py');
    const refused = git('commit', '-qm', 'bad layout');
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('would reformat a.py');
    writeFileSync(join(cwd, 'a.py'), 'x\n');
    git('add', 'a.py');
    expect(git('commit', '-qm', 'good layout')).toMatchObject({ status: 0 });
  } finally {
    cli.remove();
    rmSync(folder, { recursive: true });
  }
}, 60_000);
