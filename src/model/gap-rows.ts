import type { FeatureBatch } from './feature-batch.js';
import { GapDescriber, createFeatureBatch, type HiddenGaps, type StyleEvidence } from './features.js';
import { fileArrays } from './features/described-arrays.js';
import { DescriberKernel, KERNEL_ROWS, describerKernel } from './features/describer-kernel.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

/** The rows that describe gaps of one layout. */
export interface GapRows {
  /**
   * Describes some gaps, `MOST_ROWS` at most: those at `from` and behind it in a list.
   *
   * @returns what is good until rows are asked for again, of this layout or another
   */
  describe(gaps: ArrayLike<number>, from: number, size: number): FeatureBatch;
}

export const MOST_ROWS = KERNEL_ROWS;

/**
 * Describes gaps of one layout as `GapDescriber` does: by the kernel where the file decides everywhere, unless it is
 * huge.
 *
 * @param decisions per gap a decision or UNDECIDED; what changes in it between two calls counts
 * @param foreign null where the file decides everywhere
 */
export function gapRows({ context, layout, evidence, decisions = null, foreign = null }: {
  readonly context: SourceContext;
  readonly layout: ObservedLayout;
  readonly evidence: StyleEvidence;
  readonly decisions?: Uint8Array | null;
  readonly foreign?: HiddenGaps | null;
}): GapRows {
  if (foreign !== null || !DescriberKernel.takes(context.structured.source.tokenCount)) {
    return rowsByReference(new GapDescriber(context, layout, evidence, decisions, foreign));
  }
  const own = describerKernel();
  const arrays = fileArrays({ context, layout, evidence, decisions, foreign, lines: layout });
  return { describe: (gaps, from, size) => own.describe(arrays, gaps, from, size) };
}

/** The same rows by the code that the kernel is measured by. */
export function rowsByReference(describer: GapDescriber): GapRows {
  const batch = createFeatureBatch(MOST_ROWS);
  return {
    describe(gaps, from, size) {
      for (let row = 0; row < size; row++) describer.describe(gaps[from + row], row, batch);
      const { slots, numbers, legal } = batch;
      const part = <V extends { length: number; subarray(from: number, to: number): V }>(all: V): V =>
        all.subarray(0, (all.length / MOST_ROWS) * size);
      return { size, slots: part(slots), numbers: part(numbers), legal: part(legal) };
    },
  };
}
