import { readFileSync, statSync } from 'node:fs';
import { SourceReadError } from '../errors.js';
import { MAX_SOURCE_BYTES, decodeSource, tooLarge, type DecodedSource } from './decode-source.js';

/** A source file as read from disk; `bytes` are kept to notice later changes. */
export interface ReadSource extends DecodedSource {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads one Python file.
 *
 * @throws SourceReadError if it is missing, unreadable, binary, undecodable or huge.
 */
export function readSource(path: string): ReadSource {
  const bytes = readSourceBytes(path);
  return { path, bytes, ...decodeSource(bytes, path) };
}

/** The bytes of a source. @throws SourceReadError if it is missing, unreadable or huge */
export function readSourceBytes(path: string): Uint8Array {
  try {
    // The size is asked first so that a huge file is never loaded.
    const { size } = statSync(path);
    if (size > MAX_SOURCE_BYTES) throw tooLarge(path, size);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof SourceReadError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    const message =
      code === 'ENOENT'
        ? 'there is no such file. Check the path.'
        : code === 'EISDIR'
          ? 'this is a folder, not a file.'
          : `cannot be read (${code ?? String(cause)}). Check its permissions.`;
    throw new SourceReadError({ path, reason: code === 'ENOENT' ? 'missing' : 'unreadable', message, cause });
  }
}
