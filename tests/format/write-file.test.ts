import { spawnSync } from 'node:child_process';
import * as nodeFs from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { buildSync } from 'esbuild';
import { SourceWriteError } from '../../src/errors.js';
import type { WriteFileSystem } from '../../src/format/source-writing.js';
import { writeFile } from '../../src/format/write-file.js';
import { makeFolder } from '../cli/support/run-fake.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) nodeFs.rmSync(folder, { recursive: true, force: true });
});

const before = Buffer.from('x  \n');
const after = Buffer.from('x\n');

function fileWith(content: Uint8Array): { folder: string; path: string } {
  const folder = makeFolder({ 'a.py': content });
  folders.push(folder);
  return { folder, path: join(folder, 'a.py') };
}

function failingWith(call: keyof WriteFileSystem, code: string): WriteFileSystem {
  return {
    ...nodeFs,
    [call]: () => {
      throw Object.assign(new Error(code), { code });
    },
  };
}

function faultOf(action: () => void): SourceWriteError {
  try {
    action();
  } catch (fault) {
    if (fault instanceof SourceWriteError) return fault;
    throw fault;
  }
  throw new Error('did not fail');
}

test.each([0o644, 0o755, 0o600, 0o664])('mode %o is kept', (mode) => {
  const { folder, path } = fileWith(before);
  nodeFs.chmodSync(path, mode);
  writeFile({ path, expected: before, content: after });
  expect(nodeFs.readFileSync(path)).toEqual(after);
  expect(nodeFs.statSync(path).mode & 0o7777).toBe(mode);
  expect(nodeFs.readdirSync(folder)).toEqual(['a.py']);
});

test.skipIf(process.getuid?.() !== 0)('the owner is kept (needs root: skipped elsewhere)', () => {
  const { path } = fileWith(before);
  nodeFs.chownSync(path, 1234, 2345);
  writeFile({ path, expected: before, content: after });
  expect(nodeFs.statSync(path)).toMatchObject({ uid: 1234, gid: 2345 });
});

test('a link is followed and stays a link', () => {
  const { folder, path } = fileWith(before);
  const link = join(folder, 'link.py');
  nodeFs.symlinkSync('a.py', link);
  writeFile({ path: link, expected: before, content: after });
  expect(nodeFs.lstatSync(link).isSymbolicLink()).toBe(true);
  expect(nodeFs.readFileSync(path)).toEqual(after);
});

test('newer content wins; the same result from elsewhere is fine', () => {
  const { path } = fileWith(Buffer.from('edited\n'));
  expect(faultOf(() => writeFile({ path, expected: before, content: after })).reason).toBe('changed');
  expect(nodeFs.readFileSync(path, 'utf8')).toBe('edited\n');
  nodeFs.writeFileSync(path, after);
  writeFile({ path, expected: before, content: after });
});

test('an edit between the check and the replacement wins', () => {
  const { path } = fileWith(before);
  const fs: WriteFileSystem = {
    ...nodeFs,
    fsyncSync: () => nodeFs.writeFileSync(path, 'edited\n'),
  };
  expect(faultOf(() => writeFile({ path, expected: before, content: after, fs })).reason).toBe('changed');
  expect(nodeFs.readFileSync(path, 'utf8')).toBe('edited\n');
});

test.each([
  ['writeFileSync', 'ENOSPC', 'no-space'],
  ['fsyncSync', 'ENOSPC', 'no-space'],
  ['fsyncSync', 'EDQUOT', 'no-space'],
  ['openSync', 'EACCES', 'denied'],
  ['openSync', 'EROFS', 'denied'],
  ['renameSync', 'EPERM', 'denied'],
  ['fsyncSync', 'EIO', 'failed'],
  ['accessSync', 'EACCES', 'read-only'],
  ['realpathSync', 'ENOENT', 'changed'],
] as const)('%s failing with %s: %s, and nothing is lost', (call, code, reason) => {
  const { folder, path } = fileWith(before);
  const fault = faultOf(() => writeFile({ path, expected: before, content: after, fs: failingWith(call, code) }));
  expect(fault.reason).toBe(reason);
  expect(fault.message).toContain(path);
  expect(nodeFs.readFileSync(path)).toEqual(before);
  expect(nodeFs.readdirSync(folder)).toEqual(['a.py']);
});

test('a real full disk (skipped where /dev/full is missing)', ({ skip }) => {
  if (!nodeFs.existsSync('/dev/full')) skip();
  const { path } = fileWith(before);
  const fs: WriteFileSystem = {
    ...nodeFs,
    writeFileSync: ((_file: unknown, data: Uint8Array) => nodeFs.writeFileSync('/dev/full', data)) as typeof nodeFs.writeFileSync,
  };
  expect(faultOf(() => writeFile({ path, expected: before, content: after, fs })).reason).toBe('no-space');
  expect(nodeFs.readFileSync(path)).toEqual(before);
});

test.each(['writeFileSync', 'fsyncSync', 'renameSync'] as const)('killed in %s: the old content stays', (call) => {
  const { folder, path } = fileWith(before);
  const script = join(folder, 'killed.mjs');
  buildSync({
    stdin: {
      contents: `
        import * as nodeFs from 'node:fs';
        import { writeFile } from './src/format/write-file.js';
        const fs = { ...nodeFs, ${call}: () => process.kill(process.pid, 'SIGKILL') };
        const [path] = process.argv.slice(2);
        writeFile({ path, expected: nodeFs.readFileSync(path), content: Buffer.from('x\\n'), fs });
        console.log('still alive');`,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const run = spawnSync(process.execPath, [script, path]);
  expect(run.signal).toBe('SIGKILL');
  expect(nodeFs.readFileSync(path)).toEqual(before);
});
