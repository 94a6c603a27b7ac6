import { describe, expect, it } from 'vitest';
import type { Suggestion } from '../../src/complete/index.js';
import {
  completionFigures, judgeCompletion, type CompletionCase, type CompletionOutcome, type IndentationOutcome,
} from '../../src/evaluate/index.js';

const suggestion = (text: string, confidence = 0.5): Suggestion => ({ text, confidence, range: { start: 0, end: 0 }, source: 'file' });
/** The author wrote `total = sum(values)`, cut behind `=`. */
const CASE: CompletionCase = {
  kind: 'token', offset: 7, truth: ['sum', '(', 'values', ')'], truthText: ' sum(values)', firstToken: 'sum', startsWithName: true, openBrackets: null, distance: null,
};
const judge = (texts: readonly string[], found: Partial<CompletionCase> = {}, word = ''): CompletionOutcome =>
  judgeCompletion({ ...CASE, ...found }, texts.map((text) => suggestion(text)), { parses: texts.length === 0 ? null : true, word, milliseconds: 1 });

describe('judgeCompletion', () => {
  it('compares tokens, and layout apart', () => {
    expect(judge([' sum(values)'])).toMatchObject({ exact: true, exactLayout: true, inFive: true, similarity: 100, firstToken: true });
    expect(judge([' sum( values )'])).toMatchObject({ exact: true, exactLayout: false });
    expect(judge([' sum(value)'])).toMatchObject({ exact: false, firstToken: true, inFive: false });
    expect(judge([' max(values)'])).toMatchObject({ exact: false, firstToken: false });
    expect(judge([' sum(values) + 1'])).toMatchObject({ exact: false });
  });

  it('looks at five suggestions, and no more', () => {
    const wrong = [' a', ' b', ' c', ' d'];
    expect(judge([...wrong, ' sum(values)'])).toMatchObject({ exact: false, inFive: true });
    expect(judge([...wrong, ' e', ' sum(values)'])).toMatchObject({ inFive: false });
  });

  it('takes silence for wrong, and for nothing else', () => {
    expect(judge([])).toMatchObject({
      exact: false, inFive: false, similarity: 0, confidence: 0, source: null, firstToken: false, parses: null, quotesClosed: null, bracketsRight: null,
    });
  });

  it('judges a cut word whole', () => {
    const word = { kind: 'word', truth: ['m', '(', 'values', ')'], truthText: 'm(values)' } as const;
    expect(judge(['m(values)'], word, 'su')).toMatchObject({ exact: true, firstToken: true, exactLayout: true });
    expect(judge(['per(values)'], word, 'su')).toMatchObject({ exact: false, firstToken: false });
  });

  it('asks for brackets and quotes', () => {
    expect(judge([' "a'])).toMatchObject({ quotesClosed: false });
    const far = { kind: 'bracket', openBrackets: '({', truth: ['1', '}', ','], truthText: '1},', firstToken: '1' } as const;
    expect(judge(['2}, 3'], far)).toMatchObject({ bracketsRight: true, closesBracket: true, exact: false });
    expect(judge(['2'], far)).toMatchObject({ bracketsRight: false });
    expect(judge(['2})'], far)).toMatchObject({ bracketsRight: false });
    expect(judge(['f(2)},'], far)).toMatchObject({ bracketsRight: true });
    const open = { ...far, truth: ['f', '(', '1', ')', ','], truthText: 'f(1),' };
    expect(judge(['g(2),'], open)).toMatchObject({ bracketsRight: true, closesBracket: false });
    expect(judge(['g(2)}'], open)).toMatchObject({ bracketsRight: false, closesBracket: false });
    expect(judge([], far)).toMatchObject({ bracketsRight: null });
  });
});

describe('completionFigures', () => {
  const right = judge([' sum(values)']);
  const wrong = judge([' no']);
  const silent = judge([]);
  const at = (outcome: CompletionOutcome, confidence: number): CompletionOutcome => ({ ...outcome, confidence });

  it('are shares of the token cuts', () => {
    const { cases, exact, inFive, firstToken, identifier, similarity } = completionFigures([right, wrong, silent, right], [], 0.5);
    expect([cases, exact, inFive, firstToken, identifier]).toEqual([4, 0.5, 0.5, 0.5, 0.5]);
    expect(similarity).toBeCloseTo((100 + 100 + wrong.similarity) / 4);
  });

  it('say how right the surest are', () => {
    const outcomes = [at(right, 0.9), at(wrong, 0.8), at(right, 0.7), ...Array.from({ length: 7 }, () => at(wrong, 0.1))];
    const { coverage } = completionFigures(outcomes, [], 0.5);
    const precision = (share: number): number => coverage.find((point) => point.coverage === share)!.precision;
    expect([precision(0.1), precision(0.2), precision(0.3), precision(1)]).toEqual([1, 0.5, 2 / 3, 0.2]);
  });

  it('count what is shown under the gate', () => {
    const { shown, shownExact, keystrokesSaved } = completionFigures([at(right, 0.9), at(wrong, 0.6), at(right, 0.4), silent], [], 0.5);
    expect([shown, shownExact]).toEqual([0.5, 0.5]);
    // One keystroke takes the suggestion; the other three lines are typed.
    expect(keystrokesSaved).toBeCloseTo((' sum(values)'.length - 1) / (4 * ' sum(values)'.length));
  });

  it('keep words, clauses and brackets out of the token figures', () => {
    const kinds = [right, { ...right, kind: 'word' }, { ...wrong, kind: 'clause' }, { ...wrong, kind: 'bracket', bracketsRight: false }] as const;
    const figures = completionFigures(kinds, [], 0.5);
    expect([figures.cases, figures.exact, figures.wordExact]).toEqual([3, 1, 1]);
    expect(figures.longRange.clauses).toEqual({ cases: 1, share: 0 });
  });

  it('count long-range cases beside their shares, silent ones not at all', () => {
    const far = { kind: 'bracket', openBrackets: '(', truth: ['1', ')'], truthText: '1)', firstToken: '1' } as const;
    const open = { ...far, truth: ['1', ','], truthText: '1,' };
    const { longRange } = completionFigures([judge(['2)'], far), judge(['2'], far), judge(['2,'], open), judge([], far), judge([' "a'])], [], 0.5);
    expect(longRange.brackets).toEqual({ cases: 3, share: 2 / 3 });
    expect(longRange.bracketsClosed).toEqual({ cases: 2, share: 0.5 });
    expect(longRange.quotes).toEqual({ cases: 4, share: 0.75 });
    expect(longRange.clauses).toEqual({ cases: 0, share: 0 });
  });

  it('count indentation, of all lines and of long blocks, beside what a colon tells', () => {
    const line = (change: number, predicted: number, blockLines = 0, isLong = false): IndentationOutcome =>
      ({ offset: 0, change, predicted, byColon: change === 1 ? 1 : 0, blockLines, isLong });
    const { longRange } = completionFigures(
      [], [line(1, 1), line(0, -1), line(-1, -1), line(-2, -1, 20), line(0, 0, 12, true), line(-1, -1, 12, true), line(-1, 0, 30, true)], 0.5,
    );
    expect(longRange.indentation).toEqual({ cases: 4, share: 0.5 });
    expect(longRange.indentationByColon).toEqual({ cases: 4, share: 0.5 });
    expect(longRange.longBlocks).toEqual({ cases: 3, share: 2 / 3 });
    expect(longRange.longBlocksByColon).toEqual({ cases: 3, share: 1 / 3 });
    expect(longRange.longBlockEnds).toEqual({ cases: 2, share: 0.5 });
  });

  it('are numbers without any case', () => {
    const figures = completionFigures([], [], 0.5);
    expect(figures).toMatchObject({ exact: 0, similarity: 0, shown: 0, keystrokesSaved: 0, milliseconds95: 0 });
  });
});
