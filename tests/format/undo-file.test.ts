import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, linkSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { fc } from '../support/properties.js';
import { describe, expect, test } from 'vitest';
import { isHalfWritten, makeUndoFile, recover, recoverFolder, undoPath } from '../../src/format/undo-file.js';
import { writeFile } from '../../src/format/write-file.js';
import { markText, ownMark } from '../../src/shared/own-process.js';
import { folderWith } from '../support/folder-with.js';
import { isRoot } from '../support/as-nobody.js';

const before = Buffer.from(`x = [1,2]  \n${'y = 1  \n'.repeat(2000)}`);
const after = Buffer.from(`x = [1, 2]\n${'y = 1\n'.repeat(2000)}`);
const half = Buffer.concat([after.subarray(0, 4096), before.subarray(4096)]);

function sourceWith(content: Uint8Array): { folder: string; path: string; undo: string } {
  const folder = folderWith({ 'a.py': content });
  return { folder, path: join(folder, 'a.py'), undo: undoPath(join(folder, 'a.py')) };
}

/** As a process that was killed leaves it. */
function leaveUndo(path: string, change: Readonly<Record<string, unknown>> = {}): void {
  const mark = markText({ ...ownMark(), pid: spawnSync(process.execPath, ['--version']).pid });
  const head = { mark, name: basename(path), before: before.length, after: after.length, ...change };
  writeFileSync(undoPath(path), Buffer.concat([Buffer.from(`nnfmt undo 1\n${JSON.stringify(head)}\n`), before, after]), { mode: 0o600 });
}

test('a content that was half written is the begin of the new one and the rest of the old one', () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(), (old, next, at) => {
    const [from, to] = [Buffer.from(old), Buffer.from(next)];
    const written = at % (to.length + 1);
    const current = Buffer.concat([to.subarray(0, written), from.subarray(Math.min(written, from.length))]);
    expect(isHalfWritten(current, from, to)).toBe(true);
  }));
  expect(isHalfWritten(Buffer.from('abXd'), Buffer.from('abcd'), Buffer.from('abc'))).toBe(false);
  expect(isHalfWritten(Buffer.from('abcde'), Buffer.from('abcd'), Buffer.from('xyz'))).toBe(false);
});

describe('after a kill', () => {
  test('in the middle of writing, the old content is put back', () => {
    const { folder, path, undo } = sourceWith(half);
    leaveUndo(path);
    expect(recoverFolder(folder)).toEqual([`${undo}: an earlier run was stopped in the middle of writing; the old content was put back.`]);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['a.py']);
    expect(recoverFolder(folder)).toEqual([]);
  });

  test.each([['before', before], ['after', after]])('%s the writing, the file stays as it is', (_, content) => {
    const { folder, path } = sourceWith(content);
    leaveUndo(path);
    expect(recoverFolder(folder)).toEqual([]);
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(folder)).toEqual(['a.py']);
  });

  test('what was edited since stays, and the user hears of it', () => {
    const { folder, path, undo } = sourceWith(Buffer.from('edited\n'));
    leaveUndo(path);
    expect(recoverFolder(folder)).toEqual([expect.stringContaining('Compare them, and remove it')]);
    expect(readFileSync(path, 'utf8')).toBe('edited\n');
    expect(existsSync(undo)).toBe(true);
  });

  test.each(['writeSync', 'ftruncateSync', 'unlinkSync'])('in %s of a file with two names: the next run formats it', (call) => {
    const { folder, path, undo } = sourceWith(before);
    linkSync(path, join(folder, 'b.py'));
    const script = join(folder, 'killed.mjs');
    buildSync({
      stdin: {
        contents: `
          import { writeFile } from './src/format/write-file.js';
          import { readFileSync } from 'node:fs';
          const [path, content] = process.argv.slice(2);
          writeFile({ path, expected: readFileSync(path), content: Buffer.from(content, 'base64') });
          console.log('still alive');`,
        resolveDir: join(import.meta.dirname, '../..'),
      },
      outfile: script, bundle: true, platform: 'node', format: 'esm', logLevel: 'error',
    });
    writeFileSync(join(folder, 'kill.cjs'), killIn(call));
    const killed = spawnSync(process.execPath, ['-r', join(folder, 'kill.cjs'), script, path, after.toString('base64')]);
    expect(killed.signal).toBe('SIGKILL');
    expect(existsSync(undo)).toBe(true);
    writeFile({ path, expected: settled(folder, path), content: after });
    expect(readFileSync(join(folder, 'b.py'))).toEqual(after);
    expect(readdirSync(folder).sort()).toEqual(['a.py', 'b.py', 'kill.cjs', 'killed.mjs']);
  });
});

/** What a next run reads, after it has cleared up. */
function settled(folder: string, path: string): Buffer {
  recoverFolder(folder);
  return readFileSync(path);
}

/** A module that changes `node:fs`, so that the process is killed in a call that concerns a source or its undo file. */
function killIn(call: string): string {
  return `
    const fs = require('node:fs');
    const { linkSync, writeSync, ftruncateSync, unlinkSync } = fs;
    const die = () => process.kill(process.pid, 'SIGKILL');
    let hasUndo = false;
    fs.linkSync = (from, to) => { linkSync(from, to); hasUndo = true; };
    if (${call === 'writeSync'}) fs.writeSync = (descriptor, bytes, at, length, position) => {
      if (!hasUndo) return writeSync(descriptor, bytes, at, length, position);
      // Part of the new content arrives.
      writeSync(descriptor, bytes, 0, 4096, 0);
      die();
    };
    if (${call === 'ftruncateSync'}) fs.ftruncateSync = die;
    if (${call === 'unlinkSync'}) fs.unlinkSync = (path) => (path.endsWith('.nnfmt-undo') ? die() : unlinkSync(path));
    require('node:module').syncBuiltinESMExports();`;
}

describe('an undo file of somebody else changes nothing', () => {
  test('of a process that is at work', () => {
    const { path, undo } = sourceWith(half);
    makeUndoFile(path, before, after);
    expect(recover(undo)).toBe('busy');
    expect(readFileSync(path)).toEqual(half);
  });

  test('of another machine, with another name, a link, of another mode, or no such file at all', () => {
    const { path, undo } = sourceWith(half);
    leaveUndo(path, { mark: markText({ ...ownMark(), machine: 'ffffff', boot: 'ffffff' }) });
    expect(recover(undo)).toBe('busy');
    leaveUndo(path, { name: '../a.py' });
    expect(recover(undo)).toBe('unclear');
    leaveUndo(path);
    chmodSync(undo, 0o644);
    expect(recover(undo)).toBe('unclear');
    chmodSync(undo, 0o600);
    writeFileSync(undo, 'nnfmt undo 1\n{');
    expect(recover(undo)).toBe('unclear');
    rmSync(undo);
    symlinkSync('a.py', undo);
    expect(recover(undo)).toBe('unclear');
    expect(readFileSync(path)).toEqual(half);
  });

  test.skipIf(!isRoot)('of another user, for root too (needs root: skipped elsewhere)', () => {
    const { path, undo } = sourceWith(half);
    leaveUndo(path);
    chownSync(undo, 1234, 1234);
    expect(recover(undo)).toBe('unclear');
    expect(readFileSync(path)).toEqual(half);
  });

  test('and of a source that is a link by now', () => {
    const { folder, path, undo } = sourceWith(half);
    writeFileSync(join(folder, 'victim'), half);
    leaveUndo(path);
    rmSync(path);
    symlinkSync('victim', path);
    expect(recover(undo)).toBe('unclear');
    expect(readFileSync(join(folder, 'victim'))).toEqual(half);
  });
});

test('two processes that write the same: the second finds it done', () => {
  const { folder, path, undo } = sourceWith(before);
  linkSync(path, join(folder, 'b.py'));
  // The first one has the lock, and is done before the second loses patience.
  const script = `const fs = require('node:fs'); setTimeout(() => { fs.writeFileSync(${JSON.stringify(path)}, Buffer.from(${JSON.stringify(after.toString('base64'))}, 'base64')); fs.unlinkSync(${JSON.stringify(undo)}); }, 100);`;
  makeUndoFile(path, before, after);
  const child = spawnSync('sh', ['-c', '"$0" -e "$1" >/dev/null 2>&1 &', process.execPath, script]);
  expect(child.status).toBe(0);
  writeFile({ path, expected: before, content: after });
  expect(readFileSync(path)).toEqual(after);
  expect(statSync(path).nlink).toBe(2);
  expect(existsSync(undo)).toBe(false);
});
