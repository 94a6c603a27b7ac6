import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFormatter, type Formatter } from '../../src/format/index.js';
import * as plugin from '../../src/plugin/index.js';
import { optionTables } from '../../src/options/index.js';
import { folderWith } from '../support/folder-with.js';

let formatter: Formatter;
beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
});

type Options = Parameters<typeof prettier.format>[1];

const format = (text: string, options: Options = {}): Promise<string> =>
  prettier.format(text, { parser: 'nnfmt', plugins: [plugin], ...options });

const messy = `import os
class A( object ):
  text = """ two  blanks at the end:  
\tand a tab"""
  def f( self,a ) :
    return  {'a':1 , "b" : [ 1,2 ]}   
# fmt: off
x  =  1   
# fmt: on
y  =  f( "a\\
  b" )
`;

describe('the text', () => {
  test.each<[string, string]>([
    ['blanks in strings and in regions that are off', messy],
    ['a missing final line end', 'x  =  1'],
    ['a comment alone', '#  x  '],
    ['many lines', 'x  =  f( 1 )\n'.repeat(300)],
    ['characters beyond the first plane', 's  =  "😀\u2028é"\n'],
    ['an empty string of several lines', 'x  =  """\n\n\n"""\n'],
  ])('is that of nnfmt format: %s', async (_, text) => {
    expect(await format(text)).toBe(formatter.format(text).text);
  });

  test('line ends and a byte order mark stay, and may be chosen', async () => {
    const text = messy.replaceAll('\n', '\r\n');
    expect(await format(text)).toBe(formatter.format(text).text);
    expect(await format(`\ufeff${messy}`)).toBe(`\ufeff${formatter.format(messy).text}`);
    expect(await format(text, { endOfLine: 'lf' })).toBe(formatter.format(messy).text);
    expect(await format(messy, { endOfLine: 'crlf' })).toBe(formatter.format(text).text);
  });

  test('what is formatted is known to Prettier as such', async () => {
    expect(await prettier.check(formatter.format(messy).text, { parser: 'nnfmt', plugins: [plugin] })).toBe(true);
    expect(await prettier.check(messy, { parser: 'nnfmt', plugins: [plugin] })).toBe(false);
  });

  test.each(['a.py', 'a.pyi', 'a.pyw'])('the parser is found by the name: %s', async (filepath) => {
    expect(await prettier.format('x  =  1\n', { filepath, plugins: [plugin] })).toBe('x = 1\n');
  });
});

describe('what stays', () => {
  test('prettier-ignore keeps the statement that follows, blocks included', async () => {
    const text = '# prettier-ignore\ndef f( a ):\n  x  =  1\n\n  y  =  2\nz  =  3\n';
    expect(await format(text)).toBe(text.replace('z  =  3', '\n\nz = 3'));
    const decorated = 'if a:\n    # prettier-ignore\n    @b( 1 )\n    def f( ): pass\n    z  =  3\n';
    expect(await format(decorated)).toBe(decorated.replace('z  =  3', 'z = 3'));
  });

  test('prettier-ignore in a bracket keeps the element that follows', async () => {
    const rows = ['"c": 3,', '"d": 4,', '"e": [5, 6],', '"f"  :  7,'].join('\n    ');
    const text = `x = {\n    # prettier-ignore\n    "a"  :  [1,0],\n    ${rows}\n}\n`;
    expect(await format(text)).toBe(text.replace('"f"  :  7', '"f": 7'));
  });

  test('prettier-ignore-start holds to prettier-ignore-end', async () => {
    const text = '# prettier-ignore-start\nx  =  1\ny  =  2\n# prettier-ignore-end\nz  =  3\n';
    expect(await format(text)).toBe(text.replace('z  =  3', 'z = 3'));
  });

  test('pragmas are asked for, and written behind shebang and coding line', async () => {
    expect(await format('x  =  1\n', { requirePragma: true })).toBe('x  =  1\n');
    expect(await format('# a\n# @format\n\nx  =  1\n', { requirePragma: true })).toBe('# a\n# @format\n\nx = 1\n');
    const [top, code] = ['#!/usr/bin/env python\n# coding: utf-8\n', 'import os\n\n\ndef f( ):\n    return {1 :2}\n'];
    expect(await format(top + code, { insertPragma: true })).toBe(
      formatter.format(`${top}# @format\n\n${code}`).text);
    expect(await format('# @noformat\nx  =  1\n', { checkIgnorePragma: true })).toBe('# @noformat\nx  =  1\n');
  });
});

describe('ranges', () => {
  const text = 'a  =  1\nb  =  2\nc  =  3\n';
  const inRange = (part: string, more: Options = {}): Promise<string> => {
    const rangeStart = text.indexOf(part);
    return format(text, { rangeStart, rangeEnd: rangeStart + part.length, ...more });
  };

  test('the lines of a range change, and no others', async () => {
    expect(await inRange('b  =')).toBe(text.replace('b  =  2', 'b = 2'));
    expect(await inRange('a  =  1\nb')).toBe('a = 1\nb = 2\nc  =  3\n');
    expect(await inRange('c  =  3\n')).toBe(text.replace('c  =  3', 'c = 3'));
    expect(await inRange('a')).toBe(text.replace('a  =  1', 'a = 1'));
  });

  test('as nnfmt format --range', async () => {
    const start = messy.indexOf('def f');
    const first = messy.slice(0, start).split('\n').length;
    const expected = formatter.format(messy, { lines: [{ first, last: first }] }).text;
    expect(expected).not.toBe(messy);
    expect(await format(messy, { rangeStart: start, rangeEnd: start + 5 })).toBe(expected);
  });

  test('with CRLF, and a cursor', async () => {
    const crlf = text.replaceAll('\n', '\r\n');
    const rangeStart = crlf.indexOf('b');
    expect(await format(crlf, { rangeStart, rangeEnd: rangeStart + 3 })).toBe(crlf.replace('b  =  2', 'b = 2'));
    const options = { parser: 'nnfmt', plugins: [plugin], rangeStart: 8, rangeEnd: 12, cursorOffset: text.indexOf('3') };
    const { formatted, cursorOffset } = await prettier.formatWithCursor(text, options);
    expect(formatted[cursorOffset]).toBe('3');
  });
});

test('the cursor stays where it was between two characters', async () => {
  const formatted = formatter.format(messy).text;
  const significant = (before: string): string => before.replace(/[\s\\]/gu, '');
  for (let at = 0; at <= messy.length; at += 3) {
    const result = await prettier.formatWithCursor(messy, { parser: 'nnfmt', plugins: [plugin], cursorOffset: at });
    expect(result.formatted).toBe(formatted);
    expect(significant(result.formatted.slice(0, result.cursorOffset))).toBe(significant(messy.slice(0, at)));
  }
});

describe('code in pages', () => {
  const fence = '```python\nx  =  1\n\n\ndef f( ):\n    """ a  \n\n    b  """\n    return  1\n```\n';
  test.each<[string, string]>([
    ['Markdown', fence],
    ['a list', `- a\n\n${fence.replace(/^(?=.)/gmu, '  ')}`],
    ['the short name', fence.replace('python', 'py')],
  ])('%s', async (_, text) => {
    const page = await prettier.format(text, { parser: 'markdown', plugins: [plugin] });
    expect(page).toBe(text.replace('x  =  1', 'x = 1').replace('f( )', 'f()').replace('return  1', 'return 1'));
  });

  test('MDX', async () => {
    expect(await prettier.format(fence, { parser: 'mdx', plugins: [plugin] })).toContain('x = 1\n');
  });

  test('what does not parse stays, and embeddedLanguageFormatting: off is heeded', async () => {
    const broken = '```python\nx  =  (\n```\n';
    expect(await prettier.format(broken, { parser: 'markdown', plugins: [plugin] })).toBe(broken);
    const plain = '```python\nx  =  1\n```\n';
    expect(await format(plain, { parser: 'markdown', embeddedLanguageFormatting: 'off' })).toBe(plain);
  });
});

describe('options', () => {
  test('each is a row of the table, known to Prettier by type and words', async () => {
    const { options } = await prettier.getSupportInfo({ plugins: [plugin] });
    const own = options.filter(({ name }) => name!.startsWith('nnfmt'));
    expect(own.map(({ name, type }) => [name, type])).toEqual([
      ['nnfmtConfidence', 'string'], ['nnfmtRestyle', 'boolean'], ['nnfmtProfile', 'path'], ['nnfmtModel', 'path'],
      ['nnfmtMaxSeconds', 'string'], ['nnfmtMaxMemory', 'int'],
    ]);
    for (const { name, description } of own) {
      const row = name!.slice(5, 6).toLowerCase() + name!.slice(6);
      expect(description).toContain(optionTables.format[row as 'confidence'].description.slice(0, -1));
    }
  });

  test.each<[string, unknown]>([['nnfmtConfidence', 1], ['nnfmtConfidence', '1']])('%s: %j counts', async (name, value) => {
    expect(await format('x  =  1\n', { [name]: value })).toBe('x  =  1\n');
  });

  test.each<[string, unknown, RegExp]>([
    ['nnfmtConfidence', 2, /^Invalid nnfmtConfidence value\. .*takes a number from 0 to 1, not 2/u],
    ['nnfmtConfidence', 'much', /^Invalid nnfmtConfidence value\./u],
    ['nnfmtRestyle', 'yes', /nnfmtRestyle/u],
    ['nnfmtMaxMemory', 1.5, /nnfmtMaxMemory/u],
    ['nnfmtProfile', 'no/such/profile', /no\/such\/profile: there is no such/u],
    ['nnfmtModel', 'no/such/model', /no\/such\/model: there is no such model file/u],
  ])('%s: %j is refused', async (name, value, message) => {
    await expect(format('x  =  1\n', { [name]: value })).rejects.toThrow(message);
  });

  test('what Prettier does not say is up to the pyproject.toml nearest to the file', async () => {
    const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nconfidence = 1\n' });
    const filepath = join(folder, 'a.py');
    expect(await format('x  =  1\n', { filepath })).toBe('x  =  1\n');
    expect(await format('x  =  1\n', { filepath, nnfmtConfidence: 0.1 } as Options)).toBe('x = 1\n');
    writeFileSync(join(folder, 'pyproject.toml'), '[tool.nnfmt]\nexclude = ["a.py"]\nforce-exclude = true\n');
    expect(await format('x  =  1\n', { filepath })).toBe('x  =  1\n');
    expect(await format('x  =  1\n', { filepath: join(folder, 'b.py') })).toBe('x = 1\n');
    writeFileSync(join(folder, 'pyproject.toml'), '[tool.nnfmt]\nconfidance = 1\n');
    await expect(format('x  =  1\n', { filepath })).rejects.toThrow(/pyproject\.toml.*Did you mean confidence/u);
  });

  test('without a profile an .editorconfig counts, also one that changed meanwhile', async () => {
    const folder = folderWith({ '.editorconfig': 'root = true\n[*.py]\nindent_style = tab\n' });
    const filepath = join(folder, 'a.py');
    const text = 'def f( ): return {1 :2}\nif a: b( )\n';
    const nnfmt = async (): Promise<string> => (await createFormatter()).format(text, { path: filepath }).text;
    const first = await nnfmt();
    expect(await format(text, { filepath })).toBe(first);
    writeFileSync(join(folder, '.editorconfig'), 'root = true\n[*.py]\nindent_size = 2\nindent_style = space\n');
    expect(await nnfmt()).not.toBe(first);
    expect(await format(text, { filepath })).toBe(await nnfmt());
  });

  test('the profile nearest to the file counts, also one that came meanwhile', async () => {
    const folder = folderWith({ 'a.py': '' });
    const filepath = join(folder, 'a.py');
    expect(await format('x  =  1\n', { filepath })).toBe('x = 1\n');
    mkdirSync(join(folder, '.nnfmt'));
    writeFileSync(join(folder, '.nnfmt/profile'), 'no profile');
    await expect(format('x  =  1\n', { filepath })).rejects.toThrow(/\.nnfmt\/profile/u);
    expect(await format('x  =  1\n', { filepath, nnfmtProfile: false } as Options)).toBe('x = 1\n');
  });
});

describe('bad input', () => {
  test('a syntax error has line and column where Prettier shows them', async () => {
    const fault = await format('x = 1\ns = "😀"; f(]\n').catch((error: unknown) => error as Error & { loc: object });
    expect(fault).toBeInstanceOf(SyntaxError);
    expect(fault).toMatchObject({ loc: { start: { line: 2, column: 13 } } });
    expect((fault as Error).message).toMatch(/\(2:13\)\n.*\n> 2 \| s = "😀"; f\(\]/u);
  });

  test.each<[string, string, object, RegExp]>([
    ['a binary', 'x\0y', {}, /<?\w*:1:2: a NUL character/u],
    ['another encoding', '# coding: latin-1\ns = "é"\n', {}, /Prettier reads UTF-8 alone, and this is latin-1/u],
    ['an encoding that is unknown', '# coding: klingon\n', {}, /names "klingon"/u],
    ['too much for its memory', 'x = 1\n'.repeat(20_000), { nnfmtMaxMemory: 16 }, /more than the 16 MB/u],
  ])('%s is refused in a sentence', async (_, text, options, message) => {
    const fault = await format(text, options).catch((error: unknown) => error as Error);
    expect((fault as Error).message).toMatch(message);
    expect((fault as Error).stack).toBe((fault as Error).message);
  });

  test('bytes that are no UTF-8 are not written back as something else', async () => {
    const folder = folderWith({ 'a.py': Buffer.from([0x73, 0x3d, 0x22, 0xff, 0x22, 0x0a]), 'b.py': 's  =  "\ufffd"\n' });
    const read = (name: string): Promise<string> =>
      format(readFileSync(join(folder, name), 'utf8'), { filepath: join(folder, name) });
    await expect(read('a.py')).rejects.toThrow(/Prettier reads UTF-8 alone/u);
    expect(await read('b.py')).toBe('s = "\ufffd"\n');
  });
});
