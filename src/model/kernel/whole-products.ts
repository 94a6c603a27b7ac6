import { compileHotModule } from '../../shared/engine-flags.js';
import { Instance, Module, type WasmMemory } from '../../shared/web-assembly.js';
import { needEqual } from './matrix-operations.js';
import { type ByteMatrix, type Matrix, type ShortMatrix } from './matrix.js';
import { WHOLE_PRODUCTS_WASM_BASE64 } from './whole-products-wasm.generated.js';

/** See whole-products.as; pointers are byte offsets. */
interface WholeFunctions {
  products(sums: number, question: number, vectors: number, width: number, rows: number): void;
  /** 1 where the weights are whole numbers times the scales of their columns, else 0. */
  packWhole(out: number, scales: number, weights: number, depth: number, width: number): number;
  roundToShorts(out: number, values: number, count: number, factor: number): void;
  addWholeProduct(
    out: number, width: number, input: number, depth: number, weights: number, scales: number, factor: number,
  ): void;
  /** The same for four rows. */
  addWholeProductOfFour: WholeFunctions['addWholeProduct'];
}

let compiled: object | undefined;

/** Products of whole numbers in a memory, which may be a kernel's. */
export function loadWholeProducts(memory: WasmMemory): WholeFunctions {
  compiled ??= compileHotModule(() => new Module(Buffer.from(WHOLE_PRODUCTS_WASM_BASE64, 'base64')));
  return new Instance(compiled, { env: { memory } }).exports as unknown as WholeFunctions;
}

/** Weights as whole numbers, each column with a scale. */
export interface WholeWeights {
  readonly address: number;
  readonly scales: number;
  readonly depth: number;
  readonly width: number;
}

/** The functions on matrices of one memory. */
export interface WholeOperations {
  /**
   * Weights `[depth, width]` as whole numbers in `into`, with a scale for each column in `scales`; null where they are
   * no whole numbers times a scale, as those of a file in 8 bits are.
   */
  pack(weights: Matrix, into: ByteMatrix, scales: Matrix): WholeWeights | null;
  /**
   * out `[rows, width]` += input `[rows, depth]` * weights. The input, numbers between -1 and 1, is rounded to 2^-13 in
   * `rounded` `[at least rows, depth]`; then sums are exact, in whatever order they are added.
   */
  add(out: Matrix, input: Matrix, weights: WholeWeights, rounded: ShortMatrix): void;
}

/** States are rounded to a part of this. */
const FACTOR = 2 ** 13;
/** 127 * 2^13 * depth has to stay below 2^31. */
const MOST_DEPTH = 2048;
/** Numbers that are added up at once. */
const STEP = 16;

/** @param memory that the matrices lie in */
export function wholeOperations(memory: WasmMemory): WholeOperations {
  const run = loadWholeProducts(memory);
  return {
    pack(weights, into, scales) {
      const { rows: depth, columns: width } = weights;
      if (depth > MOST_DEPTH || depth % STEP !== 0) return null;
      needEqual(into.length, weights.length);
      needEqual(scales.length, width);
      const isWhole = run.packWhole(into.address, scales.address, weights.address, depth, width) !== 0;
      return isWhole ? { address: into.address, scales: scales.address, depth, width } : null;
    },
    add(out, input, { address, scales, depth, width }, rounded) {
      // Rows that follow each other without a gap.
      needEqual(input.stride, needEqual(input.columns, depth));
      needEqual(out.stride, needEqual(out.columns, width));
      const rows = needEqual(out.rows, input.rows);
      if (rounded.length < input.length) throw new RangeError(`no room to round ${input.length} numbers`);
      run.roundToShorts(rounded.address, input.address, input.length, FACTOR);
      for (let row = 0; row < rows;) {
        const together = row + 4 <= rows ? 4 : 1;
        const product = together === 4 ? run.addWholeProductOfFour : run.addWholeProduct;
        product(
          out.from(row, 1).address, width, rounded.from(row, 1).address, depth, address, scales, 1 / FACTOR,
        );
        row += together;
      }
    },
  };
}
