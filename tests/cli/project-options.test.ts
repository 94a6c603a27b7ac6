import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commonFolder, resolveWithProject } from '../../src/cli/project-options.js';
import { createFilterIn } from '../../src/cli/select-files.js';
import { listProjectFiles } from '../../src/learn/index.js';
import { pyprojectKeys } from '../../src/options/index.js';
import { folderWith } from '../support/folder-with.js';
import { buildFakeCli, runCliProcess, type RunResult } from './support/run-fake.js';

let cli: Awaited<ReturnType<typeof buildFakeCli>>;
beforeAll(async () => {
  cli = await buildFakeCli();
});

const nnfmt = (cwd: string, ...args: string[]): Promise<RunResult> => runCliProcess({ script: cli.script, args, cwd });
const checked = async (cwd: string, ...args: string[]): Promise<string[]> =>
  (await nnfmt(cwd, 'check', ...args)).stdout.split('\n').flatMap((line) => /^[^:]+/u.exec(line) ?? []);

test('the keys of the file are those of the rows that say so', () => {
  expect([...pyprojectKeys().keys()].sort()).toEqual(['confidence', 'editorconfig', 'exclude', 'force-exclude', 'include', 'include-vendored', 'jobs', 'markdown', 'max-memory', 'max-seconds', 'model', 'profile']);
});

test('the command line wins over the file, the file over the defaults', async () => {
  const folder = folderWith({
    'pyproject.toml': '[tool.nnfmt]\nconfidence = 0.8\njobs = 3\nmodel = "models/m.bin"\nprofile = "p"\n', 'sub/a.py': '',
  });
  const { options } = resolveWithProject('format', { jobs: '2' }, [join(folder, 'sub')]);
  expect(options).toMatchObject({ confidence: 0.8, jobs: 2, check: false });
  // Paths are relative to the file that names them.
  expect(options).toMatchObject({ model: join(folder, 'models/m.bin'), profile: join(folder, 'p') });
  // A command takes the keys it knows.
  expect(resolveWithProject('score', {}, [folder])).toMatchObject({ options: { json: false } });
});

test('the nearest file that speaks of nnfmt counts, as a whole', async () => {
  const folder = folderWith({
    'pyproject.toml': '[tool.nnfmt]\nconfidence = 0.8\njobs = 3\n',
    'near/pyproject.toml': '[tool]\nnnfmt = { confidence = 0.7 }\n',
    'other/pyproject.toml': '[project]\nname = "nnfmt-user"\n[tool.black]\nline-length = 3\n',
  });
  const of = (path: string): unknown => resolveWithProject('format', {}, [join(folder, path)]).options;
  expect(of('near')).toMatchObject({ confidence: 0.7, jobs: null });
  expect(of('other')).toMatchObject({ confidence: 0.8, jobs: 3 });
  const { options } = resolveWithProject('format', { stdinFilename: join(folder, 'near/x.py') }, ['-']);
  expect(options).toMatchObject({ confidence: 0.7 });
});

test('include and exclude: patterns relative to the file, or to where one stands', async () => {
  const files = { 'a.py': 'x \n', 'src/b.py': 'x \n', 'src/gen/c.py': 'x \n', 'd.pyw': 'x \n', 'src/e_pb2.py': 'x \n' };
  const toml = '[tool.nnfmt]\ninclude = ["*.py", "*.pyw"]\nexclude = ["/src/gen/", "*_pb2.py"]\n';
  const folder = folderWith({ ...files, 'pyproject.toml': toml });
  expect(await checked(folder)).toEqual(['a.py', 'd.pyw', 'src/b.py']);
  expect(await checked(join(folder, 'src'))).toEqual(['b.py']);
  expect(await checked(folder, '--exclude', 'src')).toEqual(['a.py', 'd.pyw']);
  expect(await checked(join(folder, 'src'), '--exclude', '/gen', '--include', 'c.py,b.py')).toEqual(['b.py']);
  // A file given by name is always taken.
  expect(await checked(folder, 'src/gen/c.py')).toEqual(['src/gen/c.py']);
});

test.each([false, true])('what is excluded is not learned either (tracked by git: %s)', async (tracked) => {
  const folder = folderWith({ 'a.py': 'x = 1\n', 'gen/b.py': '', 'c.pyw': '', 'd.txt': '', 'pyproject.toml': '[tool.nnfmt]\nexclude = ["/gen/"]\n' });
  if (tracked) {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['add', '.'], { cwd: folder });
  }
  const files = (raw: Record<string, unknown>): string[] => {
    const { optionsIn } = resolveWithProject('train', raw, [folder]);
    return listProjectFiles([folder], createFilterIn(optionsIn)).files.map((file) => relative(folder, file));
  };
  expect(files({})).toEqual(['a.py']);
  expect(files({ exclude: ['x'], include: ['*.pyw', '*.py'] })).toEqual(['a.py', 'c.pyw', join('gen', 'b.py')]);
});

test.each([
  ['confidense = 0.5', 'confidense: there is no such key \\(known: .*\\)\\. Did you mean confidence\\?'],
  ['line-length = 88', 'line-length: there is no such key \\(known: '],
  ['confidence = "high"', 'confidence: takes a number, not "high"'],
  ['confidence = "0.5"', 'confidence: takes a number, not "0.5"'],
  ['jobs = 0', 'jobs: takes a whole number from 1 to 256, not 0'],
  ['exclude = "a,b"', 'exclude: takes a list of texts, not "a,b"'],
  ['exclude = [1]', 'exclude: takes a list of texts, not \\[1\\]'],
  ['check = true', 'check: there is no such key'],
  ['jobbs = 1\nline-length = 88\nexlude = []', 'there are no such keys: jobbs \\(did you mean jobs\\?\\), line-length, exlude \\(did you mean exclude\\?\\) \\(known: .*\\)\\.\n$'],
])('refused with path and key: %s', async (line, message) => {
  const folder = folderWith({ 'pyproject.toml': `[tool.nnfmt]\n${line}\n`, 'a.py': 'x \n' });
  const run = await nnfmt(folder, 'format');
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(new RegExp(`^error: .*pyproject\\.toml: \\[tool\\.nnfmt\\]:? ${message}`, 'u'));
});

test('what is no TOML, or no table, is refused with its place', async () => {
  const broken = folderWith({ 'pyproject.toml': '# nnfmt\n[tool.nnfmt\n', 'a.py': '' });
  const run = await nnfmt(broken, 'check');
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/^error: .*pyproject\.toml:2: /u);
  const scalar = folderWith({ 'pyproject.toml': '[tool]\nnnfmt = 3\n', 'a.py': '' });
  expect((await nnfmt(scalar, 'check')).stderr).toContain('[tool.nnfmt] has to be a table');
});

test('the folder that all paths lie in', () => {
  const folder = folderWith({ 'a/b/c.py': '', 'a/d.py': '' });
  expect(commonFolder([join(folder, 'a/b/c.py'), join(folder, 'a/d.py')])).toBe(join(folder, 'a'));
  expect(commonFolder([join(folder, 'a/b')])).toBe(join(folder, 'a/b'));
  expect(commonFolder(['/', folder])).toBe('/');
});
