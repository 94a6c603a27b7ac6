import { describe, expect, it } from 'vitest';
import { fieldEnd, openField } from '../../src/complete/string-field.js';

describe('openField', () => {
  it.each([
    ['f"{na', 'na'], ["f'{na", 'na'], ['rf"""\n{a}\n{na', 'na'], ['F"{', ''], ['t"{na', 'na'], ['fr"\\{na', 'na'],
    ['f"{a} and {b', 'b'], ['f"{{{na', 'na'], ['f"{a!r} {b:>10} {c', 'c'], ['f"{x:{wid', 'wid'], ['f"{f(a, b[1], {"k": 1}) + c', 'f(a, b[1], {"k": 1}) + c'],
    ['f"{a != b', 'a != b'], ['f"{d[\'key\'] + x', "d['key'] + x"], ['f"\\N{DIGIT ONE}{x', 'x'], ['f"{f(a[1:2', 'f(a[1:2'],
  ])('finds the expression of %j', (text, expression) => {
    const field = openField(text);
    expect(field === null ? null : text.slice(field.start)).toBe(expression);
  });

  it.each([
    '"{na', 'b"{na', 'r"{na', 'f"na', 'f"{{na', 'f"{a}', 'f"{a} b', 'f"{a:', 'f"{a:>1', 'f"{a!', 'f"{a!r', 'f"{d[\'ke', 'f"{{{{', 'f"{a}}', 'f"\\N{DIG', "f'", 'f"{x:{w}',
  ])('finds none in %j', (text) => {
    expect(openField(text)).toBeNull();
  });
});

it.each([
  ['}"', 0, { length: 0, isClosed: true }], ['"', 0, { length: 0, isClosed: false }], ['', 0, { length: 0, isClosed: false }],
  ['me}"', 0, { length: 2, isClosed: true }], ['!r}"', 0, { length: 0, isClosed: true }], [':>3}"', 0, { length: 0, isClosed: true }],
  [')}"', 1, { length: 1, isClosed: true }], [' != 2}"', 0, { length: 5, isClosed: true }], ['[1:2]}"', 0, { length: 5, isClosed: true }],
])('fieldEnd of %j with %d open brackets', (rest, brackets, end) => {
  expect(fieldEnd(rest, { brackets, quote: '"' })).toEqual(end);
});
