// XXH64 (Yann Collet's specification of xxHash, seed 0), in AssemblyScript (not TypeScript), compiled by
// scripts/build-kernel.js into checksum-wasm.generated.ts. It tells damage, not intent.

const PRIME1: u64 = 0x9E3779B185EBCA87;
const PRIME2: u64 = 0xC2B2AE3D27D4EB4F;
const PRIME3: u64 = 0x165667B19E3779F9;
const PRIME4: u64 = 0x85EBCA77C2B2AE63;
const PRIME5: u64 = 0x27D4EB2F165667C5;
/** Bytes that are taken at once. */
const STRIPE: u32 = 32;

let lane1: u64 = 0;
let lane2: u64 = 0;
let lane3: u64 = 0;
let lane4: u64 = 0;
let total: u64 = 0;

export function start(): void {
  lane1 = PRIME1 + PRIME2;
  lane2 = PRIME2;
  lane3 = 0;
  lane4 = 0 - PRIME1;
  total = 0;
}

/** As two shifts: V8 calls a function of C for a rotation where it has not optimised the code. */
@inline function round(lane: u64, input: u64): u64 {
  const sum = lane + input * PRIME2;
  return ((sum << 31) | (sum >> 33)) * PRIME1;
}

@inline function merged(sum: u64, lane: u64): u64 {
  return (sum ^ round(0, lane)) * PRIME1 + PRIME4;
}

/** Takes bytes, whole stripes of which `start` was called for. */
export function addStripes(from: usize, length: u32): void {
  let a = lane1;
  let b = lane2;
  let c = lane3;
  let d = lane4;
  const end = from + length;
  for (let at = from; at < end; at += STRIPE) {
    a = round(a, load<u64>(at));
    b = round(b, load<u64>(at, 8));
    c = round(c, load<u64>(at, 16));
    d = round(d, load<u64>(at, 24));
  }
  lane1 = a;
  lane2 = b;
  lane3 = c;
  lane4 = d;
  total += length;
}

/** The sum, with the bytes that are left, less than a stripe. */
export function finish(from: usize, length: u32): u64 {
  let sum: u64 = PRIME5;
  if (total > 0) {
    sum = rotl<u64>(lane1, 1) + rotl<u64>(lane2, 7) + rotl<u64>(lane3, 12) + rotl<u64>(lane4, 18);
    sum = merged(merged(merged(merged(sum, lane1), lane2), lane3), lane4);
  }
  sum += total + length;
  let at = from;
  const end = from + length;
  for (; at + 8 <= end; at += 8) sum = rotl<u64>(sum ^ round(0, load<u64>(at)), 27) * PRIME1 + PRIME4;
  if (at + 4 <= end) {
    sum = rotl<u64>(sum ^ (<u64>load<u32>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at < end; at++) sum = rotl<u64>(sum ^ (<u64>load<u8>(at) * PRIME5), 11) * PRIME1;
  sum = (sum ^ (sum >> 33)) * PRIME2;
  sum = (sum ^ (sum >> 29)) * PRIME3;
  return sum ^ (sum >> 32);
}
