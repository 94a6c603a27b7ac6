import { expect, it } from 'vitest';
import { createTokenizer } from '../../src/tokenize/index.js';
import { loadPythonParser, parserHeapBytes, standBy } from '../../src/tokenize/parser.js';

// One file, because the parser is loaded once in a process.
it('a heap that a long text has made large is given back where another parser stands by', async () => {
  const long = 'name = call(first, -second)\n'.repeat(30_000);
  const python = await loadPythonParser();
  const tokenizer = await createTokenizer();
  const usual = parserHeapBytes(python);
  await standBy();
  expect(tokenizer.tokenize('x = 1\n').tokenCount).toBe(3);
  const old = python.parser;
  expect(tokenizer.tokenize(long).tokenCount).toBe(270_000);
  expect(python.parser).not.toBe(old);
  expect(parserHeapBytes(python)).toBe(usual);
  // The one that stood by has taken over; nothing stands behind it.
  expect(tokenizer.tokenize(long).tokenCount).toBe(270_000);
  expect(parserHeapBytes(python)).toBeGreaterThan(usual);
});
