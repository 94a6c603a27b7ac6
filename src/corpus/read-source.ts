import { FileReadError, SourceReadError, type SourceReadReason } from '../errors.js';
import { lookAt } from '../shared/look-at-path.js';
import { shownBytes } from '../shared/quote-name.js';
import { misreadArgument } from '../shared/raw-arguments.js';
import { readRegularFile } from '../shared/read-file.js';
import { MAX_SOURCE_BYTES, decodeSource, tooLarge, type DecodedSource } from './decode-source.js';

/** A source file as read from disk; `bytes` are kept to notice later changes. */
export interface ReadSource extends DecodedSource {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Sources that are read from here, whatever is on the disk. */
let given: ReadonlyMap<string, Uint8Array> = new Map();

/** From now on, in this thread, these are read in place of the files at their paths: a project that is on no disk. */
export function giveSources(sources: ReadonlyMap<string, Uint8Array>): void {
  given = sources;
}

/**
 * Reads one Python file.
 *
 * @throws SourceReadError if it is missing, unreadable, binary, undecodable or huge.
 */
export function readSource(path: string): ReadSource {
  const bytes = given.get(path) ?? readSourceBytes(path);
  return { path, bytes, ...decodeSource(bytes, path) };
}

/** The bytes of a source. @throws SourceReadError if it is missing, unreadable, no regular file or huge */
export function readSourceBytes(path: string): Uint8Array {
  const misread = misreadArgument(path);
  if (misread !== null) throw badName(path, misread);
  try {
    return readRegularFile(path, { limitBytes: MAX_SOURCE_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    if (cause.reason === 'too-large') throw tooLarge(path, lookAt(path).stats?.size || null);
    const { reason, advice } = READ_FAULTS[cause.reason];
    throw new SourceReadError({ path, reason, message: `${cause.clause}${advice}`, cause });
  }
}

const READ_FAULTS: Readonly<Record<Exclude<FileReadError['reason'], 'too-large'>, {
  reason: SourceReadReason;
  advice: string;
}>> = {
  missing: { reason: 'missing', advice: '. Check the path.' },
  'broken-link': { reason: 'broken-link', advice: '. Repair or remove it.' },
  folder: { reason: 'not-a-file', advice: '.' },
  special: { reason: 'not-a-file', advice: '; it was left alone.' },
  unreadable: { reason: 'unreadable', advice: '. Check its permissions.' },
  damaged: { reason: 'unreadable', advice: '.' },
};

/** The refusal of a path that no text stands for. @param path what Node made of the bytes */
export function badName(path: string, bytes: Uint8Array): SourceReadError {
  const message = 'this name is not UTF-8, and nnfmt takes no other; the file was left alone. Rename it.';
  return new SourceReadError({ path, shownPath: shownBytes(bytes), reason: 'bad-name', message });
}
