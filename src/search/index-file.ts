/**
 * An index on disk, little-endian:
 *
 *     0  magic (8 bytes)         16  checksum of all that follows it (u64)
 *     8  version (u32)           24  header (JSON), then the arrays in its order, each at a multiple of 4
 *    12  bytes of header (u32)
 *
 * It is a cache: whoever cannot read it makes a new one.
 */
import { checksumOf } from '../shared/checksum.js';
import { type IndexedFile, type SearchIndex } from './search-index.js';

const MAGIC = Buffer.from('nnfmtidx', 'latin1');
/** Grows with what an index holds and with how words are split and counted. */
export const INDEX_VERSION = 2;
const PREFIX_BYTES = 24;

/** Why an index cannot be used. */
export type IndexFault = 'foreign' | 'version' | 'damaged';

interface Header {
  readonly modelDigest: string;
  readonly width: number;
  readonly files: readonly IndexedFile[];
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly entries: number;
}

const align = (length: number): number => (length + 3) & ~3;

export function encodeIndex(index: SearchIndex): Uint8Array {
  const { modelDigest, width, files, names, words } = index;
  const header: Header = { modelDigest, width, files, names, words: words.words, entries: words.rows.length };
  const text = Buffer.from(JSON.stringify(header));
  const parts = [
    index.lines, index.lastLines, index.scales, words.starts, words.rows, words.lengths, words.counts, index.vectors,
  ];
  const total = parts.reduce((sum, part) => sum + align(part.byteLength), align(PREFIX_BYTES + text.length));
  const bytes = Buffer.alloc(total);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(INDEX_VERSION, 8);
  bytes.writeUInt32LE(text.length, 12);
  text.copy(bytes, PREFIX_BYTES);
  let at = align(PREFIX_BYTES + text.length);
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += align(part.byteLength);
  }
  bytes.writeBigUInt64LE(checksumOf(bytes.subarray(PREFIX_BYTES)), 16);
  return bytes;
}

/** The index, or why there is none. The arrays are views of the bytes, which must begin at a multiple of 4. */
export function decodeIndex(bytes: Uint8Array): SearchIndex | IndexFault {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PREFIX_BYTES || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) return 'foreign';
  if (buffer.readUInt32LE(8) !== INDEX_VERSION) return 'version';
  if (checksumOf(buffer.subarray(PREFIX_BYTES)) !== buffer.readBigUInt64LE(16)) return 'damaged';
  const headerBytes = buffer.readUInt32LE(12);
  if (PREFIX_BYTES + headerBytes > buffer.length || bytes.byteOffset % 4 !== 0) return 'damaged';
  const header = headerOf(buffer.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headerBytes));
  if (header === null) return 'damaged';
  const { names, words, entries, width } = header;
  const count = names.length;
  let at = align(PREFIX_BYTES + headerBytes);
  const take = <A>(type: new (b: ArrayBufferLike, o: number, l: number) => A, length: number, bytesEach: number): A => {
    const from = at;
    at += align(length * bytesEach);
    if (at > buffer.length) throw new RangeError('the index is shorter than it says');
    return new type(bytes.buffer, bytes.byteOffset + from, length);
  };
  try {
    const lines = take(Uint32Array, count, 4);
    const lastLines = take(Uint32Array, count, 4);
    const scales = take(Float32Array, count, 4);
    const starts = take(Uint32Array, words.length + 1, 4);
    const rows = take(Uint32Array, entries, 4);
    const lengths = take(Uint32Array, count, 4);
    const counts = take(Uint8Array, entries, 1);
    const vectors = take(Int8Array, count * width, 1);
    if (starts[0] !== 0 || starts[words.length] !== entries || !liesWithin(starts, rows, count)) return 'damaged';
    const { modelDigest, files } = header;
    return {
      modelDigest, width, files, names, lines, lastLines, vectors, scales,
      words: { words, starts, rows, counts, lengths },
    };
  } catch (fault) {
    if (fault instanceof RangeError) return 'damaged';
    throw fault;
  }
}

/** True where words follow each other, and have functions that there are. Loops, for there are millions. */
function liesWithin(starts: Uint32Array, rows: Uint32Array, functions: number): boolean {
  for (let k = 1; k < starts.length; k++) if (starts[k]! < starts[k - 1]!) return false;
  for (let k = 0; k < rows.length; k++) if (rows[k]! >= functions) return false;
  return true;
}

/** The header, checked; null for one that no nnfmt wrote. */
function headerOf(text: string): Header | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { modelDigest, width, files, names, words, entries } = (value ?? {}) as Partial<Header>;
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every((item) => typeof item === 'string');
  const isCount = (number: unknown): number is number => Number.isSafeInteger(number) && (number as number) >= 0;
  const fits = typeof modelDigest === 'string' && isCount(width) && width % 4 === 0 && isCount(entries) &&
    areTexts(names) && areTexts(words) && Array.isArray(files) && files.every((file: Partial<IndexedFile>) =>
    typeof file.path === 'string' && typeof file.digest === 'string' && isCount(file.count));
  if (!fits) return null;
  const sum = files!.reduce((total, { count }) => total + count, 0);
  return sum === names!.length ? (value as Header) : null;
}
