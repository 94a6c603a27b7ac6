import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, type FormatPolicy, type FormatResult } from '../../src/format/index.js';
import { createTokenizer, markLine, pragmaGaps, tokenKind, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { prefer, randomPolicy } from './support/fake-policies.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const format = (text: string, policy: FormatPolicy): FormatResult => formatSource(tokenizer, policy, text, 'a.py');

/** Outputs of models that would change nearly everything; those that changed nothing are left out. */
function outputsOf(text: string): string[] {
  const policies = [
    prefer('none'), prefer('space'), prefer('two-spaces'), prefer('lines-1'), prefer('lines-3'), prefer('opener+1'),
    ...Array.from({ length: 12 }, (_, seed) => randomPolicy(seed, { power: 1 + (seed % 4) * 3 })),
  ];
  const outputs = policies.map((policy) => format(text, policy)).filter(({ changed }) => changed);
  expect(outputs.length).toBeGreaterThan(6);
  return outputs.map((output) => output.text);
}

/** Each of `kept` stands in every output, as often as in the input; `spoilt` is somewhere lost. */
function expectPinned(text: string, kept: readonly string[], spoilt: readonly string[]): void {
  const outputs = outputsOf(text);
  for (const part of kept) {
    expect(text).toContain(part);
    for (const output of outputs) expect(output).toContain(part);
  }
  for (const part of spoilt) {
    expect(text).toContain(part);
    expect(outputs.some((output) => !output.includes(part)), part).toBe(true);
  }
}

describe('regions that are switched off', () => {
  const table = 'M = [1,   0,\n     0,1 ]\nN=2';
  test.each([
    ['from off to on', `a=1\n# fmt: off\n${table}\n# fmt: on\nb  =  2\n`],
    ['without spaces', `a=1\n#fmt:off\n${table}\n#fmt:on\nb  =  2\n`],
    ["yapf's words", `a=1\n# yapf: disable\n${table}\n# yapf: enable\nb  =  2\n`],
    ['with code right before', `a  =  1\n# fmt: off\n${table}\n# fmt: on\nb  =  2\n`],
  ])('%s', (_, text) => expectPinned(text, [`\n${table}\n#`], ['b  =  2']));

  test('to the end of the file without on', () => {
    expectPinned('a=1\nb  =  2\n# fmt: off\nc=[ 1,2 ]\n\n\n\nd  =  3\n', ['\nc=[ 1,2 ]\n\n\n\nd  =  3\n'], ['b  =  2']);
  });

  test('to the end of the block', () => {
    const inside = '\n    # fmt: off\n    c=[ 1,2 ]\n\n    if  c :\n     d  =  3\n';
    expectPinned(`def f():\n    b  =  2${inside}\n\n\nz  =  26\ny  =  25\n`, [inside], ['b  =  2', 'z  =  26', 'y  =  25']);
  });

  test('inside brackets', () => {
    expectPinned('x  =  [\n    # fmt: off\n    1,0,\n    0  ,1,\n    # fmt: on\n    2  ,  3,\n]\n', ['1,0,\n    0  ,1,\n'], ['2  ,  3']);
  });

  test('one line, by skip', () => {
    const line = 'm = f( 1,2,\n   3 )  # fmt: skip\n';
    expectPinned(`a  =  1\n${line}b  =  2\n`, [line], ['a  =  1', 'b  =  2']);
    expectPinned(`a  =  1\nif  x :   # fmt:skip\n    b  =  2\n`, ['if  x :   # fmt:skip\n'], ['b  =  2']);
    expectPinned(`a  =  1\nif  x :  y  =  2  # fmt: skip\nb  =  2\n`, ['if  x :  y  =  2  # fmt: skip\n'], ['b  =  2']);
  });

  test('one line, by off or disable behind code', () => {
    expectPinned('a  =  1\nm = f( 1,2 )  # yapf: disable\nb  =  2\n', ['m = f( 1,2 )  # yapf: disable\n'], ['b  =  2']);
    expectPinned('a  =  1\nm = f( 1,2 )   # fmt: off\nb  =  2\n', ['m = f( 1,2 )   # fmt: off\n'], ['b  =  2']);
  });

  test('the word alone, or on without off, switches nothing', () => {
    expectPinned('# fmt: on\na  =  1\n# please fmt: off\nb  =  2\n', [], ['a  =  1', 'b  =  2']);
    expectPinned('a  =  1\n# fmt: skip\nb  =  2\n', [], ['a  =  1', 'b  =  2']);
  });
});

describe('lines that a pragma speaks of', () => {
  test.each(['type: ignore', 'type: (int) -> str', 'noqa: E501', 'NOQA', 'pylint: disable=bad', 'pragma: no cover', 'pyright: ignore', 'nosec'])(
    '# %s: keep their line breaks',
    (pragma) => {
      const text = `a  =  1\nx = f(a, b,\n      c)  # ${pragma}\nif x: y; z  # ${pragma}\nb  =  2\n`;
      for (const output of outputsOf(text)) {
        const lines = output.split('\n').map((line) => line.replace(/\s/g, ''));
        expect(lines).toContain('x=f(a,b,');
        expect(lines).toContain(`c)#${pragma.replace(/\s/g, '')}`);
        expect(lines).toContain(`ifx:y;z#${pragma.replace(/\s/g, '')}`);
      }
    },
  );
});

describe('what stands where it has to', () => {
  test.each([
    ['a shebang and a coding line', '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx  =  1\ny  =  2\n'],
    ['a coding line on line 2', '# by me\n# vim: set fileencoding=utf-8 :\nx  =  1\ny  =  2\n'],
  ])('%s', (_, text) => expectPinned(text, [text.slice(0, text.indexOf('x'))].map((head) => head.trimEnd()), ['y  =  2']));

  test('a comment like a coding line does not become one', () => {
    const text = '# a\n\n\n# the coding: of line 4\nx  =  1\ny  =  2\n';
    expectPinned(text, ['# a\n\n\n# the coding: of line 4\n'], ['y  =  2']);
  });

  test('form feeds', () => {
    expectPinned('import  a\n\f\ndef  f():\n    pass\n\n\f\nx  =  1\n', ['a\n\f\ndef', '\n\n\f\nx'], ['x  =  1']);
  });

  test('backslashes between statements', () => {
    expectPinned('x  =  1\n\\\ny  =  2\n', ['\n\\\ny'], ['x  =  1']);
  });
});

describe('line ends', () => {
  const program = 'import  a\nif  a :\n  b  =  [1,2]\n  c\n\n\nd\n';
  test.each([['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']])('%s alone stay alone', (_, end) => {
    for (const output of outputsOf(program.replaceAll('\n', end))) {
      expect(output.replaceAll(end, '')).not.toMatch(/[\r\n]/);
    }
  });

  test('mixed: untouched ones stay, new ones are of the commonest kind', () => {
    const text = 'a  =  1\r\nb  =  2\r\n\r\nf(1, 2)\nc  =  3\rd\n';
    const broken = format(text, prefer('opener+1')).text;
    expect(broken).toMatch(/f\(\r\n? *1/);
    expect(format(text, prefer('none')).text.match(/\r\n|\r|\n/g)).toEqual(['\r\n', '\r\n', '\r\n', '\n', '\r', '\n']);
  });

  test('the final one stays or stays away', () => {
    for (const text of ['a  =  1', 'a  =  1\n', 'a  =  1 # c', 'if  x :\n  y\n\n\n', 'if  x :\n  y\n   ', '# c']) {
      for (const policy of [prefer('none'), prefer('lines-1'), prefer('space'), randomPolicy(3)]) {
        const { text: output } = format(text, policy);
        expect(/[\r\n]\s*$/.test(output)).toBe(/[\r\n]\s*$/.test(text));
      }
    }
  });
});

test('a line of very many pragmas is looked at once, not once for each of them', () => {
  const structured = withStructure(tokenizer.tokenize(`x = [\n${'    1,  # noqa\n'.repeat(100_000)}]\n`));
  expect(pragmaGaps(structured).filter((mark) => mark === 0).length).toBeLessThan(6);
  const marks = new Uint8Array(structured.source.tokenCount + 1);
  structured.source.kind.forEach((kind, i) => {
    if (kind === tokenKind('comment')) markLine(structured, marks, i);
  });
  expect(marks.filter((mark) => mark === 0).length).toBeLessThan(6);
});
