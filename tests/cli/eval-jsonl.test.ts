import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtCommand } from '../lsp/support/built-command.js';
import { folderWith } from '../support/folder-with.js';
import { Resident } from './support/resident.js';
import { runInProcess } from './support/run-in-process.js';

const files = {
  'a.py': 'def f(a, b):\n    return g(a, b)\n\n\nx = f(1, 2)\n',
  'pkg/b.py': 'class C:\n    def m(self):\n        return [1, 2, 3]\n',
  'c.py': 'def (\n',
};
const folder = folderWith(Object.fromEntries(Object.entries(files).map(([path, text]) => [`proj/${path}`, text])));
const request = { project: 'proj', files: Object.entries(files).map(([path, text]) => ({ path, text })) };
let resident: Resident;
beforeAll(async () => {
  resident = new Resident(await builtCommand(), ['eval', '--jsonl', '--seed', '4'], folder);
}, 120_000);
afterAll(() => resident.process.kill('SIGKILL'));

it('gives the figures that nnfmt eval gives of a folder with the same files', async () => {
  const alone = await runInProcess(['eval', join(folder, 'proj'), '--json', '--seed', '4', '-q']);
  const expected = JSON.parse(alone.stdout) as { projects: object[]; mean: object[]; refused: string[] };
  expect(expected.projects).toHaveLength(4);
  const said = await resident.ask({ id: 1, ...request });
  const figures = said['figures'] as typeof expected;
  expect(said).toMatchObject({ id: 1, project: 'proj' });
  expect({ ...figures, refused: [] }).toEqual({ ...expected, refused: [] });
  expect(figures.refused).toEqual([expect.stringContaining('/c.py:1:')]);
  const one = await resident.ask({ id: 2, ...request, rates: [0.2] });
  expect((one['figures'] as typeof expected).projects).toEqual([expected.projects[2]]);
});

it('answers what is bad with an error or a line among the refused, and goes on', async () => {
  const bad: readonly [request: object | string, answer: object][] = [
    ['{', { id: null }],
    [{ id: 1, files: [] }, { id: 1, error: 'project: is missing.' }],
    [{ id: 2, project: 'p' }, { id: 2, error: 'files: must be a list of {"path","text"}.' }],
    [{ id: 3, project: 'p', files: [{ path: 'a.py', text: null }] }, { id: 3, error: 'files: must be a list of {"path","text"}.' }],
    [{ id: 4, project: 'p', files: [null] }, { id: 4, error: 'files: must be a list of {"path","text"}.' }],
    [{ id: 5, ...request, rates: [2] }, { id: 5, error: 'rates: must be a list of numbers from 0 to 1.' }],
    [{ id: 6, project: 'p', files: [] }, { id: 6, figures: { projects: [], mean: [], refused: [] } }],
    [{ id: 7, project: 'p', files: [{ path: 'a.py', text: 'f(' }] }, { id: 7, figures: { projects: [], refused: [expect.stringContaining('a.py:1') as string] } }],
    [{ id: 8, project: 'p', files: [{ path: 'a.py', text: '\uFEFFx = 1\n' }], rates: [0] }, { id: 8, figures: { projects: [{ rate: 0 }] } }],
  ];
  for (const [ask] of bad) resident.say(ask);
  for (const [, answer] of bad) expect(await resident.hear()).toMatchObject(answer);
  expect(await resident.end()).toBe(0);
});
