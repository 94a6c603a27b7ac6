import { loadWholeProducts } from '../model/kernel/whole-products.js';
import { Memory } from '../shared/web-assembly.js';

/** The compiler keeps the start of the memory to itself. */
const FIRST_BYTE = 1024;
const PAGE_BYTES = 65_536;
/** Vectors are copied so many bytes at a time, which stay in the cache until they are read. */
const BLOCK_BYTES = 65_536;
/** Numbers that the kernel reads at once. */
const STEP = 16;

interface Kernel {
  readonly products: ReturnType<typeof loadWholeProducts>['products'];
  /** `[width]` */
  readonly question: Int16Array;
  /** `[atOnce, width]` */
  readonly block: Int8Array;
  /** `[atOnce]` */
  readonly sums: Int32Array;
}

/** Of the width that was asked for last: an index has one. */
let kernel: Kernel | undefined;

function kernelFor(width: number): Kernel {
  if (kernel?.question.length === width) return kernel;
  const padded = Math.ceil(width / STEP) * STEP;
  const atOnce = Math.max(1, Math.floor(BLOCK_BYTES / width));
  const sumsAt = FIRST_BYTE + 2 * padded;
  const blockAt = sumsAt + 4 * atOnce;
  const memory = new Memory({ initial: Math.ceil((blockAt + atOnce * width + STEP) / PAGE_BYTES) });
  const { products } = loadWholeProducts(memory);
  kernel = {
    products, question: new Int16Array(memory.buffer, FIRST_BYTE, width),
    block: new Int8Array(memory.buffer, blockAt, atOnce * width), sums: new Int32Array(memory.buffer, sumsAt, atOnce),
  };
  return kernel;
}

/**
 * Products of a question with each vector, all in whole numbers: `[rows]`, exact where they fit into 31 bits.
 *
 * @param vectors `[rows, width]`
 * @param question `[width]`, of 16 bits
 */
export function wholeProducts(vectors: Int8Array, question: Int16Array): Int32Array {
  const width = question.length;
  const own = kernelFor(width);
  own.question.set(question);
  const atOnce = own.sums.length;
  const out = new Int32Array(vectors.length / width);
  for (let row = 0; row < out.length; row += atOnce) {
    const count = Math.min(atOnce, out.length - row);
    own.block.set(vectors.subarray(row * width, (row + count) * width));
    own.products(own.sums.byteOffset, own.question.byteOffset, own.block.byteOffset, width, count);
    out.set(own.sums.subarray(0, count), row);
  }
  return out;
}
