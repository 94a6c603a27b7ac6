import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { changedLineRanges, linesOf } from '../../src/shared/line-diff.js';
import type { LineRange } from '../../src/shared/line-ranges.js';
import { folderWith } from '../support/folder-with.js';

const numbers = (ranges: readonly LineRange[]): number[] =>
  ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, k) => first + k));

/** Length of the longest common subsequence, by the textbook's table. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    const next = [0];
    b.forEach((other, k) => next.push(line === other ? row[k]! + 1 : Math.max(row[k + 1]!, next[k]!)));
    row = next;
  }
  return row[b.length]!;
}

const isSubsequence = (part: readonly string[], whole: readonly string[]): boolean => {
  let k = 0;
  for (const line of whole) if (k < part.length && part[k] === line) k++;
  return k === part.length;
};

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 });

test('lines are ended by LF, CRLF and a lone CR', () => {
  expect(linesOf('a\nb\r\nc\rd\n\re')).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  expect(linesOf('a\n')).toEqual(['a', '']);
});

test('runs of lines, from 1; lines that were only removed leave nothing', () => {
  expect(changedLineRanges(['a', 'b', 'c'], ['a', 'x', 'y', 'c', 'z'])).toEqual([{ first: 2, last: 3 }, { first: 5, last: 5 }]);
  expect(changedLineRanges(['a', 'b', 'c'], ['a', 'c'])).toEqual([]);
  expect(changedLineRanges([], ['a'])).toEqual([{ first: 1, last: 1 }]);
});

test('what is left over is a longest common subsequence', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changed = new Set(numbers(changedLineRanges(before, after)));
      const kept = after.filter((_, k) => !changed.has(k + 1));
      expect(isSubsequence(kept, before)).toBe(true);
      expect(kept.length).toBe(commonLength(before, after));
    }),
  );
});

test('beyond the limit of edits, lines that occur once are kept in their order', () => {
  expect(changedLineRanges(['a', 'b', 'c', 'd', 'a'], ['d', 'a', 'b', 'x', 'c', 'a'], 0)).toEqual([
    { first: 1, last: 1 }, { first: 4, last: 4 },
  ]);
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changed = new Set(numbers(changedLineRanges(before, after, 0)));
      expect(isSubsequence(after.filter((_, k) => !changed.has(k + 1)), before)).toBe(true);
    }),
  );
});

const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('as many lines as git finds (skipped without git)', () => {
  const folder = folderWith();
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const write = (name: string, text: readonly string[]): string => {
        writeFileSync(join(folder, name), text.map((line) => `${line}\n`).join(''));
        return join(folder, name);
      };
      const args = ['diff', '--no-index', '--numstat', '--minimal', write('before', before), write('after', after)];
      const { stdout } = spawnSync('git', args, { encoding: 'utf8' });
      expect(numbers(changedLineRanges(before, after))).toHaveLength(Number(stdout.split('\t')[0]));
    }),
    { numRuns: 60 },
  );
});
