import { fc } from '../support/properties.js';
import { expect, test } from 'vitest';
import { applyEdits, layoutEdits } from '../../src/lsp/layout-edits.js';

test.each([
  ['a single gap', 'x=1\n', 'x = 1\n', [{ start: 1, end: 1, text: ' ' }, { start: 2, end: 2, text: ' ' }]],
  ['a gap that shrinks', 'x =   1\n', 'x = 1\n', [{ start: 4, end: 6, text: '' }]],
  ['blank lines, of which only those that are missing are added', 'x\n\ny\n', 'x\n\n\ny\n', [{ start: 3, end: 3, text: '\n' }]],
  ['a line with its indentation', 'f(a,\nb)\n', 'f(a,\n  b)\n', [{ start: 5, end: 5, text: '  ' }]],
  ['a backslash between two lines', 'x = 1 + \\\n  2\n', 'x = 1 + 2\n', [{ start: 8, end: 12, text: '' }]],
  ['a line end of two characters stays whole', 'x\r\n\r\ny\r\n', 'x\r\ny\r\n', [{ start: 3, end: 5, text: '' }]],
  ['the end of the text', 'x', 'x\n', [{ start: 1, end: 1, text: '\n' }]],
  ['nothing', 'x\n', 'x\n', []],
  ['what is no change of layout', 'x\n', 'y\n', [{ start: 0, end: 2, text: 'y\n' }]],
])('edits of %s', (_, before, after, expected) => {
  expect(layoutEdits(before, after)).toEqual(expected);
});

test('applied, the edits give the other layout, whatever both are', () => {
  const gap = fc.constantFrom('', ' ', '  ', '\t', '\n', '\r\n', '\n\n    ', ' \\\n  ', '\r\n\r\n\t', '\f\n');
  const tokens = fc.array(fc.constantFrom('a', '"x  y"', '(', '\\', '# c  d', '😀'), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(tokens.chain((list) => fc.tuple(
    fc.constant(list),
    fc.array(gap, { minLength: list.length + 1, maxLength: list.length + 1 }),
    fc.array(gap, { minLength: list.length + 1, maxLength: list.length + 1 }),
  )), ([list, before, after]) => {
    const join = (gaps: readonly string[]): string => gaps.map((text, k) => text + (list[k] ?? '')).join('');
    const edits = layoutEdits(join(before), join(after));
    expect(applyEdits(join(before), edits)).toBe(join(after));
    for (const { start, end } of edits) {
      // No editor has a place between the two characters of a line end.
      for (const at of [start, end]) expect(join(before).slice(at - 1, at + 1)).not.toBe('\r\n');
    }
  }), { numRuns: 2000 });
});
