import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nearbySources } from '../../src/learn/nearby-sources.js';
import { createExplainer, explainSource } from '../../src/format/explain-source.js';
import type { ExampleSource } from '../../src/format/project-examples.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { readProgram } from '../../src/format/read-program.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { prefer } from './support/fake-policies.js';

const tokenizer = await createTokenizer();

/** A policy that puts a space everywhere, in a project that counted some text. */
function policyWith(text: string): ReturnType<typeof prefer> {
  const context = readProgram(tokenizer, text, 'p.py');
  const counts = new StyleCounts();
  countLayout(context, observeLayout(context, context.structured.source.gaps), counts);
  return { ...prefer('space'), project: counts };
}

test('examples are the nearest files where such a gap has the proposed layout', () => {
  const read: string[] = [];
  const source = (path: string, text: string): ExampleSource => ({
    path,
    read: () => {
      read.push(path);
      return text;
    },
  });
  const examples = [
    source('tight.py', 'f(1,2)\n'), source('broken.py', 'def (\n'), source('one.py', 'x = 1\nf(1, 2)\nf(3, 4)\n'),
    source('two.py', '\n\nf(1, 2)\n'), source('three.py', 'f(1, 2)\n'), source('four.py', 'f(1, 2)\n'),
  ];
  const explain = (policy: ReturnType<typeof prefer>): ReturnType<typeof explainSource> =>
    explainSource(tokenizer, policy, 'g(5,6)\n', 'a.py', { gaps: 'changes', examples });
  const [gap] = explain(policyWith('f(1, 2)\n')).gaps.filter(({ left }) => left === ',');
  const [habit] = gap!.habits;
  expect(habit).toMatchObject({ scope: 'project' });
  const [count] = habit!.counts;
  expect(count).toMatchObject({ words: '1 space', proposed: true });
  expect(count!.places).toEqual([{ path: 'one.py', line: 2 }, { path: 'two.py', line: 3 }, { path: 'three.py', line: 1 }]);
  expect(read).toHaveLength(examples.length);
  // Without a profile nothing is read, so that nothing can depend on it.
  read.length = 0;
  explain(prefer('space'));
  expect(read).toEqual([]);
});

test('nearby sources: the own folder first, without the file itself', () => {
  const folder = folderWith({ 'pyproject.toml': '', 'a.py': '', 'x/b.py': '', 'x/y/c.py': '', 'x/y/d.py': '', 'vendor/e.py': '' });
  const found = nearbySources(join(folder, 'x/y/c.py')).map(({ path }) => path.split('/').slice(-1)[0]);
  expect(found).toEqual(['d.py', 'b.py', 'a.py']);
});

test('nnfmt explain names places of the project', async () => {
  const text = 'x = f(1, 2)\nif x:\n    g(x, 3)\n';
  const folder = folderWith({ 'pyproject.toml': '', 'a.py': text, 'b.py': text, 'c.py': text.replace('f(1', 'f( 1') });
  const model = join(folder, 'tiny.bin');
  writeTinyModel(model);
  expect(await runInProcess(['train', '--quiet', '--counts-only', '--model', model, folder])).toMatchObject({ code: 0 });
  const run = await runInProcess(['explain', '--model', model, '--confidence', '1', join(folder, 'a.py:1')], { createExplainer });
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/between , and 2 [^]*in the project: all such gaps hold 1 space \(\S*b\.py:1, \S*c\.py:1\)\n/u);
  expect(run.stdout).not.toMatch(/\d\.\d+ of/u);
});
