import { beforeAll, describe, expect, test } from 'vitest';
import { alignGaps, alignTokens } from '../../bench/support/align-tokens.js';
import { createTokenizer, tokenText, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** What the output is taken for: gaps in the original's places that differ, by the token behind them. */
function differences(original: string, output: string): [string, string][] {
  const program = withStructure(tokenizer.tokenize(original));
  const { gaps } = alignGaps(program, tokenizer.tokenize(output));
  expect(gaps).toHaveLength(program.source.tokenCount + 1);
  return gaps.flatMap((gap, i): [string, string][] => {
    if (gap === program.source.gaps[i]) return [];
    return [[i < program.source.tokenCount ? tokenText(program.source, i) : '', gap]];
  });
}

describe('a formatter that keeps the tokens', () => {
  test('has its own gaps', () => {
    expect(differences('x=f(a,b)\n', 'x = f(a, b)\n')).toEqual([['=', ' '], ['f', ' '], ['b', ' ']]);
    expect(differences('x = 1\n', 'x = 1\n')).toEqual([]);
    expect(differences('', '')).toEqual([]);
  });
});

describe('tokens that formatters rewrite are the same', () => {
  test.each([
    ["x = 'a'\n", 'x = "a"\n'],
    ["x = 'say \"a\"'\n", 'x = "say \\"a\\""\n'],
    ["x = U'a'\n", "x = 'a'\n"],
    ['def f():\n    """ Text  \n    more\n    """\n', 'def f():\n    """Text\n    more\n    """\n'],
    ['x  #note\n', 'x  # note\n'],
    ['x = 0XFF + 1E5\n', 'x = 0xFF + 1e5\n'],
  ])('%j', (original, output) => {
    expect(differences(original, output)).toEqual([]);
  });

  test('but not other strings', () => {
    const [left, right] = ["f(b'a')\n", "f('a')\n"].map((text) => tokenizer.tokenize(text));
    expect([...alignTokens(left, right)]).toEqual([0, 1, -1, 3]);
  });
});

describe('a formatter that edits tokens is judged for the layout alone', () => {
  test.each<[string, string, [string, string][]]>([
    // A comma more or less, with the same line breaks.
    ['f(\n    a,\n    b\n)\n', 'f(\n    a,\n    b,\n)\n', []],
    ['f(\n    a,\n    b,\n)\n', 'f(\n    a,\n    b\n)\n', []],
    ['f(a, b,)\n', 'f(a, b)\n', []],
    ['f(\n    a  # c\n)\n', 'f(\n    a,  # c\n)\n', []],
    // With others: wrong where the line break went, not beside the comma.
    ['f(a)\n', 'f(\n    a,\n)\n', [['a', '\n    '], [')', '\n']]],
    ['f(\n    a,\n)\n', 'f(a)\n', [['a', ''], [')', '']]],
    // Parentheses.
    ['return (x)\n', 'return x\n', []],
    ['for (x) in y: pass\n', 'for x in y: pass\n', []],
    ['return (\n    x\n)\ny\n', 'return x\ny\n', [['x', ' ']]],
    ['if x:\n    y = a\n    z\n', 'if x:\n    y = (\n        a\n    )\n    z\n', [['a', '\n        ']]],
    ['class A():\n    x\n', 'class A:\n    x\n', []],
    // Statements on one line.
    ['a; b\n', 'a\nb\n', [['b', '\n']]],
    ['import a, b\nc\n', 'import a\nimport b\nc\n', [['b', '\n']]],
    // What was lost before a comment or at the end.
    ['x = 1;\n', 'x = 1\n', []],
    ['x = 1;  # c\n', 'x = 1  # c\n', []],
  ])('%j as %j', (original, output, expected) => {
    expect(differences(original, output)).toEqual(expected);
  });

  test('tokens without a partner are counted', () => {
    const program = withStructure(tokenizer.tokenize('f((a), b,)\n'));
    expect(alignGaps(program, tokenizer.tokenize('f(a, b)\n')).lost).toBe(3);
    expect(alignGaps(program, tokenizer.tokenize('f((a), b, c,)\n')).lost).toBe(0);
  });

  test('more kinds of tokens than letters do not matter', () => {
    const text = Array.from({ length: 58_000 }, (_, k) => `n${k}\n`).join('');
    const source = tokenizer.tokenize(text);
    expect([...alignTokens(source, source)].every((partner, i) => partner === i)).toBe(true);
  });
});
