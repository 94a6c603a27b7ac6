/**
 * TensorBoard's event files: records of a length, its checksum, bytes, and theirs, each a message `Event` of
 * TensorFlow's event.proto. Only scalars are written, and by hand: four fields need no library of protocol buffers.
 */
import { appendText } from '../shared/write-atomically.js';

/** One step of a run, and its figures by name. */
export interface ScalarEvent {
  /** Examples seen. */
  readonly step: number;
  /** Seconds. */
  readonly wallTime: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Adds events to a file, which begins with the version that TensorBoard asks for. */
export function appendEvents(path: string, events: readonly ScalarEvent[]): void {
  appendText(path, Buffer.concat(events.map(encodeEvent)));
}

/** What a file of events begins with. */
export const eventFileStart = (wallTime: number): Uint8Array =>
  record(Buffer.concat([doubleField(1, wallTime), bytesField(3, Buffer.from('brain.Event:2'))]));

/** A record, ready to be appended. */
export function encodeEvent({ step, wallTime, scalars }: ScalarEvent): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytesField(1, Buffer.concat([bytesField(1, Buffer.from(tag)), floatField(2, value)])));
  return record(Buffer.concat([doubleField(1, wallTime), countField(2, step), bytesField(5, Buffer.concat(values))]));
}

function record(data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(16 + data.length);
  out.writeBigUInt64LE(BigInt(data.length));
  out.writeUInt32LE(maskedCrc32c(out.subarray(0, 8)), 8);
  out.set(data, 12);
  out.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return out;
}

/** Rotated, and a constant added: a checksum of bytes that hold checksums would be weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, reversed; Node has only the other CRC-32. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  return crc;
});

// Fields of protocol buffers: a number and a wire type, then the value.

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = BigInt(value); ; left >>= 7n) {
    if (left < 0x80n) return Uint8Array.from([...bytes, Number(left)]);
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}

const key = (field: number, wire: number): Uint8Array => varint(8 * field + wire);
const countField = (field: number, value: number): Uint8Array => Buffer.concat([key(field, 0), varint(value)]);
const bytesField = (field: number, value: Uint8Array): Uint8Array =>
  Buffer.concat([key(field, 2), varint(value.length), value]);

function doubleField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), bytes]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, 5), bytes]);
}
