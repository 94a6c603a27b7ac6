import { join } from 'node:path';
import { expect, test } from 'vitest';
import { estimateLearningMs } from '../../src/learn/index.js';
import { folderWith } from '../support/folder-with.js';

const folder = folderWith({ 'small.py': 'x = 1\n'.repeat(2000), 'large.py': 'x = 1\n'.repeat(60_000) });
const [small, large] = ['small.py', 'large.py'].map((name) => join(folder, name));

test('more to learn takes longer, as far as fine-tuning goes', () => {
  expect(estimateLearningMs([large], true)).toBeGreaterThan(2 * estimateLearningMs([small], true));
  // Fine-tuning ends at a number of gaps; what is left is reading and measuring.
  expect(estimateLearningMs([large, large], true)).toBeLessThan(1.2 * estimateLearningMs([large], true));
});

test('counts alone take seconds', () => {
  expect(estimateLearningMs([small], false)).toBeLessThan(4000);
});

test('of many files only those that are looked at count, and one that is gone counts nothing', () => {
  const many = Array.from({ length: 1000 }, () => small);
  expect(estimateLearningMs(many, true)).toBe(estimateLearningMs(many.slice(0, 200), true));
  expect(estimateLearningMs([small, join(folder, 'gone.py')], true)).toBe(estimateLearningMs([small], true));
});

test('no project takes longer than the budget allows, and a file that is too long takes nothing', () => {
  const folders = folderWith({ 'huge.py': 'x = 1\n'.repeat(400_000), 'long.py': 'x = 1\n'.repeat(300_000) });
  const [huge, long] = ['huge.py', 'long.py'].map((name) => join(folders, name));
  expect(estimateLearningMs([huge, small], true)).toBe(estimateLearningMs([small], true));
  expect(estimateLearningMs(Array.from({ length: 200 }, () => long), true)).toBeLessThan(150_000);
});
