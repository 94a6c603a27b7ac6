/**
 * What a user can hand in that nothing can be made of: each time a clear message, an exit code of 2, and
 * nothing half-written.
 */
import { spawn } from 'node:child_process';
import type * as nodeFs from 'node:fs';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import { decodeTensorFile, encodeTensorFile } from '../../src/model/tensor-file.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { writeTinyModel } from '../profile/support/tiny-model.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from './support/run-in-process.js';

/** A disk that is full: half of each write arrives. */
const disk = vi.hoisted(() => ({ full: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof nodeFs>();
  const writeSync = (descriptor: number, bytes: Uint8Array, at: number): number => {
    if (!disk.full) return fs.writeSync(descriptor, bytes, at);
    fs.writeSync(descriptor, bytes, at, bytes.length >> 1);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...fs, writeSync };
});

const SOURCE = 'import os\n\n\ndef f(a, b=1):\n  if a:\n    return os.path.join(a, b)\n  return [a, b]\n';
const modelFolder = folderWith();
const model = join(modelFolder, 'tiny.bin');
const otherModel = join(modelFolder, 'other.bin');
beforeAll(() => {
  writeTinyModel(model);
  writeTinyModel(otherModel, 4);
});
afterEach(() => {
  disk.full = false;
});

const nnfmt = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(args, { createFormatter });
const train = (...args: string[]): ReturnType<typeof runInProcess> =>
  nnfmt('train', '--quiet', '--counts-only', '--model', model, ...args);

describe('a profile', () => {
  let root: string;
  let path: string;
  const learn = async (): Promise<void> => {
    root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE, 'c.py': SOURCE });
    path = join(root, '.nnfmt', 'profile');
    expect(await train(root)).toMatchObject({ code: 0 });
  };

  test.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
    ['of another version', (bytes) => {
      const { kind, metadata, tensors } = decodeTensorFile(bytes, { kind: 'profile', path: 'p' });
      return encodeTensorFile({ kind, metadata: { ...(metadata as object), version: 99 }, tensors });
    }, /has version 99 and this nnfmt reads version \d.*Learn it again with `nnfmt train`/u],
    ['that is truncated', (bytes) => bytes.subarray(0, bytes.length / 2), /has \d+ bytes instead of \d+.*Restore it from version control/u],
    ['that is edited by hand', (bytes) => Buffer.from(bytes.toString('latin1').replace('"unit":"  "', '"unit":"   "'), 'latin1'), /bytes instead of|checksum does not match/u],
    ['that went through a conversion of line ends', (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), /changed by a conversion of line ends/u],
    ['with something else in it', () => Buffer.from('indent = 4\n'), /not a file written by nnfmt/u],
    ['that is empty', () => new Uint8Array(0), /not a file written by nnfmt/u],
  ])('%s is refused in one line, and nothing is changed', async (_, damage, reason) => {
    await learn();
    const damaged = Buffer.from(damage(readFileSync(path)));
    writeFileSync(path, damaged);
    for (const command of ['format', 'check']) {
      const run = await nnfmt(command, '--model', model, '--confidence', '0', root);
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(reason);
      expect(run.stderr.match(/\.nnfmt.profile: (?!the same)/gu)).toHaveLength(1);
      expect(run.stderr).toMatch(/\.nnfmt.profile: the same for 2 more files\.\n/u);
    }
    expect(readFileSync(join(root, 'a.py'), 'utf8')).toBe(SOURCE);
    expect(readFileSync(path)).toEqual(damaged);
    // Both ways out that the message names.
    expect((await nnfmt('check', '--model', model, '--no-profile', '--confidence', '1', root)).code).toBeLessThan(2);
    // What nnfmt never wrote is somebody's, and has to be moved away first.
    if (!damaged.toString().startsWith('nnfmt') && damaged.length > 0) {
      expect((await train(root)).stderr).toMatch(/what is there is not a profile of nnfmt, so it was not replaced\. .*move away/u);
      rmSync(path);
    }
    expect((await train(root)).code).toBe(0);
    expect((await nnfmt('check', '--model', model, '--confidence', '1', root)).code).toBeLessThan(2);
  });

  test('for another base model is refused, naming both', async () => {
    await learn();
    const run = await nnfmt('format', '--model', otherModel, root);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/profile: the profile needs the base model [0-9a-f]{12}, this one is [0-9a-f]{12}\. Learn it again/u);
    expect(readFileSync(join(root, 'a.py'), 'utf8')).toBe(SOURCE);
  });

  test('that was named and is not there is refused before any file is read', async () => {
    const root = folderWith({ 'a.py': SOURCE });
    const run = await nnfmt('format', '--model', model, '--profile', join(root, 'none'), root);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/none: there is no such profile/u);
  });
});

describe('a project', () => {
  test('without Python', async () => {
    const root = folderWith({ 'a.txt': 'x' });
    expect(await nnfmt('format', root)).toMatchObject({ code: 0, stderr: `No Python files found under ${root}; nothing to do.\n` });
    expect((await nnfmt('check', root)).code).toBe(0);
    expect(await train(root)).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(root)).toEqual(['a.txt']);
  });

  test('of one file that does not parse', async () => {
    const root = folderWith({ 'a.py': 'def (\n' });
    for (const run of [await nnfmt('format', '--model', model, root), await nnfmt('check', '--model', model, root), await train(root)]) {
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(/a\.py:1:\d+: /u);
    }
    expect(readdirSync(root)).toEqual(['a.py']);
    expect(readFileSync(join(root, 'a.py'), 'utf8')).toBe('def (\n');
  });

  // 20,000 were tried by hand: docs/speed.md.
  test('of very many files', async () => {
    const root = folderWith({});
    for (let folder = 0; folder < 20; folder++) {
      mkdirSync(join(root, `d${folder}`));
      for (let k = 0; k < 60; k++) writeFileSync(join(root, `d${folder}`, `m${k}.py`), `x = [${folder}, ${k}]\nif x:\n  print(x)\n`);
    }
    const learned = await train(root);
    expect(learned).toMatchObject({ code: 0, stderr: '' });
    expect(learned.stdout).toMatch(/Learned from 200 files.*\n.*1,000 more files not looked at/u);
    // The fake formatter: what counts here is everything around it.
    const args = ['check', '--cache-dir', join(root, '.cache'), root];
    for (let k = 0; k < 2; k++) {
      expect(await runInProcess(args, { build: 'b' })).toMatchObject({ code: 0, stderr: 'No deviations in 1200 files.\n' });
    }
  }, 240_000);

  test('of contradictory styles: the report says so, and how much', async () => {
    const files: Record<string, string> = {};
    for (let k = 0; k < 5; k++) {
      files[`two${k}.py`] = SOURCE.repeat(3);
      files[`tab${k}.py`] = SOURCE.repeat(3).replaceAll('  ', '\t').replaceAll(', ', ',');
    }
    const page = join(modelFolder, 'report.html');
    const { code, stdout } = await train(folderWith(files), '--report', page);
    expect(code).toBe(0);
    expect(stdout).toMatch(/indentation +(2 spaces|tabs) 50 %, (2 spaces|tabs) 50 % {2}\(10\) {2}contradictory\n/u);
    expect(stdout).toMatch(/after commas +(one|no) space 50 %, (one|no) space 50 % .*contradictory\n/u);
    const [, share] = /(\d+\.\d) % of the layout is what the project mostly does/u.exec(stdout)!;
    expect(Number(share)).toBeLessThan(97);
    expect(stdout).toMatch(/Least consistent files\n {2}\S+\.py +\d+\.\d % differ/u);
    expect(readFileSync(page, 'utf8')).toContain('contradict');
    // One of a kind: nothing to complain of.
    expect((await train(folderWith({ 'a.py': SOURCE.repeat(5), 'b.py': SOURCE }))).stdout).not.toContain('contradictory');
  });
});

describe('no space left', () => {
  test('for the profile: the old one stays, whole, and nothing else', async () => {
    const root = folderWith({ 'a.py': SOURCE, 'b.py': SOURCE });
    await train(root);
    const path = join(root, '.nnfmt', 'profile');
    const old = readFileSync(path);
    writeFileSync(join(root, 'c.py'), SOURCE.replaceAll('  ', '\t'));
    disk.full = true;
    const run = await train(root);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/profile: the profile cannot be written: there is no space left \(ENOSPC\)\. A file that was there is untouched\. Make room/u);
    expect(readFileSync(path)).toEqual(old);
    expect(readdirSync(join(root, '.nnfmt'))).toEqual(['profile']);
  });

  test('for the report: it says that the profile is written', async () => {
    const root = folderWith({ 'a.py': SOURCE });
    const missing = join(root, 'no', 'page.html');
    expect((await train(root, '--report', missing)).stderr).toContain('the profile is written');
    expect(readdirSync(join(root, '.nnfmt'))).toEqual(['profile']);
  });

  test('for the cache: nobody hears of it', async () => {
    const root = folderWith({ 'src/a.py': 'x\n' });
    disk.full = true;
    const run = await runInProcess(['check', '--cache-dir', join(root, 'cache'), join(root, 'src')], { build: 'b' });
    expect(run).toMatchObject({ code: 0, stderr: 'No deviations in 1 file.\n' });
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });
});

test('Ctrl-C while the network is tuned: the old profile stays, whole, and nothing else', async () => {
  const root = folderWith(Object.fromEntries(layoutFixtures().map(({ text }, k) => [`m${k}.py`, text])));
  await train(root);
  const path = join(root, '.nnfmt', 'profile');
  const old = readFileSync(path);
  const script = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'train', root], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.push(chunk.toString());
    if (stderr.join('').includes('fine-tuning') && child.exitCode === null) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr.join('')).toMatch(/Interrupted: nothing was written\.\n$/u);
  expect(code).toBe(130);
  expect(stdout.join('')).toBe('');
  expect(readFileSync(path)).toEqual(old);
  expect(readdirSync(join(root, '.nnfmt'))).toEqual(['profile']);
}, 240_000);
