import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { reBreak, type BreakRules } from '../../bench/support/re-break.js';
import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';
import { reIndent } from '../../bench/support/re-indent.js';
import { createTokenizer, findDifference, joinGaps, withStructure, type StructuredSource, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const read = (text: string): StructuredSource => withStructure(tokenizer.tokenize(text));
const reIndented = (text: string, unit: string): string => {
  const program = read(text);
  return joinGaps(program.source, reIndent(program, unit));
};
const reBroken = (text: string, rules: Partial<BreakRules>): string => {
  const program = read(text);
  return joinGaps(program.source, reBreak(program, { columns: 20, style: 'hanging', which: 'all', ...rules }));
};
const inventory = readFileSync(new URL('../../fixtures/demo/inventory.py', import.meta.url), 'utf8');

describe('another unit', () => {
  const text = [
    'class A:',
    '    # of f',
    '    def f(self, a,',
    '          b):',
    '        if a:',
    '            return g(',
    '                a,  # x',
    '                # y',
    '                [b,',
    '                 1],',
    '            )',
    '        # of if',
    '    x = 1 + \\',
    '        2',
    '# of the module',
    '',
  ].join('\n');

  test('blocks, comments, hanging and aligned lines move as their author would move them', () => {
    expect(reIndented(text, '  ')).toBe([
      'class A:',
      '  # of f',
      '  def f(self, a,',
      '        b):',
      '    if a:',
      '      return g(',
      '        a,  # x',
      '        # y',
      '        [b,',
      '         1],',
      '      )',
      '    # of if',
      '  x = 1 + \\',
      '    2',
      '# of the module',
      '',
    ].join('\n'));
    expect(reIndented(text, '\t').split('\n').slice(2, 9)).toEqual([
      '\tdef f(self, a,', '\t      b):', '\t\tif a:', '\t\t\treturn g(', '\t\t\t\ta,  # x', '\t\t\t\t# y', '\t\t\t\t[b,',
    ]);
  });

  test('the unit that the file has changes nothing, and the way back is the original', () => {
    expect(reIndented(text, '    ')).toBe(text);
    for (const unit of [' ', '   ', '        ', '\t']) expect(reIndented(reIndented(text, unit), '    ')).toBe(text);
  });

  test('what a file has', () => {
    expect(commonUnit(read('if a:\n  if b:\n     c\n  d\nif e:\n  f\n'))).toBe('  ');
    expect(commonUnit(read('if a:\n\tb\n'))).toBe('\t');
    expect(commonUnit(read('a\n'))).toBe('    ');
  });
});

describe('lines broken afresh', () => {
  const call = 'x = f(alpha, g(beta, [1, 2]), key=3)\n';

  test('hanging: outermost brackets first, where the line may not be longer', () => {
    expect(reBroken(call, { columns: 40 })).toBe(call);
    expect(reBroken(call, { columns: 25 })).toBe('x = f(\n    alpha,\n    g(beta, [1, 2]),\n    key=3\n)\n');
    expect(reBroken(call, { columns: 16 })).toBe('x = f(\n    alpha,\n    g(\n        beta,\n        [1, 2]\n    ),\n    key=3\n)\n');
  });

  test('the rest of the line counts', () => {
    expect(reBroken('if f(aa, bb) and ccccc:\n    pass\n', { columns: 22 })).toBe('if f(\n    aa,\n    bb\n) and ccccc:\n    pass\n');
    expect(reBroken('f(aa, bb)(ccc, d)\n', { columns: 12 })).toBe('f(aa, bb)(\n    ccc,\n    d\n)\n');
  });

  test('what the author broke is joined when it fits, but for comments', () => {
    expect(reBroken('f(\n    a,\n    b,\n)\nx = 1 + \\\n    2\n', {})).toBe('f(a, b,)\nx = 1 + 2\n');
    expect(reBroken('f(a,  # one\n  b)\n', { columns: 99 })).toBe('f(\n    a,  # one\n    b\n)\n');
  });

  test('commas first', () => {
    expect(reBroken('x = [one, two, three]\n', { style: 'comma-first' })).toBe('x = [ one\n    , two\n    , three\n    ]\n');
    expect(reBroken('x = [one, two, three]\n', { style: 'comma-first-hanging' })).toBe('x = [\n    one\n    , two\n    , three\n]\n');
  });

  test('calls alone: joined, or exploded where they have several arguments', () => {
    expect(reBroken('f(a,\n  [1,\n   2])\ny = [1,\n     2]\n', { columns: Infinity, which: 'calls' })).toBe('f(a, [1, 2])\ny = [1,\n     2]\n');
    expect(reBroken('f(a, g(b), h(c, d))\ny = [1, 2]\n', { columns: 0, which: 'calls' }))
      .toBe('f(\n    a,\n    g(b),\n    h(\n        c,\n        d\n    )\n)\ny = [1, 2]\n');
  });

  test('twice is once', () => {
    for (const style of ['hanging', 'comma-first', 'comma-first-hanging'] as const) {
      const once = reBroken(inventory, { columns: 60, style });
      expect(reBroken(once, { columns: 60, style })).toBe(once);
    }
  });
});

describe('the program stays', () => {
  const sources = [...layoutFixtures().map(({ text }) => text), inventory];
  test.each([' ', '   ', '        ', '\t'])('with the unit %j', (unit) => {
    for (const text of sources) expect(findDifference(read(text), read(reIndented(text, unit)))).toBeNull();
  });

  test.each<BreakRules>([
    { columns: 60, style: 'hanging', which: 'all' }, { columns: 140, style: 'hanging', which: 'all' },
    { columns: 0, style: 'hanging', which: 'all' }, { columns: Infinity, style: 'hanging', which: 'all' },
    { columns: 79, style: 'comma-first', which: 'all' }, { columns: 79, style: 'comma-first-hanging', which: 'all' },
    { columns: 0, style: 'hanging', which: 'calls' }, { columns: Infinity, style: 'hanging', which: 'calls' },
  ])('with %j', (rules) => {
    for (const text of sources) expect(findDifference(read(text), read(reBroken(text, rules)))).toBeNull();
  });
});
