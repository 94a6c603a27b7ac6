import { createRandom } from '../shared/random.js';
import type { PlacedTokens } from '../tokenize/index.js';
import { SIGNATURE_VERSION } from './signature-version.js';

/** Numbers of a signature: the standard error of a similarity read off it is at most 1 / (2 sqrt(128)) = .044. */
export const SIGNATURE_LENGTH = 128;
/** Rows of a signature are hashed in bands; two files whose similarity is s share one with 1 - (1 - s^8)^16. */
export const BANDS = 16;
const ROWS = SIGNATURE_LENGTH / BANDS;
/** Tokens in a row that are one element of the set by which files are compared. */
const SHINGLE = 5;

/** Constants of the permutations: drawn once, never changed under one version. */
const permutations = (() => {
  const random = createRandom(`signature permutations ${SIGNATURE_VERSION}`);
  const factors = new Int32Array(SIGNATURE_LENGTH);
  const terms = new Int32Array(SIGNATURE_LENGTH);
  for (let k = 0; k < SIGNATURE_LENGTH; k++) {
    // Odd, so that no two numbers become one.
    factors[k] = random.int(2 ** 32) | 1;
    terms[k] = random.int(2 ** 32) | 0;
  }
  return { factors, terms };
})();

/**
 * The set by which files are compared: a hash of each run of five tokens, comments among them, without their layout;
 * of all tokens where there are fewer. Each once, in no order that means anything.
 */
export function tokenShingles(source: PlacedTokens): Uint32Array {
  const { tokenCount } = source;
  const hashes = new Int32Array(tokenCount);
  for (let i = 0; i < tokenCount; i++) hashes[i] = hashToken(source.text, source.start[i], source.end[i]);
  const found = new Set<number>();
  const width = Math.min(SHINGLE, tokenCount);
  for (let first = 0; width > 0 && first + width <= tokenCount; first++) {
    let hash = 0x811c9dc5;
    for (let k = first; k < first + width; k++) hash = mix(hash, hashes[k]);
    found.add(hash >>> 0);
  }
  return Uint32Array.from(found);
}

/**
 * A MinHash signature: for each of 128 permutations of the 32-bit numbers the least of the set. The share of equal
 * numbers of two signatures estimates the Jaccard similarity of their sets. The signature of nothing is all ones.
 *
 * Source: Broder, "On the resemblance and containment of documents" (1997).
 */
export function minHash(shingles: Uint32Array): Uint32Array {
  const { factors, terms } = permutations;
  const least = new Uint32Array(SIGNATURE_LENGTH).fill(0xffff_ffff);
  for (let at = 0; at < shingles.length; at++) {
    const element = shingles[at];
    for (let k = 0; k < SIGNATURE_LENGTH; k++) {
      let h = Math.imul(element, factors[k]) + terms[k] | 0;
      h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
      h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
      const permuted = (h ^ (h >>> 15)) >>> 0;
      if (permuted < least[k]) least[k] = permuted;
    }
  }
  return least;
}

/**
 * A signature cut into bands, each a hash of 64 bits that the band's number has part in: whoever looks for similar
 * files need only join equal texts.
 *
 * @returns 16 texts of 16 hexadecimal digits
 */
export function bandsOf(signature: Uint32Array): string[] {
  return Array.from({ length: BANDS }, (_, band) => {
    let high = mix(0x9e3779b9, band);
    let low = mix(0x7f4a7c15, band);
    for (let k = band * ROWS; k < (band + 1) * ROWS; k++) {
      high = mix(high, signature[k]);
      low = mix(low ^ high, signature[k]);
    }
    return hex(high) + hex(low);
  });
}

/** The Jaccard similarity of two sets, as their signatures estimate it. */
export function estimatedSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let equal = 0;
  for (let k = 0; k < SIGNATURE_LENGTH; k++) if (a[k] === b[k]) equal++;
  return equal / SIGNATURE_LENGTH;
}

/** The Jaccard similarity of two sets: what they share of what either has. Two empty ones are the same. */
export function jaccardSimilarity(a: Uint32Array, b: Uint32Array): number {
  if (a.length === 0 && b.length === 0) return 1;
  const members = new Set(a);
  let common = 0;
  for (const member of b) if (members.has(member)) common++;
  return common / (a.length + b.length - common);
}

/** FNV-1a over UTF-16 units. */
function hashToken(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let k = start; k < end; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash;
}

function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ Math.imul(value + 0x9e3779b9 | 0, 0x85ebca6b), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return h ^ (h >>> 16);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
