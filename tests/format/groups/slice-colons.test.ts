/** Spaces behind the colons of slices, in projects that a formatter keeps. */
import { beforeAll, describe, expect, test } from 'vitest';
import { followSliceColons } from '../../../src/format/groups/project-habits.js';
import { spoilsSlice } from '../../../src/format/groups/slice-colons.js';
import { readProgram } from '../../../src/format/read-program.js';
import { countLayout } from '../../../src/model/count-layout.js';
import { COLUMNS, NONE, SPACE } from '../../../src/model/layout-classes.js';
import { observeLayout } from '../../../src/model/observed-layout.js';
import { StyleCounts } from '../../../src/model/style-counts.js';
import { createTokenizer, tokenText, type Tokenizer } from '../../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const PROJECT = `${'x[:-1]\n'.repeat(20)}x[: -len(x)]\n${'x[:a]\n'.repeat(20)}x[: a.b]\n${'x[1:2]\n'.repeat(20)}x[1 + a : 2 + a]\n${'x[a + 1 : b]\n'.repeat(20)}`;

/** Chances of none and one space behind (or before) the first colon, of which the network gave both .4. */
function chances(text: string, project = PROJECT, side = 1): string {
  const counted = readProgram(tokenizer, project, 'project.py');
  const counts = new StyleCounts();
  countLayout(counted, observeLayout(counted, counted.structured.source.gaps), counts);
  const context = readProgram(tokenizer, text, 'a.py');
  const { source } = context.structured;
  const colon = [...source.kind.keys()].find((i) => tokenText(source, i) === ':')!;
  const probabilities = new Float32Array((source.tokenCount + 1) * COLUMNS);
  const at = (colon + side) * COLUMNS;
  probabilities[at + NONE] = 0.4;
  probabilities[at + SPACE] = 0.4;
  followSliceColons(context, counts, [colon + side], probabilities);
  return [NONE, SPACE].map((index) => probabilities[at + index]!.toFixed(1)).join(' ');
}

test('A slice is spoilt by a space that is neither a formatter\'s nor like the one on the other side', () => {
  const spoils = (text: string, side: 0 | 1, to: string): boolean => {
    const context = readProgram(tokenizer, text, 'a.py');
    const { source } = context.structured;
    const colon = [...source.kind.keys()].find((i) => tokenText(source, i) === ':')!;
    return spoilsSlice(context, colon + side, to, (gap) => source.gaps[gap]!);
  };
  expect([spoils('a[2:-4]\n', 1, ' '), spoils('a[2:-4]\n', 0, ' '), spoils('a[:b]\n', 1, ' '), spoils('a[:[1]]\n', 1, ' ')])
    .toEqual([true, true, true, true]);
  expect([spoils('a[2: -4]\n', 1, ''), spoils('a[2 :-4]\n', 1, ' '), spoils('a[b.c :d]\n', 0, ''), spoils('a[b.c :d]\n', 1, ' ')])
    .toEqual([false, false, false, false]);
  expect([spoils('a[2 :]\n', 1, ' '), spoils('{2:-4}\n', 1, ' '), spoils('a[2:-4]\n', 1, '\n')]).toEqual([false, false, false]);
});

describe('Around the colons of a slice stand', () => {
  test('nothing where its operands are names and numbers, a space where one is more', () => {
    expect(['a[:-1]\n', 'a[:b]\n', 'a[1:2]\n', 'a[2:-x, c(d)]\n'].map((text) => chances(text))).toEqual(Array(4).fill('0.8 0.0'));
    expect(['a[:-f(b)]\n', 'a[:b.c]\n', 'a[1:2 + x]\n', 'a[x():2]\n'].map((text) => chances(text))).toEqual(Array(4).fill('0.0 0.8'));
  });

  test('the same before it', () => {
    expect(chances('a[1:2]\n', PROJECT, 0)).toBe('0.8 0.0');
    expect(chances('a[x + 1:]\n', PROJECT, 0)).toBe('0.0 0.8');
    expect(chances('a[:2 + x]\n', PROJECT, 0)).toBe('0.4 0.4');
  });

  test('what the network says where the project never has a space there, before brackets, and in other colons', () => {
    expect(chances('a[:-f(b)]\n', 'x[:-1]\n'.repeat(20))).toBe('0.4 0.4');
    expect(chances('a[:-f(b)]\n', 'x[: -len(x)]\n'.repeat(3))).toBe('0.4 0.4');
    expect(['a[f(b):]\n', '{a: -f(b)}\n', 'lambda: -f(b)\n', 'a[:[1]]\n'].map((text) => chances(text))).toEqual(Array(4).fill('0.4 0.4'));
  });
});
