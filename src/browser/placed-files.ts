import { orNull, type ArgumentRule } from '../shared/check-arguments.js';
import { putFile, removeFile } from './memory-files.js';

export const BYTES: ArgumentRule = { takes: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };
export const BYTES_OR_NULL = orNull(BYTES);
export const FUNCTION: ArgumentRule = { takes: 'a function', accepts: (value) => typeof value === 'function' };
export const ADDRESS: ArgumentRule = {
  takes: 'an address: a string or a URL',
  accepts: (value) => typeof value === 'string' || typeof (value as { href?: unknown } | null)?.href === 'string',
};

let placed = 0;

/**
 * Lets code that reads files by their paths read bytes that a program has at hand.
 *
 * @param name as messages call it
 */
export async function withFile<T>(name: string, bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = `/${++placed}/${name}`;
  putFile(path, bytes);
  try {
    return await use(path);
  } finally {
    removeFile(path);
  }
}
