import { beforeAll, describe, expect, test } from 'vitest';
import { createFeatureBatch, FEATURE_SHAPE, GapDescriber, type StyleEvidence } from '../../src/model/features.js';
import { MOST_ROWS, gapRows, rowsByReference } from '../../src/model/gap-rows.js';
import { CLASS_COUNT, DECISIONS, UNDECIDED } from '../../src/model/layout-classes.js';
import { allContextRows, rowsByReference as contextRowsByReference } from '../../src/model/context-rows.js';
import { countedArrays, countHabits, countLayout } from '../../src/model/count-layout.js';
import { countGaps } from '../../src/model/features/count-gaps.js';
import type { FileArrays } from '../../src/model/features/file-fields.js';
import { observeLayout, type ObservedLayout } from '../../src/model/observed-layout.js';
import { sourceContext, type SourceContext } from '../../src/model/source-context.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { mutateLayout } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, withStructure, type Tokenizer } from '../../src/tokenize/index.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

const edgeCases = [
  { name: 'nothing', text: '' },
  { name: 'a comment', text: '# only\n' },
  { name: 'a comment without a line end', text: 'x\n  # only' },
  { name: 'no final line break', text: 'x = f(1,\n      2)' },
  { name: 'one line suites', text: 'if x: y; z\nclass A: pass\n' },
  { name: 'form feeds and tabs', text: 'import a\n\f\ndef f():\n\tif a:\n\t\tpass # b\n' },
  { name: 'deep nesting', text: `x = ${'['.repeat(60)}1${']'.repeat(60)}\n` },
  { name: 'a very long line', text: `x = [${Array.from({ length: 2000 }, (_, k) => k).join(', ')}]\n` },
  { name: 'many levels', text: Array.from({ length: 30 }, (_, k) => `${' '.repeat(k)}if x:\n`).join('') + ' '.repeat(30) + 'y\n' },
];

interface Described {
  readonly context: SourceContext;
  readonly layout: ObservedLayout;
  readonly evidence: StyleEvidence;
  readonly decisions: Uint8Array | null;
}

/** Fails at the first value that is not the same bits. */
function expectSameRows(job: Described, gaps: readonly number[]): void {
  const { context, layout, evidence, decisions } = job;
  const reference = new GapDescriber(context, layout, evidence, decisions);
  const rows = gapRows(job);
  for (let from = 0; from < gaps.length; from += MOST_ROWS) {
    const size = Math.min(MOST_ROWS, gaps.length - from);
    const found = rows.describe(gaps, from, size);
    const wanted = createFeatureBatch(size);
    for (let row = 0; row < size; row++) reference.describe(gaps[from + row]!, row, wanted);
    for (const part of ['slots', 'numbers', 'legal'] as const) {
      const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array | Float32Array | Uint8Array): Buffer =>
        Buffer.from(buffer, byteOffset, byteLength);
      if (bytesOf(found[part]).equals(bytesOf(wanted[part]))) continue;
      const at = found[part].findIndex((value, k) => !Object.is(value, wanted[part][k]));
      const width = wanted[part].length / size;
      expect.fail(`${part} ${at % width} of gap ${gaps[from + Math.floor(at / width)]}: ${found[part][at]}, not ${wanted[part][at]}`);
    }
  }
}

describe.each([...layoutFixtures(), ...edgeCases])('the kernel describes $name', ({ text }) => {
  test.each([null, 0, 1] as const)('and counts it as the same code does in TypeScript, with %s of two gaps hidden', (which) => {
    const structured = withStructure(tokenizer.tokenize(text));
    const context = sourceContext(structured);
    const layout = observeLayout(context, structured.source.gaps);
    const rows = contextRowsByReference(context);
    expect(allContextRows(context)).toEqual(rows);
    const hidden = which === null ? null : Uint8Array.from(structured.source.gaps, (_, k) => (k % 2 === which ? 1 : 0));
    const found = new StyleCounts();
    // On top of what was counted before.
    countHabits(context, layout, found, null);
    countHabits(context, layout, found, hidden);
    const wanted = new StyleCounts();
    for (const those of [null, hidden]) countGaps(countedArrays(context, layout, wanted, those, rows) as FileArrays);
    expect(found.table).toEqual(wanted.table);
    if (structured.source.tokenCount > 20) expect(wanted.table.some((count) => count > 0)).toBe(true);
  });

  test.each([0, 0.2, 1])('as the groups of features do, spoilt at rate %d', (rate) => {
    const context = sourceContext(withStructure(tokenizer.tokenize(text)));
    const original = context.structured.source.gaps;
    const random = createRandom(`kernel ${rate}`);
    const gaps = rate === 0 ? original : mutateLayout(context.structured, { rate, random });
    const layout = observeLayout(context, gaps);
    const [file, project] = [new StyleCounts(), new StyleCounts()];
    countLayout(context, layout, file);
    countLayout(context, observeLayout(context, original), project);
    const all = gaps.map((_, i) => i);
    expectSameRows({ context, layout, evidence: { file, project: null }, decisions: null }, all);
    const decisions = Uint8Array.from(all, () => (random.next() < 0.3 ? UNDECIDED : random.int(DECISIONS)));
    expectSameRows({ context, layout, evidence: { file, project }, decisions }, random.shuffle(all));
  });
});

test('what is decided between two calls counts, and so does what another layout has left in the memory', () => {
  const context = sourceContext(withStructure(tokenizer.tokenize('x = f(a,\n      b)\ny = [1, 2]\n')));
  const { gaps } = context.structured.source;
  const other = sourceContext(withStructure(tokenizer.tokenize('if a:\n  b\n')));
  const file = new StyleCounts();
  const decisions = new Uint8Array(gaps.length).fill(UNDECIDED);
  const layout = observeLayout(context, gaps);
  const rows = gapRows({ context, layout, evidence: { file, project: null }, decisions });
  const rowsOfOther = gapRows({
    context: other, layout: observeLayout(other, other.structured.source.gaps), evidence: { file, project: null },
  });
  const all = gaps.map((_, i) => i);
  const before = [...rows.describe(all, 0, all.length).slots];
  decisions.fill(1);
  rowsOfOther.describe([0, 1, 2], 0, 3);
  const after = [...rows.describe(all, 0, all.length).slots];
  expect(after).not.toEqual(before);
  const reference = rowsByReference(new GapDescriber(context, layout, { file, project: null }, decisions));
  const wanted = reference.describe(all, 0, all.length);
  expect(after).toEqual([...wanted.slots]);
  expect(wanted.legal).toHaveLength(all.length * CLASS_COUNT);
  expect(wanted.slots).toHaveLength(all.length * (FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots));
});
