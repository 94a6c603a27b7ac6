import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileReadError } from '../../src/errors.js';
import { lookAt } from '../../src/shared/look-at-path.js';
import { readRegularFile, readRegularText } from '../../src/shared/read-file.js';
import { folderWith } from '../support/folder-with.js';

function refusalOf(path: string, limitBytes = 1000): FileReadError {
  try {
    readRegularFile(path, { limitBytes });
  } catch (fault) {
    if (fault instanceof FileReadError) return fault;
    throw fault;
  }
  throw new Error(`${path} was read`);
}

test('a file is read whole, up to its limit', () => {
  const folder = folderWith({ a: 'x'.repeat(1000), empty: '', mark: '\ufeffa' });
  const bytes = readRegularFile(join(folder, 'a'), { limitBytes: 1000 });
  expect(bytes.toString()).toBe('x'.repeat(1000));
  expect(bytes.byteOffset).toBe(0);
  expect(refusalOf(join(folder, 'a'), 999)).toMatchObject({ reason: 'too-large', code: 'FILE_READ' });
  expect(readRegularFile(join(folder, 'empty'), { limitBytes: 0 })).toHaveLength(0);
  expect(readRegularText(join(folder, 'mark'), { limitBytes: 9 })).toBe('a');
});

test('nothing but a file is read, and the refusal names path and reason', async () => {
  const folder = folderWith({ 'a.py': 'x\n' });
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  const reasons = Object.fromEntries(
    ['none', '.', 'a', 'a.py/x', 'socket', 'n'.repeat(300), 'nul\0'].map((name) => [name, refusalOf(`${folder}/${name}`).reason]),
  );
  server.close();
  expect(reasons).toEqual({
    none: 'missing', '.': 'folder', a: 'broken-link', 'a.py/x': 'missing', socket: 'special', ['n'.repeat(300)]: 'unreadable', 'nul\0': 'unreadable',
  });
  expect(refusalOf(join(folder, 'none')).message).toBe(`${join(folder, 'none')}: there is no such file. Check the path and its permissions.`);
});

test('a pipe is refused without waiting for a writer (skipped where mkfifo is missing)', ({ skip }) => {
  const path = join(folderWith(), 'pipe');
  if (spawnSync('mkfifo', [path]).status !== 0) skip();
  expect(refusalOf(path)).toMatchObject({ reason: 'special', clause: 'this is no regular file (but a device, pipe or socket)' });
});

test('a device is refused (skipped where there is no /dev/zero)', ({ skip }) => {
  if (!existsSync('/dev/zero')) skip();
  const link = join(folderWith(), 'zero');
  symlinkSync('/dev/zero', link);
  expect(refusalOf(link).reason).toBe('special');
});

test('a file that claims to be empty and never ends is given up at the limit (skipped where there is no /proc)', ({ skip }) => {
  if (!existsSync('/proc/self/pagemap')) skip();
  expect(refusalOf('/proc/self/pagemap', 100_000).reason).toBe('too-large');
  // Models may be larger than this ever gets.
  expect(refusalOf('/proc/self/pagemap', 2 ** 40).reason).toBe('too-large');
  expect(readRegularText('/proc/self/status', { limitBytes: 100_000 })).toContain('Pid:');
});

test('a sparse file of a terabyte is refused by its size (skipped where truncate is missing)', ({ skip }) => {
  const path = join(folderWith(), 'large');
  if (spawnSync('truncate', ['-s', '1T', path]).status !== 0) skip();
  expect(refusalOf(path, 2 ** 30).reason).toBe('too-large');
});

test('what may not be looked at is told, not thrown', () => {
  const folder = folderWith();
  mkdirSync(join(folder, 'locked'));
  writeFileSync(join(folder, 'locked', 'a'), 'x');
  writeFileSync(join(folder, 'secret'), 'x', { mode: 0o600 });
  chmodSync(join(folder, 'locked'), 0o700);
  chmodSync(folder, 0o755);
  const paths = [join(folder, 'locked', 'a'), join(folder, 'secret')];
  if (process.getuid?.() !== 0) {
    // We own them: take the permission from ourselves.
    chmodSync(paths[1], 0);
    chmodSync(join(folder, 'locked'), 0);
    expect(paths.map((path) => refusalOf(path).clause)).toEqual(['cannot be read (EACCES)', 'cannot be read (EACCES)']);
    chmodSync(join(folder, 'locked'), 0o700);
    return;
  }
  const before = [process.getegid!(), process.geteuid!()];
  try {
    process.setegid!(65534);
    process.seteuid!(65534);
    expect(paths.map((path) => refusalOf(path).clause)).toEqual(['cannot be read (EACCES)', 'cannot be read (EACCES)']);
    expect(lookAt(paths[0])).toEqual({ kind: 'unreachable', errno: 'EACCES', stats: null });
  } finally {
    process.seteuid!(before[1]);
    process.setegid!(before[0]);
  }
});
