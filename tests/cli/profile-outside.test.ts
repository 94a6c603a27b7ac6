/** What a project that somebody merely cloned may make `train` write: nothing outside of itself, and nothing but profiles. */
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const SOURCE = 'import os\n\n\ndef f(a, b=1):\n  if a:\n    return os.path.join(a, b)\n  return [a, b]\n';
const modelFolder = folderWith();
const model = join(modelFolder, 'tiny.bin');
beforeAll(() => writeTinyModel(model));

const PRECIOUS = 'my notes\n';

/** A project beside a folder with something precious. */
function clone(files: Readonly<Record<string, string>> = {}): { outer: string; project: string; victim: string } {
  const outer = folderWith({ 'victim/notes.txt': PRECIOUS });
  const project = join(outer, 'project');
  mkdirSync(project);
  for (const [name, text] of Object.entries({ 'a.py': SOURCE, 'setup.cfg': '', ...files })) writeFileSync(join(project, name), text);
  return { outer, project, victim: join(outer, 'victim', 'notes.txt') };
}

const train = (...args: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['train', '--quiet', '--counts-only', '--model', model, ...args], { createFormatter });

test.each([
  ['../victim/notes.txt'], ['../victim/new'], ['up/victim/notes.txt'], ['link'], ['/etc/nnfmt-profile'],
])('profile = "%s" of a project is refused by every command', async (profile) => {
  const { project, victim } = clone({ 'pyproject.toml': `[tool.nnfmt]\nprofile = "${profile}"\n` });
  symlinkSync('..', join(project, 'up'));
  symlinkSync('../victim/notes.txt', join(project, 'link'));
  for (const run of [await train(project), await runInProcess(['format', project]), await runInProcess(['check', project])]) {
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/pyproject\.toml: \[tool\.nnfmt\] profile: .* has to lie below /u);
  }
  expect(readFileSync(victim, 'utf8')).toBe(PRECIOUS);
  expect(readdirSync(join(victim, '..'))).toEqual(['notes.txt']);
});

test.each(['a.py', 'setup.cfg', 'model.bin'])('profile = "%s", which is no profile, is not replaced', async (name) => {
  const { project } = clone({ 'pyproject.toml': `[tool.nnfmt]\nprofile = "${name}"\n`, 'setup.cfg': '[metadata]\n' });
  writeFileSync(join(project, 'model.bin'), readFileSync(model));
  const before = readFileSync(join(project, name));
  const run = await train(project);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(/the profile cannot be written: what is there is not a profile of nnfmt, so it was not replaced\. .*--profile/u);
  expect(readFileSync(join(project, name))).toEqual(before);
});

test('a profile of its own is written and replaced', async () => {
  const { project } = clone({ 'pyproject.toml': '[tool.nnfmt]\nprofile = "styles/ours"\n' });
  for (let k = 0; k < 2; k++) expect(await train(project)).toMatchObject({ code: 0 });
  expect(readdirSync(join(project, 'styles'))).toEqual(['ours']);
});

test('a .nnfmt that is a link out of the project is not followed, nor is a profile that is one', async () => {
  const { outer, project, victim } = clone();
  symlinkSync('../victim', join(project, '.nnfmt'));
  const folder = await train(project);
  expect(folder).toMatchObject({ code: 2, stdout: '' });
  expect(folder.stderr).toMatch(/\.nnfmt.profile: a link leads out of .*Remove the link/u);
  rmSync(join(project, '.nnfmt'));
  mkdirSync(join(project, '.nnfmt'));
  symlinkSync('../../victim/notes.txt', join(project, '.nnfmt', 'profile'));
  expect((await train(project)).stderr).toMatch(/\.nnfmt.profile: a link leads out of/u);
  rmSync(join(project, '.nnfmt', 'profile'));
  symlinkSync('../a.py', join(project, '.nnfmt', 'profile'));
  expect((await train(project)).stderr).toMatch(/a symbolic link, and none is followed/u);
  expect(readFileSync(victim, 'utf8')).toBe(PRECIOUS);
  expect(readFileSync(join(project, 'a.py'), 'utf8')).toBe(SOURCE);
  expect(readdirSync(join(outer, 'victim'))).toEqual(['notes.txt']);
});

test('links at names that temporary files once had lead nowhere', async () => {
  const { project, victim } = clone();
  mkdirSync(join(project, '.nnfmt'));
  for (let pid = process.pid - 20; pid < process.pid + 20; pid++) symlinkSync(victim, join(project, '.nnfmt', `profile.${pid}.tmp`));
  expect(await train(project)).toMatchObject({ code: 0 });
  expect(readFileSync(victim, 'utf8')).toBe(PRECIOUS);
});

test('a report does not replace what is no page', async () => {
  const { project, victim } = clone();
  const run = await train('--report', victim, project);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(/--report: .*notes\.txt: what is there is not a page \(HTML\)/u);
  expect(readFileSync(victim, 'utf8')).toBe(PRECIOUS);
  // Told before the work is done.
  expect(readdirSync(project).includes('.nnfmt')).toBe(false);
});
