/**
 * Instantiates the WebAssembly kernel on a memory of fixed size, laid out in named
 * regions. A region is an ordinary typed array, and a matrix over it; networks compute with
 * `operations` on matrices, flat arrays go to `run` by their `byteOffset`.
 */
import { compileHotModule } from '../../shared/engine-flags.js';
import { Instance, Memory, Module, type WasmMemory } from '../../shared/web-assembly.js';
import { KERNEL_WASM_BASE64 } from './kernel-wasm.generated.js';
import { matrixOver, type ByteMatrix, type Matrix, type ShortMatrix } from './matrix.js';
import { matrixOperations, type MatrixOperations } from './matrix-operations.js';

/** See kernel.as; pointers are byte offsets, widths and strides are in elements. */
export interface KernelFunctions {
  embeddingSum(
    out: number, width: number, table: number, bias: number,
    slots: number, slotStride: number, slotCount: number, rows: number,
  ): void;
  embeddingScatter(
    table: number, width: number, delta: number,
    slots: number, slotStride: number, slotCount: number, rows: number,
  ): void;
  addProduct(
    out: number, width: number, input: number, inputStride: number, depth: number, weights: number, rows: number,
  ): void;
  addSparseProduct(
    out: number, width: number, input: number, inputStride: number, depth: number, weights: number, rows: number,
    list: number, floor: number,
  ): void;
  addLegalProduct(
    out: number, width: number, input: number, inputStride: number, depth: number, weights: number, rows: number,
    list: number, floor: number, legal: number, labels: number,
  ): void;
  fillRows(out: number, width: number, bias: number, rows: number): void;
  relu(values: number, count: number): void;
  foldedSoftmax(
    out: number, columns: number, logits: number, stride: number, legal: number, columnOf: number, labels: number,
    rows: number, list: number,
  ): void;
  packPanels(out: number, weights: number, depth: number, width: number): void;
  packTransposed(out: number, weights: number, depth: number, width: number): void;
  addPackedProduct(
    out: number, width: number, input: number, inputStride: number, depth: number, panels: number, rows: number,
  ): void;
  transpose(out: number, values: number, stride: number, rows: number, columns: number): void;
  lstmStep(
    gates: number, before: number, cells: number, tangents: number, states: number, units: number, rows: number,
  ): void;
  lstmStepGradient(
    gates: number, before: number, tangents: number, stateDelta: number, cellDelta: number, units: number, rows: number,
  ): void;
  softmax(values: number, count: number): void;
  scaleValues(values: number, count: number, factor: number): void;
  addScaled(out: number, values: number, count: number, factor: number): void;
  multiplyValues(values: number, factors: number, count: number): void;
  dotProduct(left: number, right: number, count: number): number;
  massOf(weights: number, pieces: number, count: number, wanted: number): number;
  attentionGradient(
    weights: number, pieces: number, count: number, wanted: number, scale: number, wantedScale: number,
  ): void;
  scatterMass(totals: number, weights: number, pieces: number, count: number, scale: number): void;
  squaredNorm(values: number, count: number): number;
  adamStep(
    values: number, gradient: number, first: number, second: number, average: number, count: number,
    rate: number, beta1: number, beta2: number, epsilon: number,
    correction1: number, correction2: number, scale: number, decay: number, averageRate: number,
  ): void;
}

/** Numbers of a region: how many, or rows and columns. */
export type RegionShape = number | readonly [rows: number, columns: number];

export interface RegionShapes<F extends string, S extends string, B extends string> {
  readonly floats: Readonly<Record<F, RegionShape>>;
  readonly shorts?: Readonly<Record<S, RegionShape>>;
  readonly bytes?: Readonly<Record<B, RegionShape>>;
}

export interface Kernel<F extends string, S extends string, B extends string> {
  readonly run: KernelFunctions;
  /** Where all regions lie. */
  readonly memory: WasmMemory;
  /** The same functions on matrices. */
  readonly operations: MatrixOperations;
  /** All regions start out as zeros. */
  readonly floats: Readonly<Record<F, Float32Array>>;
  readonly shorts: Readonly<Record<S, Int16Array>>;
  readonly bytes: Readonly<Record<B, Uint8Array>>;
  /** The same regions in their shapes; one row, where only a length was given. */
  readonly matrices: Readonly<Record<F, Matrix>>;
  readonly shortMatrices: Readonly<Record<S, ShortMatrix>>;
  readonly byteMatrices: Readonly<Record<B, ByteMatrix>>;
}

const PAGE_BYTES = 65536;
/** The compiler keeps the start of the memory to itself, and puts its tables behind that. */
const FIRST_BYTE = 2048;

let compiled: object | undefined;

/** A kernel with its own memory, which lives as long as the returned object. */
export function createKernel<F extends string, S extends string = never, B extends string = never>(
  shapes: RegionShapes<F, S, B>,
): Kernel<F, S, B> {
  let end = FIRST_BYTE;
  const plan = <Name extends string>(
    names: Readonly<Record<Name, RegionShape>> | undefined,
    elementBytes: number,
  ): Region<Name>[] =>
    Object.entries<RegionShape>(names ?? ({} as Record<Name, RegionShape>)).map(([name, shape]) => {
      const [rows, columns] = typeof shape === 'number' ? [1, shape] : shape;
      const start = end;
      end = (start + rows * columns * elementBytes + 15) & ~15;
      return { name: name as Name, start, rows, columns };
    });
  const floatPlan = plan(shapes.floats, 4);
  const shortPlan = plan(shapes.shorts, 2);
  const bytePlan = plan(shapes.bytes, 1);

  const pages = Math.ceil(end / PAGE_BYTES);
  const memory = new Memory({ initial: pages });
  compiled ??= compileHotModule(() => new Module(Buffer.from(KERNEL_WASM_BASE64, 'base64')));
  const instance = new Instance(compiled, { env: { memory } });
  const run = instance.exports as unknown as KernelFunctions;

  const floats = arraysOf(floatPlan, (start, length) => new Float32Array(memory.buffer, start, length));
  const shorts = arraysOf(shortPlan, (start, length) => new Int16Array(memory.buffer, start, length));
  const bytes = arraysOf(bytePlan, (start, length) => new Uint8Array(memory.buffer, start, length));
  return {
    run, memory, floats, shorts, bytes,
    operations: matrixOperations(run),
    matrices: each(floatPlan, ({ name, rows, columns }) => matrixOver(floats[name], rows, columns)),
    shortMatrices: each(shortPlan, ({ name, rows, columns }) => matrixOver(shorts[name], rows, columns)),
    byteMatrices: each(bytePlan, ({ name, rows, columns }) => matrixOver(bytes[name], rows, columns)),
  };
}

interface Region<Name extends string> {
  readonly name: Name;
  /** In bytes. */
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
}

const each = <Name extends string, T>(regions: readonly Region<Name>[], make: (
  region: Region<Name>,
) => T): Record<Name, T> =>
  Object.fromEntries(regions.map((region) => [region.name, make(region)])) as Record<Name, T>;

const arraysOf = <Name extends string, A>(
  regions: readonly Region<Name>[], make: (start: number, length: number) => A,
): Record<Name, A> => each(regions, ({ start, rows, columns }) => make(start, rows * columns));
