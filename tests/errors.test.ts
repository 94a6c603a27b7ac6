import { expect, test } from 'vitest';
import * as errors from '../src/errors.js';

test('a refused source shows where, with a caret under the column', () => {
  const error = new errors.SyntaxRefusedError({ path: 'a.py', line: 3, column: 6, excerpt: '\tdef (x):' });
  expect(error).toBeInstanceOf(errors.UserError);
  expect(error).toMatchObject({ name: 'SyntaxRefusedError', code: 'SYNTAX_REFUSED', line: 3, column: 6 });
  expect(error.message).toMatch(/^a\.py:3:6: /u);
  expect(error.message).toContain('\n    \tdef (x):\n    \t    ^');
});

test('a long line is cut around the column', () => {
  const error = new errors.SyntaxRefusedError({ path: 'a.py', line: 1, column: 1001, excerpt: `${'x'.repeat(1000)}!${'y'.repeat(1000)}` });
  const [, shown, caret] = error.message.split('\n');
  expect(shown!.length).toBeLessThan(140);
  expect(shown![caret!.indexOf('^')]).toBe('!');
});

test('columns count code points, and the caret stands below them', () => {
  const line = 's = "😀😀"; def (';
  const error = new errors.SyntaxRefusedError({ path: 'a.py', line: 1, column: 15, excerpt: line });
  expect(error.message).toContain(`\n    ${line}\n    ${' '.repeat(14)}^`);
  const long = new errors.SyntaxRefusedError({ path: 'a.py', line: 1, column: 1001, excerpt: `${'😀'.repeat(1000)}!${'😀'.repeat(1000)}` });
  const [, shown, caret] = long.message.split('\n');
  expect([...shown!][caret!.indexOf('^')]).toBe('!');
});

test('what a source holds paints no terminal, and the caret stays below', () => {
  const error = new errors.SyntaxRefusedError({ path: 'a.py', line: 1, column: 8, excerpt: 'x = \u001b[2J(' });
  expect(error.message).toContain(`\n    x = \ufffd[2J(\n    ${' '.repeat(7)}^`);
});

test('causes are kept; messages say what to do next', () => {
  const cause = new Error('inner');
  expect(new errors.ModelFileError({ path: 'm.bin', reason: 'is damaged', cause }).cause).toBe(cause);
  expect(new errors.MissingBackendError({ backend: 'webgpu', packageName: 'webgpu' }).message).toContain('npm install webgpu');
  expect(new errors.BadOptionError({ option: '--chek', reason: 'there is no such option', suggestion: '--check' }).message).toBe(
    '--chek: there is no such option. Did you mean --check?',
  );
  expect(new errors.NotEquivalentError({ path: 'a.py', detail: 'line 1' }).message).toContain('please report it');
  const site = { path: 'a.py', line: 1, column: 2, text: 'x' };
  expect(new errors.TokensDifferError({ left: site, right: { ...site, text: null } }).message).toContain('no more tokens');
});
