import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksumText } from '../../src/shared/checksum.js';

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [
  0x9E3779B185EBCA87n, 0xC2B2AE3D27D4EB4Fn, 0x165667B19E3779F9n, 0x85EBCA77C2B2AE63n, 0x27D4EB2F165667C5n,
] as const;
const rotated = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & MASK;
const round = (lane: bigint, input: bigint): bigint => (rotated((lane + input * P2) & MASK, 31n) * P1) & MASK;

/** XXH64 as its specification tells it. */
function specified(bytes: Buffer): string {
  let at = 0;
  let sum: bigint = P5;
  if (bytes.length >= 32) {
    const lanes = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes.forEach((lane, k) => (lanes[k] = round(lane, bytes.readBigUInt64LE(at + 8 * k))));
    }
    sum = [1n, 7n, 12n, 18n].reduce((all, by, k) => (all + rotated(lanes[k]!, by)) & MASK, 0n);
    for (const lane of lanes) sum = ((sum ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  sum = (sum + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    sum = (rotated(sum ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    sum = (rotated(sum ^ ((BigInt(bytes.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) sum = (rotated(sum ^ ((BigInt(bytes[at]!) * P5) & MASK), 11n) * P1) & MASK;
  sum = ((sum ^ (sum >> 33n)) * P2) & MASK;
  sum = ((sum ^ (sum >> 29n)) * P3) & MASK;
  return (sum ^ (sum >> 32n)).toString(16).padStart(16, '0');
}

describe('the quick checksum', () => {
  test('gives the sums that are published for XXH64', () => {
    const sums = ['', 'a', 'abc', 'Nobody inspects the spammish repetition'].map((text) => checksumText(Buffer.from(text)));
    expect(sums).toEqual(['ef46db3751d8e999', 'd24ec4f1a98c6e5b', '44bc2cf5ad770999', 'fbcea83c8a378bf1']);
  });

  test('is XXH64 for any bytes, and for as many as are taken in several parts', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(checksumText(bytes)).toBe(specified(Buffer.from(bytes)));
    }), { numRuns: 300 });
    for (const length of [63 * 1024, 63 * 1024 + 32, 150_001]) {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, k) => (k * k) >> 3));
      expect(checksumText(bytes)).toBe(specified(bytes));
    }
  });
});
