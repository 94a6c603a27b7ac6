import { expect, it } from 'vitest';
import { OverBudgetError } from '../../src/errors.js';
import { withinBudget } from '../../src/shared/budget.js';
import { createTokenizer, parserReady } from '../../src/tokenize/index.js';
import { loadPythonParser, parserHeapBytes } from '../../src/tokenize/parser.js';

const MINUSES = `x = ${'-'.repeat(400_000)}1\n`;
const faultOf = (work: () => unknown): Error => {
  try {
    work();
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('nothing was thrown');
};

// One file, because the parser is loaded once in a process.
it('the parser is made anew when its heap is full, and stops before where a budget says so', async () => {
  const python = await loadPythonParser({ maximumBytes: 48 * 1024 * 1024 });
  const tokenizer = await createTokenizer();
  expect(tokenizer.tokenize('x = 1\n').tokenCount).toBe(3);

  // The heap of 48 MB takes no more: Emscripten ends the program.
  const fault = faultOf(() => tokenizer.tokenize(MINUSES, 'many.py'));
  expect(fault).toBeInstanceOf(OverBudgetError);
  expect(fault.message).toBe('many.py: formatting it takes more memory than there is; the file was left alone. Split it, exclude it.');
  // Not one tick later, but as soon as it is ready.
  expect(faultOf(() => tokenizer.tokenize('x = 1\n', 'next.py')).message).toMatch(/^next\.py: /u);
  await parserReady();
  expect(tokenizer.tokenize('x = 1\n').tokenCount).toBe(3);

  // The new one has a heap of the usual size, and a budget stops it in time, so that it need not be made anew.
  const withBudget = (bytes: number): unknown =>
    withinBudget({ path: 'many.py', budget: { seconds: 1000, bytes }, now: () => 0 }, () => tokenizer.tokenize(MINUSES, 'many.py'));
  const over = faultOf(() => withBudget(60_000_000));
  expect(over.message).toBe('many.py: formatting it takes more than the 60 MB of memory that a file may take; the file was left alone. Split it, exclude it, or allow more with --max-memory.');
  expect(parserHeapBytes(python)).toBeLessThan(110_000_000);
  expect(tokenizer.tokenize('x = 1\n').tokenCount).toBe(3);
  expect(withBudget(1_000_000_000)).toMatchObject({ tokenCount: 400_003 });

  // Time is asked while it parses.
  let asked = 0;
  const late = faultOf(() => withinBudget(
    { path: 'slow.py', budget: { seconds: 5, bytes: 1e9 }, now: () => 100 * asked++ }, () => tokenizer.tokenize(MINUSES, 'slow.py'),
  ));
  expect(late.message).toBe('slow.py: formatting it takes more than the 5 s that a file may take; the file was left alone. Split it, exclude it, or allow more with --max-seconds.');
  expect(asked).toBeLessThan(100);
  expect(tokenizer.tokenize('x = 1\n').tokenCount).toBe(3);
});
