import { CHECKSUM_WASM_BASE64 } from './checksum-wasm.generated.js';
import { Instance, Memory, Module } from './web-assembly.js';

/**
 * A quick checksum (XXH64) against damage: whoever means harm can make it right. Node's own are slower by ten times
 * and come with all of `node:crypto`, which takes longer to load than this takes to compute.
 */

interface ChecksumFunctions {
  start(): void;
  addStripes(from: number, length: number): void;
  finish(from: number, length: number): bigint;
}

const STRIPE_BYTES = 32;
/** The compiler keeps the start of the memory to itself. */
const INPUT_AT = 1024;
const INPUT_BYTES = 63 * 1024;

let ready: { readonly input: Uint8Array; readonly run: ChecksumFunctions } | undefined;

/** The checksum of bytes, in [0, 2 ** 64). */
export function checksumOf(bytes: Uint8Array): bigint {
  const { input, run } = (ready ??= instantiate());
  const striped = bytes.length - (bytes.length % STRIPE_BYTES);
  run.start();
  for (let from = 0; from < striped; from += INPUT_BYTES) {
    const part = bytes.subarray(from, Math.min(striped, from + INPUT_BYTES));
    input.set(part);
    run.addStripes(INPUT_AT, part.length);
  }
  input.set(bytes.subarray(striped));
  return BigInt.asUintN(64, run.finish(INPUT_AT, bytes.length - striped));
}

/** The checksum in 16 hex digits. */
export const checksumText = (bytes: Uint8Array): string => checksumOf(bytes).toString(16).padStart(16, '0');

function instantiate(): NonNullable<typeof ready> {
  const memory = new Memory({ initial: 1 });
  const module = new Module(Buffer.from(CHECKSUM_WASM_BASE64, 'base64'));
  const run = new Instance(module, { env: { memory } }).exports as unknown as ChecksumFunctions;
  return { input: new Uint8Array(memory.buffer, INPUT_AT, INPUT_BYTES), run };
}
