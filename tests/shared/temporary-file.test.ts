import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasEnded, markText, ownMark, parseMark } from '../../src/shared/own-process.js';
import { openTemporary, removeLeftTemporaries } from '../../src/shared/temporary-file.js';
import { folderWith } from '../support/folder-with.js';

/** The number of a process that ran and is gone. */
const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('the mark of a process', () => {
  test('can be read back', () => {
    expect(parseMark(markText(ownMark()))).toEqual(ownMark());
    expect(parseMark('1-2-3')).toBeNull();
  });

  test('tells whether it has ended', () => {
    expect(hasEnded(ownMark())).toBe(false);
    expect(hasEnded({ ...ownMark(), pid: endedPid() })).toBe(true);
    expect(hasEnded({ ...ownMark(), boot: 'ffffff' })).toBe(true);
  });

  test('says nothing of processes elsewhere', () => {
    expect(hasEnded({ ...ownMark(), namespace: 'ffffff', pid: endedPid() })).toBeNull();
    expect(hasEnded({ ...ownMark(), machine: 'ffffff', boot: 'ffffff' })).toBeNull();
  });

  test('a number that was given to another process does not deceive it (skipped without /proc)', ({ skip }) => {
    if (!existsSync('/proc/self/stat')) skip();
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    try {
      expect(hasEnded({ ...ownMark(), pid: child.pid!, start: '1' })).toBe(true);
    } finally {
      child.kill();
    }
  });
});

test('temporary files have random names, are made anew, and never for more than their user', () => {
  const folder = folderWith();
  const target = join(folder, '文'.repeat(80));
  const made = [1, 2].map(() => openTemporary(target, 0o600));
  for (const { path, descriptor } of made) {
    closeSync(descriptor);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(made[0].path).not.toBe(made[1].path);
});

test('what a killed process left is removed; what a living one, or anybody else, has stays', () => {
  const folder = folderWith();
  const text = markText(ownMark());
  const gone = markText({ ...ownMark(), pid: endedPid() });
  const elsewhere = markText({ ...ownMark(), machine: 'ffffff' });
  const name = (mark: string, k: number): string => `.a.py.${mark}-0000000${k}.nnfmt-tmp`;
  const kept = [name(text, 1), name(elsewhere, 2), 'a.py', 'a.py.nnfmt-tmp', `a.py.${gone}-00000000.nnfmt-tmp`, `.a.py.${gone}-00000000.tmp`, '.b.py.77-0a1b2c3d.nnfmt-tmp'];
  const removed = [name(gone, 3), name(elsewhere, 4), '.a.py.12345-0a1b2c3d.nnfmt-tmp'];
  for (const file of [...kept, ...removed]) writeFileSync(join(folder, file), '');
  symlinkSync('a.py', join(folder, name(gone, 5)));
  const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  for (const file of [...removed.slice(1), name(text, 1)]) utimesSync(join(folder, file), dayAgo, dayAgo);
  removeLeftTemporaries(folder);
  expect(readdirSync(folder).sort()).toEqual([...kept, name(gone, 5)].sort());
  removeLeftTemporaries(join(folder, 'not there'));
});
