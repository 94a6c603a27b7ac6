/**
 * What reads the pieces of a text in their order: for each of them a state, which depends on its neighbours. A reader
 * works on rows, one a piece, of several texts at once; how they are arranged is its own affair.
 */
import { type RegionShape } from '../../kernel/kernel.js';
import { type KernelFunctions } from '../../kernel/kernel.js';
import { type Matrix } from '../../kernel/matrix.js';
import { type MatrixOperations } from '../../kernel/matrix-operations.js';
import { ATTENTION_HEADS, encoderOf, readLength, type SearchLayout, SIDES } from '../search-layout.js';

/** The pieces of one text that are read. */
export interface TextSpan {
  /** Number of the text. */
  readonly text: number;
  /** Its first entry in the bags. */
  readonly first: number;
  /** At least 1. */
  readonly length: number;
}

/** The rows of some texts. */
export interface Rows {
  readonly count: number;
  /** `[count]`: the entry that each row is, -1 for a row between texts. */
  readonly entries: Int32Array;
  /** `[count]`: the text that each row belongs to. */
  readonly texts: Int32Array;
  /** Where texts begin, if each lies in one piece. */
  readonly blocks: readonly Block[];
  /** Where steps begin, if texts are read together, step by step. */
  readonly steps: readonly Step[];
}

export interface Block {
  readonly first: number;
  /** Rows of the text. */
  readonly length: number;
  /** With those after it that belong to none; a multiple of 8. */
  readonly size: number;
}

export interface Step {
  readonly first: number;
  /** Texts that go so far: the first ones of those of the step before. */
  readonly count: number;
}

/** Gives the matrices of some flat weights, or of their gradient, by name, without the side. */
export type ReaderWeights = (name: string) => Matrix;

export interface Reader {
  /** Rows that a text of so many pieces takes at most, and those that any chunk takes besides. */
  rowsFor(length: number): number;
  arrange(spans: readonly TextSpan[]): Rows;
  /** From `rowInput` to `rowStates`; the input may be changed. */
  forward(rows: Rows, weights: ReaderWeights): void;
  /**
   * Adds to the gradient, and to `rowInputDelta`, from `rowStatesDelta`, which it may change; right after `forward` of
   * the same rows.
   */
  backward(rows: Rows, weights: ReaderWeights, gradient: ReaderWeights): void;
}

export type ReaderRegion =
  | 'rowInput' | 'rowInputDelta' | 'rowStates' | 'rowStatesDelta' | 'pooled' | 'pooledDelta'
  | 'gates' | 'cells' | 'tangents' | 'before' | 'nothing' | 'cellDelta' | 'recurrent'
  | 'heads' | 'headsDelta' | 'shares' | 'sharesDelta' | 'sharesTurned'
  | 'rowPanels' | 'rowTurned';

/** The memory that readers work in. */
export interface ReaderMemory {
  readonly run: KernelFunctions;
  readonly operations: MatrixOperations;
  readonly matrices: Readonly<Record<ReaderRegion, Matrix>>;
}

/** A text's rows, and at least two that belong to none: as far as a convolution looks beyond the text's end. */
export const blockSize = (length: number): number => (length + 2 + 7) & ~7;

/** Queries, keys, values and results of all heads. */
export const HEAD_PARTS = ['query', 'key', 'value', 'result'] as const;

/**
 * Regions of a kernel for the readers of a layout; all empty where it has none.
 *
 * @param options.rows at once; one text of full length has to fit
 * @param options.texts whose sums are kept, of both sides
 * @param options.learns with room for gradients
 */
export function readerRegions(
  layout: SearchLayout, options: { readonly rows: number; readonly texts: number; readonly learns: boolean },
): Record<ReaderRegion, RegionShape> {
  const { width, reader } = layout.sizes;
  const kinds = reader === undefined ? [] : SIDES.map((side) => encoderOf(layout.sizes, side));
  const units = reader?.units ?? 0;
  const when = (holds: boolean, shape: readonly [number, number]): RegionShape => (holds ? shape : 0);
  const reads = reader !== undefined;
  const { rows, texts, learns } = options;
  const hasLstm = kinds.includes('lstm');
  const attends = kinds.includes('attention');
  const block = reader === undefined ? 0 : blockSize(Math.max(...SIDES.map((side) => readLength(reader, side))));
  const head = units / ATTENTION_HEADS;
  const widest = Math.max(width, units, hasLstm ? 4 * units : 0);
  return {
    rowInput: when(reads, [rows, width]), rowInputDelta: when(reads && learns, [rows, width]),
    rowStates: when(reads, [rows, units]), rowStatesDelta: when(reads && learns, [rows, units]),
    pooled: when(reads, [texts, units]), pooledDelta: when(reads && learns, [texts, units]),
    gates: when(hasLstm, [rows, 4 * units]), cells: when(hasLstm, [rows, units]),
    tangents: when(hasLstm, [rows, units]), before: when(hasLstm && learns, [rows, units]),
    nothing: when(hasLstm, [rows, units]), cellDelta: when(hasLstm && learns, [rows, units]),
    recurrent: when(hasLstm, [units, 4 * units]),
    heads: when(attends, [HEAD_PARTS.length * ATTENTION_HEADS * rows, head]),
    headsDelta: when(attends && learns, [HEAD_PARTS.length * ATTENTION_HEADS * rows, head]),
    shares: when(attends, [block, block]), sharesDelta: when(attends && learns, [block, block]),
    sharesTurned: when(attends && learns, [block, block]),
    rowPanels: when(reads, [Math.max(learns ? Math.max(rows, texts) : block, width, units), widest]),
    rowTurned: when(reads && learns, [Math.max(rows, texts), Math.max(width, units)]),
  };
}

/** out += transposed input * delta: the gradient of weights. */
export function addWeightGradient(
  { operations, matrices: { rowPanels, rowTurned } }: ReaderMemory, out: Matrix, input: Matrix, delta: Matrix,
): void {
  const turned = rowTurned.as(input.columns, input.rows);
  operations.transpose(turned, input);
  operations.addPacked(out, turned, operations.pack(delta, rowPanels));
}

/** out += input * weights. */
export function addWeighed(
  { operations, matrices: { rowPanels } }: ReaderMemory, out: Matrix, input: Matrix, weights: Matrix,
): void {
  operations.addPacked(out, input, operations.pack(weights, rowPanels));
}

/** out += delta * transposed weights: the gradient of what was weighed. */
export function addBack(
  { operations, matrices: { rowPanels } }: ReaderMemory, out: Matrix, delta: Matrix, weights: Matrix,
): void {
  operations.addPacked(out, delta, operations.packTransposed(weights, rowPanels));
}

/** The gradient of `relu`: nothing where its result was 0. */
export function reluGradient(delta: Matrix, result: Matrix): void {
  const [own, was] = [delta.values, result.values];
  for (let k = 0; k < own.length; k++) if (was[k]! <= 0) own[k] = 0;
}

/** Texts one after the other, eight empty rows before the first. */
export function arrangeBlocks(spans: readonly TextSpan[]): Rows {
  const count = spans.reduce((sum, { length }) => sum + blockSize(length), LEADING_ROWS);
  const entries = new Int32Array(count).fill(-1);
  const texts = new Int32Array(count);
  const blocks: Block[] = [];
  let at = LEADING_ROWS;
  for (const { text, first, length } of spans) {
    blocks.push({ first: at, length, size: blockSize(length) });
    for (let k = 0; k < length; k++) {
      entries[at + k] = first + k;
      texts[at + k] = text;
    }
    at += blockSize(length);
  }
  return { count, entries, texts, blocks, steps: [] };
}

export const LEADING_ROWS = 8;
