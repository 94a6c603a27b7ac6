import { describe, expect, it } from 'vitest';
import { PIECE_CONTEXT_COUNT, pieceContextKeys, CORPUS_PIECE_CONTEXTS, pieceShape } from '../../../src/complete/piece-contexts.js';
import type { CorpusContext } from '../../../src/complete/corpus-table.js';
import { PIECE } from '../../../src/complete/pieces.js';
import { countCorpus, DEFAULT_COUNTING } from '../../../src/train/caches/count-corpus.js';
import { tinyVocabulary } from '../../complete/support/tiny-completion.js';

const shape = pieceShape(tinyVocabulary);
const CONFIG = { ...DEFAULT_COUNTING, sketchBits: 20, minProjects: 3 };
const piece = (letter: string): number => tinyVocabulary.encodeName(letter)[0];
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(piece);

const project = (...lines: (readonly number[])[]): Uint16Array => Uint16Array.from([PIECE.file, ...lines.flatMap((line) => [...line, PIECE.line])]);
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What the table says follows some pieces, by its context of that many whole tokens. */
function followers(found: readonly CorpusContext[], before: readonly number[], context = 0): CorpusContext['followers'] | undefined {
  const keys = new Uint32Array(PIECE_CONTEXT_COUNT);
  pieceContextKeys(shape, before, before.length, keys);
  expect(CORPUS_PIECE_CONTEXTS).toContain(context);
  return found.find(({ key }) => key === keys[context])?.followers;
}

describe('countCorpus', () => {
  it('keeps pairs that enough projects show, however often one repeats its own', () => {
    const found = countCorpus(shape, [
      project(...times(30, [a, b]), ...times(500, [a, d])), project(...times(30, [a, b])), project(...times(30, [a, b])), project(...times(30, [c, d])),
    ], CONFIG);
    expect(followers(found, [a])!.map(({ piece: next }) => next)).toEqual([b]);
    expect(followers(found, [c])).toBeUndefined();
  });

  it('gives the likelier follower first, with probabilities below 1 together', () => {
    const lines = [...times(30, [a, b]), ...times(10, [a, c])];
    const found = countCorpus(shape, times(4, project(...lines)), CONFIG);
    const [first, second] = followers(found, [a])!;
    expect([first.piece, second.piece]).toEqual([b, c]);
    expect(first.probability).toBeGreaterThan(second.probability);
    expect(first.probability + second.probability).toBeLessThan(1.0001);
    for (const { followers: list } of found) {
      for (const { probability } of list) {
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThanOrEqual(1);
      }
    }
  });

  it('spends its budget on what gains most', () => {
    const lines = Array.from({ length: 26 }, (_, k) => times(3 + 3 * k, [piece(String.fromCharCode(97 + k)), piece(String.fromCharCode(97 + ((k + 1) % 26)))])).flat();
    const projects = times(4, project(...lines));
    const sizeOf = (found: readonly CorpusContext[]): number => found.reduce((sum, { followers: list }) => sum + 2 + 2 * list.length, 0);
    const all = countCorpus(shape, projects, CONFIG);
    const few = countCorpus(shape, projects, { ...CONFIG, budget: Math.round(sizeOf(all) / 3) });
    expect(few.length).toBeGreaterThan(0);
    expect(few.length).toBeLessThan(all.length);
    expect(sizeOf(few)).toBeLessThanOrEqual(sizeOf(all) / 2);
  });

  it('gives the same for the same projects, and nothing for none', () => {
    const projects = times(4, project(...times(20, [a, b, c])));
    expect(countCorpus(shape, projects, CONFIG)).toEqual(countCorpus(shape, projects, CONFIG));
    expect(countCorpus(shape, [], CONFIG)).toEqual([]);
  });
});
