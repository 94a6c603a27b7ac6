import { putFile, removeFile } from './memory-files.js';

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
