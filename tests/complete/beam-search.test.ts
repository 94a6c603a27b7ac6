import { describe, expect, it } from 'vitest';
import { beamSearch, type PiecePredictor } from '../../src/complete/beam-search.js';

const END = 3;

/** A small language: the probabilities of 0, 1, 2 and the end after each text. */
const language = (table: Readonly<Record<string, readonly number[]>>): PiecePredictor<string> => ({
  predict: (states) => states.map((state) => Float32Array.from(table[state] ?? [0, 0, 0, 1])),
  extend: (steps) => steps.map(({ state, piece }) => state + String(piece)),
  endsLine: (piece) => piece === END,
});

describe('beamSearch', () => {
  const options = { width: 3, maxPieces: 6, lengthExponent: 0 };

  it('finds the likeliest line where taking the likeliest piece would miss it', () => {
    // 0 looks best, but what follows it is spread out; 1 is followed by the end for certain.
    const found = beamSearch(language({ '': [0.6, 0.4, 0, 0], 0: [0.3, 0.3, 0.3, 0.1], 1: [0, 0, 0, 1] }), '', options);
    expect(found[0].pieces).toEqual([1]);
    expect(found[0].logProbability).toBeCloseTo(Math.log(0.4), 5);
    expect(found[0].weakest).toBeCloseTo(Math.log(0.4), 5);
  });

  it('keeps only lines that end', () => {
    expect(beamSearch(language({ '': [1, 0, 0, 0], 0: [1, 0, 0, 0], '00': [1, 0, 0, 0] }), '', { ...options, maxPieces: 2 })).toEqual([]);
  });

  it('never takes what is impossible', () => {
    const found = beamSearch(language({ '': [0.5, 0, 0, 0.5] }), '', options);
    expect(found.map(({ pieces }) => pieces)).toEqual([[], [0]]);
  });

  it('favours longer lines with a larger exponent', () => {
    const table = { '': [0.5, 0, 0, 0.5], 0: [0.9, 0, 0, 0.1], '00': [0, 0, 0, 1] };
    expect(beamSearch(language(table), '', options)[0].pieces).toEqual([]);
    expect(beamSearch(language(table), '', { ...options, lengthExponent: 1 })[0].pieces).toEqual([0, 0]);
  });

  it('ends where an open line would have to go on for very long, every piece certain, to win', () => {
    const asked = (first: readonly number[]): number => {
      let steps = 0;
      const predictor: PiecePredictor<string> = {
        ...language({}),
        predict: (states) => states.map((state) => Float32Array.from(state === '' ? first : [1, 0, 0, 0])),
        extend: (next) => {
          steps++;
          return next.map(({ state, piece }) => state + String(piece));
        },
      };
      beamSearch(predictor, '', { width: 1, maxPieces: 60, lengthExponent: 0.2 });
      return steps;
    };
    expect(asked([0.37, 0, 0, 0.61])).toBe(0);
    expect(asked([0.45, 0, 0, 0.53])).toBeGreaterThan(0);
  });
});
