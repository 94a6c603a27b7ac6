/**
 * What usually comes next in other people's code: a pruned, quantised table of n-grams that
 * ships with the model. Keys are not stored, only a fingerprint of each: one look-up in some
 * hundreds finds followers that belong to another context, which the gate survives.
 */
import { type Followers } from './ngram-cache.js';

/** A context of the table before it is packed. */
export interface CorpusContext {
  /** As `pieceContextKeys` gives it. */
  readonly key: number;
  /** At most MAX_FOLLOWERS, the likeliest first. */
  readonly followers: readonly { readonly piece: number; readonly probability: number }[];
}

/** As stored: three runs of numbers. */
export interface PackedCorpus {
  /** Contexts in each bucket; a bucket holds the keys with the same highest bits. */
  readonly buckets: Uint8Array;
  /** For each context: FINGERPRINT_BITS of its key, then the number of its followers - 1. */
  readonly contexts: Uint16Array;
  /** For each follower: PIECE_BITS, then its level. */
  readonly followers: Uint16Array;
}

export const MAX_FOLLOWERS = 32;
/** More pieces than this do not fit the table. */
export const MAX_PIECES = 2048;

const COUNT_BITS = 5;
const FINGERPRINT_BITS = 11;
const LEVEL_BITS = 5;
/** A level is so many halvings of the probability. */
const LEVEL_STEP = 0.35;
const MAX_LEVEL = (1 << LEVEL_BITS) - 1;
/** Contexts in a bucket, on average at most. */
const BUCKET_LOAD = 6;

const SHARES = Float32Array.from({ length: MAX_LEVEL + 1 }, (_, level) => 2 ** (-LEVEL_STEP * level));

/** The same contexts in any order give the same table. */
export function packCorpus(contexts: readonly CorpusContext[]): PackedCorpus {
  let bits = 1;
  while (contexts.length > BUCKET_LOAD << bits) bits++;
  const sorted = [...contexts].sort((a, b) => a.key - b.key);
  const buckets = new Uint8Array(2 ** bits);
  const kept = sorted.filter(({ key }, k) => {
    const bucket = key >>> (32 - bits);
    // Another context with the same fingerprint would shadow this one; a bucket counts to 255.
    if (k > 0 && sorted[k - 1].key >>> (32 - bits - FINGERPRINT_BITS) === key >>> (32 - bits - FINGERPRINT_BITS)) {
      return false;
    }
    if (buckets[bucket] === 255) return false;
    buckets[bucket]++;
    return true;
  });
  const packed = new Uint16Array(kept.length);
  const followers: number[] = [];
  kept.forEach((context, k) => {
    const count = Math.min(context.followers.length, MAX_FOLLOWERS);
    packed[k] = (fingerprintOf(context.key, bits) << COUNT_BITS) | (count - 1);
    for (const { piece, probability } of context.followers.slice(0, count)) {
      const level = Math.min(MAX_LEVEL, Math.max(0, Math.round(-Math.log2(probability) / LEVEL_STEP)));
      followers.push((piece << LEVEL_BITS) | level);
    }
  });
  return { buckets, contexts: packed, followers: Uint16Array.from(followers) };
}

const fingerprintOf = (key: number, bucketBits: number): number =>
  (key >>> (32 - bucketBits - FINGERPRINT_BITS)) & ((1 << FINGERPRINT_BITS) - 1);

/** True when the three runs fit each other, and no follower is beyond the pieces. */
export function isSoundCorpus({ buckets, contexts, followers }: PackedCorpus, pieces: number): boolean {
  const bits = Math.log2(buckets.length);
  if (!Number.isInteger(bits) || bits < 1 || bits + FINGERPRINT_BITS > 32) return false;
  let contextCount = 0;
  for (let k = 0; k < buckets.length; k++) contextCount += buckets[k];
  let followerCount = 0;
  for (let k = 0; k < contexts.length; k++) followerCount += countOf(contexts[k]);
  if (contextCount !== contexts.length || followerCount !== followers.length) return false;
  for (let k = 0; k < followers.length; k++) if (followers[k] >>> LEVEL_BITS >= pieces) return false;
  return true;
}

export class CorpusTable {
  private readonly packed: PackedCorpus;
  private readonly bucketBits: number;
  /** First context and first follower of each bucket. */
  private readonly firstContext: Uint32Array;
  private readonly firstFollower: Uint32Array;

  constructor(packed: PackedCorpus) {
    this.packed = packed;
    const { buckets, contexts } = packed;
    this.bucketBits = Math.log2(buckets.length);
    const firstContext = new Uint32Array(buckets.length + 1);
    const firstFollower = new Uint32Array(buckets.length + 1);
    const mask = (1 << COUNT_BITS) - 1;
    let follower = 0;
    let context = 0;
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      const end = context + buckets[bucket];
      // As `countOf` has it: this runs over all contexts at each start.
      for (; context < end; context++) follower += (contexts[context] & mask) + 1;
      firstContext[bucket + 1] = context;
      firstFollower[bucket + 1] = follower;
    }
    this.firstContext = firstContext;
    this.firstFollower = firstFollower;
  }

  /**
   * What follows the context of this key: shares that sum to 1, and in `total` how much of
   * all that followed in the corpora they stand for, in hundredths.
   */
  lookUp(key: number, out: Followers): void {
    out.count = 0;
    out.total = 0;
    if (key === 0) return;
    const bucket = key >>> (32 - this.bucketBits);
    const fingerprint = fingerprintOf(key, this.bucketBits);
    const { contexts, followers } = this.packed;
    let first = this.firstFollower[bucket];
    for (let k = this.firstContext[bucket]; k < this.firstContext[bucket + 1]; k++) {
      const count = countOf(contexts[k]);
      if (contexts[k] >>> COUNT_BITS === fingerprint) {
        let sum = 0;
        for (let f = 0; f < count; f++) {
          const packed = followers[first + f];
          out.pieces[f] = packed >>> LEVEL_BITS;
          sum += out.shares[f] = SHARES[packed & MAX_LEVEL];
        }
        for (let f = 0; f < count; f++) out.shares[f] /= sum;
        out.count = count;
        out.total = Math.round(100 * Math.min(1, sum));
        return;
      }
      first += count;
    }
  }
}

const countOf = (packed: number): number => (packed & ((1 << COUNT_BITS) - 1)) + 1;
