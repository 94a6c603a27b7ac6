import { describe, expect, it } from 'vitest';
import { BracketHabits } from '../../src/model/bracket-habits.js';
import { BRACKET_FIELDS, describeBrackets, Shape, shapeIn } from '../../src/model/bracket-shapes.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext } from '../../src/model/source-context.js';
import { createTokenizer, withStructure } from '../../src/tokenize/index.js';

const tokenizer = await createTokenizer();

/** Described brackets of a source, in the order of their openers. */
function rowsOf(text: string): Int16Array[] {
  const context = sourceContext(withStructure(tokenizer.tokenize(text)));
  const { opens, fields } = describeBrackets(context, observeLayout(context, context.structured.source.gaps));
  return opens.map((_, k) => fields.subarray(k * BRACKET_FIELDS, (k + 1) * BRACKET_FIELDS));
}

describe('shape of a bracket', () => {
  it.each([
    ['f(a, b, c)\n', Shape.Flat],
    ['f(\n    a, b, c\n)\n', Shape.Hanging],
    ['f(\n    a,\n    b,\n    c\n)\n', Shape.Exploded],
    ['f(\n    a, b,\n    c\n)\n', Shape.HangingFill],
    ['f(\n    a, b, c)\n', Shape.Clinging],
    ['f(\n    a, b,\n    c)\n', Shape.ClingingFill],
    ['f(\n    a,\n    b,\n    c)\n', Shape.ClingingExploded],
    ['f(a, b,\n  c)\n', Shape.VisualFill],
    ['f(a,\n  b,\n  c)\n', Shape.VisualExploded],
    ['f(a, b, c\n)\n', Shape.Other],
  ])('of %j is told', (text, shape) => {
    expect(rowsOf(text).map(shapeIn)).toEqual([shape]);
  });

  it('is asked of no bracket that is empty or holds a comment', () => {
    expect(rowsOf('f()\ng(  # why\n    a)\n')).toEqual([]);
  });
});

describe('habits of brackets', () => {
  const aligned = 'value = some_function_of_mine(first_argument_of_it,\n                              second_argument_of_it)\n';
  const hanging = 'value = some_function_of_mine(\n    first_argument_of_it, named=second_argument_of_it)\n';

  it('tell calls with names from calls without', () => {
    const habits = new BracketHabits(60);
    for (let n = 0; n < 20; n++) for (const text of [aligned, hanging]) for (const row of rowsOf(text)) habits.addRows(row);
    const likeliest = (text: string): number => {
      const shares = habits.shares(rowsOf(text)[0]);
      return shares.indexOf(Math.max(...shares));
    };
    expect(likeliest('other = some_function_of_mine(first_argument_of_it, another_argument)\n')).toBe(Shape.VisualExploded);
    expect(likeliest('other = some_function_of_mine(first_argument_of_it, named=another_thing)\n')).toBe(Shape.Clinging);
  });

  it('give shares that add up to one, of what they never saw as well', () => {
    const habits = new BracketHabits(60);
    for (const row of rowsOf(aligned)) habits.addRows(row);
    for (const text of [aligned, 'd = {1: 2}\n']) {
      expect(habits.shares(rowsOf(text)[0]).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  });
});
