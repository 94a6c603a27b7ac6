import { expect, test } from 'vitest';
import type { CompletionJob } from '../../src/lsp/completion-jobs.js';
import { typedThrough } from '../../src/complete/typed-through.js';

const job = (text: string, offset: number, more: Partial<CompletionJob> = {}): CompletionJob =>
  ({ path: '/p/a.py', text, offset, count: 2, minConfidence: 0, profile: null, ...more });
const suggestion = (text: string) => ({ text, range: { start: 3, end: 3 }, confidence: 0.6, source: 'file' as const });
const before = { job: job('os.\nx = 1\n', 3), suggestions: [suggestion('listdir(path)'), suggestion('link(a)'), suggestion('remove(b)')] };

test('who types what was suggested gets what is left of it', () => {
  expect(typedThrough(before, job('os.li\nx = 1\n', 5))).toEqual([
    { ...suggestion('stdir(path)'), range: { start: 5, end: 5 } }, { ...suggestion('nk(a)'), range: { start: 5, end: 5 } },
  ]);
});

test.each([
  ['something else is typed', job('os.re\nx = 1\n', 5)],
  ['all of it is typed', job('os.listdir(path)\nx = 1\n', 16)],
  ['nothing is typed', job('os.\nx = 1\n', 3)],
  ['the cursor is elsewhere', job('os.li\nx = 1\n', 2)],
  ['the text below has changed', job('os.li\nx = 2\n', 5)],
  ['the text above has changed', job('ab.li\nx = 1\n', 5)],
  ['it is another file', job('os.li\nx = 1\n', 5, { path: '/p/b.py' })],
  ['more is wanted', job('os.li\nx = 1\n', 5, { count: 3 })],
])('a new search where %s', (_, now) => {
  expect(typedThrough(before, now)).toBeNull();
});
