import { describe, expect, it } from 'vitest';
import { lastStringLength } from '../../src/evaluate/completion-cases.js';
import { completionCases, bracketCases } from '../../src/evaluate/index.js';
import { distanceCurves } from '../../src/evaluate/distance-curves.js';
import { type CompletionOutcome, type IndentationOutcome } from '../../src/evaluate/evaluate-completion.js';

const outcome = (fields: Partial<CompletionOutcome>): CompletionOutcome => ({
  kind: 'token', confidence: 0.5, source: 'network', exact: false, exactLayout: false, inFive: false, similarity: 0, firstToken: false,
  startsWithName: false, parses: null, quotesClosed: null, quoteLength: null, bracketsRight: null, closesBracket: false, distance: null,
  characters: 1, milliseconds: 1, ...fields,
});
const lineEnd = (fields: Partial<IndentationOutcome>): IndentationOutcome =>
  ({ offset: 0, change: 0, byColon: 0, blockLines: 1, predicted: 0, isLong: false, ...fields });

describe('distanceCurves', () => {
  it('gathers cases in ranges that double', () => {
    const brackets = [[1, true], [2, true], [3, false], [21, true], [31, false], [32, true]] as const;
    const { brackets: curve, bracketsClosed } = distanceCurves(brackets.map(([distance, right]) =>
      outcome({ kind: 'bracket', distance, bracketsRight: right, closesBracket: distance > 30 })), []);
    expect(curve).toEqual([
      { from: 1, to: 2, cases: 1, mean: 1 }, { from: 2, to: 4, cases: 2, mean: 0.5 }, { from: 16, to: 32, cases: 2, mean: 0.5 },
      { from: 32, to: 64, cases: 1, mean: 1 },
    ]);
    expect(bracketsClosed.map(({ cases }) => cases)).toEqual([1, 1]);
  });

  it('counts clauses with a suggestion alone, and quotes where there is a string', () => {
    const { clauses, quotes } = distanceCurves([
      outcome({ kind: 'clause', distance: 5, firstToken: true }), outcome({ kind: 'clause', distance: 6 }),
      outcome({ kind: 'clause', distance: 5, source: null }), outcome({ quoteLength: 9, quotesClosed: true }),
      outcome({ quoteLength: 10, quotesClosed: false }), outcome({ quotesClosed: true }),
    ], []);
    expect(clauses).toEqual([{ from: 4, to: 8, cases: 2, mean: 0.5 }]);
    expect(quotes).toEqual([{ from: 8, to: 16, cases: 2, mean: 0.5 }]);
  });

  it('drift has a sign, and the margin has no block to drift in', () => {
    const { drift, indentation, indentationByColon } = distanceCurves([], [
      lineEnd({ blockLines: 0, predicted: 1 }), lineEnd({ blockLines: 10, predicted: 1 }), lineEnd({ blockLines: 11, change: 1, byColon: 1 }),
      lineEnd({ blockLines: 12, predicted: 1, byColon: 1 }), lineEnd({ blockLines: 13 }),
    ]);
    expect(drift).toEqual([{ from: 8, to: 16, cases: 4, mean: 0.25 }]);
    expect(indentation[0]!.mean).toBe(0.25);
    expect(indentationByColon[0]!.mean).toBe(0.75);
  });
});

describe('distances of cases', () => {
  it('a clause is as far away as the one that it follows began', () => {
    const text = 'if a:\n    b = 1\n    if c:\n        d = 2\n    e = 3\nelse:\n    f = 4\n';
    const found = completionCases(text, 9, 1).filter(({ kind }) => kind === 'clause');
    expect(found.map(({ firstToken, distance }) => [firstToken, distance])).toEqual([['else', 5]]);
  });

  it('a bracket is as far away as it has tokens in it', () => {
    const text = 'call(\n    first,\n    second)\n';
    for (const { offset, distance } of bracketCases(text, 9, 1)) {
      const inside = text.slice(5, offset).match(/\w+|,/gu)?.length ?? 0;
      expect(distance).toBe(inside + 1);
    }
    expect(bracketCases(text, 9, 1).length).toBeGreaterThan(0);
  });

  it('a string is measured with its quotes, or to the end of the text where it is open', () => {
    expect(lastStringLength("f('ab', 'c')")).toBe(3);
    expect(lastStringLength("f('ab', 'cde")).toBe(4);
    expect(lastStringLength('f(1)')).toBeNull();
  });
});
