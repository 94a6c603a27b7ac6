import { NoWebAssemblyError } from '../errors.js';

/** Memory of a module, in pages of 64 KiB. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the WebAssembly interface that nnfmt uses; the compiler's own types come with the DOM only. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum?: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** Stands where an engine has none, so that whoever asks first is told. */
class Missing {
  constructor() {
    throw new NoWebAssemblyError();
  }
}

const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly?: WebAssemblyApi };

export const { Memory, Module, Instance } =
  api ?? { Memory: Missing, Module: Missing, Instance: Missing } as unknown as WebAssemblyApi;
