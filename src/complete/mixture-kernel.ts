import { createKernel } from '../model/kernel/kernel.js';
import { compileHotModule } from '../shared/engine-flags.js';
import { Instance, Module } from '../shared/web-assembly.js';
import type { LikelyPiece } from './beam-search.js';
import type { MixtureGate } from './mixture-gate.js';
import { MIXTURE_WASM_BASE64 } from './mixture-wasm.generated.js';

/** See mixture.as; pointers are byte offsets. */
interface MixtureFunctions {
  gateLogits(
    features: number, count: number, inner: number, innerBias: number, hiddenWidth: number, hidden: number,
    outer: number, outerBias: number, experts: number, logits: number,
  ): void;
  blendRow(out: number, row: number, count: number, floor: number, weight: number): void;
  likeliest(values: number, allowed: number, count: number, wanted: number, found: number, shares: number): number;
}

/** What a mixture computes for each place, by WebAssembly: the bits of the TypeScript, sooner. */
export interface MixtureKernel {
  /** `[pieces]`; what the latest `blend` gave, to be added to before `likeliest` is asked. */
  readonly blended: Float32Array;
  /** The gate's logits for features `[gate.features]`, to `out` `[gate.experts]`. */
  logits(features: Float32Array, out: Float32Array): void;
  /** blended = floor + weight * row `[pieces]`. */
  blend(floor: number, weight: number, row: Float32Array): void;
  /**
   * The likeliest of the pieces that are allowed, likeliest first, with their shares in all that these have together.
   *
   * @param allowed `[pieces]`, 0 or 1
   * @param count as many as there are pieces, at most
   */
  likeliest(allowed: Uint8Array, count: number): LikelyPiece[];
}

let compiled: object | undefined;

/** @param pieces how many there are */
export function createMixtureKernel(gate: MixtureGate, pieces: number): MixtureKernel {
  const [hidden, experts, padded] = [roundUp(gate.hidden, 2), roundUp(gate.experts, 2), roundUp(pieces, 4)];
  const { floats, shorts, bytes, memory } = createKernel({
    floats: {
      features: gate.features, inner: gate.features * hidden, innerBias: hidden, hidden, outer: gate.hidden * experts,
      outerBias: experts, logits: experts, row: padded, values: padded, shares: padded,
    },
    // Whole numbers of 32 bits.
    shorts: { found: 2 * padded },
    bytes: { allowed: padded },
  });
  compiled ??= compileHotModule(() => new Module(Buffer.from(MIXTURE_WASM_BASE64, 'base64')));
  const run = new Instance(compiled, { env: { memory } }).exports as unknown as MixtureFunctions;
  setRows(floats.inner, hidden, gate.inner, gate.hidden);
  setRows(floats.outer, experts, gate.outer, gate.experts);
  floats.innerBias.set(gate.innerBias);
  floats.outerBias.set(gate.outerBias);
  const at = {
    features: floats.features.byteOffset, inner: floats.inner.byteOffset, innerBias: floats.innerBias.byteOffset,
    hidden: floats.hidden.byteOffset, outer: floats.outer.byteOffset, outerBias: floats.outerBias.byteOffset,
    logits: floats.logits.byteOffset, row: floats.row.byteOffset, values: floats.values.byteOffset,
    shares: floats.shares.byteOffset, found: shorts.found.byteOffset, allowed: bytes.allowed.byteOffset,
  };
  const found = new Int32Array(memory.buffer, at.found, padded);
  const logits = floats.logits.subarray(0, gate.experts);
  return {
    blended: floats.values,
    logits(features, out) {
      floats.features.set(features);
      run.gateLogits(
        at.features, gate.features, at.inner, at.innerBias, hidden, at.hidden, at.outer, at.outerBias, experts,
        at.logits,
      );
      out.set(logits);
    },
    blend(floor, weight, row) {
      floats.row.set(row);
      run.blendRow(at.values, at.row, padded, floor, weight);
    },
    likeliest(allowed, count) {
      bytes.allowed.set(allowed);
      const size = run.likeliest(at.values, at.allowed, padded, Math.min(count, padded), at.found, at.shares);
      return Array.from({ length: size }, (_, k) => ({ piece: found[k], probability: floats.shares[k] }));
    },
  };
}

const roundUp = (count: number, step: number): number => step * Math.ceil(count / step);

/** Rows of `width` numbers into rows that are wider. */
function setRows(out: Float32Array, wide: number, values: Float32Array, width: number): void {
  for (let row = 0; row * width < values.length; row++) {
    out.set(values.subarray(row * width, (row + 1) * width), row * wide);
  }
}
