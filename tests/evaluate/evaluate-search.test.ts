import { describe, expect, it } from 'vitest';
import { evaluateSearch } from '../../src/evaluate/evaluate-search.js';
import { csvRow, normalisedGain, readAnnotations, readCsv } from '../../src/evaluate/search-annotations.js';
import { meanReciprocalRank, queryWords, stemOf } from '../../src/search/index.js';

describe('the mean reciprocal rank', () => {
  it('is the mean of 1 / rank, and takes equal scores for better ones', () => {
    const scores = [[3, 2, 1], [3, 2, 2], [5, 1, 4]];
    expect(meanReciprocalRank(3, (query, code) => scores[query][code])).toBeCloseTo((1 + 1 / 3 + 1 / 2) / 3);
    expect(meanReciprocalRank(3, () => 0)).toBeCloseTo(1 / 3);
    expect(meanReciprocalRank(2, () => NaN)).toBeCloseTo(1 / 2);
  });
});

describe('an evaluation', () => {
  /** Questions and functions of one word each: the network knows those of even numbers, words those of the first half. */
  const cases = Array.from({ length: 40 }, (_, k) => {
    const vector = new Float32Array(40);
    vector[k % 2 === 0 ? k : (k + 2) % 40] = 1;
    const query = new Float32Array(40);
    query[k] = 1;
    const word = `w${String.fromCharCode(97 + (k % 20))}${String.fromCharCode(97 + (k >> 4))}q`;
    return {
      project: k < 20 ? 'a' : 'b', stems: [stemOf(k < 20 ? word : 'nowhere')], codeWords: queryWords(word), query, code: vector,
    };
  });

  it('ranks the right function among others, by each system and project', () => {
    const { pairs, distractors, meanReciprocalRank: all, projects, inBatches } = evaluateSearch(cases, { wordShare: 10, seed: 1 });
    expect([pairs, distractors, inBatches]).toEqual([40, 39, null]);
    const [a, b] = projects;
    expect(a.meanReciprocalRank.bm25).toBeCloseTo(1);
    expect(a.meanReciprocalRank.bagOfWords).toBeCloseTo(1);
    expect(b.meanReciprocalRank.bm25).toBeCloseTo(1 / 40);
    expect(a.meanReciprocalRank.network).toBeGreaterThan(0.5);
    expect(a.meanReciprocalRank.network).toBeLessThan(1);
    expect(a.meanReciprocalRank.both).toBeCloseTo(1);
    expect(all.both).toBeCloseTo((a.meanReciprocalRank.both + b.meanReciprocalRank.both) / 2);
  });

  it('is the same with the same seed, and asks batches of a thousand where there are so many', () => {
    const many = Array.from({ length: 1001 }, (_, k) => cases[k % 40]);
    const first = evaluateSearch(many, { wordShare: 1, seed: 3 });
    expect(first.distractors).toBe(999);
    expect(first.inBatches).not.toBeNull();
    expect(evaluateSearch(many, { wordShare: 1, seed: 3 })).toEqual(first);
  });
});

describe('annotations', () => {
  const TABLE = 'Language,Query,GitHubUrl,Relevance,Notes\n' +
    'Python,Sort it,u1,3,"good, ""very""\nindeed"\nPython,sort it,u1,2,\nPython,sort it,u2,0,\nGo,sort it,u3,3,\nPython,other,u4,0,\n';

  it('are means over annotators, of one language', () => {
    expect(readAnnotations(TABLE, 'a.csv')).toEqual([
      { query: 'sort it', relevance: new Map([['u1', 2.5], ['u2', 0]]) }, { query: 'other', relevance: new Map([['u4', 0]]) },
    ]);
  });

  it('are refused without their columns or with a relevance that is no number', () => {
    expect(() => readAnnotations('a,b\n1,2\n', 'a.csv')).toThrow(/a\.csv: there is no column Language/u);
    expect(() => readAnnotations(TABLE.replace(',2,', ',x,'), 'a.csv')).toThrow(/row 3 has no number/u);
    expect(() => readAnnotations('', 'a.csv')).toThrow(/no column/u);
  });

  it('give the gain of a ranking, over that of the best one', () => {
    const queries = [{ query: 'q', relevance: new Map([['a', 3], ['b', 1], ['c', 0]]) }, { query: 'none', relevance: new Map([['a', 0]]) }];
    const ideal = 7 + 1 / Math.log2(3);
    const gain = (ranked: string[], countAll: boolean) => normalisedGain(queries, () => ranked, { countAll });
    expect(gain(['a', 'b'], true)).toBeCloseTo(1);
    expect(gain(['b', 'x', 'a'], false)).toBeCloseTo((1 + 7 / Math.log2(3)) / ideal);
    expect(gain(['b', 'x', 'a'], true)).toBeCloseTo((1 + 7 / 2) / ideal);
    expect(gain([], true)).toBe(0);
    expect(normalisedGain([queries[1]], () => [], { countAll: true })).toBeNull();
  });

  it('come back from rows of any cells', () => {
    const rows = [['a', 'b,c', 'd"e', 'f\ng'], ['', 'x', '', 'y']];
    expect(readCsv(rows.map(csvRow).join(''))).toEqual(rows);
    expect(readCsv('a,b\r\nc,d')).toEqual([['a', 'b'], ['c', 'd']]);
  });
});
