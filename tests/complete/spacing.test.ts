import { describe, expect, it } from 'vitest';
import { joinLine, plainGaps, spacedTokens } from '../../src/complete/render-line.js';
import { LineSpacing } from '../../src/complete/spacing.js';
import { LINE_END, lexPython } from '../../src/tokenize/index.js';
import { tinyVocabulary } from './support/tiny-completion.js';

const tokensOf = (text: string) => spacedTokens(tinyVocabulary, lexPython(text).tokens.filter(({ kind }) => kind !== LINE_END));

/** The line as it would be if its first `cut` tokens stood there and the others were added. */
function respaced(line: string, cut: number): string {
  const tokens = tokensOf(line).map((token, k) => ({ ...token, first: k, last: k + 1 }));
  const before = new LineSpacing();
  let text = '';
  for (const token of tokens.slice(0, cut)) {
    text += before.gapBefore(token) + token.text;
    before.push(token);
  }
  const added = tokens.slice(cut);
  return text + joinLine(added, plainGaps(before, added), '', cut === 0);
}

describe('LineSpacing', () => {
  it.each([
    'x = 1', 'def f(a, b=1, *args, **kwargs):', 'x = -1 + y', 'return -x', 'f(-1, *a, **b)', 'x = a[1:2, -1]', "d = {'a': 1, 'b': [2, 3]}",
    'from . import a', 'from .a import b as c', 'lambda x: x + 1', '@property', 'x = not a', 'if a and (b or c):', 'print(a)', 'for x in (1, 2):',
    'x: int = 1', 'a, b = b, a', 'f(a)(b)[c].d', 'x = a if b else c', 'assert x, y', 'x = (yield)', 'a **= 2', 'x = y[f(a)(b=1)]', 'del a[0]',
    'class A(B):', 'raise E(x) from y', 'x = ~a', 'return {a: b for a in c}', 'call(key=[1, 2])', 'x = None or True',
  ])('spaces %s as PEP 8 does, wherever it is cut', (line) => {
    for (let cut = 0; cut < tokensOf(line).length; cut++) expect(respaced(line, cut)).toBe(line);
  });

  it('does not change when a clone goes on', () => {
    const spacing = new LineSpacing(tokensOf('f(a'));
    const [equals] = tokensOf('=');
    const added = tokensOf('[1]').map((token, k) => ({ ...token, first: k, last: k + 1 }));
    plainGaps(spacing, added);
    expect(spacing.gapBefore(equals)).toBe('');
  });

  it('survives brackets that do not match', () => {
    const spacing = new LineSpacing(tokensOf(')]}('));
    expect(spacing.gapBefore(tokensOf('a')[0])).toBe('');
  });
});

describe('joinLine', () => {
  const [name, bracket] = tokensOf('total(').map((token, k) => ({ ...token, first: k, last: k + 1 }));
  it('leaves out what is typed and the space that stands there', () => {
    expect(joinLine([name, bracket], [' ', ''], '', false)).toBe(' total(');
    expect(joinLine([name, bracket], [' ', ''], '', true)).toBe('total(');
    expect(joinLine([name, bracket], [' ', ''], 'to', false)).toBe('tal(');
    expect(joinLine([], [], '', false)).toBe('');
  });
});
