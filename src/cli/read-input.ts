import { isUtf8 } from 'node:buffer';
import { MAX_SOURCE_BYTES } from '../corpus/decode-source.js';
import { SourceReadError } from '../errors.js';

/** Sources and requests that hold one; as text of JSON, a source grows. */
const MAX_LINE_BYTES = 4 * MAX_SOURCE_BYTES;

const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;

/**
 * One source from a stream. Reading stops where it is too long for a source, however much would follow.
 *
 * @throws SourceReadError beyond the limit
 */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, limitBytes = MAX_SOURCE_BYTES): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limitBytes) {
      const message =
        `more than ${megabytes(limitBytes)} came in, which is the limit; nothing was done with it. Give one source.`;
      throw new SourceReadError({ path: '<stdin>', reason: 'too-large', message });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const refusal = (reason: 'too-large' | 'not-utf8', message: string): SourceReadError =>
  new SourceReadError({ path: '<stdin>', reason, message });

/**
 * The lines of a stream, each as soon as it is there; the last one may lack its end.
 *
 * @returns text without the line feed; an error in place of a line that is no UTF-8, or beyond the limit, which is
 *   never held
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes = MAX_LINE_BYTES,
): AsyncGenerator<string | SourceReadError> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): string | SourceReadError => {
    const bytes = Buffer.concat(parts);
    const isWhole = length <= limitBytes;
    parts = [];
    length = 0;
    if (!isWhole) return refusal('too-large', `a line is longer than ${megabytes(limitBytes)}.`);
    return isUtf8(bytes) ? bytes.toString('utf8') : refusal('not-utf8', 'a line is not UTF-8.');
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();

  function add(part: Uint8Array): void {
    length += part.length;
    if (length <= limitBytes) parts.push(part);
    else parts = [];
  }
}
