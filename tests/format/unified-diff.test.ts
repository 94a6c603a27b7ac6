import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../src/format/unified-diff.js';
import { folderWith } from '../support/folder-with.js';

const diff = (before: string, after: string, color = false): string =>
  unifiedDiff({ before, after, beforeName: 'a.py', afterName: 'a.py', color });

test('equal texts have no diff', () => {
  expect(diff('a\n', 'a\n')).toBe('');
});

test('three lines of context, hunks apart and joined', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i + 1}\n`);
  const change = (...at: number[]): string => lines.map((line, i) => (at.includes(i + 1) ? `x${line}` : line)).join('');
  expect(diff(lines.join(''), change(5))).toBe(
    '--- a.py\n+++ a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x5\n 6\n 7\n 8\n',
  );
  expect(diff(lines.join(''), change(5, 12)).match(/^@@.*$/gmu)).toEqual(['@@ -2,14 +2,14 @@']);
  expect(diff(lines.join(''), change(5, 13)).match(/^@@.*$/gmu)).toEqual(['@@ -2,7 +2,7 @@', '@@ -10,7 +10,7 @@']);
});

test('the missing final newline is told', () => {
  expect(diff('a', 'a\n')).toContain('-a\n\\ No newline at end of file\n+a\n');
  expect(diff('a\nb', 'A\nb')).toContain(' b\n\\ No newline at end of file\n');
});

test('a carriage return belongs to its line', () => {
  expect(diff('a\r\nb\r\n', 'a\nb\r\n')).toContain('-a\r\n+a\n b\r\n');
});

test('colours', () => {
  expect(diff('a\n', 'b\n', true)).toContain('\u001b[31m-a\u001b[0m\n\u001b[32m+b\u001b[0m\n');
});

test('names that would mislead are quoted as git quotes them; a tab ends one with blanks', () => {
  const head = (name: string): string => unifiedDiff({ before: 'a', after: 'b', beforeName: name, afterName: name }).split('\n')[0]!;
  expect(head('a/b.py')).toBe('--- a/b.py');
  expect(head('a/b c.py')).toBe('--- a/b c.py\t');
  expect(head('a/ü "q"\\.py')).toBe('--- "a/\\303\\274 \\"q\\"\\\\.py"\t');
  expect(head('a/b\nc\td\u0001')).toBe('--- "a/b\\nc\\td\\001"');
});

test('a file of which every other line changes, and one whose lines are in another order, are compared line by line', () => {
  const lines = Array.from({ length: 6000 }, (_, k) => `${k}\n`);
  const every = diff(lines.join(''), lines.map((line, k) => (k % 2 === 0 ? line : ` ${line}`)).join(''));
  expect(every.match(/^-/gmu)).toHaveLength(3001);
  const reversed = diff(`x\n${lines.join('')}y`, `x\n${[...lines].reverse().join('')}y`);
  expect(reversed.match(/^@@.*$/gmu)).toEqual(['@@ -1,6002 +1,6002 @@']);
  expect(reversed.endsWith(' y\n\\ No newline at end of file\n')).toBe(true);
});

const hasPatch = spawnSync('patch', ['--version']).status === 0;

test.skipIf(!hasPatch)('patch(1) turns one text into the other (skipped where it is missing)', () => {
  const folder = folderWith();
  const file = join(folder, 'a.py');
  const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', ' a\n', 'c\r\n', 'd\re\n', '\r\n', '-- a\n', '+++ b\n'), { maxLength: 30 }).map((lines) => lines.join(''));
  const ending = fc.constantFrom('', 'z');
  fc.assert(
    fc.property(text, ending, text, ending, (before, beforeEnd, after, afterEnd) => {
      const patch = diff(before + beforeEnd, after + afterEnd);
      if (patch === '') return;
      writeFileSync(file, before + beforeEnd);
      const run = spawnSync('patch', ['--binary', '--quiet', '--posix', file], { input: patch });
      expect(run.stdout.toString() + run.stderr.toString()).toBe('');
      expect(readFileSync(file, 'utf8')).toBe(after + afterEnd);
    }),
    { numRuns: 60 },
  );
});
