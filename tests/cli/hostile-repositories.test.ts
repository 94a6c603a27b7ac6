import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createExplainer } from '../../src/format/explain-source.js';
import { createFormatter } from '../../src/format/create-formatter.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { HOSTILE_REPOSITORIES, runUnprotected } from './support/hostile-repositories.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const hasGit = process.platform !== 'win32' && spawnSync('git', ['--version']).status === 0;
const home = process.cwd();
const path = process.env['PATH'];
const modelFolder = folderWith();
const model = join(modelFolder, 'tiny.bin');
beforeAll(() => writeTinyModel(model));
afterEach(() => {
  process.chdir(home);
  process.env['PATH'] = path;
});

const read = (path: string): string => readFileSync(path, 'utf8');

/** Commands as a user of the repository would run them. */
const run = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(args, { createExplainer });
const withModel = (...args: string[]): ReturnType<typeof runInProcess> =>
  runInProcess([...args, '--model', model, '--no-profile'], { createExplainer, createFormatter });

for (const [name, make] of Object.entries(HOSTILE_REPOSITORIES)) {
  test.skipIf(!hasGit)(`nothing of the repository runs: ${name}`, async () => {
    const marks = folderWith();
    const command = `touch ${marks}/ran; false`;
    const made = make({ root: folderWith(), command });
    // What git itself did while the repository was made does not count.
    rmSync(join(marks, 'ran'), { force: true });
    const marked = (): readonly string[] => readdirSync(marks);
    process.chdir(made.folder);
    if (made.searchPath !== undefined) process.env['PATH'] = `${made.searchPath}:${path}`;

    const learned = await run('train', '--quiet', '--counts-only', '--model', model, '.');
    expect(marked(), 'train').toEqual([]);
    expect(learned).toMatchObject({ code: 0, stderr: '' });
    expect(learned.stdout).toContain('Learned from 2 files');

    const explained = await withModel('explain', `${made.file}:1`);
    expect(marked(), 'explain').toEqual([]);
    expect(explained).toMatchObject({ code: 0, stderr: '' });

    const checked = await run('check', '--changed');
    expect(marked(), 'check --changed').toEqual([]);
    const formatted = await run('format', '--changed', '.');
    expect(marked(), 'format --changed').toEqual([]);
    if (made.lacksContents === true) {
      expect(checked).toMatchObject({ code: 2, stdout: '' });
      expect(checked.stderr).toContain('nnfmt fetches nothing');
      expect(formatted.code).toBe(2);
    } else {
      expect(checked.stdout).toMatch(new RegExp(`^${made.file}:2:6: .*\n$`, 'u'));
      expect(read(made.file)).toBe('x = 1 \nY = 2\nz = 3 \n');
    }
    expect(read('same.py')).toBe('x = 1 \ny = 2 \nz = 3 \n');

    // And that the repository is hostile indeed.
    runUnprotected(made);
    expect(marked()).toEqual(['ran']);
  }, 60_000);
}

test.skipIf(!hasGit)('the commands that ask git nothing run nothing either', async () => {
  const marks = folderWith();
  const made = HOSTILE_REPOSITORIES['hooks, post-index-change among them']!({ root: folderWith(), command: `touch ${marks}/ran; false` });
  rmSync(join(marks, 'ran'), { force: true });
  process.chdir(made.folder);
  for (const args of [['score', 'a.py'], ['eval', '.', '--rates', '0.5', '--quiet'], ['check', '.']]) {
    expect((await withModel(...args)).code, args[0]).toBeLessThan(2);
  }
  for (const args of [['mutate', 'a.py'], ['complete', 'a.py:2', '-n', '1'], ['score', 'a.py', 'a.py']]) {
    expect((await run(...args)).code, args[0]).toBe(0);
  }
  expect(readdirSync(marks)).toEqual([]);
}, 60_000);
