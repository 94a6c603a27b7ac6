import { readFileSync } from 'node:fs';
import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFiles } from '../../src/corpus/index.js';
import { createTokenizer, gapStructure, lexPython, LINE_END, TOKEN_KINDS, tokenKind, type Tokenizer } from '../../src/tokenize/index.js';

const brief = (text: string): string[] =>
  lexPython(text).tokens.map(({ kind, text: word, depthChange }) =>
    kind === LINE_END ? `EOL${depthChange === null ? '?' : depthChange === 0 ? '' : depthChange > 0 ? '+' : String(depthChange)}` : word);

describe('lexPython', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await createTokenizer();
  });

  it('gives the leaves, depths and statement starts of the tree on complete files', () => {
    // modern.py holds an f-string with its own quotes inside: a documented limit.
    const files = findFiles(['fixtures/clean', 'fixtures/demo', 'fixtures/layout']).files.filter((path) => !path.endsWith('modern.py'));
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) {
      const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
      const source = tokenizer.tokenize(text, path);
      const structure = gapStructure(source);
      const lexed = lexPython(text, { comments: true }).tokens.filter(({ kind }) => kind !== LINE_END);
      for (let i = 0; i < source.tokenCount; i++) {
        const { kind, start, end, blockDepth, startsStatement } = lexed[i]!;
        const place = `${path}:${source.start[i]}`;
        // Without a tree, the wildcard of a pattern is a name like others.
        const expected = source.kind[i] === tokenKind('_') ? 'identifier' : TOKEN_KINDS[source.kind[i]!];
        expect([start, end, TOKEN_KINDS[kind]], place).toEqual([source.start[i], source.end[i], expected]);
        if (kind === tokenKind('comment')) continue;
        expect([blockDepth, startsStatement], place).toEqual([structure.blockDepth[i], structure.startsLine[i] === 1]);
      }
      expect(lexed.length).toBe(source.tokenCount);
    }
  });

  it('ends physical lines that hold tokens, in brackets too, and says what follows', () => {
    expect(brief('if x:\n    f(a,\n\n      # no\n      b)\n\ny = 1\n')).toEqual([
      'if', 'x', ':', 'EOL+', 'f', '(', 'a', ',', 'EOL', 'b', ')', 'EOL-1', 'y', '=', '1', 'EOL?',
    ]);
    expect(brief('class A:\n  def f():\n    if x:\n      return\nb')).toEqual([
      'class', 'A', ':', 'EOL+', 'def', 'f', '(', ')', ':', 'EOL+', 'if', 'x', ':', 'EOL+', 'return', 'EOL-3', 'b',
    ]);
  });

  it('takes the indentation typed on the last line for what follows', () => {
    expect(brief('if x:\n    ').at(-1)).toBe('EOL+');
    expect(brief('if x:\n    y\n').at(-1)).toBe('EOL?');
  });

  it('counts an inline suite as a block of its own statements', () => {
    const tokens = lexPython('if x: a; b\nc').tokens;
    expect(tokens.filter(({ startsStatement }) => startsStatement).map(({ text, blockDepth }) => [text, blockDepth]))
      .toEqual([['if', 0], ['a', 1], ['b', 1], ['c', 0]]);
  });

  it('does not take the colon of a lambda or of an annotation for the end of a header', () => {
    const starts = (text: string): string[] => lexPython(text).tokens.filter((t) => t.startsStatement).map((t) => t.text);
    expect(starts('if f(lambda: 1) or (lambda: 2): x')).toEqual(['if', 'x']);
    expect(starts('while lambda: 1: x')).toEqual(['while', 'x']);
    expect(starts('x: int = 3')).toEqual(['x']);
  });

  it.each([
    ['', 'code', 0, ''],
    ['x = fo', 'word', 4, ''],
    ['f(a[1', 'word', 4, '(['],
    ['x = ', 'code', 4, ''],
    ['x = "ab', 'string', 4, ''],
    ['x = """ab\n', 'string', 4, ''],
    ['x = "ab\ny', 'word', 8, ''],
    ['x  # wh', 'comment', 3, ''],
    ['x  # wh\n', 'code', 8, ''],
  ])('says how %j ends', (text, inside, start, openBrackets) => {
    expect(lexPython(text).end).toEqual({ inside, start, openBrackets });
  });

  it.each([
    'def mean(values):', 'class A:', 'import os', 'from os import path', 'return x', 'raise X', 'while x:', 'with f() as g:', 'try:',
    'except X:', 'finally:', 'elif x:', 'else:', 'if x:', 'for x in y:', 'async def f():', 'async for x in y:', 'async with x:', '@wraps\ndef f():',
    'del x', 'assert x', 'global x', 'nonlocal x', 'pass ', 'break ', 'continue ', 'y = 2', 'a.b = 2', 'name',
  ])('ends a statement whose brackets are open where another must begin: %j', (line) => {
    for (const open of ['x = [1, 2', 'x = {"a": 1', 'x = f(a[0]', 'print(f(x), [y']) {
      const text = `${open}\n\n# note\n\n${line}`;
      const { tokens, end, brokenOffAt } = lexPython(text, { comments: true });
      const at = text.indexOf(line);
      expect(brokenOffAt, text).toBe(at);
      expect(tokens.find(({ start }) => start === at), text).toMatchObject({ startsStatement: true, blockDepth: 0, bracketDepth: 0 });
      expect(end.openBrackets, text).toBe('');
    }
  });

  it('ends such a statement within blocks, at its own depth', () => {
    expect(brief('def f():\n    x = g(\n    return 1\ny')).toEqual([
      'def', 'f', '(', ')', ':', 'EOL+', 'x', '=', 'g', '(', 'EOL', 'return', '1', 'EOL-1', 'y',
    ]);
    const { tokens } = lexPython('class A:\n    def f(self, x:\n        self.x = [\n\n    def g(self): pass');
    expect(tokens.filter(({ text }) => text === 'def').map(({ blockDepth }) => blockDepth)).toEqual([1, 1]);
  });

  it.each([
    'x = f(\n    a,\n    b=1,\n)', 'x = [\n1,\n2\n]', 'x = f(\na\nfor a in b\nif a\nelse c)', 'x = (\n"a"\n"b"\nf"c"\n)',
    'x = [a\nfor a in b if c]', 'x = [y\nif z else w]', 'f(a,\nb=1)', 'f(*\na)', 'x = (a\nnot in b)', 'x = [a\nis None]', 'x = (a\n+ b)',
    'f(a\n, b)', 'x = [\n  import_it,\n  passed, returned, deft\n]', 'x = {\n  a: 1,\nb: 2}', 'x[a\nif b\nelse c:]', 'x = (yield\na)',
    'x = (lambda\na: 1)', 'foo(\n    pass', 'x = [f(y)\nasync for y in z]',
  ])('leaves a statement that goes on in peace: %j', (text) => {
    expect(lexPython(text).brokenOffAt).toBe(-1);
  });

  it('knows soft keywords by their place', () => {
    const kinds = (text: string): string => TOKEN_KINDS[lexPython(text).tokens[0]!.kind]!;
    expect(kinds('match x:\n  pass')).toBe('match');
    expect(kinds('match = 1')).toBe('identifier');
    expect(kinds('print x')).toBe('print');
    expect(kinds('print(x)')).toBe('identifier');
    expect(kinds('type X = int')).toBe('type');
    expect(kinds('type(x)')).toBe('identifier');
  });

  it('reads every prefix of a file as it reads the file, up to the last tokens', () => {
    const text = readFileSync('fixtures/layout/expressions.py', 'utf8');
    const whole = lexPython(text).tokens;
    // What shows itself by what follows: line ends, operators of several characters (and soft keywords: no kinds here).
    const undecided = 12;
    const brief = (tokens: typeof whole): string => JSON.stringify(tokens.map((t) => [t.start, t.end, t.blockDepth, t.startsStatement]));
    for (let end = 0; end <= text.length; end += 3) {
      const prefix = text.slice(0, end);
      const { tokens, end: how } = lexPython(prefix);
      expect(how.start).toBeLessThanOrEqual(end);
      expect(tokens.every(({ start, end: to, text: word }) => word === prefix.slice(start, to))).toBe(true);
      const settled = Math.max(0, tokens.length - undecided);
      expect(brief(tokens.slice(0, settled))).toBe(brief(whole.slice(0, settled)));
    }
  });

  it('reads anything', () => {
    const parts = ['"', "'", '"""', '\\', '\n', '\r\n', '\r', '\t', ' ', '#', '(', ']', '{', ':', ';', 'if', 'lambda', 'é', '😀', '\0', '1.', '0x', '$', '\uFEFF', '..'];
    fc.assert(fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), (chosen) => {
      const text = chosen.join('');
      const { tokens } = lexPython(text, { comments: true });
      expect(tokens.every(({ start, end, text: word }) => word === text.slice(start, end))).toBe(true);
    }));
  });
});
