import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import { cellTexts, notebookOf } from '../embedded/support/notebooks.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const notebook = notebookOf('%time\nx  =  1', 'f(', 'y  =  2');
const ended = notebookOf('a = 1\nx  =  1\n');

const nnfmt = (args: readonly string[], more: object = {}): ReturnType<typeof runInProcess> =>
  runInProcess([...args], { createFormatter, ...more });

test('a folder: notebooks are formatted with the modules, but not their checkpoints', async () => {
  const folder = folderWith({
    'a.py': 'x  =  1\n', 'b.ipynb': notebook, '.ipynb_checkpoints/b.ipynb': notebook, 'README.md': 'x  =  1',
  });
  const { code, stderr } = await nnfmt(['format', '--no-profile', folder]);
  expect(code).toBe(0);
  expect(stderr.replaceAll(`${folder}/`, '')).toBe(
    'reformatted a.py\nb.ipynb:cell 2:1: not understood, left as it is\nreformatted b.ipynb\n2 files reformatted.\n',
  );
  expect(cellTexts(readFileSync(join(folder, 'b.ipynb'), 'utf8'))).toEqual(['%time\nx = 1', 'f(', 'y = 2']);
  expect(readFileSync(join(folder, '.ipynb_checkpoints/b.ipynb'), 'utf8')).toBe(notebook);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('x  =  1');
  expect((await nnfmt(['format', '--check', '--no-profile', folder])).code).toBe(0);
});

test('check names cell and line, in every form of output', async () => {
  const path = join(folderWith({ 'b.ipynb': notebook }), 'b.ipynb');
  const lineOf = (text: string): number => notebook.split('\n').findIndex((line) => line.includes(text)) + 1;
  const check = async (form: string): Promise<string> => {
    const { code, stdout } = await nnfmt(['check', '--no-profile', '--output-format', form, path]);
    expect(code).toBe(1);
    return stdout.replaceAll(path, 'b.ipynb').replaceAll(`file://${path}`, 'b.ipynb');
  };
  const text = (await check('text')).split('\n');
  expect(text[0]).toMatch(/^b\.ipynb:cell 1:2:2: expected 1 space, found 2 /u);
  expect(text[3]).toMatch(/^b\.ipynb:cell 3:1:5: expected 1 space, found 2 /u);
  expect(await check('github')).toContain(`file=b.ipynb,line=${lineOf('y  =  2')},col=7,`);
  expect(await check('github')).toContain('::cell 3, line 1: expected 1 space, found 2');
  const json = JSON.parse(await check('json')) as { deviations: object[]; notUnderstood: object[] };
  expect(json.deviations[0]).toMatchObject({
    line: lineOf('x  =  1'), column: 7, cell: { number: 1, line: 2, column: 2, endLine: 2, endColumn: 4 },
    message: 'expected 1 space, found 2',
  });
  expect(json.notUnderstood).toEqual([{ path: 'b.ipynb', line: lineOf('"f("'), cell: { number: 2, line: 1, column: 2 } }]);
  expect(await check('sarif')).toContain('cell 3, line 1: expected 1 space, found 2');
});

test.skipIf(!hasGit)('--diff is a patch of the file that names cell and line (skipped where git is missing)', async () => {
  const folder = folderWith({ 'b.ipynb': notebook });
  const path = join(folder, 'b.ipynb');
  const { stdout } = await nnfmt(['format', '--diff', '--no-profile', path]);
  expect(stdout).toContain(' @@ cell 1, line 2\n');
  expect(stdout).toContain(' @@ cell 3, line 1\n');
  expect(stdout.split('\n').filter((line) => /^[-+] /u.test(line)).map((line) => line.replace(/ {2,}"/u, '"'))).toEqual(
    ['-"x  =  1"', '+"x = 1"', '-"y  =  2"', '+"y = 2"']);
  writeFileSync(join(folder, 'ended.ipynb'), ended);
  expect((await nnfmt(['format', '--diff', '--no-profile', join(folder, 'ended.ipynb')])).stdout).toContain('@@ cell 1, line 2\n');
  spawnSync('git', ['init', '-q'], { cwd: folder });
  const inFolder = stdout.replaceAll(/[ab]\/\S*b\.ipynb/gu, (name) => `${name[0]}/b.ipynb`);
  expect(spawnSync('git', ['apply', '-p1'], { cwd: folder, input: inFolder }).status).toBe(0);
  expect(cellTexts(readFileSync(path, 'utf8'))).toEqual(['%time\nx = 1', 'f(', 'y = 2']);
});

test('a page that is taken for Python says how it is read as a page', async () => {
  const folder = folderWith({ 'README.md': '# Shop\n\nIt’s a shop.\n' });
  const run = await nnfmt(['format', '--check', join(folder, 'README.md')]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('\nWith --markdown the Python in a page is laid out.\n');
  expect((await nnfmt(['format', '--check', '--markdown', join(folder, 'README.md')])).code).toBe(0);
});

test('stdin is a notebook where its name says so', async () => {
  const readStdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(notebook));
  const { code, stdout } = await nnfmt(['format', '--no-profile', '--stdin-filename', 'x.ipynb', '-'], { readStdin });
  expect([code, cellTexts(stdout)]).toEqual([0, ['%time\nx = 1', 'f(', 'y = 2']]);
  const check = await nnfmt(['check', '--no-profile', '--stdin-filename', 'x.ipynb', '-'], { readStdin });
  expect([check.code, check.stdout.split('\n')[0]]).toEqual([1, expect.stringMatching(/^x\.ipynb:cell 1:2:2: /u)]);
});

test('score says how far a notebook is from the style, and how alike two are', async () => {
  const folder = folderWith({ 'a.ipynb': notebook, 'b.ipynb': notebook.replaceAll('  =  ', ' = ') });
  const [a, b] = [join(folder, 'a.ipynb'), join(folder, 'b.ipynb')];
  expect((await nnfmt(['score', '--no-profile', a])).stdout).toMatch(/^exact .*\(4 of /mu);
  expect((await nnfmt(['score', '--no-profile', b])).code).toBe(0);
  expect((await nnfmt(['score', a, b])).stdout).toMatch(/^exact .*\(4 of /mu);
});

test('one bad notebook stops no other, and is told with its place', async () => {
  const folder = folderWith({ 'bad.ipynb': '{"cells": [\n  {"source": [}', 'good.ipynb': notebook, 'old.ipynb': '{"nbformat": 3}' });
  const { code, stderr } = await nnfmt(['format', '--no-profile', folder]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*bad\.ipynb:2:15: this is no JSON \(.*\); it was left alone\.$/mu);
  expect(stderr).toMatch(/^error: .*old\.ipynb:1:14: nbformat 3 is not read, only 4/mu);
  expect(cellTexts(readFileSync(join(folder, 'good.ipynb'), 'utf8'))[2]).toBe('y = 2');
  writeFileSync(join(folder, 'bad.ipynb'), Buffer.concat([Buffer.from(notebook), Buffer.from([0])]));
  expect((await nnfmt(['check', '--no-profile', join(folder, 'bad.ipynb')])).stderr).toContain('a NUL character stands here');
});

test('a second run knows a notebook by what it is read as', async () => {
  const folder = folderWith({ 'b.ipynb': notebook.replaceAll('  =  ', ' = ').replace('"f("', '"f()"') });
  let made = 0;
  const counting = (options: object): ReturnType<typeof createFormatter> => {
    made++;
    return createFormatter(options);
  };
  const run = (): Promise<unknown> => nnfmt(
    ['format', '--no-profile', '--cache-dir', join(folder, 'cache'), join(folder, 'b.ipynb')],
    { createFormatter: counting, build: 'test' },
  );
  await run();
  await run();
  expect(made).toBe(1);
  expect(existsSync(join(folder, 'cache'))).toBe(true);
});
