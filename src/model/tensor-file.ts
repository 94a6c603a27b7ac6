/**
 * The container of models, profiles and checkpoints: one file with a JSON header, named
 * matrices and a checksum over all of it. Little-endian:
 *
 *     0  magic (8 bytes)        16  bytes of the whole file (u32)
 *     8  version (u32)          20  zero (u32)
 *    12  bytes of header (u32)  24  sha256 of everything else (32 bytes)
 *    56  header (JSON), then the matrices in the header's order, each at a multiple of 4
 */
import { createHash } from 'node:crypto';
import { ModelFileError } from '../errors.js';
import { lieWithin, readMetadata } from './check-metadata.js';
import { decodeHalf, encodeHalf } from './half-float.js';

/** How a matrix is stored; `i8` has one scale per column, `u16` and `u8` hold whole numbers as they are. */
export type TensorPrecision = 'f32' | 'f16' | 'i8' | 'u16' | 'u8';

export interface StoredTensor {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly precision: TensorPrecision;
  /** `[rows, columns]` */
  readonly values: Float32Array;
}

/** A matrix that was read. */
export interface ReadTensor extends StoredTensor {
  /** Whole numbers as they are stored, whose `values` are made when they are asked for; null for others. */
  readonly whole: Uint8Array | Uint16Array | null;
}

export interface TensorFile<Tensor = StoredTensor> {
  /** What the file is for, such as "model"; readers refuse other kinds. */
  readonly kind: string;
  /** Plain JSON. */
  readonly metadata: unknown;
  readonly tensors: readonly Tensor[];
}

/** As the first bytes say; the line break in the magic reveals a conversion as text. */
const MAGIC = Buffer.from('nnfmt\r\n\x1a', 'latin1');
const VERSION = 1;
const PREFIX_BYTES = 56;
const CHECKSUM_AT = 24;

/** The same content gives the same bytes. */
export function encodeTensorFile(file: TensorFile): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({
      kind: file.kind,
      metadata: file.metadata,
      tensors: file.tensors.map(({ name, rows, columns, precision }) => ({ name, rows, columns, precision })),
    }),
  );
  const parts = file.tensors.map(encodeTensor);
  const total = parts.reduce((sum, part) => sum + align(part.byteLength), align(PREFIX_BYTES + header.length));
  const bytes = Buffer.alloc(total);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(header.length, 12);
  bytes.writeUInt32LE(total, 16);
  header.copy(bytes, PREFIX_BYTES);
  let at = align(PREFIX_BYTES + header.length);
  for (const part of parts) {
    bytes.set(part, at);
    at += align(part.byteLength);
  }
  checksum(bytes).copy(bytes, CHECKSUM_AT);
  return bytes;
}

/**
 * @param options.path only for messages
 * @param options.advice what to do about a damaged or foreign file, where copying it again is not the answer
 * @param options.isKnown the bytes are those of a file that was read before: they are not checked again
 * @throws ModelFileError when the bytes are not a whole, unchanged file of this kind and version
 */
export function decodeTensorFile(
  bytes: Uint8Array,
  options: { kind: string; path: string; advice?: string; isKnown?: boolean },
): TensorFile<ReadTensor> {
  const { path, kind, isKnown = false } = options;
  const damaged = options.advice ?? 'It is damaged: copy or download it again.';
  const refuse = (reason: string, advice = options.advice, cause?: unknown): never => {
    throw new ModelFileError({ path, reason, ...(advice === undefined ? {} : { advice }), cause });
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, 5).equals(MAGIC.subarray(0, 5))) refuse('this is not a file written by nnfmt');
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) refuse(
    'the file was changed by a conversion of line ends',
    'Mark it as binary (for git: `*.bin binary` in .gitattributes) and restore it.',
  );
  if (buffer.length < PREFIX_BYTES) refuse(`the file ends after ${buffer.length} bytes`, damaged);
  const version = buffer.readUInt32LE(8);
  if (version !== VERSION) {
    refuse(
      `the file has format version ${version}, this nnfmt reads version ${VERSION}`,
      version > VERSION ? 'Update nnfmt.' : 'Train it again with `nnfmt train`.',
    );
  }
  const total = buffer.readUInt32LE(16);
  if (buffer.length !== total) refuse(`the file has ${buffer.length} bytes instead of ${total}`, damaged);
  if (!isKnown && !checksum(buffer).equals(buffer.subarray(CHECKSUM_AT, PREFIX_BYTES))) {
    refuse('the checksum does not match', damaged);
  }

  // A checksum says that nothing broke on the way, not that an nnfmt wrote it: nothing is used unchecked.
  const headerEnd = PREFIX_BYTES + buffer.readUInt32LE(12);
  if (headerEnd > buffer.length) refuse('its header is longer than the file', damaged);
  let content: unknown;
  try {
    content = JSON.parse(buffer.toString('utf8', PREFIX_BYTES, headerEnd));
  } catch (cause) {
    refuse('its header cannot be read', damaged, cause);
  }
  const header = readMetadata(content, 'its header', (reason) => refuse(reason, damaged));
  const found = header.text('kind');
  if (found !== kind) {
    refuse(`this is ${/^[a-z ]{1,40}$/.test(found) ? `a ${found}` : 'something else'}, not a ${kind}`);
  }
  const listed = header.fields['tensors'];
  if (!Array.isArray(listed)) return refuse('its header lists no matrices', damaged);
  let at = align(headerEnd);
  const names = new Set<string>();
  const tensors = listed.map((item: unknown): ReadTensor => {
    const tensor = checkedTensor(item, buffer.length, (reason) => refuse(reason, damaged));
    if (names.has(tensor.name)) refuse(`the matrix ${tensor.name} is there twice`, damaged);
    names.add(tensor.name);
    const length = storedBytes(tensor);
    if (at + length > buffer.length) refuse(`the matrix ${tensor.name} is longer than the file`, damaged);
    // A copy where a view cannot be had: the buffer may lie at an odd address, and callers may change what they get.
    const view = bytes.subarray(at, at + length);
    const stored = isKnown && view.byteOffset % 4 === 0 ? view : view.slice();
    at += align(length);
    const whole = wholeNumbers(tensor, stored);
    if (whole !== null) return { ...tensor, whole, get values() { return new Float32Array(whole); } };
    const values = decodeTensor(tensor, stored, isKnown);
    if (values === null) return refuse(`the matrix ${tensor.name} holds what is no number`, damaged);
    return { ...tensor, whole, values };
  });
  return { kind, metadata: header.fields['metadata'], tensors };
}

const PRECISIONS: readonly string[] = ['f32', 'f16', 'i8', 'u16', 'u8'] satisfies readonly TensorPrecision[];

/** What a header says of one matrix, of which no side can be larger than the file. */
function checkedTensor(item: unknown, fileBytes: number, refuse: (
  reason: string,
) => never): Omit<StoredTensor, 'values'> {
  const reader = readMetadata(item, 'a matrix in its header', refuse);
  const name = reader.text('name');
  if (!/^[\w. ]{1,60}$/.test(name)) refuse('a matrix in its header has an impossible name');
  const precision = reader.text('precision');
  if (!PRECISIONS.includes(precision)) refuse(`the matrix ${name} is of an unknown precision`);
  const rows = reader.count('rows', 0, fileBytes);
  const columns = reader.count('columns', 0, fileBytes);
  return { name, rows, columns, precision: precision as TensorPrecision };
}

/** Identifies a file's content; hex, 64 digits. */
export function fileDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function align(length: number): number {
  return (length + 3) & ~3;
}

function checksum(file: Buffer): Buffer {
  return createHash('sha256').update(file.subarray(0, CHECKSUM_AT)).update(file.subarray(PREFIX_BYTES)).digest();
}

function storedBytes(tensor: Omit<StoredTensor, 'values'>): number {
  const length = tensor.rows * tensor.columns;
  if (tensor.precision === 'f32') return 4 * length;
  if (tensor.precision === 'u16') return 2 * length;
  if (tensor.precision === 'u8') return length;
  return tensor.precision === 'f16' ? 2 * length : 4 * tensor.columns + length;
}

function encodeTensor(tensor: StoredTensor): Uint8Array {
  const { values, rows, columns, precision } = tensor;
  if (values.length !== rows * columns) throw new RangeError(`tensor ${tensor.name} has ${values.length} values`);
  if (precision === 'f32') return bytesOf(values);
  if (precision === 'f16') return bytesOf(encodeHalf(values));
  if (precision === 'u16') return bytesOf(Uint16Array.from(values));
  if (precision === 'u8') return Uint8Array.from(values);
  const scales = new Float32Array(columns);
  const integers = new Int8Array(values.length);
  for (let column = 0; column < columns; column++) {
    let largest = 0;
    for (let at = column; at < values.length; at += columns) largest = Math.max(largest, Math.abs(values[at]!));
    const scale = (scales[column] = largest / 127);
    for (let at = column; at < values.length; at += columns) {
      integers[at] = scale === 0 ? 0 : Math.round(values[at]! / scale);
    }
  }
  const bytes = new Uint8Array(4 * columns + values.length);
  bytes.set(bytesOf(scales));
  bytes.set(bytesOf(integers), 4 * columns);
  return bytes;
}

const LARGEST = 3.4e38;

/** `bytes` must be aligned to 4. Null for what is stored otherwise. */
function wholeNumbers(
  { rows, columns, precision }: Omit<StoredTensor, 'values'>, bytes: Uint8Array,
): Uint8Array | Uint16Array | null {
  if (precision === 'u8') return bytes.subarray(0, rows * columns);
  return precision === 'u16' ? new Uint16Array(bytes.buffer, bytes.byteOffset, rows * columns) : null;
}

/** `bytes` must be aligned to 4. Null where a value is infinite or no number; halves cannot be. */
function decodeTensor(
  tensor: Omit<StoredTensor, 'values'>, bytes: Uint8Array, isKnown: boolean,
): Float32Array | null {
  const { rows, columns, precision } = tensor;
  const length = rows * columns;
  if (precision === 'f32') {
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, length);
    return isKnown || areFinite(floats) ? floats : null;
  }
  const values = new Float32Array(length);
  if (precision === 'f16') {
    decodeHalf(new Uint16Array(bytes.buffer, bytes.byteOffset, length), values);
    return values;
  }
  const scales = new Float32Array(bytes.buffer, bytes.byteOffset, columns);
  // 127 times the largest scale still has to be a number.
  if (!lieWithin(scales, -LARGEST / 128, LARGEST / 128)) return null;
  const integers = new Int8Array(bytes.buffer, bytes.byteOffset + 4 * columns, length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) values[at] = integers[at]! * scales[column]!;
  }
  return values;
}

/** True when every value is a number. Every start asks this of all weights, hence by what is compiled already. */
const areFinite = (values: Float32Array): boolean =>
  !values.includes(NaN) && !values.includes(Infinity) && !values.includes(-Infinity);

function bytesOf(array: Float32Array | Uint16Array | Int8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
