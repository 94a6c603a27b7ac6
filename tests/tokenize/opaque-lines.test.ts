import { beforeAll, describe, expect, it } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { readProgram } from '../../src/format/read-program.js';
import {
  createTokenizer, findDifference, findLayoutFault, GapRole, joinOverRawText, tokenText, withStructure,
  type StructuredSource, type Tokenizer,
} from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function program(text: string): StructuredSource {
  const structured = withStructure(tokenizer.tokenize(text));
  expect(joinOverRawText(structured.source, text, structured.source.gaps)).toBe(text);
  expect(findLayoutFault(structured.source, structured.structure)).toBeNull();
  return structured;
}

const opaqueLines = (text: string): string[] => {
  const { source } = program(text);
  return source.opaque.map((token) => tokenText(source, token));
};

const refusal = (text: string): string => {
  try {
    readProgram(tokenizer, text, 'bad.py');
  } catch (fault) {
    expect(fault).toBeInstanceOf(SyntaxRefusedError);
    return (fault as Error).message.split('\n')[0].replace(/;.*/, '');
  }
  throw new Error(`accepted: ${JSON.stringify(text)}`);
};

describe('a statement that the grammar does not know is one token', () => {
  const cases: Record<string, [text: string, ...opaque: string[]]> = {
    'a simple statement': ['a = 1\nb = = 2  # c\nc = 3\n', 'b = = 2'],
    'a whole line of several': ['a; b c; d\nif x:\n    e\n', 'a; b c; d'],
    'one over several lines': ['f(a b,  # first\n  [c])\ng\n', 'f(a b,  # first\n  [c])'],
    'one with a backslash': ['a b \\\n  c\nd\n', 'a b \\\n  c'],
    'one with strings': ["x ''' # (\n''' f\"{y['#']!r:{z}}\"\n", "x ''' # (\n''' f\"{y['#']!r:{z}}\""],
    'a header, its block is read': ['unless x:\n    a = 1\nb\n', 'unless x:'],
    'a header and its block on one line': ['with a b: c\nd\n', 'with a b: c'],
    'a header with other clauses': ['if a b:\n    c\nelif d:\n    e\nelse:\n    f\n', 'if a b:'],
    'a header of a try': ['attempt a b:\n    c\nexcept E:\n    d\nfinally:\n    e\n', 'attempt a b:'],
    'clauses': ['try:\n    a\nexcept A B:\n    b\nelse c:\n    d\nfinally: e f\n', 'except A B:', 'else c:', 'finally: e f'],
    'except with a star': ['try:\n    a\nexcept* A B as c:\n    b\n', 'except* A B as c:'],
    'elif': ['if a:\n    b\nelif c d:\n    e\nelif f: g h\nelse: i\n', 'elif c d:', 'elif f: g h'],
    'a match, its cases are read': ['match a b:\n    case 1:\n        c\n    case 2: d\n', 'match a b:'],
    'cases': ['match a:\n    case b c:\n        d\n    case ~e: f\n    case _:\n        g\n', 'case b c:', 'case ~e: f'],
    'cases that look like annotations': [
      'match a:\n    case [1, +2]:\n        b\n    case [+x]: c\n    case [d]: e\n', 'case [1, +2]:', 'case [+x]: c',
    ],
    'a header that looks like an annotation': ['unless [x]:\n    a b\n    match[y]: z\n    case[y]: z\n', 'unless [x]:', 'a b'],
    'a decorator': ['@a b\n@c\ndef f(): pass\n', '@a b'],
    'a decorated function': ['@a\ndef f(x) y:\n    z\n', 'def f(x) y:'],
    'a decorated function in a line': ['class A:\n    @a\n    def f(x y): pass\n', 'def f(x y): pass'],
    'a class': ['class A[T = 1 2]:\n    def f(self): pass\n', 'class A[T = 1 2]:'],
    'a method': ['class A:\n    async def f(self) x:\n        pass\n\n    b = 1\n', 'async def f(self) x:'],
    'all that a block holds': ['def f():\n    a b\nc\n', 'a b'],
    'other characters': ['x = $a\n!ls *.py\n%time f()\ny?\n', 'x = $a', '!ls *.py', '%time f()', 'y?'],
    'with CRLF': ['a\r\nb c\r\nif d:\r\n    e f\r\n', 'b c', 'e f'],
    'with lone CR': ['a\rb c\rif d:\r    e f\r', 'b c', 'e f'],
    'the only statement': ['a b', 'a b'],
    'Python 3.15': ['lazy import os\nx = [*[] for a in b]\n', 'lazy import os', 'x = [*[] for a in b]'],
  };
  for (const [name, [text, ...opaque]] of Object.entries(cases)) {
    it(name, () => expect(opaqueLines(text)).toEqual(opaque));
  }

  it('within the same blocks and roles as a statement that it knows', () => {
    const known = 'try:\n    a = 1\n    # c\nexcept A:\n    b = 2  # d\n    def f():\n        x\n';
    const unknown = known.replace('a = 1', 'a b').replace('A:', 'A B:').replace('b = 2', 'b c').replace('f()', 'f() g');
    const [left, right] = [program(known), program(unknown)];
    const lineRoles = ({ source, structure }: StructuredSource): [string, GapRole, number][] =>
      [...structure.role].flatMap((role, i) => (role === GapRole.Line || role === GapRole.Bracket || i === source.tokenCount ? []
        : [[tokenText(source, i).split(' ')[0], role, structure.blockDepth[i]] as [string, GapRole, number]]));
    expect(lineRoles(right)).toEqual(lineRoles(left));
  });
});

describe('what is certainly broken is refused, as CPython says it', () => {
  const cases: Record<string, [text: string, message: string]> = {
    'a bracket that was never closed': ['x = 1\nf(a,\ny = 2\n', "bad.py:2:2: '(' was never closed"],
    'a bracket too many': ['x = 1\ny = 2)\n', "bad.py:2:6: unmatched ')'"],
    'brackets that do not match': ['x = (1,\n  2]\n', "bad.py:2:4: closing ']' does not match opening '('"],
    'a string that does not end': ['x = 1\ny = "a\nz\n', 'bad.py:2:5: unterminated string literal'],
    'a long string that does not end': ["x = 1\ny = '''a\nz\n", 'bad.py:2:5: unterminated triple-quoted string literal'],
    'a field that does not end': ['x = f"{a"\n', 'bad.py:1:9: unterminated string literal'],
    'an indent without a block': ['x = 1\n  y = 2\n', 'bad.py:2:3: unexpected indent'],
    'a header without its colon': ['x = 1\nfor a in b\n    c\n', 'bad.py:2:1: invalid syntax'],
    'a header without a block': ['if x:\ny = 1\n', 'bad.py:2:1: expected an indented block'],
    'a header at the end': ['x\nif x y:\n', 'bad.py:2:7: expected an indented block'],
    'an unindent to nowhere': ['if x:\n    y\n  z\n', 'bad.py:3:3: unindent does not match any outer indentation level'],
    'tabs and spaces': ['if x:\n        a\n\tb c\n', 'bad.py:3:2: inconsistent use of tabs and spaces in indentation'],
    'something behind a backslash': ['x = 1 \\ y\n', 'bad.py:1:7: unexpected character after line continuation character'],
    'a backslash that ends the file': ['x = 1 \\\n', 'bad.py:1:7: unexpected end of the file'],
    'a merge conflict': ['<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n', 'bad.py:1:1: a marker of a merge conflict'],
    'a merge conflict in brackets': ['f(\n=======\n)\n', 'bad.py:2:1: a marker of a merge conflict'],
    'a foreign character': ['a b\nx = 1\u00a0+ 2\n', 'bad.py:2:6: a character that Python does not accept here'],
    'a null': ['a b\nx\0\n', 'bad.py:2:2: a NUL character stands here, so this is binary and no source'],
  };
  for (const [name, [text, message]] of Object.entries(cases)) {
    it(name, () => expect(refusal(text)).toBe(message));
  }

  it('clauses without their statement', () => {
    expect(refusal('x = 1\nelse:\n    y\n')).toContain('bad.py:2:');
    expect(refusal('a b\nif x:\n    y\nelse:\n    z\nelse:\n    w\n')).toContain('bad.py:6:');
  });

  it('a text of which most is not understood', () => {
    const prose = 'This is a text\nof several lines\nand no program\nso it is left\nas it is here\nfor good\n';
    expect(refusal(prose)).toContain('bad.py:1:9: invalid syntax');
    expect(opaqueLines(`${prose}${'x = 1\n'.repeat(6)}`)).toHaveLength(6);
  });

  it('but not one that repeats few new statements', () => {
    const lazy = [...'abcdef'].map((name) => `lazy import ${name}\n`).join('');
    expect(opaqueLines(lazy)).toHaveLength(6);
    const cases = [...'123456'].map((digit) => `    case +${digit}: pass\n`).join('');
    expect(opaqueLines(`match x:\n${cases}`)).toHaveLength(6);
  });
});

describe('the proof', () => {
  const differs = (left: string, right: string): boolean => findDifference(program(left), program(right)) !== null;

  it('takes another layout around what is not understood', () => {
    expect(differs('a=1\nif x:\n  b c\n  d =2 \n', 'a = 1\n\nif x:\n    b c\n    d = 2\n')).toBe(false);
  });

  it('takes no other layout within it', () => {
    expect(differs('a\nb  c\n', 'a\nb c\n')).toBe(true);
    expect(differs('f(a b,\n  c)\n', 'f(a b,\n c)\n')).toBe(true);
  });

  it('takes no join of a block with what is not understood', () => {
    const joined = (text: string): number[] => [...program(text).structure.mayInline];
    expect(joined('if x:\n    a b\n')).not.toContain(1);
    expect(joined('if x y:\n    a\n')).not.toContain(1);
    expect(joined('if x:\n    a\n')).toContain(1);
  });

  it('is refused where only what is known is wanted', () => {
    expect(() => tokenizer.tokenize('a b\n', 'a.py', { strict: true })).toThrow(SyntaxRefusedError);
    expect(tokenizer.tokenize('if x: f(a,\nb)\n', 'a.py', { strict: true }).opaque).toEqual([]);
  });
});
