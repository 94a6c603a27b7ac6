/** What is told of statements that the grammar does not know: a line each, and no fault. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CliContext } from '../../src/cli/context.js';
import { notUnderstoodLines } from '../../src/cli/not-understood.js';
import { createFormatter } from '../../src/format/index.js';
import { createFakeFormatter } from './support/fake-formatter.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const TOLD = 'not understood, left as it is';
const NEW_SYNTAX = 'x = 1  \nlazy import  os\n';

function run(args: readonly string[], options: Partial<CliContext> & { stdin?: string } = {}): ReturnType<typeof runInProcess> {
  const { stdin = '', ...replaced } = options;
  return runInProcess(args, { createFormatter: createFakeFormatter, readStdin: () => Promise.resolve(Buffer.from(stdin)), ...replaced });
}
describe('format', () => {
  test('the rest of the file is formatted, exit 0', async () => {
    const folder = folderWith({ 'a.py': NEW_SYNTAX, 'b.py': 'y\n' });
    const result = await run(['format', folder]);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toContain(`a.py:2: ${TOLD}\nreformatted`);
    expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1\nlazy import  os\n');
  });

  test('--check says it too; what is well formatted otherwise is exit 0', async () => {
    const folder = folderWith({ 'a.py': 'lazy import  os\n' });
    const result = await run(['format', '--check', folder]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(`a.py:1: ${TOLD}\n`);
    expect((await run(['format', '--check', '--quiet', folder])).stderr).toBe('');
  });

  test('stdin', async () => {
    const result = await run(['format', '-'], { stdin: NEW_SYNTAX });
    expect(result).toMatchObject({ code: 0, stdout: 'x = 1\nlazy import  os\n' });
    expect(result.stderr).toContain(`<stdin>:2: ${TOLD}\n`);
  });
});

describe('check', () => {
  test('in text, JSON, SARIF and as a notice', async () => {
    const folder = folderWith({ 'a.py': 'lazy import  os\n' });
    const text = await run(['check', folder]);
    expect(text.code).toBe(0);
    expect(text.stderr).toContain(`a.py:1: ${TOLD}\n`);
    const json = await run(['check', '--output-format', 'json', folder]);
    expect(JSON.parse(json.stdout)).toMatchObject({ deviations: [], notUnderstood: [{ path: join(folder, 'a.py'), line: 1 }], errors: [] });
    const sarif = await run(['check', '--output-format', 'sarif', folder]);
    expect(sarif.stdout).toContain(`{"level":"note","message":{"text":"${TOLD}"}`);
    const github = await run(['check', '--output-format', 'github', folder]);
    expect(github.stdout).toMatch(/^::notice file=.*a\.py,line=1::not understood, left as it is\n$/u);
  });

  test('stdin', async () => {
    expect((await run(['check', '-'], { stdin: 'lazy x\n' })).stderr).toContain(`<stdin>:1: ${TOLD}\n`);
  });
});

test('the built-in model formats around it', async () => {
  const folder = folderWith({ 'a.py': 'import  re\nlazy import  os\n\n\ndef f(a,b = 1):\n    return [ *[]   for c in b]\n' });
  const result = await run(['format', folder], { createFormatter });
  expect(result.code).toBe(0);
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('import re\nlazy import  os\n\n\ndef f(a, b=1):\n    return [ *[]   for c in b]\n');
  expect(result.stderr).toContain(`a.py:2: ${TOLD}\n`);
  expect(result.stderr).toContain(`a.py:6: ${TOLD}\n`);
});

test('a second run, which knows the file, tells it again', async () => {
  const folder = folderWith({ 'a.py': 'lazy import os\n' });
  const cached = { build: 'test', env: { NNFMT_CACHE_DIR: join(folder, 'cache') } };
  const first = await run(['format', folder], cached);
  expect(first.stderr).toContain(`a.py:1: ${TOLD}\n`);
  expect(await run(['format', folder], cached)).toEqual(first);
});

test('a file with very many of them does not flood the screen', () => {
  const lines = Array.from({ length: 12 }, (_, k) => k + 1);
  expect(notUnderstoodLines('a.py', lines).at(-1)).toBe('a.py: 2 more statements not understood, left as they are');
  expect(notUnderstoodLines('a.py', lines.slice(0, 11)).slice(9)).toEqual([`a.py:10: ${TOLD}`, `a.py: 1 more statement not understood, left as it is`]);
});
