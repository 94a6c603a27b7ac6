import { beforeAll, describe, expect, test } from 'vitest';
import { createFeatureBatch, FEATURE_SHAPE, GapDescriber } from '../../src/model/features.js';
import type { FeatureBatch } from '../../src/model/feature-batch.js';
import { KEEP, CLASS_COUNT } from '../../src/model/layout-classes.js';
import { countLayout } from '../../src/model/count-layout.js';
import { observeLayout } from '../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { mutateLayout } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, joinGaps, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});
const contextOf = (text: string): SourceContext => sourceContext(withStructure(tokenizer.tokenize(text)));
const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/** Every gap of a layout of the context's tokens, described as training and formatting do. */
function describeAll(context: SourceContext, gaps: readonly string[], project: StyleCounts | null = null): FeatureBatch {
  const observed = observeLayout(context, gaps);
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const describer = new GapDescriber(context, observed, { file, project });
  const batch = createFeatureBatch(gaps.length);
  for (let i = 0; i < gaps.length; i++) describer.describe(i, i, batch);
  return batch;
}

const edgeCases = [
  { name: 'nothing', text: '' },
  { name: 'a comment', text: '# only\n' },
  { name: 'no final line break', text: 'x = f(1,\n      2)' },
  { name: 'one line suites', text: 'if x: y; z\nclass A: pass\n' },
  { name: 'form feeds', text: 'import a\n\f\ndef f():\n\tpass\n' },
  { name: 'deep nesting', text: `x = ${'['.repeat(60)}1${']'.repeat(60)}\n` },
  { name: 'a very long line', text: `x = [${Array.from({ length: 3000 }, (_, k) => k).join(', ')}]\n` },
  { name: 'many levels', text: Array.from({ length: 30 }, (_, k) => `${' '.repeat(k)}if x:\n`).join('') + ' '.repeat(30) + 'y\n' },
];

describe.each([...layoutFixtures(), ...edgeCases])('the description of $name', ({ text }) => {
  test('stays within its columns, is finite, and always allows keeping', () => {
    const context = contextOf(text);
    const program = context.structured;
    const layouts = [program.source.gaps, mutateLayout(program, { rate: 1, random: createRandom(1) })];
    for (const gaps of layouts) {
      const counts = new StyleCounts();
      countLayout(context, observeLayout(context, gaps), counts);
      const batch = describeAll(context, gaps, counts);
      batch.slots.forEach((column, k) => {
        const columns = k % SLOTS < FEATURE_SHAPE.backboneSlots ? FEATURE_SHAPE.backboneColumns : FEATURE_SHAPE.headColumns;
        if (column < -1 || column >= columns) expect.fail(`gap ${Math.floor(k / SLOTS)}, slot ${k % SLOTS}: ${column}`);
      });
      batch.numbers.forEach((value, k) => {
        if (!Number.isFinite(value)) expect.fail(`gap ${Math.floor(k / NUMBERS)}, number ${k % NUMBERS}: ${value}`);
      });
      expect(gaps.findIndex((_, i) => batch.legal[i * CLASS_COUNT + KEEP] !== 1)).toBe(-1);
    }
  });

  // Training describes a mutant by the original's tokens, formatting by those of the mutant's text.
  test.each([0.2, 1])('is the same from the original and from the text of a mutant at rate %d', (rate) => {
    const context = contextOf(text);
    const { source } = context.structured;
    for (let seed = 0; seed < 4; seed++) {
      const mutant = mutateLayout(context.structured, { rate, random: createRandom(seed) });
      const again = contextOf(joinGaps(source, mutant));
      expect(again.structured.source.gaps).toEqual(mutant);
      const left = describeAll(context, mutant);
      const right = describeAll(again, again.structured.source.gaps);
      expectSame(left, right, again);
    }
  });
});

/** Names the first gap that differs, which a comparison of whole arrays would not. */
function expectSame(left: FeatureBatch, right: FeatureBatch, { structured: { source } }: SourceContext): void {
  for (const [name, width] of [['slots', SLOTS], ['numbers', NUMBERS], ['legal', CLASS_COUNT]] as const) {
    const at = left[name].findIndex((value, k) => value !== right[name][k]);
    if (at < 0) continue;
    const gap = Math.floor(at / width);
    const around = source.text.slice(Math.max(0, (source.start[gap] ?? source.text.length) - 60), (source.end[gap] ?? source.text.length) + 20);
    expect.fail(`${name} ${at % width} of gap ${gap}: ${left[name][at]} and ${right[name][at]} at ${JSON.stringify(around)}`);
  }
}

test('numbers stay small whatever the length of lines', () => {
  const context = contextOf(edgeCases.find(({ name }) => name === 'a very long line')!.text);
  const largest = describeAll(context, context.structured.source.gaps).numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeLessThan(4);
});

test('what only hidden gaps are described by is left out of a file that decides everywhere, and nothing else is', () => {
  const { text } = layoutFixtures()[0]!;
  const context = contextOf(text);
  const { gaps } = context.structured.source;
  const observed = observeLayout(context, gaps);
  const file = new StyleCounts();
  countLayout(context, observed, file);
  const rows = [null, { hidden: new Uint8Array(gaps.length), input: observed }].map((foreign) => {
    const describer = new GapDescriber(context, observed, { file, project: null }, null, foreign);
    const batch = createFeatureBatch(gaps.length);
    for (let i = 0; i < gaps.length; i++) describer.describe(i, i, batch);
    return batch;
  });
  const [plain, asked] = rows as [FeatureBatch, FeatureBatch];
  expect(plain.numbers).toEqual(asked.numbers);
  const added = new Set<number>();
  asked.slots.forEach((column, k) => {
    if (plain.slots[k] === column) return;
    expect(plain.slots[k]).toBe(-1);
    added.add(k % SLOTS);
  });
  // Of the 15 slots of rooms and authority, which stand last: all but the two that speak of hidden gaps alone.
  expect(Math.min(...added)).toBe(SLOTS - 15);
  expect(added.size).toBe(13);
});
