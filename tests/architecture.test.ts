import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
// Plain JavaScript, because ESLint loads it before anything is compiled.
// @ts-expect-error no declarations
import { bundleOptions, scriptOptions } from '../scripts/bundle-options.js';
// @ts-expect-error no declarations
import { importTable } from '../scripts/eslint-import-table.js';
// @ts-expect-error no declarations
import { thirdPartyNotices } from '../scripts/third-party-notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function faults(filename: string, code: string): string[] {
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { nnfmt: { rules: { 'import-table': importTable } } },
    rules: { 'nnfmt/import-table': 'error' },
  };
  return new Linter().verify(code, config as Linter.Config, filename).map(({ message }) => message);
}

test.each([
  ['src/tokenize/a.ts', "import { x } from '../model/index.js';"],
  ['src/format/a.ts', "import type { x } from '../train/loop.js';"],
  ['src/format/a.ts', "const x = await import('../train/loop.js');"],
  ['src/format/a.ts', "export { x } from '../corpus/index.js';"],
  ['src/format/a.ts', "export * from '../score/index.js';"],
  ['src/model/a.ts', "let x: import('../train/loop.js').Loop;"],
  ['src/shared/a.ts', "import { x } from '../tokenize/index.js';"],
  ['src/cli/a.ts', "import { x } from '../plugin/index.js';"],
  ['src/evaluate/a.ts', "import { x } from '../train/index.js';"],
  ['src/index.ts', "import { x } from './train/index.js';"],
  ['src/options/a.ts', "import { x } from '../format/index.js';"],
  ['src/format/a.ts', "import { Parser } from 'web-tree-sitter';"],
  ['src/format/a.ts', "import * as tf from '@tensorflow/tfjs-core';"],
  ['src/cli/a.ts', "const gpu = await import('webgpu');"],
  ['src/cli/a.ts', "import { x } from '../../tests/support.js';"],
])('%s may not: %s', (filename, code) => {
  expect(faults(filename, code)).toHaveLength(1);
});

test.each([
  ['src/tokenize/a.ts', "import { Parser } from 'web-tree-sitter'; import { e } from '../errors.js';"],
  ['src/train/a.ts', "import * as tf from '@tensorflow/tfjs-core'; import { m } from '../mutate/index.js';"],
  ['src/format/a.ts', "import { x } from '../model/index.js'; import { y } from './b.js'; import fs from 'node:fs';"],
  ['src/cli/a.ts', "const x = await import('../train/index.js');"],
  ['src/index.ts', "export { x } from './format/index.js'; export * from './errors.js';"],
])('%s may: %s', (filename, code) => {
  expect(faults(filename, code)).toEqual([]);
});

test('one module asks git and one clones, and no other programs run but those that list attributes, from folders of the system', () => {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const starters = names.filter((name) => readFileSync(join(root, 'src', name), 'utf8').includes('child_process'));
  expect(starters.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([
    'format/extended-attributes.ts', 'gather/git-clone.ts', 'shared/git.ts',
  ]);
});

/** Sources and packages that are loaded once `output` is, without dynamic imports. */
function loadedBy(metafile: Metafile, output: string, seen = new Set<string>()): Set<string> {
  const { inputs, imports } = metafile.outputs[output]!;
  seen.add(output);
  for (const input of Object.keys(inputs)) seen.add(input);
  for (const { path, external, kind } of imports) {
    if (kind === 'dynamic-import') continue;
    if (external === true) seen.add(path);
    else if (!seen.has(path)) loadedBy(metafile, path, seen);
  }
  return seen;
}

async function bundle(options: unknown): Promise<Metafile> {
  const { metafile } = await build({ ...(options as BuildOptions), outdir: 'dist', write: false, metafile: true });
  return metafile!;
}

test('nothing is left to be installed beside the bundle', async () => {
  const { inputs, outputs } = await bundle(bundleOptions(root));
  const outside = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external === true).map(({ path }) => path));
  expect(outside.filter((path) => !isBuiltin(path))).toEqual([]);
  expect(Object.keys(inputs)).toContain('node_modules/@tensorflow/tfjs-core/dist/engine.js');
});

test('the notices name every package in the bundle, with a licence', async () => {
  const metafile = await bundle(bundleOptions(root));
  const notices: string = thirdPartyNotices(root, [metafile], ['web-tree-sitter']);
  const packages = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput === 0 ? [] : /node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1] ?? [])),
  ));
  expect(packages).toContain('@tensorflow/tfjs-core');
  for (const name of [...packages, 'web-tree-sitter']) expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'mu'));
  expect(notices).toMatch(/Apache License\s+Version 2\.0/u);
  expect(notices).toContain('Copyright 2020 Google LLC.');
});

test('neither formatting nor the library loads training code or TensorFlow.js', async () => {
  const command = await bundle(scriptOptions(root));
  expect(Object.keys(command.outputs)).toEqual(['dist/nnfmt-format.cjs']);
  const loadedByCommand = [...loadedBy(command, 'dist/nnfmt-format.cjs')];
  expect(loadedByCommand).toContain('src/cli/format-command.ts');
  expect(loadedByCommand).toContain('src/format/format-source.ts');

  const all = await bundle(bundleOptions(root));
  const loadedByWorker = [...loadedBy(all, 'dist/format-worker.js')];
  expect(loadedByWorker).toContain('src/cli/format-worker.ts');
  const unwanted = /^src\/(train|evaluate|learn|mutate|score|search)\/|@tensorflow\/|^webgpu/u;
  expect([...loadedByCommand, ...loadedByWorker].filter((input) => unwanted.test(input))).toEqual([]);
  // The command's one file holds what completes as well, which runs when it is asked for.
  expect(loadedByWorker.filter((input) => input.startsWith('src/complete/'))).toEqual([]);

  const loadedByLibrary = [...loadedBy(all, 'dist/index.js')];
  expect(loadedByLibrary).toContain('src/library/learn-profile.ts');
  expect(loadedByLibrary.filter((input) => /^src\/(train|evaluate|learn|cli)\/|@tensorflow\/|^webgpu/u.test(input))).toEqual([]);
});

test('the bundle of format and complete leaves out what the other commands load, and nothing else', async () => {
  const { outputs } = await bundle(scriptOptions(root));
  const left = outputs['dist/nnfmt-format.cjs']!.imports.filter(({ path }) => path.startsWith('.')).map(({ path }) => path);
  const commands = ['check', 'corpus', 'corpus', 'corpus', 'corpus', 'corpus-stats', 'eval', 'eval-completion', 'eval-jsonl', 'eval-search', 'explain', 'generate', 'hook', 'jsonl', 'learn', 'lsp', 'manifest', 'mutate', 'prepare', 'prepare-jsonl', 'runs', 'score', 'search', 'serve', 'shell-completion', 'similar-jsonl', 'train-caches', 'train', 'train-completion', 'train-rounds', 'train-rounds', 'train-search'].map((command) => `./${command}-command.js`);
  expect(left.sort()).toEqual(['../format/explain-source.js', ...commands, './with-experiment.js']);
});
