import { FIXED_WORD_PIECES } from '../../search/word-pieces.js';
import { learnMerges } from '../learn-merges.js';

/** Words that weigh less decide no merge. */
const LEAST_WEIGHT = 4;

/**
 * The merges of a vocabulary of `size` pieces, learned of weighted words.
 *
 * @param weights `[words]`
 */
export function learnWordPieces(words: readonly string[], weights: ArrayLike<number>, size: number): string[] {
  const counted = words.flatMap((word, k) =>
    (weights[k]! >= LEAST_WEIGHT && /^[a-z0-9]{2,}$/u.test(word)
      ? [{ symbols: [...word].map((letter, at) => (at === 0 ? letter : `#${letter}`)), weight: weights[k]! }]
      : []));
  return learnMerges(counted, Math.max(0, size - FIXED_WORD_PIECES));
}
