/**
 * What a project's files all do with brackets is done to a foreign source as well, whatever the network finds likeliest, and
 * not more. The network is a fake that wants every line whole.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { formatSource, type FormatPolicy } from '../../src/format/index.js';
import { bracketRules, brokenRules, needlessBackslashes } from '../../src/format/bracket-rules.js';
import { DEFAULT_THRESHOLDS } from '../../src/format/confidence.js';
import { readProgram } from '../../src/format/read-program.js';
import { countLayout } from '../../src/model/count-layout.js';
import { CLASS_COUNT, NONE, SPACE, layoutClass } from '../../src/model/layout-classes.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { COMMA, createTokenizer, joinGaps, tokenKind, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

/** Counts of a project that holds a statement many times. */
function countsOf(statement: string, times = 12): StyleCounts {
  const context = readProgram(tokenizer, statement.repeat(times), 'a.py');
  const counts = new StyleCounts();
  countLayout(context, observeLayout(context, context.structured.source.gaps), counts);
  return counts;
}

const HANGING = `total = compute(
    first_of_the_arguments, second_of_the_arguments, third_argument, fourth_a
)
total = first_of_the_arguments(second_of_the_arguments, third_argument, fourth_of_all12)
`;
const ALIGNED = `total = compute(first_of_the_arguments, second_of_the_arguments,
                third_argument, fourth_of_all)
`;

/** Wants whole lines, spaced by nothing but what tokens need. */
const WHOLE = {
  probabilities: (batch: { size: number; legal: Uint8Array }, out: Float32Array): void => {
    out.fill(0);
    for (let row = 0; row < batch.size; row++) {
      const at = row * CLASS_COUNT;
      for (const [name, share] of [[SPACE, 0.6], [NONE, 0.2], [layoutClass('opener+1'), 0.1], [layoutClass('opener'), 0.05],
        [layoutClass('lines-1'), 1]] as const) {
        if (batch.legal[at + name] === 1) out[at + name] = share;
      }
    }
  },
};

const policyOf = (project: StyleCounts): FormatPolicy =>
  ({ predictor: WHOLE as never, thresholds: DEFAULT_THRESHOLDS, confidence: null, project, unit: '    ', hang: '    ' });

describe('The rules of a project', () => {
  test('are strict where brackets always hang, with the limit that lines keep to', () => {
    expect(bracketRules(countsOf(HANGING))).toMatchObject({ isStrict: true, limit: 88 });
    expect(bracketRules(countsOf(ALIGNED))).toMatchObject({ isStrict: false, fills: true });
    expect(bracketRules(null)).toMatchObject({ isStrict: false, limit: Infinity });
  });

  test('break a line that passes the limit, although the network would not', () => {
    const long = `x = compute (${'argument_of_a_call, '.repeat(5)}last_argument)\n`;
    const { text } = formatSource(tokenizer, policyOf(countsOf(HANGING)), long, 'a.py', { restyle: true });
    expect(text.split('\n').every((line) => line.length <= 88)).toBe(true);
    expect(text.split('\n').length).toBeGreaterThan(3);
    const free = formatSource(tokenizer, policyOf(countsOf('x = f(a, b)\n')), long, 'a.py', { restyle: true });
    expect(free.text.split('\n').length).toBe(2);
  });

  test('hang a bracket around another one that is split', () => {
    const half = 'x = f(g(argument_of_a_call, another_of_them,\n        a_third_argument, and_a_fourth, and_a_fifth_one, sixth))\n';
    const { text } = formatSource(tokenizer, policyOf(countsOf(HANGING)), half, 'a.py', { restyle: true });
    const lines = text.trimEnd().split('\n');
    expect(lines[0].trimEnd()).toMatch(/^x = f ?\($/u);
    expect(lines.at(-1)?.trim()).toBe(')');
  });

  test('split the methods of a chain all or none', () => {
    const chain = 'x = (\n    session(first_of_the_arguments, second_of_them).filter(first_of_the_arguments)\n    .order_by(second_of_them)\n)\n';
    const { text } = formatSource(tokenizer, policyOf(countsOf(HANGING)), chain, 'a.py', { restyle: true });
    const broken = text.split('\n').filter((line) => line.trim().startsWith('.'));
    expect([0, 2]).toContain(broken.length);
  });

  test('take away a backslash where the line fits without it up to the next bracket, and no other', () => {
    const needless = (source: string, counts = countsOf(HANGING)): number => {
      const context = readProgram(tokenizer, source, 'a.py');
      return needlessBackslashes(context, bracketRules(counts), context.structured.source.gaps, () => 0).length;
    };
    const long = `compute(${'argument_of_a_call, '.repeat(6)})`;
    expect(needless(`total = \\\n    ${long}\n`)).toBe(1);
    expect(needless(`def f(${'argument, '.repeat(12)}) \\\n        -> bytes: pass\n`)).toBe(1);
    expect(needless(`assert first_of_all, \\\n    ${long}\n`)).toBe(0);
    expect(needless(`${'n'.repeat(50)} = \\\n    ${'m'.repeat(50)}\n`)).toBe(0);
    expect(needless(`total = \\\n    ${long}\n`, countsOf(ALIGNED))).toBe(0);
  });

  test('count a tab as four columns, in the limit and against it', () => {
    const deep = 'def f():\n\tif x:\n\t\tif y:\n\t\t\tif z:\n';
    const whole = `${deep}\t\t\t\ttotal = first_of_the_arguments(second_of_the_arguments, third_argument)\n`;
    const split = `${deep}\t\t\t\ttotal = compute(\n\t\t\t\t\tfirst_of_the_arguments, second_of_the_arguments, third, fourth_a\n\t\t\t\t)\n`;
    expect(bracketRules(countsOf(whole + split))).toMatchObject({ isStrict: true, limit: 88 });
  });

  test('fill a list at once that is filled by half, and give each element a line where the project does', () => {
    const list = `names = [\n    ${Array.from({ length: 24 }, (_, k) => `"${'n'.repeat(k % 3 + 1)}"`).join(', ')},\n]\n`;
    const context = readProgram(tokenizer, list, 'a.py');
    const { source } = context.structured;
    const commas = [...source.kind.keys()].filter((i) => source.kind[i - 1] === COMMA && source.kind[i] !== tokenKind(']'));
    // The first elements share a line, all others stand alone.
    const texts = source.gaps.map((gap, i) => (commas.indexOf(i) > 6 ? '\n    ' : gap));
    const walked = observeLayout(context, texts).walker;
    const draft = { texts, column: walked.column, isFree: () => true, chance: () => 1 };
    const demands = (fills: boolean): { gaps: readonly number[]; breaks: boolean }[] =>
      brokenRules(context, { limit: Infinity, usual: 60, isStrict: false, fills }, draft).filter(({ gaps }) => gaps.length > 0);
    const filled = demands(true);
    expect(filled.filter(({ breaks }) => !breaks).flatMap(({ gaps }) => gaps).length).toBeGreaterThan(10);
    const forced = new Map(filled.flatMap(({ gaps, breaks }) => gaps.map((gap) => [gap, breaks] as const)));
    const after = texts.map((text, i) => (forced.get(i) === false ? ' ' : forced.get(i) === true ? '\n    ' : text));
    const lines = joinGaps(source, after);
    expect(Math.max(...lines.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(brokenRules(context, { limit: Infinity, usual: 60, isStrict: false, fills: true },
      { ...draft, texts: after, column: observeLayout(context, after).walker.column })).toEqual([]);
    expect(demands(false)).toEqual([{ gaps: commas.slice(0, 7), breaks: true }]);
  });
});
