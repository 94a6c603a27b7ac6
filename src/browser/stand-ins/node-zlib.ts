import { decompress } from 'brotli/decompress';

/** Browsers unpack brotli on the wire, but not in scripts. */
export function brotliDecompressSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array {
  return decompress(bytes, options.maxOutputLength);
}

/** Nothing is packed here. */
export const brotliCompressSync = (): never => {
  throw new Error('brotli only unpacks in a browser');
};
export const constants = {} as const;

/** Data sets are read by Node alone. */
export const createGunzip = (): never => {
  throw new Error('gzip is not unpacked in a browser');
};
