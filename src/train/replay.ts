/**
 * Examples of the base corpora in a form small enough to ship: what fine-tuning mixes into a
 * project's own batches, so that the network does not forget what other code looks like. They
 * are described gaps, not code: slots, numbers, legal and right classes.
 *
 *     a line of JSON (what it is, the digest of the features, the number of examples, sha256 of the
 *     rest), then, compressed by brotli, the byte planes of each column one after the other; numbers as halves
 */
import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { ModelFileError } from '../errors.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { decodeHalf, encodeHalf } from '../model/half-float.js';
import { CLASS_COUNT } from '../model/layout-classes.js';
import { createExamples } from './gap-batches.js';

const MAGIC = 'nnfmt replay 2';
const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;
/** Bytes of a row before compression: slots and numbers of two bytes, the two masks as bits, a weight. */
const MASK_BYTES = Math.ceil(CLASS_COUNT / 8);
/** Far above what is shipped. */
const MOST_EXAMPLES = 1_000_000;
const ROW_BYTES = 2 * SLOTS + 2 * NUMBERS + 2 * MASK_BYTES + 2;

/** The bytes of a replay file. Weights are rounded to halves, as numbers are. */
export function encodeReplay(examples: TrainingBatch): Uint8Array {
  const { size } = examples;
  const planes = Buffer.alloc(size * ROW_BYTES);
  const writer = { at: 0 };
  const putColumn = (values: ArrayLike<number>): void => {
    for (let row = 0; row < size; row++) {
      planes[writer.at + row] = values[row]! & 0xff;
      planes[writer.at + size + row] = (values[row]! >> 8) & 0xff;
    }
    writer.at += 2 * size;
  };
  const column = (from: ArrayLike<number>, stride: number, k: number): number[] =>
    Array.from({ length: size }, (_, row) => from[row * stride + k]!);
  for (let k = 0; k < SLOTS; k++) putColumn(column(examples.slots, SLOTS, k));
  for (let k = 0; k < NUMBERS; k++) putColumn(encodeHalf(Float32Array.from(column(examples.numbers, NUMBERS, k))));
  for (const mask of [examples.legal, examples.target]) {
    for (let byte = 0; byte < MASK_BYTES; byte++) {
      for (let row = 0; row < size; row++) {
        for (let bit = 0; bit < 8 && byte * 8 + bit < CLASS_COUNT; bit++) {
          if (mask[row * CLASS_COUNT + byte * 8 + bit]) planes[writer.at + row]! |= 1 << bit;
        }
      }
      writer.at += size;
    }
  }
  putColumn(encodeHalf(examples.weight.subarray(0, size)));
  const body = brotliCompressSync(planes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: planes.length,
    },
  });
  const header = { magic: MAGIC, features: FEATURE_DIGEST, size, sha256: checksum(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

const checksum = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/**
 * @param path only for messages
 * @throws ModelFileError when the file is damaged or was made for other features
 */
export function decodeReplay(bytes: Uint8Array, path: string): TrainingBatch {
  const { size, planes } = unpack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), path);
  const examples = createExamples(size);
  let at = 0;
  const takeColumn = (): Uint16Array => {
    const values = new Uint16Array(size);
    for (let row = 0; row < size; row++) values[row] = planes[at + row]! | (planes[at + size + row]! << 8);
    at += 2 * size;
    return values;
  };
  const { slots } = examples;
  for (let k = 0; k < SLOTS; k++, at += 2 * size) {
    for (let row = 0; row < size; row++) {
      slots[row * SLOTS + k] = ((planes[at + row]! | (planes[at + size + row]! << 8)) << 16) >> 16;
    }
  }
  const floats = new Float32Array(size);
  for (let k = 0; k < NUMBERS; k++) {
    decodeHalf(takeColumn(), floats);
    for (let row = 0; row < size; row++) examples.numbers[row * NUMBERS + k] = floats[row]!;
  }
  for (const mask of [examples.legal, examples.target]) {
    for (let byte = 0; byte < MASK_BYTES; byte++) {
      for (let row = 0; row < size; row++) {
        for (let bit = 0; bit < 8 && byte * 8 + bit < CLASS_COUNT; bit++) {
          mask[row * CLASS_COUNT + byte * 8 + bit] = (planes[at + row]! >> bit) & 1;
        }
      }
      at += size;
    }
  }
  decodeHalf(takeColumn(), examples.weight);
  return examples;
}

function unpack(bytes: Buffer, path: string): { size: number; planes: Buffer } {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ModelFileError({ path, reason, advice: 'Install nnfmt again.', cause });
  };
  const end = bytes.indexOf('\n');
  try {
    const header =
      JSON.parse(bytes.toString('utf8', 0, end)) as { magic: string; features: string; size: number; sha256: string };
    if (!header.magic.startsWith(MAGIC.slice(0, -1))) return refuse('the file holds no replay examples');
    if (header.magic !== MAGIC) return refuse('the replay examples are of another version of nnfmt');
    if (header.features !== FEATURE_DIGEST) return refuse('the replay examples were made for other features');
    const body = bytes.subarray(end + 1);
    if (header.sha256 !== checksum(body)) {
      return refuse('the replay examples are damaged: their checksum does not match');
    }
    const fits = Number.isInteger(header.size) && header.size > 0 && header.size <= MOST_EXAMPLES;
    if (!fits) return refuse('the replay examples are damaged: their number is impossible');
    // A few bytes can stand for gigabytes.
    const planes = brotliDecompressSync(body, { maxOutputLength: header.size * ROW_BYTES });
    if (planes.length !== header.size * ROW_BYTES) return refuse('the replay examples are damaged');
    return { size: header.size, planes };
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    return refuse('the replay examples are damaged', cause);
  }
}
