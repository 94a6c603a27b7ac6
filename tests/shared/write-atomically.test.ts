import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileWriteError } from '../../src/errors.js';
import { lookAt } from '../../src/shared/look-at-path.js';
import { appendText, isPage, isPicture, makeFolder as makeFolders, writeAtomically } from '../../src/shared/write-atomically.js';
import { folderWith } from '../support/folder-with.js';

const refusalOf = (action: () => void): string => {
  try {
    action();
  } catch (fault) {
    if (fault instanceof FileWriteError) return fault.clause;
    throw fault;
  }
  throw new Error('nothing was refused');
};

test('the mode of a file that is replaced stays, and so does its owner where that may be', () => {
  const folder = folderWith({ a: 'old' });
  const path = join(folder, 'a');
  chmodSync(path, 0o640);
  if (process.getuid?.() === 0) chownSync(path, 1234, 2345);
  const { uid, gid } = statSync(path);
  writeAtomically(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path)).toMatchObject({ uid, gid });
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['a']);
});

test('no link is followed: neither in place of the file nor in place of an old temporary name', () => {
  const folder = folderWith({ victim: 'precious' });
  symlinkSync('victim', join(folder, 'link'));
  symlinkSync('victim', join(folder, `new.${process.pid}.tmp`));
  expect(refusalOf(() => writeAtomically(join(folder, 'link'), 'x'))).toBe('this is a symbolic link, and none is followed when writing');
  writeAtomically(join(folder, 'new'), 'x');
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
  expect(refusalOf(() => appendText(join(folder, 'link'), 'x'))).toBe('cannot be written (ELOOP)');
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
});

test('what is no file is not replaced', () => {
  const folder = folderWith();
  mkdirSync(join(folder, 'folder'));
  expect(refusalOf(() => writeAtomically(join(folder, 'folder'), 'x'))).toBe('this is a folder');
  if (spawnSync('mkfifo', [join(folder, 'pipe')]).status === 0) {
    expect(refusalOf(() => writeAtomically(join(folder, 'pipe'), 'x'))).toMatch(/no regular file/u);
    expect(lookAt(join(folder, 'pipe')).kind).toBe('special');
  }
});

test('a file of another kind is not replaced; an empty one is', () => {
  const folder = folderWith({ 'a.py': 'x = 1\n', 'page.html': '<!doctype html>\n<p>', empty: '' });
  const page = { replaces: isPage, kind: 'a page (HTML)' };
  expect(refusalOf(() => writeAtomically(join(folder, 'a.py'), '<p>', page))).toBe('what is there is not a page (HTML), so it was not replaced');
  expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe('x = 1\n');
  for (const name of ['page.html', 'empty', 'new']) {
    writeAtomically(join(folder, name), '<!doctype html>new', page);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('<!doctype html>new');
  }
  expect(isPicture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">'))).toBe(true);
  expect(isPicture(Buffer.from('<!doctype html>'))).toBe(false);
});

describe('folders', () => {
  test('are made with those above them', () => {
    const folder = folderWith();
    makeFolders(join(folder, 'a', 'b', 'c'));
    makeFolders(join(folder, 'a', 'b', 'c'));
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    expect(refusalOf(() => makeFolders(join(folder, 'file', 'd')))).toMatch(/cannot be written \((EEXIST|ENOTDIR)\)/u);
  });

  // Node's own way of making folders with those above them never comes back from here.
  test('below /proc are refused (skipped where there is none)', ({ skip }) => {
    if (!existsSync('/proc/self')) skip();
    expect(refusalOf(() => makeFolders('/proc/nnfmt/cache'))).toMatch(/^cannot be written \(/u);
    expect(refusalOf(() => makeFolders('/proc/self/nnfmt'))).toMatch(/^cannot be written \(/u);
  });
});
