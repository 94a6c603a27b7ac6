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

/** Weights as whole numbers that are multiplied with inputs of any size. */
export interface WideWeights extends WholeWeights {
  /** What each number of an input is multiplied with before; null for nothing. */
  readonly inputScales: Float32Array | null;
}

/** Room for inputs `[rows, depth]` on their way. */
export interface InputRoom {
  readonly scaled: Matrix;
  readonly rounded: ShortMatrix;
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
  /**
   * Weights `[width, depth]`, for a product with their transpose, where a column has one scale; else null.
   *
   * @param ones `[width]`, which become that
   */
  packTransposed(weights: Matrix, into: ByteMatrix, ones: Matrix): WideWeights | null;
  /**
   * out `[rows, width]` = input `[rows, depth]` * weights. Each row of the input is rounded to a part of its largest
   * number, so that a row does not depend on the others.
   */
  multiply(out: Matrix, input: Matrix, weights: WideWeights, room: InputRoom): void;
}

/** States are rounded to a part of this. */
const FACTOR = 2 ** 13;
/** 127 * 2^13 * depth has to stay below 2^31. */
const MOST_DEPTH = 2048;
/** Numbers that are added up at once. */
const STEP = 16;
/** What the largest number of a row becomes, and what an input may have of such: 127 times both stays below 2^31. */
const LARGEST = 2 ** 15 - 1;
export const MOST_WIDE_DEPTH = 512;
/** So near to a whole number all weights are. */
const NEAR = 0.001;

/**
 * @param memory that the matrices lie in
 * @param scale multiplies a matrix of it with a number
 */
export function wholeOperations(
  memory: WasmMemory, scale: (values: Matrix, factor: number) => void,
): WholeOperations {
  const run = loadWholeProducts(memory);
  /** out += factor * (rounded * weights), four rows at a time. */
  function addProducts(
    out: Matrix, rounded: ShortMatrix, { address, scales, depth, width }: WholeWeights, factor: number,
  ): void {
    for (let row = 0; row < out.rows;) {
      const together = row + 4 <= out.rows ? 4 : 1;
      const product = together === 4 ? run.addWholeProductOfFour : run.addWholeProduct;
      product(out.from(row, 1).address, width, rounded.from(row, 1).address, depth, address, scales, factor);
      row += together;
    }
  }

  return {
    pack(weights, into, scales) {
      const { rows: depth, columns: width } = weights;
      if (depth > MOST_DEPTH || depth % STEP !== 0) return null;
      needEqual(into.length, weights.length);
      needEqual(scales.length, width);
      const isWhole = run.packWhole(into.address, scales.address, weights.address, depth, width) !== 0;
      return isWhole ? { address: into.address, scales: scales.address, depth, width } : null;
    },
    add(out, input, weights, rounded) {
      const { depth, width } = weights;
      // Rows that follow each other without a gap.
      needEqual(input.stride, needEqual(input.columns, depth));
      needEqual(out.stride, needEqual(out.columns, width));
      needEqual(out.rows, input.rows);
      if (rounded.length < input.length) throw new RangeError(`no room to round ${input.length} numbers`);
      run.roundToShorts(rounded.address, input.address, input.length, FACTOR);
      addProducts(out, rounded, weights, 1 / FACTOR);
    },
    packTransposed(weights, into, ones) {
      const { rows: width, columns: depth, values } = weights;
      if (depth > MOST_WIDE_DEPTH || depth % STEP !== 0 || width % 4 !== 0) return null;
      needEqual(into.length, weights.length);
      const inputScales = new Float32Array(depth);
      for (let at = 0; at < values.length; at++) {
        inputScales[at % depth] = Math.max(inputScales[at % depth], Math.abs(values[at]) / 127);
      }
      const whole = new Int8Array(into.values.buffer, into.address, into.length);
      for (let at = 0; at < values.length; at++) {
        const scale = inputScales[at % depth];
        const exact = scale === 0 ? 0 : values[at] / scale;
        whole[at] = Math.round(exact);
        if (Math.abs(exact - whole[at]) > NEAR) return null;
      }
      ones.values.fill(1);
      return { address: into.address, scales: ones.address, depth, width: needEqual(ones.length, width), inputScales };
    },
    multiply(out, input, weights, { scaled, rounded }) {
      const { depth, width, inputScales } = weights;
      needEqual(input.columns, depth);
      needEqual(out.stride, needEqual(out.columns, width));
      const rows = needEqual(out.rows, input.rows);
      const [from, to] = [input.values, scaled.from(0, rows).values];
      needEqual(to.length, rows * depth);
      const factors: number[] = [];
      for (let row = 0, at = 0; row < rows; row++) {
        let largest = 0;
        for (let k = 0; k < depth; k++, at++) {
          const value = from[row * input.stride + k] * (inputScales === null ? 1 : inputScales[k]);
          to[at] = value;
          largest = Math.max(largest, Math.abs(value));
        }
        factors.push(largest === 0 ? 1 : LARGEST / largest);
        run.roundToShorts(rounded.from(row, 1).address, scaled.from(row, 1).address, depth, factors[row]);
      }
      out.values.fill(0);
      addProducts(out, rounded, weights, 1);
      factors.forEach((factor, row) => { scale(out.from(row, 1), 1 / factor); });
    },
  };
}
