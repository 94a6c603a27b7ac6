import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createFormatter, type Formatter } from '../../src/format/index.js';
import { folderWith } from '../support/folder-with.js';

let formatter: Formatter;
let without: Formatter;
beforeAll(async () => {
  formatter = await createFormatter();
  without = await createFormatter({ editorconfig: false });
}, 60_000);

/** The text of a.py beside an .editorconfig that says something of it. */
const formatted = (text: string, says: string, by = formatter): string =>
  by.format(text, { path: join(folderWith({ '.editorconfig': `root = true\n[*.py]\n${says}\n` }), 'a.py') }).text;

const SMALL = 'def area(w,h):\n    return w\n';
const OWN = [
  'def f(a, b):\n    if a:\n        return a\n    return b\n', 'def g():\n    for x in y:\n        pass\n    while x:\n        pass\n',
  'class A:\n    def m(self):\n        return 1\n',
].join('\n\n');
const SPOILT = [
  'import os', 'def compute(first ,second) :',
  '    value=function_name( argument_number_one ,argument_number_two,argument_number_three, argument_number_four', '        )',
  '    return value', '',
].join('\n');

test('a file with few blocks takes the unit, one with a clear unit of its own keeps it', () => {
  expect(formatted(SMALL, 'indent_size = 2')).toBe('def area(w, h):\n  return w\n');
  expect(formatted(SMALL, 'indent_style = tab')).toBe('def area(w, h):\n\treturn w\n');
  expect(formatted(OWN, 'indent_size = 2')).toBe(OWN);
  expect(formatted(SMALL, 'indent_size = 2', without)).toBe(without.format(SMALL).text);
});

test('lines that are laid out anew keep to the limit', () => {
  const longest = (limit: number): number =>
    Math.max(...formatted(SPOILT, `max_line_length = ${limit}`).split('\n').map((line) => line.length));
  expect(longest(120)).toBeGreaterThan(100);
  expect(longest(120)).toBeLessThanOrEqual(120);
  expect(longest(79)).toBeLessThan(100);
});

test('line ends stay; only new lines of a file that mixes them take the one that is asked for', () => {
  expect(formatted(OWN.replaceAll('\n', '\r\n'), 'end_of_line = lf')).toBe(OWN.replaceAll('\n', '\r\n'));
  const mixed = SPOILT.replace('\n', '\r\n');
  for (const [says, end] of [['lf', '\n'], ['crlf', '\r\n']]) {
    expect(formatted(mixed, `end_of_line = ${says}`)).toContain(`import os${end}${end}${end}def compute(first, second):\n`);
  }
});

test('formatting again changes nothing, and a source without a path goes by no file', () => {
  for (const says of ['indent_size = 2', 'max_line_length = 60', 'indent_style = tab\nend_of_line = crlf']) {
    const once = formatted(SMALL + OWN, says);
    expect(formatted(once, says), says).toBe(once);
  }
  expect(formatter.format(SMALL).text).toBe(without.format(SMALL).text);
});
