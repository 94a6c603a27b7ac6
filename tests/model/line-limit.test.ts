import { beforeAll, describe, expect, test } from 'vitest';
import { Arrangement, NO_ARRANGEMENT } from '../../src/model/bracket-arrangement.js';
import { lineLimit } from '../../src/model/line-limit.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function observed(text: string) {
  const context = sourceContext(withStructure(tokenizer.tokenize(text, 'a.py')));
  return { context, layout: observeLayout(context, context.structured.source.gaps) };
}

/** Calls with an argument of each width, broken where the line would be wider than the limit. */
function callsUpTo(limit: number): string {
  let text = '';
  for (let width = 20; width < 160; width++) {
    const name = 'x'.repeat(width - 6);
    text += width > limit ? `call(\n    ${name}\n)\n` : `call(${name})\n`;
  }
  return text;
}

describe('The limit of a project', () => {
  test.each([60, 79, 88, 97, 120])('is found to the column: %i', (limit) => {
    const counts = new StyleCounts();
    const { context, layout } = observed(callsUpTo(limit));
    countLayout(context, layout, counts);
    expect(lineLimit(counts)).toEqual({ column: limit, trust: 1 });
  });

  test('is not made up where nothing was split', () => {
    const counts = new StyleCounts();
    const { context, layout } = observed('call(a)\nother(b, c)\n');
    countLayout(context, layout, counts);
    expect(lineLimit(counts).trust).toBe(0);
  });

  test('does not hear brackets that a trailing comma, a comment or a text of several lines holds open', () => {
    const counts = new StyleCounts();
    const { context, layout } = observed('f(\n    a,\n)\nf(\n    # why\n    a\n)\nf(\n    """\n    a\n    """\n)\n');
    countLayout(context, layout, counts);
    expect([...counts.splitColumns].every((count) => count === 0)).toBe(true);
  });
});

describe('The arrangement of a bracket', () => {
  test.each([
    ['f(\n    a, b\n)\n', Arrangement.Hanging],
    ['f(\n    a,\n    b\n)\n', Arrangement.Exploded],
    ['f(\n    a, b,\n    c\n)\n', Arrangement.HangingFill],
    ['f(\n    a, b)\n', Arrangement.ClingingCloser],
    ['f(a, b,\n  c)\n', Arrangement.VisualFill],
    ['f(a,\n  b,\n  c)\n', Arrangement.VisualExploded],
    ['f(a, b\n  )\n', Arrangement.Other],
    ['f(a, b)\n', NO_ARRANGEMENT],
    ['f(\n    # why\n    a\n)\n', NO_ARRANGEMENT],
    ['f(\n)\n', NO_ARRANGEMENT],
  ])('%j', (text, expected) => {
    expect(observed(text).layout.arrangement[1]).toBe(expected);
  });
});
