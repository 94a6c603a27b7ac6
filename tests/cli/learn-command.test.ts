import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
// Plain JavaScript, because the build runs it before anything is compiled.
// @ts-expect-error no declarations
import { buildBundles } from '../../scripts/bundle-options.js';
import type { CliContext } from '../../src/cli/context.js';
import { readProfile } from '../../src/profile/index.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

const modelFolder = folderWith();
const model = join(modelFolder, 'tiny.bin');
beforeAll(() => writeTinyModel(model));

const SOURCE = 'import os\n\n\ndef f(a, b=1):\n  if a:\n    return os.path.join(a, b)\n  return [a, b]\n';
const hasGit = spawnSync('git', ['--version']).status === 0;

const train = (paths: readonly string[], replaced: Partial<CliContext> = {}): ReturnType<typeof runInProcess> =>
  runInProcess(['train', '--quiet', '--model', model, ...paths], replaced);

describe('nnfmt train', () => {
  it('writes one profile at the root of the project and tells what it found', async () => {
    const root = folderWith({ 'pyproject.toml': '', 'src/a.py': SOURCE, 'src/b.py': SOURCE, 'src/c.py': `${SOURCE}x = 1\n`, 'bad.py': 'def (\n' });
    const run = await train([root]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('Learned from 3 files');
    expect(run.stdout).toMatch(/indentation +2 spaces 100 % {2}\(3\)/u);
    expect(run.stdout).toMatch(/left out: 1 file that nnfmt cannot read\n.*bad\.py:1/u);
    expect(run.stdout).toMatch(/Profile: .*profile \(\d+ KB/u);
    const path = join(root, '.nnfmt', 'profile');
    expect(readProfile(path)).toMatchObject({ unit: '  ', files: 3 });
    const bytes = readFileSync(path);
    expect(bytes.length).toBeLessThan(500_000);
    expect(readdirSync(join(root, '.nnfmt'))).toEqual(['profile']);
    // Again, and from a folder inside: the same profile.
    expect((await train([join(root, 'src'), join(root, 'bad.py')])).code).toBe(0);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('says how long it will take, and how long it took', async () => {
    const root = folderWith({ 'a.py': SOURCE });
    let clock = 0;
    const run = await runInProcess(['train', '--counts-only', '--model', model, join(root, 'a.py')], { now: () => (clock += 1000) });
    expect(run.stderr).toMatch(/^Learning from 1 file, about 5 s on a core of its own\.\n/u);
    expect(run.stdout).toMatch(/\nProfile: .* KB\), made in \d+ s\. Commit it with the project\.\n$/u);
  });

  it('takes one file, and writes where it is told to', async () => {
    const root = folderWith({ 'a.py': SOURCE });
    const path = join(root, 'else', 'where');
    expect((await train([join(root, 'a.py'), '--profile', path])).code).toBe(0);
    expect(readProfile(path).files).toBe(1);
    expect(existsSync(join(root, '.nnfmt'))).toBe(false);
  });

  it('writes its report as a page, too', async () => {
    const root = folderWith({ 'setup.py': SOURCE, '<b>.py': SOURCE });
    const page = join(root, 'report.html');
    const run = await train([root, '--report', page]);
    expect(run.code).toBe(0);
    expect(run.stdout.split('\n').at(-2)).toBe(`Report: ${page}`);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>/u);
    expect(html).toContain('<code>&lt;b&gt;.py</code>');
    expect(html).not.toMatch(/NaN|undefined|<b>|<script|https?:/u);
    expect(html).toContain('aria-label="histogram of line lengths"');
    // A model that has learned nothing is certain of nothing.
    expect(html).toMatch(/<h2>Least certain gaps<\/h2>[^]*<pre class="heat" role="region" tabindex="0" [^>]*><span><span class="n">\d/u);
    // Tables scroll in boxes of their own, which the keyboard reaches; their heads say what they head.
    const tables = [...html.matchAll(/<table>/gu)].length;
    expect([...html.matchAll(/<div class="scroll" role="region" tabindex="0" aria-label="[^"]+"><table><thead>/gu)]).toHaveLength(tables);
    expect(tables).toBeGreaterThan(0);
    expect(html).not.toMatch(/<th(?! scope)[ >]/u);
    // A swatch stays with its words.
    expect(html).toMatch(/<li><i class="swatch a0" aria-hidden="true"><\/i>[^<]+ 100 % <small>\([\d,]+\)<\/small><\/li>/u);
    const refused = await train([root, '--report', join(root, 'no', 'report.html')]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('cannot be written (ENOENT); the profile is written');
  });

  it.each([
    ['no Python', { 'a.txt': 'x' }, /no Python files to learn from under/u],
    ['nothing that parses', { 'a.py': 'def (\n', 'b.py': '' }, /a\.py:1.*none of the files can be learned from/su],
    ['vendored code only', { 'vendor/a.py': SOURCE, 'x_pb2.py': SOURCE }, /2 generated or vendored left out/u],
  ])('refuses a project with %s', async (_, files, message) => {
    const root = folderWith(files as Record<string, string>);
    const run = await train([root]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(existsSync(join(root, '.nnfmt'))).toBe(false);
  });

  it('refuses what is not there', async () => {
    expect(await train([join(tmpdir(), 'nnfmt-no-such-folder')])).toMatchObject({ code: 2, stdout: '' });
    expect((await train(['--no-profile', '.'])).stderr).toContain('leaves nothing to train');
    expect((await train(['.', '--minutes', '3'])).stderr).toContain('--minutes: speaks of training a model on corpora, which needs --base or --task complete');
    expect((await runInProcess(['train', '--base', '--quiet'])).stderr).toContain('needs corpora');
  });

  it('leaves the old profile alone when it is interrupted', async () => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE });
    await train([root]);
    const before = readFileSync(join(root, '.nnfmt', 'profile'));
    writeFileSync(join(root, 'c.py'), SOURCE.replaceAll('  ', '\t'));
    const controller = new AbortController();
    controller.abort();
    const run = await train([root], { interruption: () => controller.signal });
    expect(run).toMatchObject({ code: 130, stdout: '', stderr: 'Interrupted: nothing was written.\n' });
    expect(readFileSync(join(root, '.nnfmt', 'profile'))).toEqual(before);
  });

  it('says where it is interrupted when the profile is written and the page is not', async () => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE });
    const page = join(root, 'report.html');
    const controller = new AbortController();
    const run = await train([root, '--report', page, '--counts-only'], {
      interruption: () => controller.signal,
      // The clock is asked last for how long learning took.
      now: () => {
        if (existsSync(join(root, '.nnfmt', 'profile'))) controller.abort();
        return 0;
      },
    });
    expect(run).toMatchObject({ code: 130, stderr: `Interrupted: the profile is written, ${page} is not.\n` });
    expect(existsSync(page)).toBe(false);
    expect(readProfile(join(root, '.nnfmt', 'profile')).files).toBe(2);
  });

  it.skipIf(!hasGit)('reads what git tracks', async () => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE, 'untracked.py': SOURCE, 'third_party/c.py': SOURCE });
    const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, stdio: 'ignore' });
    git('init');
    git('add', 'a.py', 'b.py', 'third_party/c.py');
    const run = await train([root]);
    expect(run.stdout).toContain('Learned from 2 files');
    expect(run.stdout).toContain('left out: 1 generated or vendored file');
  });
});

describe('formatting with a profile', () => {
  // The real command with its threads, as it is installed.
  const built = folderWith({ 'package.json': '{"type":"module"}' });
  beforeAll(async () => {
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    await buildBundles(repository, built);
    const require = createRequire(import.meta.url);
    copyFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), join(built, 'web-tree-sitter.wasm'));
    copyFileSync(join(repository, 'grammar', 'tree-sitter-python.wasm'), join(built, 'tree-sitter-python.wasm'));
  });
  const run = (...args: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [join(built, 'nnfmt.js'), 'format', '--no-cache', '--model', model, ...args], { encoding: 'utf8', cwd: built });
  const format = (cwd: string, ...args: string[]): string => {
    expect(run('--quiet', ...args, cwd)).toMatchObject({ status: 0, stderr: '' });
    return readdirSync(cwd).filter((name) => name.endsWith('.py')).sort().map((name) => readFileSync(join(cwd, name), 'utf8')).join('\f');
  };

  it('gives the same bytes with any number of jobs, and others without', async () => {
    const files: Record<string, string> = {};
    for (let k = 0; k < 4; k++) files[`m${k}.py`] = SOURCE.replace('f(', `f${k}(`).repeat(k + 1).replaceAll(', ', ',  ');
    const learned = folderWith(files);
    await train([learned]);
    const copy = (withProfile: boolean): string => {
      const folder = folderWith(files);
      mkdirSync(join(folder, '.nnfmt'));
      if (withProfile) writeFileSync(join(folder, '.nnfmt', 'profile'), readFileSync(join(learned, '.nnfmt', 'profile')));
      return folder;
    };
    const one = format(copy(true), '--jobs', '1', '--confidence', '0.01');
    expect(format(copy(true), '--jobs', '3', '--confidence', '0.01')).toBe(one);
    const named = copy(false);
    expect(format(named, '--jobs', '1', '--confidence', '0.01', '--profile', join(learned, '.nnfmt', 'profile'))).toBe(one);
    expect(format(copy(true), '--jobs', '1', '--confidence', '0.01', '--no-profile')).toBe(format(copy(false), '--confidence', '0.01'));
  }, 60_000);

  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s in the middle of learning ends it with %i and leaves the old profile', async (signal, code) => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE });
    await train([root]);
    const before = readFileSync(join(root, '.nnfmt', 'profile'));
    const child = spawn(process.execPath, [join(built, 'nnfmt.js'), 'train', '--counts-only', '--model', model, root]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (stderr.startsWith('Learning from') && !child.killed) child.kill(signal);
    });
    expect(await new Promise((resolve) => child.on('close', (...end) => resolve(end)))).toEqual([code, null]);
    expect(stderr).toMatch(/\nInterrupted: nothing was written\.\n$/u);
    expect(readFileSync(join(root, '.nnfmt', 'profile'))).toEqual(before);
    expect(readdirSync(join(root, '.nnfmt'))).toEqual(['profile']);
  }, 60_000);

  it('refuses a damaged profile, file by file, with exit code 2', async () => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE });
    await train([root]);
    const path = join(root, '.nnfmt', 'profile');
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    const { status, stderr } = run(root);
    expect(status).toBe(2);
    expect(stderr).toMatch(/profile: the file has 500 bytes instead of \d+\. Restore it from version control/u);
    expect(readFileSync(join(root, 'a.py'), 'utf8')).toBe(SOURCE);
  }, 60_000);
});
