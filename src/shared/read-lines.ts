import { createReadStream } from 'node:fs';
import { type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileReadError } from '../errors.js';
import { lookAt } from './look-at-path.js';

/** No line of what nnfmt reads comes near it, in bytes. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/**
 * The lines of a text file, one at a time, without their ends; a file that begins as gzip does is decompressed on the
 * way. What is in memory is a line and a few buffers, however large the file is.
 *
 * @throws FileReadError for a path that is no regular file, for compressed data that is broken or ends too early, and
 *   for a line of more than 64 MB
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const { kind, errno } = lookAt(path);
  if (kind !== 'file') {
    const reason = kind === 'unreachable' ? 'unreadable' : kind;
    throw new FileReadError({ path, reason, errno });
  }
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const chunk of await opened(path)) {
      const bytes = chunk as Buffer;
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield lineOf(rest, bytes.subarray(from, end));
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      if (from === bytes.length) continue;
      rest.push(bytes.subarray(from));
      restBytes += bytes.length - from;
      if (restBytes > LONGEST_LINE_BYTES) {
        throw new FileReadError({ path, reason: 'too-large', limitBytes: LONGEST_LINE_BYTES });
      }
    }
  } catch (cause) {
    if (cause instanceof FileReadError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new FileReadError({ path, reason: code.startsWith('Z_') ? 'damaged' : 'unreadable', errno: code, cause });
  }
  if (restBytes > 0) yield lineOf(rest, Buffer.alloc(0));
}

const GZIP = 0x1f8b;

/** The file's bytes, decompressed where its first two say that they are compressed. */
async function opened(path: string): Promise<Readable> {
  let head = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { end: 1 })) head = Buffer.concat([head, chunk as Buffer]);
  const raw = createReadStream(path);
  if (head.length < 2 || head.readUInt16BE(0) !== GZIP) return raw;
  const unpacked = createGunzip();
  raw.on('error', (fault) => unpacked.destroy(fault));
  return raw.pipe(unpacked);
}

const lineOf = (before: readonly Buffer[], last: Buffer): string => {
  const line = (before.length === 0 ? last : Buffer.concat([...before, last])).toString('utf8');
  return line.endsWith('\r') ? line.slice(0, -1) : line;
};
