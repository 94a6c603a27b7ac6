import { FIELD, type PlacedWord } from './describe.js';
import { stemOf } from './word-table.js';

/** A word in a function's name counts so often. */
const NAME_COUNTS = 3;

/** How often a function has each word, by stems. */
export function countStems(words: readonly PlacedWord[], into: Map<string, number> = new Map()): Map<string, number> {
  for (const { word, field } of words) {
    const stem = stemOf(word);
    into.set(stem, (into.get(stem) ?? 0) + (field === FIELD.name ? NAME_COUNTS : 1));
  }
  return into;
}
