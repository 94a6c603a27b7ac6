import { expect, test } from 'vitest';
import { BadOptionError } from '../../src/errors.js';
import { createSettingsFinder } from '../../src/options/project-settings.js';
import { folderWith } from '../support/folder-with.js';

const settingsOf = (table: string, version: string): unknown => {
  const folder = folderWith({ 'pyproject.toml': `[tool.nnfmt]\n${table}\n` });
  return createSettingsFinder({ version })(folder)?.values;
};

test.each([
  ['"0.1.0"', '0.1.0'], ['"^0.1"', '0.1.9'], ['">=0.1 <0.3"', '0.2.7'], ['"0.1.x || 1"', '1.4.0'], ['">=0.1"', '0.2.0-beta.1'],
])('required-version = %s takes %s', (required, version) => {
  expect(settingsOf(`required-version = ${required}`, version)).toEqual({});
});

test('another version is refused before its keys are looked at, with both versions', () => {
  const run = (): unknown => settingsOf('required-version = ">=0.2"\nkey-of-the-future = 1', '0.1.0');
  expect(run).toThrow(BadOptionError);
  expect(run).toThrow(/pyproject\.toml: \[tool\.nnfmt\] required-version: this is nnfmt 0\.1\.0, and the project asks for >=0\.2/u);
  expect(() => settingsOf('key-of-the-future = 1', '0.1.0')).toThrow(/no such key.*required-version/u);
});

test.each(['""', '"latest"', '1', 'true', '["0.1.0"]'])('required-version = %s is no version', (required) => {
  expect(() => settingsOf(`required-version = ${required}`, '0.1.0')).toThrow(/required-version: takes a version or a range/u);
});

test('from source, where there is no version, every one will do', () => {
  expect(settingsOf('required-version = "9"', 'source')).toEqual({});
});
