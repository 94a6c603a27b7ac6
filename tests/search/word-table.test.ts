import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOfWord, stemOf, WordTableBuilder, wordScores, wordsOfFunctions } from '../../src/search/word-table.js';

const TEXTS = ['parse date date', 'parse text of file', 'write file', 'date', ''];

function tableOf(texts: readonly string[]) {
  const builder = new WordTableBuilder();
  for (const text of texts) {
    const counts = new Map<string, number>();
    for (const word of text.split(' ').filter((found) => found !== '')) counts.set(word, (counts.get(word) ?? 0) + 1);
    builder.add(counts);
  }
  return builder.table();
}

/** BM25 as Robertson and Zaragoza write it, over texts, over the most that the words could give. */
function reference(texts: readonly string[], asked: readonly string[]): number[] {
  const split = texts.map((text) => text.split(' ').filter((word) => word !== ''));
  const mean = split.reduce((sum, words) => sum + words.length, 0) / split.length || 1;
  const words = [...new Set(asked)];
  const rarity = words.map((word) => {
    const holders = split.filter((own) => own.includes(word)).length;
    return Math.log(1 + (split.length - holders + 0.5) / (holders + 0.5));
  });
  const most = rarity.reduce((sum, value) => sum + 2.2 * value, 0);
  return split.map((own) => words.reduce((sum, word, k) => {
    const count = own.filter((found) => found === word).length;
    return sum + (rarity[k] * count * 2.2) / (count + 1.2 * (0.5 + (0.5 * own.length) / mean));
  }, 0) / most);
}

describe('scores of words', () => {
  it.each([[['date']], [['parse', 'date']], [['date', 'date', 'nowhere']], [['file', 'of', 'text']]])('for %j are those of BM25', (asked) => {
    const scores = wordScores(tableOf(TEXTS), asked);
    reference(TEXTS, asked).forEach((expected, row) => expect(scores[row]).toBeCloseTo(expected, 6));
  });

  it('are those of BM25 for any texts', () => {
    const words = ['parse', 'date', 'file', 'read', 'a', 'zebra'];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' '));
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), fc.subarray([...words, 'nowhere'], { minLength: 1 }), (texts, asked) => {
      const expected = reference(texts, asked);
      wordScores(tableOf(texts), asked).forEach((score, row) => expect(score).toBeCloseTo(expected[row], 5));
    }), { seed: 1, numRuns: 100 });
  });

  it('are zeros where no text has a word, and none where there is no text', () => {
    expect([...wordScores(tableOf(TEXTS), ['nowhere'])]).toEqual([0, 0, 0, 0, 0]);
    expect(wordScores(tableOf([]), ['date'])).toHaveLength(0);
  });
});

it('a table gives back the words of each function', () => {
  const table = tableOf(TEXTS);
  expect(table.words).toEqual(['date', 'file', 'of', 'parse', 'text', 'write']);
  const { starts, ids, counts } = wordsOfFunctions(table);
  const back = TEXTS.map((_, row) => Array.from(ids.subarray(starts[row], starts[row + 1]), (id, k) =>
    Array(counts[starts[row] + k]).fill(table.words[id]) as string[]).flat());
  expect(back).toEqual(TEXTS.map((text) => text.split(' ').filter((word) => word !== '').sort()));
  expect([...table.lengths]).toEqual([3, 4, 2, 1, 0]);
  expect(['date', 'write', 'a', 'z', 'off', ''].map((word) => idOfWord(table.words, word))).toEqual([0, 5, -1, -1, -1, -1]);
});

it.each([
  ['parse', 'parses', 'parsed', 'parsing'],
  ['file', 'files'],
  ['query', 'queries'],
  ['match', 'matches', 'matched', 'matching'],
  ['stop', 'stops', 'stopped', 'stopping'],
])('%s has one stem in all its forms', (word, ...forms) => {
  for (const form of forms) expect(stemOf(form)).toBe(stemOf(word));
});

it.each([['class', 'clas'], ['status', 'statu'], ['use', 'us']])('%s is not cut to %s', (word, cut) => {
  expect(stemOf(word)).not.toBe(cut);
});
