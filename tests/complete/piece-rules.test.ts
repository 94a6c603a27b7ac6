import { describe, expect, it } from 'vitest';
import { PieceRules, syntaxAt, type LineSyntax } from '../../src/complete/piece-rules.js';
import { PIECE } from '../../src/complete/pieces.js';
import { LINE_END, lexPython } from '../../src/tokenize/index.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const rules = new PieceRules(tinyVocabulary);

/** The syntax at the end of a text, as a completer finds it. */
function syntaxOf(text: string): LineSyntax {
  const { tokens, end } = lexPython(text);
  let first = tokens.length;
  while (first > 0 && tokens[first - 1]!.kind !== LINE_END) first--;
  return syntaxAt(end.openBrackets, tokens.slice(first));
}

/** The syntax when the same tokens are completed piece by piece behind a line end. */
function syntaxAfter(line: string): LineSyntax {
  const pieces = lexPython(line).tokens.flatMap((token) => [...tinyVocabulary.encode(token)]);
  return pieces.reduce((syntax, piece) => rules.after(syntax, piece), syntaxAt('', []));
}

function allowed(syntax: LineSyntax, text: string): boolean {
  const row = new Float32Array(tinyVocabulary.size).fill(1 / tinyVocabulary.size);
  rules.restrict(syntax, '', row);
  const [token] = lexPython(text).tokens;
  return row[text === '\n' ? PIECE.line : tinyVocabulary.encode(token!)[0]!]! > 0;
}

describe('the statement that a line belongs to', () => {
  it.each([
    ['if a', 'clause'], ['if a[1:2]', 'clause'], ['if a:', 'free'], ['else', 'clause'], ['def f(a: b', 'clause'], ['class A(B):', 'free'],
    ['return a', 'rigid'], ['import a', 'rigid'], ['a', 'free'], ['a = b', 'free'], ['(', 'free'], ["'a'", 'free'],
  ])('is seen from what stands there, and from what is completed: %s', (line, form) => {
    expect(syntaxOf(line).form).toBe(form);
    expect(syntaxAfter(line).form).toBe(form);
  });

  it('is not known on a line that goes on with another', () => {
    expect(syntaxOf('if (a and\n    b').form).toBe('free');
    expect(syntaxOf('x = [\n    a\n    for a').form).toBe('free');
    expect(syntaxOf('x = (\n').form).toBe('free');
    expect(syntaxOf('x = 1\n').form).toBe('start');
  });

  it('takes words from an object for words', () => {
    expect(syntaxOf('constructor').form).toBe('free');
    expect(syntaxOf('if toString').due).toBe('');
  });
});

describe('PieceRules', () => {
  it('lets no clause end before its colon, nor assign', () => {
    expect(allowed(syntaxOf('if a'), '\n')).toBe(false);
    expect(allowed(syntaxOf('if a'), '=')).toBe(false);
    expect(allowed(syntaxOf('if a'), '+=')).toBe(false);
    expect(allowed(syntaxOf('if a'), '==')).toBe(true);
    expect(allowed(syntaxOf('if a:'), '\n')).toBe(true);
    expect(allowed(syntaxOf('if a: b'), '=')).toBe(true);
  });

  it('lets lines end and arguments be named within brackets', () => {
    expect(allowed(syntaxOf('if f(a'), '=')).toBe(true);
    expect(allowed(syntaxOf('if f(a'), '\n')).toBe(true);
    expect(allowed(syntaxOf('return f(a'), '=')).toBe(true);
  });

  it('lets return and its like assign nothing', () => {
    expect(allowed(syntaxOf('return a'), '=')).toBe(false);
    expect(allowed(syntaxOf('return a'), '\n')).toBe(true);
    expect(allowed(syntaxOf('a'), '=')).toBe(true);
  });

  it('closes brackets in order, and leaves shares that sum to 1', () => {
    const row = new Float32Array(tinyVocabulary.size).fill(1 / tinyVocabulary.size);
    rules.restrict(syntaxOf('f([a'), '', row);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    expect(allowed(syntaxOf('f([a'), ']')).toBe(true);
    expect(allowed(syntaxOf('f([a'), ')')).toBe(false);
  });
});
