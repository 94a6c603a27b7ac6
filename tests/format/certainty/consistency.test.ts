import { beforeAll, describe, expect, test } from 'vitest';
import { Consistency, type ChangeKind, type Evidence } from '../../../src/format/certainty/consistency.js';
import { groupedGaps } from '../../../src/format/groups/decide-groups.js';
import { COLUMNS, COLUMN_OF_CLASS, KEEP, layoutClass, type LayoutClassName } from '../../../src/model/layout-classes.js';
import { observeLayout } from '../../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../../src/model/source-context.js';
import { createTokenizer, tokenText, withStructure, type Tokenizer } from '../../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

interface Read { readonly context: SourceContext; readonly consistency: Consistency }

/** A file of which the network would leave everything as it is, but for the given gaps. */
function read(text: string, doubted: readonly number[] = []): Read {
  const context = sourceContext(withStructure(tokenizer.tokenize(text)));
  const observed = observeLayout(context, context.structured.source.gaps);
  const { conventions, pairs } = groupedGaps(context.structured);
  const probabilities = new Float32Array((context.structured.source.tokenCount + 1) * COLUMNS);
  observed.classOf.forEach((index, i) => (probabilities[i * COLUMNS + COLUMN_OF_CLASS[doubted.includes(i) ? KEEP : index]!] = 1));
  doubted.forEach((i) => (probabilities[i * COLUMNS + KEEP] = 0.2));
  return { context, consistency: new Consistency(context, observed, conventions, pairs, probabilities) };
}

/** The gap before the nth token of that text. */
function gapBefore({ context: { structured: { source } } }: Read, token: string, nth = 0): number {
  const found = source.gaps.flatMap((_, i) => (i < source.tokenCount && tokenText(source, i) === token ? [i] : []));
  return found[nth];
}

function changeTo(file: Read, gap: number, text: string, name: LayoutClassName = 'none'): Evidence {
  return file.consistency.ofGap(gap, file.context.structured.source.gaps[gap], { text, classIndex: layoutClass(name) });
}

const CALLS = 'a(1)\nb(2)\nc(3)\nd (4)\n';

describe('what a file says for a change', () => {
  test('other places that do as proposed, and as it is, without the place itself', () => {
    const file = read(CALLS);
    const evidence = changeTo(file, gapBefore(file, '(', 3), '');
    expect(evidence).toMatchObject({ kind: 'convention', wideTo: 3, wideFrom: 0, wideOther: 0, narrowTo: 3, narrowFrom: 0 });
    expect(changeTo(file, gapBefore(file, '(', 0), ' ')).toMatchObject({ wideTo: 1, wideFrom: 2 });
  });

  test('the sides of an operator are one place', () => {
    const file = read('a = 1\nb = 2\nc=3\n');
    const { pairs } = groupedGaps(file.context.structured);
    const last = pairs.find(({ left }) => left === gapBefore(file, '=', 2))!;
    expect(file.consistency.ofPair(last, ' ')).toMatchObject({ kind: 'operator', wideTo: 2, wideFrom: 0 });
  });

  test.each<[ChangeKind, string, string, string, LayoutClassName]>([
    ['inline', 'return  x', 'x', ' ', 'space'],
    ['trailing-comment', 'x = 1 # a', '# a', '  ', 'two-spaces'],
    ['lines', 'x = 1\n\n\n\n\ny = 2', 'y', '\n', 'lines-1'],
    ['header-lines', 'if x:\n\n    y', 'y', '\n    ', 'lines-1'],
    ['suite', 'if x: y', 'y', '\n    ', 'lines-1'],
    ['line-end', 'x = 1  \ny = 2', 'y', '\n', 'lines-1'],
    ['join', 'f(a,\n  b)', 'b', ' ', 'space'],
    ['break', 'f(a, b)', 'b', '\n  ', 'after-bracket'],
    ['continuation', 'f(a,\n    b)', 'b', '\n  ', 'after-bracket'],
    ['bracket-lines', 'f(a,\n\n  b)', 'b', '\n  ', 'after-bracket'],
    ['comment-level', 'if x:\n    y\n  # c\nz', '# c', '\n# c', 'column-0-1'],
    ['comment-lines', 'x\n\n\n\n# c\nz', '# c', '\n', 'lines-1'],
  ])('kind of change: %s', (kind, text, token, to, name) => {
    const file = read(`${text}\n`);
    expect(changeTo(file, gapBefore(file, token), to, name).kind).toBe(kind);
  });

  test('both ends of a file', () => {
    const file = read('\nx = 1\n\n\n');
    expect(changeTo(file, 0, '').kind).toBe('file-start');
    expect(changeTo(file, 3, '\n', 'lines-1').kind).toBe('file-end');
  });

  test('blank lines are compared where the boundary is of one kind', () => {
    const file = read('def a():\n    x\n\n\ndef b():\n    y\n\n\ndef c():\n    z\n\ndef d():\n    w\n');
    const gap = gapBefore(file, 'def', 3);
    expect(changeTo(file, gap, '\n\n\n', 'lines-3')).toMatchObject({ kind: 'lines', wideTo: 2, wideFrom: 0 });
    // Below a header it is another question.
    expect(changeTo(file, gapBefore(file, 'w'), '\n\n    ', 'lines-2')).toMatchObject({ kind: 'header-lines', wideTo: 0, wideFrom: 3 });
  });

  test('a step that few blocks have', () => {
    expect(read('if a:\n    b\nif c:\n    d\nif e:\n     f\n').consistency.ofStep()).toMatchObject({ kind: 'step', wideTo: 2, wideFrom: 0 });
  });
});

describe('oddity', () => {
  test('a place that differs from all others is odd, the others are not', () => {
    const file = read(CALLS);
    const odd = [0, 1, 2, 3].map((nth) => file.consistency.isOdd(gapBefore(file, '(', nth)));
    expect(odd).toEqual([false, false, false, true]);
  });

  test('where the file does both, or shows too little, nothing is odd', () => {
    const both = read('a(1)\nb (2)\nc(3)\nd (4)\n');
    expect(both.consistency.isOdd(gapBefore(both, '(', 1))).toBe(false);
    const little = read('a(1)\nb (2)\n');
    expect(little.consistency.isOdd(gapBefore(little, '(', 1))).toBe(false);
  });

  test('blanks at the end of a line always are', () => {
    const file = read('a = 1 \nb = 2 \nc = 3\n');
    expect(file.consistency.isOdd(gapBefore(file, 'b'))).toBe(true);
    expect(file.consistency.isOdd(gapBefore(file, 'c'))).toBe(true);
  });
});

test('gaps that the network would rather change are counted', () => {
  expect(read(CALLS).consistency.doubts).toBe(0);
  expect(read(CALLS, [1, 2]).consistency.doubts).toBeCloseTo(2 / 216);
});
