import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/random.js';
import {
  createTokenizer, findDifference, findLayoutFault, GapRole, joinGaps, withStructure, needsSeparator, needsSeparatorAt,
  type StructuredSource, type Tokenizer,
} from '../../src/tokenize/index.js';
import { spoilGaps } from '../oracle/layout-mutator.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const read = (text: string): StructuredSource => withStructure(tokenizer.tokenize(text));
const difference = (left: string, right: string): string | null => {
  try {
    return findDifference(read(left), read(right))?.reason ?? null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the same program in another layout', () => {
  const cases: Record<string, [string, string]> = {
    'spaces': ['x=f(a,b)\n', 'x  =  f( a ,b )\n'],
    'a block on the line of its colon': ['if x: y; z\n', 'if x:\n  y\n  z\n'.replace('y\n  z', 'y; z')],
    'statements after a semicolon': ['x; y\n', 'x;\ny\n'],
    'tabs for spaces': ['if x:\n    y\n    z\n', 'if x:\n\ty\n\tz\n'],
    'another indentation in each block': ['if x:\n  y\nelse:\n  z\n', 'if x:\n y\nelse:\n        z\n'],
    'line endings': ['if x:\n  y\nz\n', 'if x:\r\n  y\rz'],
    'a backslash': ['x = 1 + 2\n', 'x = 1 + \\\n2\n'],
    'a backslash before the end of a line': ['x = 1\ny\n', 'x = 1\\\n\ny\n'],
    'a backslash in the indentation': ['if x:\n    y\n    z\n', 'if x:\n    y\n    \\\n    z\n'],
    'blank lines with blanks and form feeds': ['x\ny\n', 'x\n  \n\t\n\f\ny\n'],
    'lines in brackets': ['x = (1, # a\n2)\n', 'x = (\n1\n,# a\n\n   2 \n )\n'.replace('\n,# a', ', # a')],
    'a comment under another indentation': ['if x:\n    y\n    # c\nz\n', 'if x:\n    y\n# c\nz\n'],
  };
  for (const [name, [left, right]] of Object.entries(cases)) {
    it(name, () => {
      expect(difference(left, right)).toBeNull();
      expect(difference(right, left)).toBeNull();
    });
  }
});

describe('another program, or none', () => {
  const cases: Record<string, [string, string]> = {
    'a statement in another block': ['if x:\n    y\n    z\n', 'if x:\n    y\nz\n'],
    'else of another if': ['if a:\n  if b:\n    c\n  else:\n    d\n', 'if a:\n  if b:\n    c\nelse:\n    d\n'],
    'unindent to no level': ['if a:\n    b\n    c\n', 'if a:\n    b\n  c\n'],
    'unexpected indent': ['a\nb\n', 'a\n  b\n'],
    'tabs that fit only at one size': ['if a:\n        b\n        c\n', 'if a:\n        b\n\tc\n'],
    'a line break after an operator': ['x = 1 +  2\n', 'x = 1 +\n2\n'],
    'a line break before a colon': ['if x:\n  y\n', 'if x\n:\n  y\n'],
    'a missing line break': ['x\ny\n', 'x y\n'],
    'a comment that swallows code': ['# a\nx\n', '# a x\n'],
    'a comment moved behind code': ['x\n# a\ny\n', 'x # a\ny\n'],
    'two words joined': ['not x\n', 'notx\n'],
    'an octal number': ['0 or x\n', '0or x\n'],
    'a word that CPython takes into the number': ['(2 async for i in x)\n', '(2async for i in x)\n'],
    'another such word': ['raise 1 from x\n', 'raise 1from x\n'],
    'the inside of an f-string': ['f"{x=}"\n', 'f"{x = }"\n'],
    'a suite split from its line': ['if x: y; z\n', 'if x: y;\nz\n'],
    'a compound statement on the line of a colon': ['if x:\n  if y:\n    z\n', 'if x: if y:\n    z\n'],
    'a backslash before a blank': ['x = 1 + 2\n', 'x = 1 + \\ \n2\n'],
    'a vertical tab': ['x = 1\n', 'x =\u000b1\n'],
    'a byte order mark in the middle': ['x\ny\n', 'x\n\ufeffy\n'],
  };
  for (const [name, [left, right]] of Object.entries(cases)) {
    it(name, () => {
      expect(difference(left, right)).not.toBeNull();
    });
  }
});

describe('structure', () => {
  const fixtures = ['statements.py', 'expressions.py', 'modern.py'].map((name) =>
    readFileSync(`fixtures/layout/${name}`, 'utf8'),
  );

  it('finds nothing wrong with the fixtures', () => {
    for (const text of fixtures) {
      const { source, structure } = read(text);
      expect(findLayoutFault(source, structure)).toBeNull();
    }
  });

  it('does not depend on the layout', () => {
    const random = createRandom(7);
    let compared = 0;
    for (const text of fixtures) {
      const original = read(text);
      for (let k = 0; k < 120; k++) {
        const spoilt = joinGaps(original.source, spoilGaps(original.source, 1, random));
        let mutant: StructuredSource;
        try {
          mutant = read(spoilt);
        } catch {
          continue;
        }
        if (findDifference(original, mutant)) continue;
        compared++;
        expect(mutant.structure).toEqual(original.structure);
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('tells what each gap is for', () => {
    const { source, structure } = read('# a\nif x: # b\n    y; z(\n  # c\n 1)\nw\n');
    expect(source.tokenCount).toBe(13);
    expect([...structure.role]).toEqual([
      GapRole.FileStart, GapRole.Statement, GapRole.Line, GapRole.Line, GapRole.TrailingComment,
      GapRole.BlockStart, GapRole.Line, GapRole.AfterSemicolon, GapRole.Line, GapRole.BracketComment,
      GapRole.Bracket, GapRole.Bracket, GapRole.Statement, GapRole.FileEnd,
    ]);
  });
});

describe('needsSeparator', () => {
  it('keeps apart what would merge', () => {
    for (const [left, right] of [
      ['not', 'x'], ['in', '"s"'], ['"s"', 'if'], ['1', 'if'], ['1.', 'else'], ['0', 'or'], ['1', '.'], ['.', '.'],
      ['*', '*'], ['<', '='], [':', '='], ['-', '>'], ['𝐱', 'in'], ['é', 'in'],
    ]) {
      expect([left, right, needsSeparator(left, right)]).toEqual([left, right, true]);
    }
  });

  it('lets touch what cannot', () => {
    for (const [left, right] of [['x', '('], [')', 'if'], ['=', '-'], ['x', '='], [',', '"s"'], ['x', '# c'], ['', 'x']]) {
      expect([left, right, needsSeparator(left, right)]).toEqual([left, right, false]);
    }
  });
});

describe('needsSeparatorAt', () => {
  it('judges tokens in place as needsSeparator judges them cut out', () => {
    const tokens = ['a', 'ab1', 'é', '_', '1', '1.', '.5', '0x1f', '123456789012345', '"s"', "r'x'", '.', '..', '...', '*', '**', '/', '<', '>',
      '=', '==', '!', '-', '>', ':', ':=', '(', ')', '[', ',', '@', '~', '%', '&', '|', '^', '1e5', '1j', 'a_name_of_many_letters'];
    for (const left of tokens) {
      for (const right of tokens) {
        const isNumber = /^\.?\d/.test(left);
        const at = { start: 2, end: 2 + left.length, next: 3 + left.length, isNumber };
        expect([left, right, needsSeparatorAt(`  ${left} ${right}`, at)]).toEqual([left, right, needsSeparator(left, right)]);
      }
    }
  });
});
