import { beforeAll, expect, test } from 'vitest';
import { formatSource } from '../../src/format/index.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { prefer } from '../format/support/fake-policies.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli, runCliProcess, type RunResult } from './support/run-fake.js';
import { runInProcess } from './support/run-in-process.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
beforeAll(async () => {
  cli = await buildFakeCli();
});

const check = (cwd: string, args: readonly string[], stdin?: string): Promise<RunResult> =>
  runCliProcess({ script: cli.script, args: ['check', ...args], cwd, ...(stdin === undefined ? {} : { stdin }) });

const MESSY = { 'a.py': 'x = 1  \ny\nz \n', 'b.py': 'y\n', 'sub/c.py': 'z \n' };

test('one line a deviation, sorted by path; nothing is written', async () => {
  const folder = folderWith(MESSY);
  const run = await check(folder, ['.']);
  expect(run.code).toBe(1);
  expect(run.stdout).toBe(
    'a.py:1:6: trailing whitespace (99.1 % sure)\na.py:3:2: trailing whitespace (99.1 % sure)\nsub/c.py:1:2: trailing whitespace (99.1 % sure)\n',
  );
  expect(run.stderr).toBe('3 deviations in 2 of 3 files.\n');
  expect((await check(folder, ['-q', '-j', '2', '.'])).stdout).toBe(run.stdout);
});

test('exit 0 where nothing deviates', async () => {
  expect(await check(folderWith({ 'b.py': 'y\n' }), [])).toMatchObject({ code: 0, stdout: '', stderr: 'No deviations in 1 file.\n' });
  expect(await check(folderWith({}), [])).toMatchObject({ code: 0, stdout: '', stderr: 'No Python files found under .; nothing to do.\n' });
});

test('one bad file never stops the others: exit 2', async () => {
  const run = await check(folderWith({ ...MESSY, 'a.py': 'def (\n' }), ['.', 'missing.py']);
  expect(run.code).toBe(2);
  expect(run.stdout).toBe('sub/c.py:1:2: trailing whitespace (99.1 % sure)\n');
  expect(run.stderr).toContain('error: missing.py: there is no such file');
  expect(run.stderr).toContain('error: a.py:1:5:');
  expect(run.stderr).toContain('1 deviation in 1 of 3 files. 2 files could not be checked.');
});

test('stdin under the name that is given', async () => {
  const folder = folderWith();
  const run = await check(folder, ['--stdin-filename', 'pkg/m.py', '-'], 'x  \n');
  expect(run).toMatchObject({ code: 1, stdout: 'pkg/m.py:1:2: trailing whitespace (99.1 % sure)\n' });
  expect(await check(folder, ['-'], 'def (\n')).toMatchObject({ code: 2, stdout: '' });
  expect((await check(folder, ['-', 'a.py'], '')).code).toBe(2);
});

test('--output-format json: deviations and faults in one object', async () => {
  const run = await check(folderWith({ ...MESSY, 'b.py': 'def (\n' }), ['-q', '--output-format', 'json', '.']);
  expect(run.code).toBe(2);
  const log = JSON.parse(run.stdout) as { files: number; deviations: Record<string, unknown>[]; errors: { path: string; message: string }[] };
  expect(log).toMatchObject({ files: 3, positionEncoding: 'utf-32' });
  expect(log.deviations).toHaveLength(3);
  expect(log.deviations[0]).toEqual({
    path: 'a.py', gap: 0, line: 1, column: 6, endLine: 2, endColumn: 1, before: '  \n', after: '\n', edit: 'lines',
    probability: 0.9877, confidence: 0.9913, message: 'trailing whitespace',
  });
  expect(log.errors).toEqual([{ path: 'b.py', message: expect.stringContaining('b.py:1:5:') as unknown }]);
});

test.each([
  ['text', 'a.py:1:10: '],
  ['github', 'line=1,col=10,endLine=1,endColumn=12,'],
  ['json', '"line":1,"column":10,"endLine":1,"endColumn":12,'],
  ['sarif', '"region":{"startLine":1,"startColumn":10,"endLine":1,"endColumn":12}'],
])('columns count code points: %s', async (form, words) => {
  const tokenizer = await createTokenizer();
  const run = await runInProcess(['check', '-q', '--output-format', form, folderWith({ 'a.py': 's = "😀" +  2\n' })], {
    createFormatter: async () => ({
      tokenizer,
      format: (text, options) => formatSource(tokenizer, prefer('space'), text, options?.path ?? 'a.py', { deviations: true }),
    }),
  });
  expect(run.stdout).toContain(words);
});

test('--output-format github: escaped workflow commands', async () => {
  const run = await check(folderWith({ 'a,b.py': 'x  \n', 'c.py': 'def (\n' }), ['--output-format', 'github', '.']);
  expect(run.stdout).toContain('::warning file=a%2Cb.py,line=1,col=2,title=nnfmt lines::trailing whitespace (99.1 %25 sure)\n');
  expect(run.stdout).toMatch(/^::error file=c\.py,line=1,col=5::c\.py:1:5: .*%0A/mu);
});

test('--output-format sarif: a log that GitHub takes', async () => {
  const run = await check(folderWith({ 'a b.py': 'x  \n' }), ['--output-format', 'sarif', '.']);
  expect(run.code).toBe(1);
  const log = JSON.parse(run.stdout) as { version: string; runs: { columnKind: string; tool: { driver: { name: string; rules: { id: string }[] } }; results: Record<string, unknown>[]; invocations: { executionSuccessful: boolean }[] }[] };
  expect(log.version).toBe('2.1.0');
  expect(log.runs[0].columnKind).toBe('unicodeCodePoints');
  const [{ tool, results, invocations }] = log.runs;
  expect(tool.driver.name).toBe('nnfmt');
  expect(results).toHaveLength(1);
  const { ruleIndex, ruleId, locations } = results[0] as { ruleIndex: number; ruleId: string; locations: unknown };
  expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  expect(locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: 'a%20b.py' }, region: { startLine: 1, startColumn: 2, endLine: 2, endColumn: 1 } } },
  ]);
  expect(invocations[0]!.executionSuccessful).toBe(true);
});

test('the formatter of the library says the same as the words on the screen', async () => {
  const tokenizer = await createTokenizer();
  const folder = folderWith({ 'a.py': 'x =  1\n' });
  const run = await runInProcess(['check', folder], {
    createFormatter: async () => ({
      format: (text, { path = '', ...request } = {}) => formatSource(tokenizer, prefer('space'), text, path, request),
    }),
  });
  expect(run).toMatchObject({ code: 1, stdout: `${folder}/a.py:1:4: expected 1 space, found 2 (98 % sure)\n` });
});

test('--range: one file, these lines', async () => {
  const folder = folderWith(MESSY);
  expect((await check(folder, ['--range', '2-3', 'a.py'])).stdout).toBe('a.py:3:2: trailing whitespace (99.1 % sure)\n');
  expect((await check(folder, ['--range', '1', '-'], 'x \ny \n')).stdout).toContain('<stdin>:1:2:');
  const several = await check(folder, ['--range', '2-3', '.']);
  expect(several).toMatchObject({ code: 2, stderr: 'error: --range: speaks of one file, not of 3.\n' });
  expect((await check(folder, ['--range', '3-2', 'a.py'])).stderr).toBe('error: --range: 3-2 ends before it starts.\n');
});
