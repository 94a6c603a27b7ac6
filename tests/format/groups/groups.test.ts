import { beforeAll, describe, expect, test } from 'vitest';
import { createFormatter, formatSource, type Formatter, type FormatPolicy } from '../../../src/format/index.js';
import { breaksCustoms } from '../../../src/format/groups/usual-spacing.js';
import { HEAD_FEATURES } from '../../../src/model/features/columns.js';
import { BACKBONE } from '../../../src/model/features.js';
import { layoutClass } from '../../../src/model/layout-classes.js';
import { observeLayout } from '../../../src/model/observed-layout.js';
import { sourceContext } from '../../../src/model/source-context.js';
import { createTokenizer, gapConventions, tokenKind, withStructure, type Tokenizer } from '../../../src/tokenize/index.js';
import { policyOf, prefer } from '../support/fake-policies.js';

let tokenizer: Tokenizer;
let shipped: Formatter;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shipped = await createFormatter({ profilePath: null });
});

const format = (policy: FormatPolicy, text: string): string => formatSource(tokenizer, policy, text, 'a.py').text;
const formatWithModel = (text: string): string => shipped.format(text, { path: 'a.py' }).text;

const [TREE] = HEAD_FEATURES as [{ right: typeof BACKBONE.left }];
const SPACE = layoutClass('space');
const NONE = layoutClass('none');
const KEEP = layoutClass('keep');

/** Wants a class behind the given tokens, and everything else as it is. */
function wantsBehind(tokens: readonly string[], wanted: number, sure = 0.9): FormatPolicy {
  const kinds = new Set(tokens.map((token) => tokenKind(token) + BACKBONE.left.offset));
  return policyOf(({ slots, classIndex }) => {
    const isThere = kinds.has(slots[BACKBONE.left.position]);
    if (classIndex === (isThere ? wanted : KEEP)) return sure;
    return classIndex === KEEP ? 1 - sure : 0.0001;
  }, 0.5);
}

describe('pairs', () => {
  test.each([
    ['x = a+b\n', ['+']],
    ['f(a=1)\n', ['=']],
    ['def f(a:int=1): pass\n', ['=']],
    ['def f()->int: pass\n', ['->']],
    ['x = a**b\n', ['**']],
    ['x = a<b\n', ['<']],
  ])('one side alone never moves: %j', (text, operators) => {
    expect(format(wantsBehind(operators, SPACE), text)).toBe(text);
  });

  test.each([['f( a )\n', '('], ['x = [ a ]\n', '['], ['x = { a }\n', '{']])('one pad alone never goes: %j', (text, opener) => {
    expect(format(wantsBehind([opener], NONE), text)).toBe(text);
  });

  test('both sides move where both together are sure', () => {
    expect(format(prefer('space', 0.5), 'x = a*b\n')).toContain('a * b');
  });

  test('a side that is out of step is brought back to the other', () => {
    expect(formatWithModel('value = first +second\nother = value *2\n')).toBe('value = first + second\nother = value * 2\n');
  });
});

describe('the two sides of a comma or a colon', () => {
  /** Wants no blank before commas and colons and one behind them, each as surely as it is told. */
  const wantsSides = (before: number, behind: number): FormatPolicy => {
    const isMark = (kind: number): boolean => kind === tokenKind(',') || kind === tokenKind(':');
    return policyOf(({ slots, classIndex }) => {
      const left = slots[BACKBONE.left.position] - BACKBONE.left.offset;
      const right = slots[TREE.right.position] - TREE.right.offset;
      const [wanted, sure] = isMark(right) ? [NONE, before] : isMark(left) ? [SPACE, behind] : [KEEP, 0.9];
      if (classIndex === wanted) return sure;
      return classIndex === KEEP ? 1 - sure : 0.0001;
    }, 0.7);
  };

  test.each([
    ['f(a ,b)\n', 'f(a, b)\n'], ['x = {a :b}\n', 'x = {a: b}\n'], ['x :int = 1\n', 'x: int = 1\n'],
  ])('one side that is sure takes the other along: %j', (text, wanted) => {
    expect(format(wantsSides(0.95, 0.6), text)).toBe(wanted);
    expect(format(wantsSides(0.6, 0.95), text)).toBe(wanted);
  });

  test('neither moves where both together are not sure', () => {
    expect(format(wantsSides(0.75, 0.55), 'f(a ,b)\n')).toBe('f(a ,b)\n');
  });

  test('a side that is right stays out of it', () => {
    expect(format(wantsSides(0.9, 0.1), 'f(a ,b)\n')).toBe('f(a,b)\n');
  });

  test('a comma at the end of a line is decided by itself', () => {
    expect(format(wantsSides(0.9, 0.1), 'f(a ,\n  b)\n')).toBe('f(a,\n  b)\n');
  });
});

describe('columns', () => {
  const aligned = 'BLACK   = 0\nBLUE    = 1\nMAGENTA = 5\nGREY    = 7\n';
  test.each([
    ['assignments', aligned],
    ['dictionary values', 'd = {\n    "a":    1,\n    "bb":   2,\n    "cccc": 3,\n}\n'],
    ['dictionary colons', 'd = {\n    "a"   : 1,\n    "bb"  : 2,\n    "cccc": 3,\n}\n'],
    ['keyword arguments', 'f(\n    a    = 1,\n    bb   = 2,\n    cccc = 3,\n)\n'],
    ['imports', 'from a    import x\nfrom bb   import y\nfrom cccc import z\n'],
    ['comments', 'a = 1       # one\nbb = 22     # two\nccc = 333   # three\n'],
    ['modules', 'import aa\nfrom   bb import y\nfrom   cc import z\n'],
    ['modules behind several blanks', 'from   bb import y\nfrom   cc import z\nfrom   d import u\n'],
    ['values', 'a =     1\nbbb =   2\nccccc = 3\n'],
    ['numbers to the right', 'SMALL =   1\nLARGE =  20\nWORSE = 300\n'],
  ])('a column of %s stays whole, whatever the network thinks', (_, text) => {
    expect(format(prefer('space', 0.5), text).replace('f (', 'f(')).toBe(text);
    expect(formatWithModel(text)).toBe(text);
  });

  test.each([
    ['too far left', 'GREEN = 2\n'],
    ['too far right', 'GREEN      = 2\n'],
  ])('a row that fell out is brought back: %s', (_, row) => {
    expect(formatWithModel(aligned + row)).toBe(`${aligned}GREEN   = 2\n`);
  });

  /** What else is wrong with a file in which columns are looked for where damage may have put them. */
  const wreck = [
    'x = [1,  2]', 'y= f(x, y)', 'z =x[0] + 1', 'print (z)', 'u = v (1, 2)', 'w = x[ 0]', 'del x [1]', 'return_value = g(1 , 2)',
    'h(x, y ) ', 'k = l +2', 'm  = n', 'o = p. q', 'r = s [0 ]', 't = -  1', 'f(a = 1, b=2)', 'assert  x', 'i = (j,1 )', 'c = d  or e', '',
  ].join('\n');

  test.each([
    [
      'rows that were broken and tabs', 'colours = {\n    "red":\n  1,\n    "green":     2,\n    "magenta":\t 3,\n    "cyan":      4,\n    "blue":      5,\n    "teal":      6,\n}\n',
      'colours = {\n    "red":       1,\n    "green":     2,\n    "magenta":   3,\n    "cyan":      4,\n    "blue":      5,\n    "teal":      6,\n}\n',
    ],
    [
      'comments behind values', 'styles = {\n    A.b:       1,    # one\n    A .cc:      22,   # two\n    A.ddd:    333,   # three\n    A.eeee:    4 ,    # four\n    A.fffff:   55, # five\n    A.g:       6,    # six\n}\n',
      'styles = {\n    A.b:       1,    # one\n    A.cc:      22,   # two\n    A.ddd:     333,  # three\n    A.eeee:    4,    # four\n    A.fffff:   55,   # five\n    A.g:       6,    # six\n}\n',
    ],
    [
      'three rows, one of them out of it', '\nsmall     = 1\nmiddling  = 2\nx = 3\nextensive = 4\n',
      'small     = 1\nmiddling  = 2\nx         = 3\nextensive = 4\n',
    ],
    [
      'rows that share a line', 'names = {\n    "red":     1, "green":   2,\n    "magenta": 3,\n    "cyan":    4,\n    "blue":    5,\n}\n',
      '    "red":     1,\n    "green":   2,\n    "magenta": 3,\n    "cyan":    4,\n',
    ],
    [
      'a blank before one of the colons', 'names = {\n    "red":       1,\n    "green":     2,\n    "magenta" :   3,\n    "cyan":      4,\n    "turquoise": 5,\n}\n',
      '    "magenta":   3,\n',
    ],
  ])('in a spoilt file the rows of the program are those of a column: %s', (_, spoilt, expected) => {
    expect(formatWithModel(wreck + spoilt)).toContain(expected);
  });

  test('in a spoilt file blanks that meet by chance are no column', () => {
    expect(formatWithModel(`${wreck}aaa  = 1\nbb = 2\ncccc = 3\ndd   = 4\neee = 5\n`))
      .toContain('aaa = 1\nbb = 2\ncccc = 3\ndd = 4\neee = 5\n');
  });

  test('in a spoilt file a run is a column as a whole or not at all', () => {
    const run = (gap: string) => `${wreck}a = 1\nbbbb${gap}= 2\ncccccc = 3\nd = 4\nee${gap}  = 5\nf = 6\ngg = 7\nhhhhhh = 8\n`;
    expect(formatWithModel(run('   '))).toContain(formatWithModel(run(' ').replaceAll('  =', ' =')).slice(-40));
  });

  test.each([
    ['pads', 'plot.add( img )  # add it\nplot.show(True)  # with axes\nplot.flip()      # upside down\n'],
    ['several blanks', 'first_x, first_y = load(a)\nlast_x,  last_y  = load(b)\nb_x,     b_y     = load(c)\n'],
  ])('what stands before a column belongs to it in a file that nobody spoilt: %s', (_, text) => {
    expect(formatWithModel(`import plot\n\n${text}`)).toBe(`import plot\n\n${text}`);
  });

  test('a row too long for the column leaves it, and the column stays', () => {
    const text = `${aligned}DARKGREYISH = 8\n`;
    expect(formatWithModel(text)).toBe(text);
  });

  test('lines that go on below a column without it are where its author stopped', () => {
    const text = `${aligned}red = 8\nlime = 9\n`;
    expect(formatWithModel(text)).toBe(text);
  });

  test('names of equal length are no column', () => {
    expect(format(prefer('none', 0.5), 'a = 1\nb = 2\nc = 3\n')).toBe('a=1\nb=2\nc=3\n');
  });

  test('a column moves along with its block, and with what stands before it', () => {
    const text = 'if x:\n   d[1 ] .a  = 1\n   d[22].bb  = 2\n   d[33].c   = 3\n';
    const rows = formatWithModel(text).split('\n').slice(1, 4);
    expect(new Set(rows.map((row) => row.indexOf('='))).size).toBe(1);
  });
});

describe('words under one another', () => {
  test.each([
    ['keywords', 'longer = pack(a.split()) if longer else 1\nshort  = pack(a.split()) if short  else 12\n'],
    ['operators', 'ok = first.value  and second\nno = (third.value and fourth)\n'],
    ['strings of three lines', 'a = Zone(-5, "East",  "EST")\nb = Zone(-7, "Mount", "MST")\nc = Zone(-8, "Pac",   "PST")\n'],
  ])('%s stay where blanks put them', (_, text) => {
    expect(formatWithModel(`import zone\n\n${text}`)).toBe(`import zone\n\n${text}`);
  });

  test.each([
    ['x = f(a,  b)\ny = f(aa, b)\n', 'x = f(a, b)\ny = f(aa, b)\n'],
    ['x = a  if b else c\ny = d + e\n', 'x = a if b else c\ny = d + e\n'],
  ])('what meets by chance does not: %j', (text, expected) => {
    expect(formatWithModel(text)).toBe(expected);
  });
});

describe('commas at the starts of lines', () => {
  test.each([
    ['in the column of the bracket', 'def f( first\n     , second\n     , third=None\n     ):\n    return first\n'],
    ['with others inside', 'xs = ( np.array([1, 2])\n     , { "a": 1\n       , "b": 2\n       }\n     )\n'],
  ])('%s: they and what puts the elements under one another stay', (_, text) => {
    expect(formatWithModel(`x = 1\ny = f(x)\n${text}`)).toBe(`x = 1\ny = f(x)\n${text}`);
  });

  test('a comma that stands there alone, away from the bracket, does not', () => {
    expect(formatWithModel('value = call( first\n  , second)\n')).not.toContain('call( first');
  });

  test('what is wrong within an element is mended', () => {
    expect(formatWithModel('xs = ( f(1 ,2)\n     , g(3, 4)\n     , h(5, 6)\n     )\n')).toContain('( f(1, 2)\n     , g(3, 4)\n');
  });
});

describe('comments of two kinds', () => {
  test('a blank line between two comments stays', () => {
    const text = '# Copyright of somebody.\n# All rights reserved.\n\n# mod.py --- an example\n\n\n# --[Imports]------\nimport os\n\nprint(os.name)\n';
    expect(formatWithModel(text)).toBe(text);
  });

  test('a comment at the end of a line goes on with the one above it', () => {
    const text = 'if done is None:  # Here the end of\n    return        # the loop was reached.\nreturn_value = 1\n';
    expect(formatWithModel(text)).toBe(text);
  });
});

describe('tables', () => {
  test.each([
    ['numbers to the right', 'P = [56, 48, 40,  8,\n     0, 57,  9, 17,\n     9,  1, 58, 26]\n'],
    ['tuples', 'T = [\n    ("a",     1, "x"),\n    ("bbb",  22, "yy"),\n    ("cc",  333, "z"),\n]\n'],
  ])('%s: rows are neither joined nor moved', (_, text) => {
    expect(format(prefer('none', 0.5), text).split('\n')).toHaveLength(text.split('\n').length);
    expect(formatWithModel(text)).toBe(text);
  });

  test('two blanks somewhere make no table', () => {
    expect(format(prefer('space', 0.6), 'x = [\n    1,  2,\n    3, 4,\n    5, 6,\n]\n')).toContain('1, 2, 3');
  });
});

describe('comment runs', () => {
  test('all lines of a run stand at one indentation', () => {
    const text = 'def show(self):\n    if self.a:\n        # Locks are taken here,\n        # so writing is safe;\n      # the system flushes\n        self.write(1)\n';
    const rows = formatWithModel(text).split('\n').filter((row) => row.trim().startsWith('#'));
    const levels = new Set(rows.map((row) => row.length - row.trimStart().length));
    expect(levels.size === 1 || rows.join('\n') === text.split('\n').slice(2, 5).join('\n')).toBe(true);
  });

  test('code that was commented out keeps its own indentation', () => {
    const text = 'def f():\n    # if x:\n    #     y()\n    return 1\n\n\ndef g():\n    return 2\n';
    expect(formatWithModel(text)).toBe(text);
  });
});

describe("a file's habits", () => {
  const padded = [
    'class Panel :', '', '\tdef __init__( self, owner, label = "" ) :', '', '\t\tself.owner = owner', '\t\tself.label = label', '',
    '\tdef refresh( self ) :', '', '\t\ttry :', '\t\t\tself.owner.update( self.label )', '\t\texcept KeyError :',
    '\t\t\tself.owner.drop( self.label )', '\t\tfinally :', '\t\t\tself.owner.touch( self.label, force = True )', '',
    '\tdef close( self ) :', '', '\t\tif self.owner :', '\t\t\tself.owner.close( self )', '',
  ].join('\n');

  test('what it does throughout is not judged by the taste of others', () => {
    expect(formatWithModel(padded)).toBe(padded);
  });

  test.each([
    ['x=1\ny=2\nz=x\nu=y\nv=z\n', true],
    ['x = 1\ny = 2\nz = x\nu = y\nv = z\n', false],
    ['x=1\ny=2\n', false],
    ['x=1\ny=2\nz=x\nu=y\nv=z\na = 1\n', false],
  ])('what hardly anybody does, throughout, makes an unusual author: %j, %j', (text, expected) => {
    const context = sourceContext(withStructure(tokenizer.tokenize(text, 'a.py')));
    const { structured } = context;
    const observed = observeLayout(context, structured.source.gaps);
    expect(breaksCustoms(context, observed, gapConventions(structured))).toBe(expected);
  });

  test('a handful of like places is no habit yet', () => {
    expect(formatWithModel('if x :\n    f( 1)\nelif y :\n    g(2 )\n')).toBe('if x:\n    f(1)\nelif y:\n    g(2)\n');
  });
});

test('a line never comes to end with a semicolon', () => {
  const output = format(prefer('lines-1', 0.5), 'import a;import b\nimport c; import d\n');
  expect(output).not.toMatch(/;\n/u);
  expect(formatWithModel('import os.path as p;import  re ,sys\n')).toBe('import os.path as p; import re, sys\n');
});
