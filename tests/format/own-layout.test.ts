/** Which gaps of a source that is laid out anew stay as they are: what the project admits, the more of its style the source is. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { BracketRules } from '../../src/format/bracket-rules.js';
import { ownGaps, type JudgedGap } from '../../src/format/own-layout.js';
import { readProgram } from '../../src/format/read-program.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const BY_HAND: BracketRules = { limit: Infinity, usual: 80, isStrict: false, fills: true };
const LINES = 60;
/** Eight tokens a line; the gap before `=` is the second. */
const SOURCE = 'x = f(a, b)\n'.repeat(LINES);

/** Of each line the gap before `=`; of the first `differing` of them another text is likelier than what stands. */
function spacesOf(differing: number, chosen: number): JudgedGap[] {
  return Array.from({ length: LINES }, (_, line) => line < differing
    ? { gap: 8 * line + 1, text: '', kept: ' ', chosen, stays: 1 - chosen }
    : { gap: 8 * line + 1, text: ' ', kept: ' ', chosen: 0.99, stays: 0.99 });
}

const BY_RULES: BracketRules = { limit: 88, usual: 88, isStrict: true, fills: false };

function stay(judged: readonly JudgedGap[], {
  text = SOURCE, rules = BY_HAND, leavesFew = false, isAdmitted = (): boolean => true, isMended = (): boolean => false,
} = {}): number[] {
  const context = readProgram(tokenizer, text, 'a.py');
  const input = observeLayout(context, context.structured.source.gaps);
  return ownGaps({ context, input, rules, column: input.walker.column, isMended, isAdmitted }, judged, leavesFew);
}

describe('Gaps of a source that is laid out anew', () => {
  test('stay where the source is of the project and the network is not all but certain', () => {
    expect(stay(spacesOf(2, 0.9))).toEqual([1, 9]);
    expect(stay(spacesOf(2, 0.99))).toEqual([]);
    expect(stay(spacesOf(0, 0.9))).toEqual([]);
  });

  test('are changed at half that certainty where the source deviates throughout', () => {
    expect(stay(spacesOf(LINES, 0.9))).toEqual([]);
    expect(stay(spacesOf(LINES, 0.45))).toHaveLength(LINES);
  });

  test('stay or go together where they are line breaks of one statement, and only where the project admits its lines', () => {
    const text = 'x = f(a,\n      b,\n      c)\n' + SOURCE;
    // The first is sure enough by itself, both together are not.
    const breaks: JudgedGap[] = [
      { gap: 6, text: ' ', kept: '\n      ', chosen: 0.995, stays: 0.005 }, { gap: 8, text: ' ', kept: '\n      ', chosen: 0.4, stays: 0.6 },
    ];
    expect(stay(breaks, { text })).toEqual([6, 8]);
    expect(stay([breaks[0]!], { text })).toEqual([]);
    expect(stay(breaks, { text, isAdmitted: () => false })).toEqual([]);
  });

  test('stay where few line breaks of a whole source would change, however sure the network is', () => {
    const text = 'x = f(a,\n      b)\n' + SOURCE;
    const sure: JudgedGap = { gap: 6, text: ' ', kept: '\n      ', chosen: 0.999, stays: 0.001 };
    const others = (count: number): JudgedGap[] =>
      Array.from({ length: count }, (_, k) => ({ gap: 9 + 8 * k, text: ' ', kept: ' ', chosen: 0.99, stays: 0.99 }));
    expect(stay([sure, ...others(60)], { text, leavesFew: true })).toEqual([6]);
    expect(stay([sure, ...others(60)], { text })).toEqual([]);
    expect(stay([sure, ...others(40)], { text, leavesFew: true })).toEqual([]);
    expect(stay([sure, ...others(60)], { text, leavesFew: true, rules: BY_RULES })).toEqual([]);
  });

  test('stay by the network alone where a formatter wrote the project and a statement is as none leaves it', () => {
    const text = 'x = f(a,\n      b)\n' + SOURCE;
    const breaks: JudgedGap[] = [{ gap: 6, text: ' ', kept: '\n      ', chosen: 0.6, stays: 0.4 }];
    expect(stay(breaks, { text, rules: BY_RULES })).toEqual([]);
    expect(stay(breaks, { text: text.replace('f(a', 'f(\na').replace('b)', 'b\n)'), rules: BY_RULES })).toEqual([6]);
    expect(stay(breaks, { text })).toEqual([6]);
  });

  test('go behind a definition where a formatter wrote the project and the network is fairly sure', () => {
    const text = `def f():\n    def g():\n        pass\n    y = 1\n    z = 1\n${SOURCE}`;
    const { gaps } = readProgram(tokenizer, text, 'a.py').structured.source;
    const statement = gaps.indexOf('\n    ', gaps.indexOf('\n        '));
    const lineOf = (gap: number): JudgedGap => ({ gap, text: '\n\n    ', kept: '\n    ', chosen: 0.85, stays: 0.15 });
    const others = Array.from({ length: 40 }, (_, k): JudgedGap =>
      ({ gap: gaps.length - 1 - 8 * (k + 1), text: '\n', kept: '\n', chosen: 0.99, stays: 0.01 }));
    const judged = [lineOf(statement), lineOf(statement + 3), ...others];
    expect(stay(judged, { text, rules: BY_RULES })).toEqual([statement + 3]);
    expect(stay(judged, { text })).toEqual([statement, statement + 3]);
  });

  test('of one slice stay or go together, and spaces before comments are a formatter\'s own', () => {
    const text = 'x[a:b]  # c\n' + SOURCE;
    const slice: JudgedGap[] = [
      { gap: 3, text: ' ', kept: '', chosen: 0.8, stays: 0.2 }, { gap: 4, text: ' ', kept: '', chosen: 0.99, stays: 0.01 },
    ];
    expect(stay(slice, { text, rules: BY_RULES })).toEqual([]);
    expect(stay([slice[0]!], { text, rules: BY_RULES })).toEqual([3]);
    const comment: JudgedGap[] = [{ gap: 6, text: '  ', kept: ' ', chosen: 0.6, stays: 0.4 }];
    expect(stay(comment, { text, rules: BY_RULES })).toEqual([]);
    expect(stay(comment, { text })).toEqual([6]);
  });

  test('stay in brackets that hold a text of several lines, and go in others of its statement', () => {
    const inside: JudgedGap[] = [{ gap: 4, text: '\n    ', kept: '', chosen: 0.999, stays: 0.001 }];
    expect(stay(inside, { text: 'x = f("""a\nb""", b)\n' + SOURCE })).toEqual([4]);
    const beside: JudgedGap[] = [{ gap: 5, text: '', kept: '\n    ', chosen: 0.999, stays: 0.001 }];
    expect(stay(beside, { text: 'x = """a\nb""" % (\n    b)\n' + SOURCE })).toEqual([]);
  });

  test('stay where somebody meant rows, unless the source keeps to a limit that is not the project\'s', () => {
    const rows = 'x = [\n    1, 2,\n    3, 4,\n]\n';
    const breaks: JudgedGap[] = [{ gap: 7, text: ' ', kept: '\n    ', chosen: 0.9999, stays: 0.0001 }];
    expect(stay(breaks, { text: rows + SOURCE })).toEqual([7]);
    const call = (width: number): string => `x = f(${'a'.repeat(width - 7)})\n`;
    const split = `x = f(${'a'.repeat(60)},\n      ${'b'.repeat(8)})\n`;
    const narrow = rows + call(60).repeat(3) + split.repeat(3) + SOURCE;
    const aimed: BracketRules = { ...BY_HAND, limit: 80 };
    expect(stay(breaks, { text: narrow, rules: aimed })).toEqual([]);
    expect(stay(breaks, { text: narrow })).toEqual([7]);
  });

  test('stay where the new line would pass the limit that the source keeps to', () => {
    const text = `x = f(\n    ${'a'.repeat(60)})\n` + `x = f(${'a'.repeat(50)})\n`.repeat(4) + SOURCE;
    const joined: JudgedGap[] = [{ gap: 4, text: '', kept: '\n    ', chosen: 0.9999, stays: 0.0001 }];
    expect(stay(joined, { text })).toEqual([]);
  });

  test('go where a rule mended their statement, in a source of another style alone', () => {
    const breaks: JudgedGap[] = Array.from({ length: LINES }, (_, line) => (
      { gap: 8 * line + 5, text: '\n', kept: ' ', chosen: 0.4, stays: 0.6 }));
    expect(stay(breaks)).toHaveLength(LINES);
    expect(stay(breaks, { isMended: () => true })).toEqual([]);
    expect(stay(breaks.slice(0, 2), { isMended: () => true })).toEqual([5, 13]);
  });
});
