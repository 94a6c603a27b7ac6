import { Instance, Memory, Module, type WasmMemory } from '../shared/web-assembly.js';
import { PIECE_CONTEXT_COUNT, type PieceShape } from './piece-contexts.js';
import { PIECE_KEYS_WASM_BASE64 } from './piece-keys-wasm.generated.js';

/**
 * The keys of the contexts of many places at once, by WebAssembly: what `pieceContextKeys` gives for each. The text is
 * copied once, as far as it has grown.
 */

interface KeyFunctions {
  keysOf(
    startsToken: number, bracket: number, lineEnd: number, text: number, places: number, count: number, out: number,
  ): void;
}

const PAGE_BYTES = 65536;
/** The compiler keeps the start of the memory to itself. */
const SHAPE_AT = 1024;
/** Places that are read at once. */
export const MOST_PLACES = 1024;
const aligned = (at: number): number => (at + 15) & ~15;

export class PieceKeys {
  private readonly memory: WasmMemory;
  private readonly run: KeyFunctions;
  private readonly placesAt: number;
  private readonly outAt: number;
  private readonly textAt: number;
  /** Pieces of the text that were copied. */
  private copied = 0;

  constructor(private readonly shape: PieceShape) {
    this.placesAt = aligned(SHAPE_AT + 3 * shape.count);
    this.outAt = aligned(this.placesAt + 4 * MOST_PLACES);
    this.textAt = aligned(this.outAt + 4 * MOST_PLACES * PIECE_CONTEXT_COUNT);
    this.memory = new Memory({ initial: Math.ceil(this.textAt / PAGE_BYTES) });
    const module = new Module(Buffer.from(PIECE_KEYS_WASM_BASE64, 'base64'));
    this.run = new Instance(module, { env: { memory: this.memory } }).exports as unknown as KeyFunctions;
    const bytes = new Uint8Array(this.memory.buffer);
    [shape.startsToken, shape.bracket, shape.lineEnd].forEach((column, k) =>
      bytes.set(column, SHAPE_AT + k * shape.count));
  }

  /** What stands behind the first pieces of the text is another one from now on. */
  forget(length: number): void {
    this.copied = Math.min(this.copied, length);
  }

  /**
   * @param text what the places are in; from call to call it only grows, but for what was forgotten
   * @param length pieces of it
   * @param places `MOST_PLACES` at most
   * @returns `[places, PIECE_CONTEXT_COUNT]`, good until the next call
   */
  of(text: Int32Array, length: number, places: ArrayLike<number>): Uint32Array {
    const missing = this.textAt + 4 * length - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    const { buffer } = this.memory;
    if (length > this.copied) {
      new Int32Array(buffer, this.textAt, length).set(text.subarray(this.copied, length), this.copied);
      this.copied = length;
    }
    new Int32Array(buffer, this.placesAt, places.length).set(places);
    const { count } = this.shape;
    this.run.keysOf(
      SHAPE_AT, SHAPE_AT + count, SHAPE_AT + 2 * count, this.textAt, this.placesAt, places.length, this.outAt,
    );
    return new Uint32Array(buffer, this.outAt, places.length * PIECE_CONTEXT_COUNT);
  }
}
