import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadOptionError } from '../../src/errors.js';
import { createEditorConfigReader, type AssumedHabits } from '../../src/options/editorconfig.js';
import { folderWith } from '../support/folder-with.js';

const read = (text: string, name = 'a.py'): AssumedHabits | null => createEditorConfigReader()(join(folderWith({ '.editorconfig': text }), name));
const nothing: AssumedHabits = { unit: null, limit: null, lineEnd: null };

test.each<[string, string, Partial<AssumedHabits> | null]>([
  ['spaces', 'indent_style = space\nindent_size = 2', { unit: '  ' }],
  ['a size alone', 'indent_size = 3', { unit: '   ' }],
  ['tabs, however wide', 'indent_style = tab\nindent_size = 4', { unit: '\t' }],
  ['a size that is the width of tabs', 'indent_size = tab\ntab_width = 2', { unit: '  ' }],
  ['letters of either case', 'Indent_Style = TAB', { unit: '\t' }],
  ['a limit', 'max_line_length = 100', { limit: 100 }],
  ['no limit', 'max_line_length = off', null],
  ['limits and steps that nobody has', 'max_line_length = 5\nindent_size = 40', null],
  ['line ends', 'end_of_line = crlf', { lineEnd: '\r\n' }],
  ['what does not count here', 'charset = utf-8\ntrim_trailing_whitespace = true', null],
  ['what is taken back', 'indent_size = 2\nindent_size = unset', null],
  ['a style without a size', 'indent_style = space', null],
])('%s', (_, properties, expected) => {
  expect(read(`root = true\n[*]\n${properties}\n`)).toEqual(expected === null ? null : { ...nothing, ...expected });
});

test('sections count for the files that they name, later ones more, and nearer files more than those above', () => {
  const folder = folderWith({
    '.editorconfig': 'root = true\n[*]\nindent_size = 8\n[*.{py,pyi}]\nindent_size = 4\n[*.md]\nindent_size = 2\n[tests/**.py]\nmax_line_length = 120\n',
    'inner/.editorconfig': '[*.py]\nindent_size = 2\n',
    'alone/.editorconfig': 'root = true\n',
  });
  const reader = createEditorConfigReader();
  const habits = (name: string): AssumedHabits | null => reader(join(folder, name));
  expect(habits('a.pyi')).toEqual({ ...nothing, unit: '    ' });
  expect(habits('tests/deep/a.py')).toEqual({ ...nothing, unit: '    ', limit: 120 });
  expect(habits('inner/a.py')).toEqual({ ...nothing, unit: '  ' });
  expect(habits('inner/a.pyi')).toEqual({ ...nothing, unit: '    ' });
  expect(habits('alone/a.py')).toBeNull();
});

test('a file that says nothing that counts, or that does not follow the format, says nothing', () => {
  for (const text of ['', '[*]\n', '= = =\n[[[\nindent_size\n', '\u0000\u0001indent_size=2']) expect(read(`root=true\n${text}`)).toBeNull();
});

test('what cannot be read is refused with its place', () => {
  expect(() => read(`root=true\n[*]\nindent_size=2\n#${'x'.repeat(300_000)}`)).toThrow(/\.editorconfig: .*--no-editorconfig/u);
  const folder = folderWith();
  if (spawnSync('mkfifo', [join(folder, '.editorconfig')]).status === 0) {
    expect(() => createEditorConfigReader()(join(folder, 'a.py'))).toThrow(BadOptionError);
  }
});
