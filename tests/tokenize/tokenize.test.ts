import { readFileSync } from 'node:fs';
import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { createTokenizer, joinOverRawText, toLf, tokenText, TOKEN_KINDS, type Tokenizer, type TokenizedSource } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const texts = (source: TokenizedSource): string[] =>
  Array.from({ length: source.tokenCount }, (_, i) => tokenText(source, i));

function refusalOf(text: string): SyntaxRefusedError {
  try {
    tokenizer.tokenize(text, 'bad.py');
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxRefusedError);
    return error as SyntaxRefusedError;
  }
  throw new Error(`accepted: ${JSON.stringify(text)}`);
}

describe('tokens and gaps join to the source', () => {
  const fixtures = ['statements.py', 'expressions.py', 'modern.py'].map((name) =>
    readFileSync(`fixtures/layout/${name}`, 'utf8'),
  );
  const cases: Record<string, string> = {
    empty: '',
    'one line break': '\n',
    'blanks only': ' \t\n\f\n',
    'comments only': '# a\n\n  # b',
    'no final newline': 'x = 1',
    'CRLF': 'if x:\r\n    y\r\n# c\r\nz = """a\r\nb"""\r\n',
    'lone CR': 'if x:\r    y # c\rz\r',
    'mixed line endings': 'a\nb\r\nc\rd # e\r\n',
    tabs: 'if x:\n\ty\t=\t1\n\tif z:\n\t\tw\n',
    'form feeds': '\fx = 1\n\f\nclass A:\n    pass\n\f\ny\f= 2\n',
    'emoji in strings and comments': 'x = "🎉"  # 🎉 fête\ny = f"{x}🎉"\n',
    'names beyond the basic plane': '𝐱 = 1\nnaïve, 变量 = 𝐱, 2\n',
    'backslash continuations': 'x = 1 + \\\n    2\nassert x, \\\r\n  y\nfrom a import \\\n b\n',
    'backslash in brackets': 'x = (1, \\\n 2)\n',
    'nested f-strings': 'f"{x["key"]} {f"{f"{1}"}"} {y!r:>{w}}"\n',
    'print statement': 'print x\n',
    'spaces inside an import prefix': 'from . . import x\n',
  };
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      const source = tokenizer.tokenize(text);
      expect(joinOverRawText(source, text, source.gaps)).toBe(text);
      expect(source.gaps).toHaveLength(source.tokenCount + 1);
    });
  }

  it('fixtures, with every line ending', () => {
    for (const text of fixtures) {
      const plain = texts(tokenizer.tokenize(text));
      for (const ending of ['\n', '\r\n', '\r']) {
        const other = text.replaceAll('\n', ending);
        const source = tokenizer.tokenize(other);
        expect(joinOverRawText(source, other, source.gaps)).toBe(other);
        expect(texts(source)).toEqual(plain);
      }
    }
  });

  it('any text that is accepted at all', () => {
    const piece = fc.constantFrom(
      'x', '1', ' ', '\n', '\r\n', '\r', '\t', '\f', '\\\n', '(', ')', '[', ']', '=', '+', ',', ':', ';', '"s"', "f'{x}'",
      '# c\n', 'if', 'def f(): ', '\n    ', 'é', '🎉', '𝐱', '"""', '.', '@', '\u00a0', '\u200b',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      try {
        const source = tokenizer.tokenize(text);
        expect(joinOverRawText(source, text, source.gaps)).toBe(text);
        for (const gap of source.gaps) expect(gap).toMatch(/^[ \t\f\n\\]*$/);
        expect(source.text).toBe(toLf(text));
      } catch (error) {
        if (!(error instanceof SyntaxRefusedError)) throw error;
      }
    }), { numRuns: 2000, seed: 1 });
  });

  it('50,000 lines', () => {
    const block = 'def f(a, b):\n    if a:  # why\n        return [a, b]\n    return {\n        "x": a,\n    }\n\n\nx = 1\n\n';
    const text = block.repeat(5000);
    const started = performance.now();
    const source = tokenizer.tokenize(text);
    expect(joinOverRawText(source, text, source.gaps)).toBe(text);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('tokens', () => {
  it('takes strings, f-strings included, and import prefixes as one token', () => {
    expect(texts(tokenizer.tokenize('from ..a import b\nx = rb"\\"" f"{y + 1!r} {"z"}"\n'))).toEqual([
      'from', '..', 'a', 'import', 'b', 'x', '=', 'rb"\\""', 'f"{y + 1!r} {"z"}"',
    ]);
  });

  it('ends a comment before its line ending, trailing blanks included', () => {
    for (const ending of ['\n', '\r\n', '\r']) {
      const source = tokenizer.tokenize(`x # c  ${ending}y`);
      expect(texts(source)).toEqual(['x', '# c  ', 'y']);
    }
  });

  it('knows the kinds of all tokens of the fixtures', () => {
    for (const name of ['statements.py', 'expressions.py', 'modern.py']) {
      const source = tokenizer.tokenize(readFileSync(`fixtures/layout/${name}`, 'utf8'));
      const unknown = texts(source).filter((_, i) => TOKEN_KINDS[source.kind[i]] === 'other');
      expect(unknown.filter((token) => token !== '__future__')).toEqual([]);
    }
  });
});

describe('layout that tree-sitter trips over', () => {
  const cases: Record<string, string> = {
    'unindented comment under a decorator': 'class A:\n    @f\n# off\n    def g(self):\n        pass\n',
    'unindented line after an open bracket': 'if x:\n    y = z[\n0]\n',
    'unindented line after a dot in brackets': 'if x:\n    f(y.\nz)\n',
    'blank line after a backslash in brackets': 'if x:\n    y = z[\\\n\n0]\n',
    'the same with CRLF': 'class A:\r\n    @f\r\n# off\r\n    def g(self):\r\n        return h(a.\r\nb)\r\n',
  };
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      const source = tokenizer.tokenize(text);
      expect(joinOverRawText(source, text, source.gaps)).toBe(text);
    });
  }

  it('leaves the same tokens and tree as the layout that it likes', () => {
    const liked = tokenizer.tokenize('class A:\n    @f\n    # off\n    def g(self):\n        return h(a.b)  # c\n');
    const disliked = tokenizer.tokenize('class A:\n    @f\n# off\n    def g(self):\n        return h(a.\nb)  # c\n');
    expect(texts(disliked)).toEqual(texts(liked));
    expect([disliked.tree, disliked.kind, disliked.parent, disliked.childIndex]).toEqual(
      [liked.tree, liked.kind, liked.parent, liked.childIndex],
    );
  });

  it('does not take a hash inside a string for a comment', () => {
    expect(texts(tokenizer.tokenize('if x:\n    y = z[\n"#"]\n'))).toContain('"#"');
  });
});

describe('refusals', () => {
  it('say where, with an excerpt', () => {
    const error = refusalOf('x = 1\nif True:\n    y = (2\nz = 3\n');
    expect(error).toMatchObject({ path: 'bad.py', line: 3, code: 'SYNTAX_REFUSED', excerpt: '    y = (2' });
    expect(error.column).toBe(9);
    expect(error.message).toContain('bad.py:3:');
    expect(error.message).toContain('y = (2');
  });

  it('count lines across all line endings', () => {
    expect(refusalOf('a = 1\r\nb = 2\rc = 3\n)\n').line).toBe(4);
  });

  it('say that a source holds a NUL character', () => {
    expect(refusalOf('x = 1\ny = "é\0"\n').message).toMatch(/^bad\.py:2:7: a NUL character stands here, so this is binary and no source; the file was left alone\./u);
  });

  it('say that a source is nested deeper than the grammar follows, and where', () => {
    const nested = (depth: number): string =>
      `${Array.from({ length: depth }, (_, k) => `${' '.repeat(k)}if x:\n`).join('')}${' '.repeat(depth)}y = "a"\n`;
    expect(refusalOf(nested(2000))).toMatchObject({ line: 502, column: 502, reason: 'too many levels of indentation (more than 500)' });
    expect(tokenizer.tokenize(nested(500)).tokenCount).toBe(1503);
  });

  for (const [name, text] of Object.entries({
    'an empty block after def': 'def f():\n\nx = 1\n',
    'an empty block at the end': 'class A:\n',
    'a block of nothing but a comment': 'if x:\n    # later\ny = 1\n',
    'an open bracket': 'x = (1,\n',
    'an open string': "x = '''abc\n",
    'U+000B': 'x =\u000b1\n',
    'U+200B': 'x =\u200b1\n',
    'U+FEFF inside': 'x = 1\n\ufeffy = 2\n',
    'a no-break space': 'x\u00a0= 1\n',
    'a backslash before a blank': 'x = 1 \\ \n',
  })) {
    it(name, () => {
      expect(refusalOf(text).line).toBeGreaterThanOrEqual(1);
    });
  }
});
