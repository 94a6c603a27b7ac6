import { MOST_ROWS, type GapRows } from '../model/gap-rows.js';
import { COLUMNS } from '../model/layout-classes.js';
import { checkTime } from '../shared/budget.js';
import { askNetwork } from './ask-network.js';
import type { GapPredictor } from './format-policy.js';
import type { RememberedRows } from './remembered-rows.js';

/** What is remembered of earlier passes, the round of this one, and the class that each gap has. */
export interface KnownRows {
  readonly remembered: RememberedRows;
  readonly round: number;
  readonly classOf: Uint8Array;
}

/** Describes all gaps and asks for their probabilities; `out` is `[gaps, COLUMNS]`. */
export function askAllGaps(
  rows: GapRows, predictor: GapPredictor, out: Float32Array, known: KnownRows | null = null,
): void {
  const count = out.length / COLUMNS;
  const all = new Int32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  for (let from = 0; from < count; from += MOST_ROWS) {
    checkTime();
    const size = Math.min(MOST_ROWS, count - from);
    const batch = rows.describe(all, from, size);
    if (known !== null) known.remembered.ask(predictor, batch, out, { ...known, gaps: all, from });
    else askNetwork(predictor, batch, out.subarray(from * COLUMNS, (from + size) * COLUMNS));
  }
}

/** The same of the given gaps, into their rows of `out`, which is for the whole file. */
export function askGaps(
  rows: GapRows,
  predictor: GapPredictor,
  gaps: readonly number[],
  out: Float32Array,
  known: KnownRows | null = null,
): void {
  const answers = new Float32Array(Math.min(MOST_ROWS, gaps.length) * COLUMNS);
  for (let from = 0; from < gaps.length; from += MOST_ROWS) {
    checkTime();
    const size = Math.min(MOST_ROWS, gaps.length - from);
    const batch = rows.describe(gaps, from, size);
    if (known !== null) {
      known.remembered.ask(predictor, batch, out, { ...known, gaps, from });
      continue;
    }
    askNetwork(predictor, batch, answers);
    for (let row = 0; row < size; row++) {
      out.set(answers.subarray(row * COLUMNS, (row + 1) * COLUMNS), gaps[from + row] * COLUMNS);
    }
  }
}
