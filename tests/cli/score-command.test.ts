import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CreateFormatter } from '../../src/cli/formatter.js';
import { createFakeFormatter } from './support/fake-formatter.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

test('prints the ratio; exit 0 when equal, 1 when different, 2 when it cannot compare', async () => {
  const folder = folderWith({ 'a.py': 'x = f(1)\n', 'b.py': 'x=f( 1 )\n', 'c.py': 'x = f(2)\n', 'd.py': 'x = (\n' });
  const path = (name: string): string => join(folder, name);
  expect(await runInProcess(['score', path('a.py'), path('a.py')])).toMatchObject({ code: 0, stderr: '' });
  const differs = await runInProcess(['score', path('a.py'), path('b.py')]);
  expect(differs).toMatchObject({ code: 1, stderr: '' });
  expect(differs.stdout).toContain('similarity 0.2000\n');
  const json = await runInProcess(['score', path('a.py'), path('b.py'), '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ score: 0.2, exact: 0.2, compared: 5, changed: 4, classes: { spaces: { changed: 4 } } });
  const others = await runInProcess(['score', path('a.py'), path('c.py')]);
  expect(others).toMatchObject({ code: 2, stdout: '' });
  expect(others.stderr).toContain('do not hold the same tokens');
  expect((await runInProcess(['score', path('a.py'), path('d.py')])).code).toBe(2);
  expect((await runInProcess(['score', path('a.py'), path('missing.py')])).code).toBe(2);
  expect((await runInProcess(['score', path('a.py'), path('b.py'), '--no-profile'])).stderr).toContain('two layouts are given');
});

test('one file: against what format makes of it, with the project\'s options', async () => {
  const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nprofile = "p"\nconfidence = 0.5\n', 'a.py': 'x = 1  \ny = 2\n', 'b.py': 'x = 1\n', 'c.py': 'def (\n' });
  const asked: object[] = [];
  const createFormatter: CreateFormatter = (options) => {
    asked.push(options);
    return createFakeFormatter(options);
  };
  const run = await runInProcess(['score', join(folder, 'a.py'), '--json'], { createFormatter });
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({ changed: 1, classes: { blankLines: { changed: 1 } } });
  expect(asked).toEqual([{ profilePath: join(folder, 'p'), confidence: 0.5 }]);
  expect(await runInProcess(['score', join(folder, 'b.py'), '--no-profile'], { createFormatter })).toMatchObject({ code: 0 });
  expect(asked[1]).toEqual({ profilePath: null, confidence: 0.5 });
  expect((await runInProcess(['score', join(folder, 'c.py')])).code).toBe(2);
});
