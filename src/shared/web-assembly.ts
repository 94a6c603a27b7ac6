/** Memory of a module, in pages of 64 KiB. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the WebAssembly interface that nnfmt uses; the compiler's own types come with the DOM only. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

export const { Memory, Module, Instance } =
  (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
