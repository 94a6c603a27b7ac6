import { spawnSync } from 'node:child_process';
import * as nodeFs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { buildSync } from 'esbuild';
import { SourceWriteError } from '../../src/errors.js';
import type { WriteFileSystem } from '../../src/format/source-writing.js';
import { forgetExtendedAttributes } from '../../src/format/extended-attributes.js';
import { writeFile } from '../../src/format/write-file.js';
import { folderWith } from '../support/folder-with.js';
import { asNobody, isRoot } from '../support/as-nobody.js';

afterEach(() => {
  forgetExtendedAttributes();
});

const before = Buffer.from('x  \n');
const after = Buffer.from('x\n');

function fileWith(content: Uint8Array): { folder: string; path: string } {
  const folder = folderWith({ 'a.py': content });
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

test('another process that wrote the same between the check and the replacement is no fault', () => {
  const { folder, path } = fileWith(before);
  const other = join(folder, 'other');
  const fs: WriteFileSystem = {
    ...nodeFs,
    fsyncSync: () => {
      nodeFs.writeFileSync(other, after);
      nodeFs.renameSync(other, path);
    },
  };
  writeFile({ path, expected: before, content: after, fs });
  expect(nodeFs.readFileSync(path)).toEqual(after);
  expect(nodeFs.readdirSync(folder)).toEqual(['a.py']);
});

test('a temporary file has no content before it has owner and mode of the source', () => {
  const { folder, path } = fileWith(before);
  nodeFs.chmodSync(path, 0o640);
  const seen: string[] = [];
  const look = (): void => {
    const name = nodeFs.readdirSync(folder).find((entry) => entry !== 'a.py')!;
    const { mode, size } = nodeFs.statSync(join(folder, name));
    seen.push(`${(mode & 0o777).toString(8)} ${size}`);
  };
  const fs: WriteFileSystem = {
    ...nodeFs,
    fchmodSync: (descriptor, mode) => {
      look();
      nodeFs.fchmodSync(descriptor, mode);
    },
    writeFileSync: ((file: number, data: Uint8Array) => {
      look();
      nodeFs.writeFileSync(file, data);
    }) as typeof nodeFs.writeFileSync,
  };
  writeFile({ path, expected: before, content: after, fs });
  expect(seen.slice(0, 2)).toEqual(['600 0', '640 0']);
  expect(seen).not.toContain(`600 ${after.length}`);
});

describe('what a new file could not have is kept by writing in place', () => {
  /** Whether this was written in place: the same file as before. */
  function inode(path: string): number {
    return nodeFs.statSync(path).ino;
  }

  test('hard links', () => {
    const { folder, path } = fileWith(before);
    const link = join(folder, 'b.py');
    nodeFs.linkSync(path, link);
    writeFile({ path, expected: before, content: after });
    expect(nodeFs.readFileSync(link)).toEqual(after);
    expect(nodeFs.statSync(path)).toMatchObject({ ino: inode(link), nlink: 2 });
    expect(nodeFs.readdirSync(folder).sort()).toEqual(['a.py', 'b.py']);
  });

  test.skipIf(!isRoot)('another owner, whose file a group may write (needs root: skipped elsewhere)', () => {
    const { folder, path } = fileWith(before);
    nodeFs.chmodSync(folder, 0o777);
    nodeFs.chownSync(path, 1234, 65534);
    nodeFs.chmodSync(path, 0o664);
    asNobody(() => writeFile({ path, expected: before, content: after }));
    expect(nodeFs.readFileSync(path)).toEqual(after);
    expect(nodeFs.statSync(path)).toMatchObject({ uid: 1234, gid: 65534 });
    expect(nodeFs.statSync(path).mode & 0o7777).toBe(0o664);
    expect(nodeFs.readdirSync(folder)).toEqual(['a.py']);
  });

  test.skipIf(!isRoot)('no file runs as another user than before (needs root: skipped elsewhere)', () => {
    const { folder, path } = fileWith(before);
    nodeFs.chmodSync(folder, 0o777);
    nodeFs.chownSync(path, 1234, 65534);
    nodeFs.chmodSync(path, 0o4775);
    asNobody(() => writeFile({ path, expected: before, content: after }));
    // The system takes the bit away when somebody else writes.
    expect(nodeFs.statSync(path)).toMatchObject({ uid: 1234 });
    expect(nodeFs.statSync(path).mode & 0o7777).toBe(0o775);
    // Root keeps both.
    nodeFs.chmodSync(path, 0o4775);
    writeFile({ path, expected: after, content: before });
    expect(nodeFs.statSync(path)).toMatchObject({ uid: 1234 });
    expect(nodeFs.statSync(path).mode & 0o7777).toBe(0o4775);
  });

  const hasTool = (tool: string): boolean => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
  const output = (tool: string, ...args: string[]): string => spawnSync(tool, args, { encoding: 'utf8' }).stdout;

  test.skipIf(!hasTool('setfattr') || !hasTool('getfattr'))('extended attributes (skipped where setfattr is missing)', ({ skip }) => {
    const { folder, path } = fileWith(before);
    nodeFs.writeFileSync(join(folder, 'plain ü.py'), before);
    if (spawnSync('setfattr', ['-n', 'user.note', '-v', 'mine', path]).status !== 0) skip();
    writeFile({ path, expected: before, content: after });
    expect(nodeFs.readFileSync(path)).toEqual(after);
    expect(output('getfattr', '-d', '--absolute-names', path)).toContain('user.note="mine"');
  });

  test.skipIf(!hasTool('setfattr') || !hasTool('getfattr'))('and nothing else is (skipped where getfattr is missing)', () => {
    const { path } = fileWith(before);
    const old = inode(path);
    // So that the number of the old file is not given to the new one.
    const held = nodeFs.openSync(path, 'r');
    writeFile({ path, expected: before, content: after });
    expect(inode(path)).not.toBe(old);
    nodeFs.closeSync(held);
  });

  test.skipIf(!hasTool('setfacl'))('access control lists, and those that a folder would hand on (skipped where setfacl is missing)', ({ skip }) => {
    const { folder, path } = fileWith(before);
    if (spawnSync('setfacl', ['-m', 'u:1234:r', path]).status !== 0) skip();
    writeFile({ path, expected: before, content: after });
    expect(output('getfacl', '-p', '-n', path)).toContain('user:1234:r--');
    const other = join(folder, 'other');
    nodeFs.mkdirSync(other);
    nodeFs.writeFileSync(join(other, 'b.py'), before, { mode: 0o644 });
    spawnSync('setfacl', ['-d', '-m', 'u:1234:rwx', other]);
    writeFile({ path: join(other, 'b.py'), expected: before, content: after });
    expect(output('getfacl', '-p', '-n', join(other, 'b.py'))).not.toContain('1234');
  });

  test.skipIf(!isRoot || !hasTool('getfattr') || spawnSync('setcap', ['-h']).error !== undefined)('capabilities: the file is left alone (needs root, setcap and getfattr: skipped elsewhere)', ({ skip }) => {
    const { path } = fileWith(before);
    if (spawnSync('setcap', ['cap_net_raw=ep', path]).status !== 0) skip();
    expect(faultOf(() => writeFile({ path, expected: before, content: after })).message).toMatch(/a\.py: the file has capabilities.*left alone.*setcap -r/u);
    expect(nodeFs.readFileSync(path)).toEqual(before);
    expect(output('getcap', path)).toContain('cap_net_raw');
  });
});

test.each([
  ['EROFS', /its disk is mounted read-only; it was left alone\. Mount/u],
  ['EPERM', /protects the file against changes/u],
  ['EACCES', /is read-only.*chmod u\+w/u],
])('%s when asked for permission: advice that helps', (code, message) => {
  const { path } = fileWith(before);
  const fault = faultOf(() => writeFile({ path, expected: before, content: after, fs: failingWith('accessSync', code) }));
  expect(fault).toMatchObject({ reason: 'read-only' });
  expect(fault.message).toMatch(message);
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
