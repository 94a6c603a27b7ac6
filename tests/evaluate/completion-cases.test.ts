import { describe, expect, it } from 'vitest';
import { bracketCases, completionCases, indentationCases, type CompletionCase, type CutKind } from '../../src/evaluate/index.js';
import { leavesStringOpen, lineTokens } from '../../src/evaluate/completion-cases.js';
import { lexPython } from '../../src/tokenize/index.js';

const SOURCE = `import os  # a comment


def first(value, other=None):
    if value:
        return other
    else:
        return os.path.join(value, "a b")


try:
    text = """
one (two
"""
except ValueError:
    pass
`;

const of = (kind: CutKind, cases: readonly CompletionCase[]): CompletionCase[] => cases.filter((found) => found.kind === kind);

describe('completionCases', () => {
  const cases = completionCases(SOURCE, 100, 1);

  it('cuts token lines behind a token, never behind the last one', () => {
    const tokens = of('token', cases);
    expect(tokens.length).toBeGreaterThan(4);
    for (const { offset, truthText, truth } of tokens) {
      expect(SOURCE.startsWith(truthText, offset)).toBe(true);
      expect(truth.length).toBeGreaterThan(0);
      expect(lineTokens(truthText)).toEqual(truth);
      // Nothing but a comment comes after it on its line.
      expect(SOURCE.slice(offset + truthText.length).split('\n', 1)[0]).toMatch(/^(?: {2}#.*)?$/u);
      expect(SOURCE[offset - 1]).toMatch(/\S/u);
    }
  });

  it('cuts every line once, at another token with another seed', () => {
    const offsets = (seed: number): number[] => of('token', completionCases(SOURCE, 100, seed)).map(({ offset }) => offset);
    expect(offsets(1)).toEqual(offsets(1));
    expect(new Set([1, 2, 3, 4].map((seed) => offsets(seed).join())).size).toBeGreaterThan(1);
    const lines = offsets(1).map((offset) => SOURCE.slice(0, offset).split('\n').length);
    expect(new Set(lines).size).toBe(lines.length);
    // Lines of one token, and those that a string crosses, cannot be cut.
    expect(lines).not.toContain(12);
    expect(lines).not.toContain(16);
  });

  it('cuts words inside, and says the whole word and its rest', () => {
    for (const { offset, truth, firstToken } of of('word', cases)) {
      expect(firstToken).toMatch(/^\w{3,}$/u);
      expect(firstToken.endsWith(truth[0])).toBe(true);
      expect(truth[0].length).toBeGreaterThan(0);
      expect(truth[0].length).toBeLessThan(firstToken.length);
      expect(SOURCE.startsWith(truth[0], offset)).toBe(true);
    }
  });

  it('cuts clauses behind two letters', () => {
    expect(of('clause', cases).map(({ firstToken, truth }) => [firstToken, truth[0]])).toEqual([['else', 'se'], ['except', 'cept']]);
  });

  it('takes as many lines as it is asked to', () => {
    const few = completionCases(SOURCE, 2, 1);
    expect([of('token', few).length, of('word', few).length, of('clause', few).length]).toEqual([2, 2, 2]);
    expect(completionCases('', 5, 1)).toEqual([]);
    expect(completionCases('x\n', 5, 1)).toEqual([]);
  });
});

describe('lines', () => {
  it('are compared by tokens', () => {
    expect(lineTokens(' f( x,1 )  # c')).toEqual(['f', '(', 'x', ',', '1', ')']);
    expect(leavesStringOpen('f("a')).toBe(true);
    expect(leavesStringOpen('f("a")')).toBe(false);
  });
});

describe('bracketCases', () => {
  const numbers = Array.from({ length: 30 }, (_, k) => k).join(', ');
  const text = `near = call(1, 2)\nfar = [${numbers}]\ntable = {\n    "a": call(1),\n    "b": other,\n}\nend = 1\n`;

  it('finds cuts whose bracket was opened many tokens or a line before', () => {
    const cases = bracketCases(text, 100, 1);
    for (const { kind, offset, openBrackets, truthText } of cases) {
      expect(kind).toBe('bracket');
      expect(openBrackets).toBe(lexPython(text.slice(0, offset)).end.openBrackets);
      expect(text.startsWith(truthText, offset)).toBe(true);
      const opener = Math.max(...['(', '[', '{'].map((bracket) => text.slice(0, offset).lastIndexOf(bracket)));
      const between = text.slice(opener + 1, offset);
      expect(between.includes('\n') || lineTokens(between).length >= 20).toBe(true);
    }
    // One each: the long list and three lines of the table.
    expect(cases.map(({ offset }) => text.slice(0, offset).split('\n').length)).toEqual([2, 4, 5, 6]);
    expect(bracketCases('near = call(1, 2)\n', 100, 1)).toEqual([]);
  });

  it('takes lines that close it and lines that do not in equal parts, as far as there are', () => {
    const both = `${text}${'call(\n    a, b,\n    c, d)\n'.repeat(20)}`;
    const closes = ({ truth }: CompletionCase): boolean => truth[truth.length - 1] === ')';
    const chosen = bracketCases(both, 10, 3);
    expect(chosen).toHaveLength(10);
    expect(chosen.filter(closes).length).toBeGreaterThanOrEqual(4);
    expect(chosen.filter((found) => !closes(found)).length).toBeGreaterThanOrEqual(4);
    const closing = bracketCases('call(\n    a, b)\n'.repeat(20), 6, 3);
    expect(closing).toHaveLength(6);
  });
});

describe('indentationCases', () => {
  const body = '        x = 1\n'.repeat(12);
  const text = `class A:\n    def f(self):\n${body}\n    def g(self, a,\n          b):\n        if a: return b\n        y = 2\nz = 3\n`;

  it('says how the depth goes on behind each logical line', () => {
    const { any } = indentationCases(text, 1000, 1);
    const at = (line: number): number | undefined => any.find(({ offset }) => text.slice(0, offset).split('\n').length === line)?.change;
    expect(at(1)).toBe(1);
    expect(at(2)).toBe(1);
    expect(at(5)).toBe(0);
    expect(at(14)).toBe(-1);
    // Inside brackets there is no depth; a suite on the colon's line opens no block.
    expect(at(16)).toBeUndefined();
    expect(at(17)).toBe(1);
    expect(at(18)).toBe(0);
    expect(at(19)).toBe(-2);
    // Nothing follows the last line.
    expect(at(20)).toBeUndefined();
    expect(any.map(({ offset }) => text[offset])).toEqual(any.map(() => '\n'));
  });

  it('knows what a colon tells', () => {
    const { any } = indentationCases(text, 1000, 1);
    expect(any.filter(({ byColon }) => byColon === 1).every(({ change }) => change === 1)).toBe(true);
    expect(any.filter(({ change }) => change === 1).every(({ byColon }) => byColon === 1)).toBe(true);
  });

  it('counts lines of the innermost block, and finds the long ones', () => {
    const { long } = indentationCases(text, 1000, 1);
    expect(long.map(({ offset, blockLines }) => [text.slice(0, offset).split('\n').length, blockLines])).toEqual([[13, 10], [14, 11], [17, 15]]);
    expect(indentationCases(text, 1, 1).long).toHaveLength(1);
    expect(indentationCases(text, 2, 1).any).toHaveLength(2);
    expect(indentationCases('', 2, 1)).toEqual({ any: [], long: [] });
  });
});
