import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patchName, shownBytes, shownExcerpt, shownJson, shownName, shownText } from '../../src/shared/quote-name.js';
import { folderWith } from '../support/folder-with.js';

test('names are shown as they are, letters of all kinds included, unless they would mislead', () => {
  for (const name of ['a.py', 'sub dir/ü "q".py', "it's.py", 'C:\\a\\b.py', '日本.py', '\ufffd.py']) expect(shownName(name)).toBe(name);
  expect(shownName('a\nerror: b.py: forged')).toBe('"a\\nerror: b.py: forged"');
  expect(shownName('"a".py')).toBe('"\\"a\\".py"');
  expect(shownName('ü\\\t\u001b[31m\u007f')).toBe('"ü\\\\\\t\\033[31m\\177"');
  // A C1 control, a line separator, a change of direction.
  expect(shownName('\u009b\u2028\u202e')).toBe('"\\302\\233\\342\\200\\250\\342\\200\\256"');
});

test('names that are not UTF-8 are shown by their bytes, and never like one of U+FFFD', () => {
  expect(shownBytes(Buffer.from('61ff2e7079', 'hex'))).toBe('"a\\377.py"');
  expect(shownBytes(Buffer.from('a\ufffd.py'))).toBe('a\ufffd.py');
});

test('messages are one line', () => {
  expect(shownText('"x": a\nb\u001b[0m')).toBe('"x": a\\nb\\033[0m');
});

test('a line of a source keeps its tabs and its columns, and paints no terminal', () => {
  expect(shownExcerpt('\tx = ü\u001b[2J\u009b\u202e😀')).toBe('\tx = ü\ufffd[2J\ufffd\ufffd😀');
});

test('JSON stays the same value', () => {
  const value = { path: 'a\u009b\u2028\u202e\n"\u0001.py', code: 'ü\u007f' };
  expect(JSON.parse(shownJson(value))).toEqual(value);
  expect(shownJson(value)).toBe('{"path":"a\\u009b\\u2028\\u202e\\n\\"\\u0001.py","code":"ü\\u007f"}');
});

const hasGit = process.platform !== 'win32' && spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('in patches names are quoted exactly as git quotes them (skipped without git)', () => {
  const folder = folderWith();
  const names = ['a.py', 'a b', 'ü', 'q"', 'back\\slash', ...Array.from({ length: 31 }, (_, k) => `c${String.fromCharCode(k + 1)}`), 'd\u007f', '日本'];
  for (const name of names) writeFileSync(join(folder, name), '');
  spawnSync('git', ['init', '-q'], { cwd: folder });
  const { stdout } = spawnSync('git', ['-c', 'core.quotePath=true', 'ls-files', '-o'], { cwd: folder, encoding: 'utf8' });
  expect(names.map(patchName).sort()).toEqual(stdout.trimEnd().split('\n').sort());
});
