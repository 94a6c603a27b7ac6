/**
 * Instantiates the WebAssembly kernel on a memory of fixed size, laid out in named
 * regions. A region is an ordinary typed array; its `byteOffset` is the pointer that the
 * kernel's functions take, and so is that of any `subarray` of it.
 */
import { compileHotModule } from '../../shared/engine-flags.js';
import { KERNEL_WASM_BASE64 } from './kernel-wasm.generated.js';

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
    list: number,
  ): void;
  fillRows(out: number, width: number, bias: number, rows: number): void;
  relu(values: number, count: number): void;
  maskedSoftmax(out: number, logits: number, stride: number, legal: number, labels: number, rows: number): void;
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

/** Lengths in elements. */
export interface RegionLengths<F extends string, S extends string, B extends string> {
  readonly floats: Readonly<Record<F, number>>;
  readonly shorts?: Readonly<Record<S, number>>;
  readonly bytes?: Readonly<Record<B, number>>;
}

export interface Kernel<F extends string, S extends string, B extends string> {
  readonly run: KernelFunctions;
  /** All regions start out as zeros. */
  readonly floats: Readonly<Record<F, Float32Array>>;
  readonly shorts: Readonly<Record<S, Int16Array>>;
  readonly bytes: Readonly<Record<B, Uint8Array>>;
}

const PAGE_BYTES = 65536;
/** The compiler keeps the start of the memory to itself. */
const FIRST_BYTE = 1024;

/** The part of the WebAssembly interface used here; the compiler's own types come with the DOM only. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

let compiled: object | undefined;

/** A kernel with its own memory, which lives as long as the returned object. */
export function createKernel<F extends string, S extends string = never, B extends string = never>(
  lengths: RegionLengths<F, S, B>,
): Kernel<F, S, B> {
  let end = FIRST_BYTE;
  const place = (length: number, elementBytes: number): number => {
    const start = end;
    end = (start + length * elementBytes + 15) & ~15;
    return start;
  };
  const plan = <Name extends string>(names: Readonly<Record<Name, number>> | undefined, elementBytes: number) =>
    Object.entries<number>(names ?? ({} as Record<Name, number>)).map(
      ([name, length]) => [name as Name, place(length, elementBytes), length] as const,
    );
  const floatPlan = plan(lengths.floats, 4);
  const shortPlan = plan(lengths.shorts, 2);
  const bytePlan = plan(lengths.bytes, 1);

  const pages = Math.ceil(end / PAGE_BYTES);
  const memory = new Memory({ initial: pages });
  compiled ??= compileHotModule(() => new Module(Buffer.from(KERNEL_WASM_BASE64, 'base64')));
  const instance = new Instance(compiled, { env: { memory } });

  const views = <Name extends string, View>(
    regions: (readonly [Name, number, number])[],
    create: (offset: number, length: number) => View,
  ) => Object.fromEntries(regions.map(([name, offset, length]) => [name, create(offset, length)])) as Record<Name, View>;
  return {
    run: instance.exports as unknown as KernelFunctions,
    floats: views(floatPlan, (offset, length) => new Float32Array(memory.buffer, offset, length)),
    shorts: views(shortPlan, (offset, length) => new Int16Array(memory.buffer, offset, length)),
    bytes: views(bytePlan, (offset, length) => new Uint8Array(memory.buffer, offset, length)),
  };
}
