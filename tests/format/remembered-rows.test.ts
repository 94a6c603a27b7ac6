import { describe, expect, it } from 'vitest';
import { RememberedRows } from '../../src/format/remembered-rows.js';
import type { FeatureBatch } from '../../src/model/feature-batch.js';
import { CLASS_COUNT, COLUMNS } from '../../src/model/layout-classes.js';

const SLOTS = 3;
const NUMBERS = 2;

/** Rows of so many gaps, each of its own. */
function rowsOf(gaps: readonly number[]): FeatureBatch {
  return {
    size: gaps.length,
    slots: Int16Array.from(gaps.flatMap((gap) => [gap, gap + 1, -1])),
    numbers: Float32Array.from(gaps.flatMap((gap) => [gap / 8, 0])),
    legal: Uint8Array.from({ length: gaps.length * CLASS_COUNT }, () => 1),
  };
}

/** Answers with what it is asked, and takes down how many rows that were. */
class Echo {
  readonly asked: number[] = [];
  folded({ size, slots, numbers, legal }: FeatureBatch, out: Float32Array): void {
    this.asked.push(size);
    for (let row = 0; row < size; row++) {
      const at = row * COLUMNS;
      out.set(slots.subarray(row * SLOTS, (row + 1) * SLOTS), at);
      out.set(numbers.subarray(row * NUMBERS, (row + 1) * NUMBERS), at + SLOTS);
      out[at + SLOTS + NUMBERS] = legal[row * CLASS_COUNT];
    }
  }

  probabilities(): void {
    throw new Error('nobody asks for it');
  }
}

const GAPS = [0, 1, 2, 3, 4, 5];

/** What the echo gives most to, for all gaps but 0: no change. */
const UNCHANGED = new Uint8Array(9000).fill(1);

/** What a memory, or nobody's, says of all gaps. */
function ask(memory: RememberedRows, echo: Echo, batch: FeatureBatch, round = 0): Float32Array {
  const out = new Float32Array(GAPS.length * COLUMNS);
  memory.ask(echo, batch, out, { round, gaps: GAPS, from: 0, classOf: UNCHANGED });
  return out;
}

const fresh = (batch: FeatureBatch): Float32Array => ask(new RememberedRows(), new Echo(), batch);

describe('remembered rows', () => {
  it('are not asked again, and those that changed are', () => {
    const memory = new RememberedRows();
    const echo = new Echo();
    expect(ask(memory, echo, rowsOf(GAPS))).toEqual(fresh(rowsOf(GAPS)));
    const changes: ((batch: FeatureBatch) => void)[] = [
      () => undefined,
      ({ slots }) => (slots[2 * SLOTS + 2] = 7),
      ({ numbers }) => (numbers[5 * NUMBERS + 1] = 0.5),
      ({ legal }) => (legal[0] = 0),
    ];
    for (const change of changes) {
      const [changed, same] = [rowsOf(GAPS), rowsOf(GAPS)];
      change(changed);
      change(same);
      expect(ask(memory, echo, changed)).toEqual(fresh(same));
    }
    // In the third and fourth layout a row is as it was before the change, which is not remembered.
    expect(echo.asked).toEqual([6, 1, 2, 2]);
  });

  it('tell a zero from one below zero', () => {
    const memory = new RememberedRows();
    const echo = new Echo();
    ask(memory, echo, rowsOf(GAPS));
    const negative = rowsOf(GAPS);
    negative.numbers[1] = -0;
    ask(memory, echo, negative);
    expect(echo.asked).toEqual([6, 1]);
  });

  it('belong to a round, a file and a predictor', () => {
    const memory = new RememberedRows();
    const [echo, other] = [new Echo(), new Echo()];
    ask(memory, echo, rowsOf(GAPS));
    ask(memory, echo, rowsOf(GAPS), 1);
    expect(echo.asked).toEqual([6, 6]);
    memory.begin(GAPS.length + 1);
    ask(memory, echo, rowsOf(GAPS));
    // The same text again, or another of as many gaps: rows that are equal serve.
    memory.begin(GAPS.length);
    ask(memory, echo, rowsOf(GAPS));
    ask(memory, other, rowsOf(GAPS));
    expect([echo.asked, other.asked]).toEqual([[6, 6, 6], [6]]);
  });

  it('are none of a pass that is about to change much', () => {
    const memory = new RememberedRows();
    const echo = new Echo();
    for (let time = 0; time < 2; time++) {
      const out = new Float32Array(GAPS.length * COLUMNS);
      memory.ask(echo, rowsOf(GAPS), out, { round: 0, gaps: GAPS, from: 0, classOf: new Uint8Array(6).fill(40) });
      expect(out).toEqual(fresh(rowsOf(GAPS)));
    }
    expect(echo.asked).toEqual([6, 6]);
    // The next pass is looked at anew.
    for (let time = 0; time < 2; time++) ask(memory, echo, rowsOf(GAPS));
    expect(echo.asked).toEqual([6, 6, 6]);
  });

  it('are as many as there is room for; what is beyond is asked each time', () => {
    const memory = new RememberedRows();
    const echo = new Echo();
    const many = Array.from({ length: 9000 }, (_, gap) => gap);
    const out = new Float32Array(many.length * COLUMNS);
    for (let time = 0; time < 2; time++) {
      for (let from = 0; from < many.length; from += 256) {
        const batch = rowsOf(many.slice(from, from + 256));
        memory.ask(echo, batch, out, { round: 0, gaps: many, from, classOf: UNCHANGED });
      }
    }
    const asked = echo.asked.reduce((sum, size) => sum + size, 0);
    expect(asked).toBe(9000 + (9000 - 8192));
    expect(out[8999 * COLUMNS]).toBe(8999);
  });
});
