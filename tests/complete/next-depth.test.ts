import { expect, it } from 'vitest';
import { loadHead, NextDepth } from '../../src/complete/index.js';

const next = new NextDepth(loadHead());
const METHOD = 'class Account:\n    def __init__(self, owner):\n        self.owner = owner\n        self.total = 0';

it('expects a block behind its header and none to end at the margin', () => {
  expect(next.after('class Account:')).toBe(1);
  expect(next.after(`${METHOD}\n\n    def add(self, value):`)).toBe(1);
  expect(next.after('import os')).toBe(0);
});

it('leaves a block behind what ends it', () => {
  expect(next.after(`${METHOD}\n\n    def get(self):\n        if self.owner:\n            return self.total`)).toBeLessThan(0);
});

it('says the same after other questions as at once', () => {
  const prefix = `${METHOD}\n\n    def get(self):\n        if self.owner:\n            return self.total`;
  const asked = new NextDepth(loadHead());
  for (const end of [20, 60, prefix.length, 43]) asked.after(prefix.slice(0, end));
  expect(asked.after(prefix)).toBe(new NextDepth(loadHead()).after(prefix));
  expect(new NextDepth(loadHead()).after('')).toBeGreaterThanOrEqual(0);
});
