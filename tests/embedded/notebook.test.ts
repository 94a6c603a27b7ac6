import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatDocument, openDocument, type FormattedDocument } from '../../src/embedded/index.js';
import { maskMagics } from '../../src/embedded/mask-magics.js';
import { SourceReadError } from '../../src/errors.js';
import { createFormatter, type Formatter, type FormatRequest } from '../../src/format/index.js';
import { folderWith } from '../support/folder-with.js';
import { cellTexts, codeCell, notebookJson, notebookOf } from './support/notebooks.js';

let formatter: Formatter;
beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
});

function format(json: string, request: Omit<FormatRequest, 'path' | 'seams'> = {}): FormattedDocument {
  const document = openDocument('notebook', json, 'a.ipynb');
  const result = formatDocument({ document, text: json, path: 'a.ipynb', formatter, request });
  const again = openDocument('notebook', result.text, 'a.ipynb');
  if (request.lines === undefined) {
    expect(formatDocument({ document: again, text: result.text, path: 'a.ipynb', formatter }).changed).toBe(false);
  }
  return result;
}

const formatted = (...texts: readonly string[]): string[] => cellTexts(format(notebookOf(...texts)).text);

describe('cells', () => {
  test('a cell is laid out, and keeps its missing final line end', () => {
    expect(formatted('x  =  1\ny  = f( x )')).toEqual(['x = 1\ny = f(x)']);
    expect(formatted('x  =  1\n')).toEqual(['x = 1\n']);
  });

  test('whitespace around a cell stays, and a cell of nothing else', () => {
    expect(formatted('\n\nx  =  1\n\n\n', '', '  \n', 'y  =  2')).toEqual(['\n\nx = 1\n\n\n', '', '  \n', 'y = 2']);
  });

  test('one cell is evidence for another: the unit of indentation is that of the whole notebook', () => {
    const function2 = 'def f(x):\n  if x:\n    return 1\n  return 2\n'.repeat(4);
    const cell = 'def g( x ):\n   return x\n';
    expect(formatted(cell)).toEqual(['def g(x):\n    return x\n']);
    expect(formatted(function2, cell)[1]).toBe('def g(x):\n  return x\n');
  });

  test('fmt: off holds to the end of its cell', () => {
    expect(formatted('# fmt: off\nx  =  1', 'y  =  2')).toEqual(['# fmt: off\nx  =  1', 'y = 2']);
  });

  test('cells that do not parse stay, and are told; the others are laid out', () => {
    const texts = ['x  =  1', 'f(1,', 'if x:', 'a=1\nthis a  prose', '"""open', 'y  =  2'];
    const result = format(notebookOf(...texts));
    expect(cellTexts(result.text)).toEqual(['x = 1', ...texts.slice(1, 5), 'y = 2']);
    expect(result.notUnderstood.map(({ cell }) => [cell!.number, cell!.line])).toEqual([[2, 1], [3, 1], [4, 2], [5, 1]]);
  });

  test('cells that make sense only together stay apart', () => {
    const texts = ['if x:\n    y  =  1', 'else:\n    y  =  2', '@decorated', 'def f( ):\n    pass', 'g(', ')'];
    const after = formatted(...texts);
    expect([1, 2, 4, 5].map((k) => after[k])).toEqual([1, 2, 4, 5].map((k) => texts[k]));
  });

  test.each([
    ['%matplotlib inline\nx  =  1', '%matplotlib inline\nx = 1'],
    ['!pip  install "x\nx  =  1', '!pip  install "x\nx = 1'],
    ['files  =  !ls  -la\nx  =  1', 'files = !ls  -la\nx = 1'],
    ['t  = %timeit -o f( )\nx  =  1', 't = %timeit -o f( )\nx = 1'],
    ['?f\nf??\na.b?\nx  =  1', '?f\nf??\na.b?\nx = 1'],
    ['!ls \\\n   -la\nx  =  1', '!ls \\\n   -la\nx = 1'],
    ['%%time\nx  =  1', '%%time\nx = 1'],
    ['for x in y:\n    %time  f( x )\n    g( x )', 'for x in y:\n    %time  f( x )\n    g(x)'],
    ['s="""\n%magic in  a string\n"""', 's = """\n%magic in  a string\n"""'],
    ['f(\n    a,\n    %b\n)', 'f(\n    a,\n    %b\n)'],
    ['x = y %z\nw  =  1', 'x = y % z\nw = 1'],
    ['plot(x );', 'plot(x);'],
    ['# why?\nx  =  1', '# why?\nx = 1'],
  ])('magics: %j', (before, after) => {
    expect(formatted(before)).toEqual([after]);
  });

  test('long strings and lines of brackets are passed over', () => {
    const texts = [`s = """${'"x" '.repeat(300_000)}"""\n%magic`, `${'['.repeat(100_000)}\n%m`, `x = '${'a'.repeat(1e6)}' % 3`];
    expect(texts.map((text) => maskMagics(text)!.program.length)).toEqual(texts.map(({ length }) => length));
    const odd = `say "${'a '.repeat(5000)}\n%m${' '.repeat(200_000)}x`;
    expect(maskMagics(odd)!.program).not.toContain('%m');
    expect(maskMagics(texts[0]!)!.program.endsWith('%magic')).toBe(false);
  });

  test.each(['%%bash\nx  =  1', '%%script node\nx  =  1', '%%html\n<b  >', '\n%%writefile a.py\nx  =  1'])(
    'a cell for another program stays: %j', (text) => {
      expect(formatted(text)).toEqual([text]);
      expect(format(notebookOf(text)).notUnderstood).toEqual([]);
    });

  test('notebooks and cells of other languages stay', () => {
    const kernel = notebookJson([codeCell(['x  =  1'])], { metadata: { kernelspec: { language: 'R', name: 'ir' } } });
    expect(format(kernel).text).toBe(kernel);
    const info = notebookJson([codeCell(['x  =  1'])], { metadata: { language_info: { name: 'julia' } } });
    expect(format(info).text).toBe(info);
    const sql = notebookJson([{ ...codeCell(['x  =  1']), metadata: { vscode: { languageId: 'sql' } } }]);
    expect(format(sql).text).toBe(sql);
  });

  test('only the lines of a request change, counted in the file', () => {
    const json = notebookOf('x  =  1\ny  =  2\n', 'z  =  3');
    const line = json.split('\n').findIndex((text) => text.includes('y  =  2')) + 1;
    expect(cellTexts(format(json, { lines: [{ first: line, last: line }] }).text)).toEqual(['x  =  1\ny = 2\n', 'z  =  3']);
    expect(format(json, { lines: [{ first: 1, last: 2 }] }).changed).toBe(false);
  });

  test('deviations are told by cell, and by the line of the file', () => {
    const json = notebookOf('x = 1', '%magic\ns = "é😀"; y  =  2');
    const { deviations } = format(json, { deviations: true });
    expect(deviations!.map(({ cell, before, after }) => [cell, before, after])).toEqual([
      [{ number: 2, line: 2, column: 12, endLine: 2, endColumn: 14 }, '  ', ' '],
      [{ number: 2, line: 2, column: 15, endLine: 2, endColumn: 17 }, '  ', ' '],
    ]);
    const { line, column } = deviations![0]!;
    // Escaped quotes make the text of the file longer than that of the cell.
    expect([...json.split('\n')[line - 1]!].slice(column - 2, column + 2).join('')).toBe('y  =');
  });
});

describe('the file around the cells', () => {
  /** Cuts the sources out, so that what is left can be compared. */
  const rest = (json: string): string => json.replace(/"source":\s*(?:\[[^\]]*\]|"(?:[^"\\]|\\.)*")/gu, '"source"');

  test.each<[string, (json: string) => string]>([
    ['indentation by one', (json) => json],
    ['tabs', (json) => JSON.stringify(JSON.parse(json), null, '\t')],
    ['one line', (json) => JSON.stringify(JSON.parse(json))],
    ['CRLF', (json) => json.replaceAll('\n', '\r\n')],
    ['no final line end', (json) => json.trimEnd()],
    ['escaped letters and numbers in odd forms', (json) =>
      json.replaceAll('é', '\\u00E9').replaceAll('1000', '1.0E+3').replaceAll('"keep"', '"ke\\/ep"')],
    ['keys in another order', (json) => json.replace('"nbformat": 4,', '').replace('{', '{"nbformat": 4,')],
  ])('stays to the byte: %s', (_, spell) => {
    const json = spell(notebookJson([codeCell(['x  =  1\n', 's  ="é"  # \t"\n', 'y  =  2']), codeCell('z=[1,2]\nw  =  0', 'b')]));
    const { text } = format(json);
    expect(rest(text)).toBe(rest(json));
    expect(cellTexts(text)).toEqual(['x = 1\ns = "é"  # \t"\ny = 2', 'z = [1, 2]\nw = 0']);
  });

  test('a line that stays is written as it was, a new one with the escapes of its letters', () => {
    const json = notebookOf('a = "\\u00e9/"\n', 'x').replace('["a', '[ "a').replace('"a = \\"\\\\u00e9/\\"\\n"',
      String.raw`"a = \"\u00C9\/\"\n", "b  =  \"\u00c9é\"\n"`);
    expect(format(json).text).toContain(String.raw`"a = \"\u00C9\/\"\n", "b = \"\u00c9é\"\n"`);
  });

  test('where Python wrote ASCII alone, new characters are ASCII too', () => {
    const json = notebookOf('x  =  1').replace('x  =  1', String.raw`x  = \"\ud83d\ude00\" `);
    expect(format(json).text).toContain(String.raw`"x = \"\ud83d\ude00\" "`);
  });

  test('a line more is an element more, in the form of the others', () => {
    const functions = 'def f():\n    return 1\n\n\n'.repeat(2);
    const { text } = format(notebookOf(`import os\n\n\n${functions}def c( ):\n    return 3\ndef d():\n    return 4\n`));
    expect(text).toContain('    "    return 3\\n",\n    "\\n",\n    "\\n",\n    "def d():\\n",\n');
  });

  test('whatever the cells are, they come out whole', () => {
    const pieces = fc.constantFrom('x  =  1', '%m  y', 'f( a )', '# é \\', '"😀"', 'if x:\n  y  =  1', '', 'a = \\\n  1', '!l', '(', 'é=2;', '  b  =  3');
    const cell = fc.array(pieces, { maxLength: 4 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(fc.array(cell, { maxLength: 4 }), (texts) => {
      const json = notebookOf(...texts);
      const after = cellTexts(format(json).text);
      const bare = (text: string): string => text.replace(/[\s\\]/gu, '');
      expect(after.map(bare)).toEqual(texts.map(bare));
    }), { numRuns: 60, seed: 5 });
  });
});

describe('bad notebooks', () => {
  const fault = (json: string): SourceReadError => {
    try {
      openDocument('notebook', json, 'a.ipynb');
    } catch (error) {
      return error as SourceReadError;
    }
    throw new Error('was read');
  };

  test.each<[string, string, RegExp]>([
    ['nothing', '', /^a\.ipynb:1:1: this is no JSON \(expected a value\)/u],
    ['cut off', '{"cells": [\n  {"source": "x', /^a\.ipynb:2:14: this is no JSON \(a string that does not end\)/u],
    ['a comma too many', '{"cells": [],\n}', /^a\.ipynb:2:1: this is no JSON/u],
    ['a comment', '{ // x\n}', /^a\.ipynb:1:3: this is no JSON \(JSON has no comments\)/u],
    ['text behind it', '{"cells": [], "nbformat": 4} x', /^a\.ipynb:1:30: this is no JSON/u],
    ['another document', '{"name": "x"}', /^a\.ipynb:1:1: this is no notebook \(it has no "nbformat"\)/u],
    ['brackets without end', '['.repeat(200_000), /^a\.ipynb:1:\d+: this is no JSON \(brackets nested too deeply\)/u],
    ['a list', '[1]', /this is no notebook/u],
    ['nbformat 3', '{"worksheets": [], "nbformat": 3}', /^a\.ipynb:1:32: nbformat 3 is not read, only 4/u],
    ['no cells', '{"nbformat": 4}', /it has no list of "cells"/u],
    ['cells that are no list', '{"nbformat": 4, "cells": {}}', /it has no list of "cells"/u],
  ])('%s', (_, json, message) => {
    expect(fault(json)).toBeInstanceOf(SourceReadError);
    expect(fault(json).message).toMatch(message);
  });

  test('ids given twice, cells that are none, and sources of no text change nothing', () => {
    const odd = [codeCell(['x  =  1'], 'same'), codeCell(['y  =  2'], 'same'), 7, null, [], {}, codeCell([3] as never), codeCell([])];
    const json = notebookJson(odd as object[]);
    const { text, notUnderstood } = format(json);
    expect(text).toBe(json.replace('x  =  1', 'x = 1').replace('y  =  2', 'y = 2'));
    expect(notUnderstood).toEqual([]);
  });

  test('text behind a key that is given twice is that of the last one, as for Python', () => {
    const json = notebookOf('x  =  1').replace('"source":', '"source": "y  =  2", "source":');
    expect(format(json).text).toBe(json.replace('x  =  1', 'x = 1'));
  });
});

const hasNbformat = spawnSync('python3', ['-c', 'import nbformat']).status === 0;

test.skipIf(!hasNbformat)('nbformat reads and validates what was written (skipped where python3 has no nbformat)', () => {
  const folder = folderWith();
  const before = join(folder, 'before.ipynb');
  const after = join(folder, 'after.ipynb');
  const cells = [
    codeCell(['%matplotlib inline\n', 'x  =  1\n', 'def f( a ):\n', '  return a'], 'one'), codeCell('s = "é\\n"\ny  =  2\n', 'two'),
    { cell_type: 'markdown', id: 'three', metadata: {}, source: ['x=1'] },
  ];
  writeFileSync(before, notebookJson(cells));
  writeFileSync(after, format(notebookJson(cells)).text);
  const script = `
import sys, nbformat
before, after = [nbformat.read(path, as_version=nbformat.NO_CONVERT) for path in sys.argv[1:]]
nbformat.validate(after)
for old, new in zip(before.cells, after.cells):
    if old.cell_type == 'code':
        assert old.source != new.source
        old.source = new.source
assert before == after
print('fine')`;
  expect(execFileSync('python3', ['-c', script, before, after], { encoding: 'utf8' })).toBe('fine\n');
});
