import { expect, test } from 'vitest';
import * as library from '../../src/index.js';

test('the library offers what its users may rely on, by name', () => {
  expect(Object.keys(library).sort()).toEqual([
    'BadOptionError', 'Completer', 'FileReadError', 'FileWriteError', 'InternalError', 'MissingBackendError', 'ModelFileError', 'NnfmtError', 'NotEquivalentError', 'OverBudgetError', 'ProjectContext',
    'SourceReadError', 'SourceWriteError', 'SyntaxRefusedError', 'TokensDifferError', 'UserError',
    'createFormatter', 'createTokenizer', 'loadCompletionEngine', 'mutateSource', 'scoreFigures', 'scoreFiles', 'similarityRatio', 'unifiedDiff',
  ]);
});

test('its parts work together', async () => {
  const tokenizer = await library.createTokenizer();
  const text = 'def f(a, b):\n    return a + b\n';
  const mutant = library.mutateSource(tokenizer, text, { rate: 1, seed: 1 });
  expect(mutant).not.toBe(text);
  const score = library.scoreFiles(tokenizer, { path: 'a.py', text }, { path: 'b.py', text: mutant });
  expect(library.scoreFigures(score).score).toBeLessThan(1);
  expect(library.unifiedDiff({ before: text, after: mutant, beforeName: 'a', afterName: 'b' })).toContain('@@');
  expect(() => library.mutateSource(tokenizer, 'f(', { rate: 1, seed: 1 })).toThrow(library.SyntaxRefusedError);
});
