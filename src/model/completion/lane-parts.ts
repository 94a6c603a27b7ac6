import { type CompletionSizes } from './completion-layout.js';
import { type PieceBatch } from './trainer/training-workspace.js';

/** The sequences `[from, to)` of a batch: the part of one thread. */
export interface LanePart {
  readonly from: number;
  readonly to: number;
}

/** Contiguous parts of all sequences, as even as they can be; the first is never the largest. */
export function splitLanes(sequences: number, parts: number): readonly LanePart[] {
  const bound = (part: number): number => Math.floor((part * sequences) / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: bound(part), to: bound(part + 1) }));
}

/** A copy of one part of a batch, a batch itself. */
export function lanesOf(batch: PieceBatch, { from, to }: LanePart): PieceBatch {
  const { steps, sequences } = batch;
  const count = to - from;
  const columns = <A extends Int16Array | Float32Array>(values: A, out: A): A => {
    const width = out.length / (steps * count);
    for (let step = 0; step < steps; step++) {
      const first = (step * sequences + from) * width;
      out.set(values.subarray(first, first + count * width), step * count * width);
    }
    return out;
  };
  const size = steps * count;
  return {
    size, steps, sequences: count,
    pieces: columns(batch.pieces, new Int16Array(size)),
    targets: columns(batch.targets, new Int16Array(size)),
    backbone: columns(batch.backbone, new Float32Array((batch.backbone.length / batch.size) * size)),
    begins: batch.begins.slice(from, to),
  };
}

/**
 * Lengths, for one sequence, of the blocks that `saveStates` of a trainer writes one after the
 * other; each block holds its sequences one after the other.
 */
export function carriedWidths({ units, layers, key, window }: CompletionSizes, steps: number): readonly number[] {
  const span = window + steps;
  return [...Array.from({ length: 2 * layers }, () => units), ...(key > 0 ? [span * key, (span + 7) & ~7] : [])];
}

/** Copies between the states of all sequences and those of one part. */
export function copyCarried(options: {
  readonly all: Float32Array;
  readonly part: Float32Array;
  readonly lanes: LanePart;
  readonly sequences: number;
  readonly widths: readonly number[];
  readonly direction: 'split' | 'join';
}): void {
  const { all, part, lanes: { from, to }, sequences, widths, direction } = options;
  let block = 0;
  let at = 0;
  for (const width of widths) {
    const length = (to - from) * width;
    const ofAll = all.subarray(block + from * width, block + to * width);
    if (direction === 'split') part.set(ofAll, at);
    else ofAll.set(part.subarray(at, at + length));
    block += sequences * width;
    at += length;
  }
}
