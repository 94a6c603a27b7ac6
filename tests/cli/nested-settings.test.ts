import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeFormatter } from './support/fake-formatter.js';
import type { FormatterOptions } from '../../src/cli/formatter.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const FILES = {
  'a.py': 'x \n', 'gen/b.py': 'x \n', 'one/c.py': 'x \n', 'one/gen/d.py': 'x \n', 'one/gone/e.py': 'x \n', 'one/f.pyw': 'x \n', 'two/deep/g.py': 'x \n', 'two/gen/h.py': 'x \n', 'z.py': 'x \n',
  'pyproject.toml': '[tool.nnfmt]\nexclude = ["/gen/", "/two/gen/"]\nconfidence = 0.8\njobs = 1\n',
  'one/pyproject.toml': '[tool.nnfmt]\nexclude = ["/gone/"]\ninclude = ["*.py", "*.pyw"]\nconfidence = 0.6\njobs = 7\n',
  'two/pyproject.toml': '[tool.black]\nline-length = 1\n',
};

/** The files that are checked, in the order in which they are told, and the options that each was formatted with. */
async function check(folder: string, ...args: string[]): Promise<{ files: string[]; options: Record<string, FormatterOptions>; code: number; stderr: string }> {
  const options: Record<string, FormatterOptions> = {};
  const createFormatter: typeof createFakeFormatter = async (own) => {
    const formatter = await createFakeFormatter(own);
    return {
      format: (text, request = {}) => {
        options[request.path!.slice(folder.length + 1)] = own;
        return formatter.format(text, request);
      },
    };
  };
  const { code, stdout, stderr } = await runInProcess(['check', ...args], { createFormatter });
  return { code, stderr, options, files: stdout.split('\n').flatMap((line) => /^[^:]+/u.exec(line)?.[0].slice(folder.length + 1) ?? []) };
}

test('from above, each file follows the nearest pyproject.toml, and is told in the order of the paths', async () => {
  const folder = folderWith(FILES);
  const { files, options } = await check(folder, folder);
  expect(files).toEqual(['a.py', 'one/c.py', 'one/f.pyw', 'one/gen/d.py', 'two/deep/g.py', 'z.py']);
  expect(Object.fromEntries(Object.entries(options).map(([path, own]) => [path, own.confidence]))).toEqual({
    'a.py': 0.8, 'one/c.py': 0.6, 'one/f.pyw': 0.6, 'one/gen/d.py': 0.6, 'two/deep/g.py': 0.8, 'z.py': 0.8,
  });
});

test('so do files and folders that are named together', async () => {
  const folder = folderWith(FILES);
  const { files, options } = await check(folder, ...['one/c.py', 'one/gone/e.py', 'two', 'z.py'].map((path) => join(folder, path)));
  expect(files).toEqual(['one/c.py', 'one/gone/e.py', 'two/deep/g.py', 'z.py']);
  expect(options['one/c.py'].confidence).toBe(0.6);
  expect(options['two/deep/g.py'].confidence).toBe(0.8);
  // What is excluded by force is excluded by the settings that are nearest.
  expect((await check(folder, '--force-exclude', ...['one/gone/e.py', 'one/gen', 'gen/b.py', 'z.py'].map((path) => join(folder, path)))).files).toEqual(['one/gen/d.py', 'z.py']);
});

test('the command line wins over all of them', async () => {
  const folder = folderWith(FILES);
  const { files, options } = await check(folder, folder, '--exclude', 'two,z.py', '--confidence', '0.5');
  expect(files).toEqual(['a.py', 'gen/b.py', 'one/c.py', 'one/f.pyw', 'one/gen/d.py', 'one/gone/e.py']);
  expect(new Set(Object.values(options).map(({ confidence }) => confidence))).toEqual(new Set([0.5]));
});

test('settings that cannot be used are told once, and cost the files below them alone', async () => {
  const folder = folderWith({ ...FILES, 'one/pyproject.toml': '[tool.nnfmt]\nconfidense = 1\n' });
  const { files, code, stderr } = await check(folder, folder, join(folder, 'one/c.py'), join(folder, 'one/gone'));
  expect(code).toBe(2);
  expect(files).toEqual(['a.py', 'two/deep/g.py', 'z.py']);
  expect(stderr.match(/^error: .*$/gmu)).toEqual([expect.stringMatching(/one.pyproject\.toml: \[tool\.nnfmt\] confidense: there is no such key .* Did you mean confidence\?$/u)]);
});

test('a model that cannot be used costs the files of its settings alone', async () => {
  const folder = folderWith({ ...FILES, 'one/pyproject.toml': '[tool.nnfmt]\nmodel = "m.bin"\n' });
  const { files, code, stderr } = await check(folder, folder);
  expect(code).toBe(2);
  expect(files).toEqual(['a.py', 'two/deep/g.py', 'z.py']);
  expect(stderr).toContain('this is not a model of nnfmt');
});

test('of a project that asks for hundreds of threads, some are started', async () => {
  const { resolveWithProject } = await import('../../src/cli/project-options.js');
  const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\njobs = 256\n' });
  expect(resolveWithProject('format', {}, [folder]).options.jobs).toBeLessThan(256);
  expect(resolveWithProject('format', { jobs: '256' }, [folder]).options.jobs).toBe(256);
});
