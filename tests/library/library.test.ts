import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { folderWith } from '../support/folder-with.js';

const { check, createCompleter, createFormatter, format, learnProfile, mutate, resolveConfig, score } = library;

test('the library offers what its users may rely on, by name', () => {
  expect(Object.keys(library).sort()).toEqual([
    'BadOptionError', 'FileReadError', 'FileWriteError', 'InternalError', 'MissingBackendError', 'ModelFileError', 'NnfmtError', 'NoProfileError',
    'NoWebAssemblyError', 'NotEquivalentError', 'OverBudgetError', 'SourceReadError', 'SourceWriteError', 'SyntaxRefusedError', 'TokensDifferError', 'UserError',
    'check', 'createCompleter', 'createFormatter', 'format', 'learnProfile', 'mutate', 'resolveConfig', 'score', 'similarityRatio', 'unifiedDiff',
  ]);
});

test('one source is formatted and checked as a formatter does it', async () => {
  const source = 'x=1\ny = 2\nz = 3\n';
  const formatter = await createFormatter();
  expect(await format(source)).toBe(formatter.format(source).text);
  expect(formatter.check(source)).toEqual(formatter.format(source, { deviations: true }).deviations);
  expect(await check(source)).toEqual(formatter.check(source));
  const lines = [{ first: 2, last: 2 }];
  expect([await format(source, { lines }), await check(source, { lines })]).toEqual([source, []]);
  expect(await format(source, { confidence: 1 })).toBe(source);
  await expect(format('f(')).rejects.toThrow(/^<source>:1:/u);
});

test('mutants are the same program, and a score says how far off', async () => {
  const text = 'def f(a, b):\n    return a + b\n';
  const mutant = await mutate(text, { rate: 1, seed: 1 });
  expect(mutant).not.toBe(text);
  expect(await score(text, mutant)).toMatchObject({ exact: expect.any(Number) as number, compared: expect.any(Number) as number });
  expect((await score(text, mutant)).score).toBeLessThan(1);
  expect((await score(text, text.replaceAll('\n', '\r\n'))).score).toBe(1);
  await expect(score(text, `${text}# more\n`, { rightPath: 'b.py' })).rejects.toThrow(library.TokensDifferError);
  await expect(mutate('f(', { rate: 1, seed: 1, path: 'a.py' })).rejects.toThrow(/^a\.py:1:/u);
});

describe('the settings of a project', () => {
  test('are options of its formatters', async () => {
    const root = folderWith({
      'pyproject.toml': '[tool.nnfmt]\nconfidence = 1\nmodel = "m.bin"\nprofile = "p"\njobs = 3\n',
      'without/pyproject.toml': '[project]\nname = "x"\n',
    });
    const expected = { confidence: 1, modelPath: join(root, 'm.bin'), profilePath: join(root, 'p') };
    expect(await resolveConfig(join(root, 'a.py'))).toEqual(expected);
    expect(await resolveConfig(join(root, 'without/b.py'))).toEqual(expected);
    await expect(format('x=1\n', { ...(await resolveConfig(join(root, 'a.py'))) })).rejects.toThrow('there is no such model file');
  });

  test('are null where there are none, and refused with their place', async () => {
    const root = folderWith({ 'bad/pyproject.toml': '[tool.nnfmt]\nconfidense = 1\n' });
    expect(await resolveConfig(join(root, 'a.py'))).toBeNull();
    await expect(resolveConfig(join(root, 'bad/a.py'))).rejects.toThrow(/pyproject\.toml: \[tool\.nnfmt\] confidense/u);
  });
});

describe('a completer', () => {
  const text = 'import os\n\nfor name in os.listdir(path):\n    print(name)\nfor name in os.';

  test('serves several documents at once, each as if it were alone', async () => {
    const completer = await createCompleter({ networkPath: null });
    const requests = Array.from({ length: 10 }, (_, k) => ({ text: text.replaceAll('name', `name${k}`), path: `/${k}.py` }));
    const ask = (one: { text: string; path: string }): ReturnType<typeof completer.complete> =>
      completer.complete({ ...one, offset: one.text.length, signal: { aborted: false } });
    const together = await Promise.all([...requests, ...requests].map(ask));
    for (const [k, request] of requests.entries()) {
      const alone = await createCompleter({ networkPath: null });
      expect(together[k]).toEqual(await alone.complete({ ...request, offset: request.text.length }));
      expect(together[k + 10]).toEqual(together[k]);
    }
    expect(together[0]![0]!.text).toBe('listdir(path):');
  });

  test('answers after a request that failed, and nothing where it is aborted', async () => {
    const completer = await createCompleter({ networkPath: null });
    const bad = completer.complete({ text, offset: 999 });
    const aborted = completer.complete({ text, offset: text.length, signal: { aborted: true } });
    const good = completer.complete({ text, offset: text.length });
    await expect(bad).rejects.toThrow(RangeError);
    expect(await aborted).toEqual([]);
    expect((await good).length).toBe(1);
  });

  test('reads a text of the project when its turn comes', async () => {
    const asked: string[] = [];
    const project = ['a.py', 'b.py'].map((path) => ({
      path,
      get text(): string {
        asked.push(path);
        return 'def total(self):\n    pass\n';
      },
    }));
    await createCompleter({ networkPath: null, project });
    expect(asked).toEqual(['b.py', 'a.py']);
  });
});

describe('a profile', () => {
  const demo = fileURLToPath(new URL('../../fixtures/demo/inventory.py', import.meta.url));
  const project = (): string => {
    const root = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nexclude = ["/left/"]\n', 'bad.py': 'f(\n' });
    for (const name of ['a.py', 'b.py', 'left/c.py']) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      copyFileSync(demo, join(root, name));
    }
    return root;
  };

  test('is learned of what the settings do not exclude, and heeded once it is where it belongs', async () => {
    const root = project();
    const told: number[] = [];
    const learned = (await learnProfile([root], { countsOnly: true, onProgress: (done) => told.push(done) }))!;
    expect(learned).toMatchObject({ path: join(root, '.nnfmt/profile'), files: 2 });
    expect(learned.refused).toEqual([expect.stringContaining('bad.py:1:')]);
    expect(learned.report).toMatch(/^Learned from 2 files/u);
    expect(told.length).toBeGreaterThan(0);

    const path = join(root, 'new.py');
    const formatter = await createFormatter();
    const before = formatter.format('x=1\n', { path });
    mkdirSync(dirname(learned.path));
    await writeFile(learned.path, 'no profile');
    // A formatter reads once, `format` each time.
    expect(formatter.format('x=1\n', { path })).toEqual(before);
    await expect(format('x=1\n', { path })).rejects.toThrow(library.ModelFileError);
    await writeFile(learned.path, learned.bytes);
    expect(await format('x=1\n', { path })).toBe('x = 1\n');
    expect(await format('x=1\n', { path, profilePath: null })).toBe(before.text);
  });

  test('is not learned from nothing, nor to its end where that is asked', async () => {
    const root = project();
    rmSync(join(root, 'a.py'));
    await expect(learnProfile([join(root, 'bad.py')], { countsOnly: true })).rejects.toThrow(/^learnProfile: paths: there is no Python file to learn from under .*bad\.py; .*bad\.py:1:/u);
    await expect(learnProfile([folderWith({})], { countsOnly: true })).rejects.toThrow('there is no Python file to learn from');
    await expect(learnProfile([join(root, 'nowhere')], { countsOnly: true })).rejects.toThrow('nowhere');
    expect(await learnProfile([root], { countsOnly: true, signal: { aborted: true } })).toBeNull();
  });
});
