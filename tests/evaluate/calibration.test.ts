import { expect, test } from 'vitest';
import { calibrationOf, collectEditProposals, type EditProposal } from '../../src/evaluate/index.js';
import { readProgram } from '../../src/format/read-program.js';
import { createTokenizer } from '../../src/tokenize/index.js';
import { prefer } from '../format/support/fake-policies.js';

const proposal = (share: number, truth: EditProposal['truth']): EditProposal => ({ edit: 'space', certainty: share, damage: 0, truth });

test('shares that come true as often as they say are calibrated', () => {
  const proposals = [proposal(0.5, 'proposed'), proposal(0.5, 'input'), ...Array.from({ length: 10 }, (_, k) => proposal(0.9, k === 0 ? 'input' : 'proposed'))];
  const { count, expectedError, overconfidence, bins } = calibrationOf(proposals);
  expect(count).toBe(12);
  expect(expectedError).toBeCloseTo(0);
  expect(overconfidence).toBeCloseTo(0);
  expect(bins).toHaveLength(10);
  expect(bins[5]).toEqual({ count: 2, share: 0.5, right: 0.5 });
  expect(bins[0]).toEqual({ count: 0, share: null, right: null });
});

test('errors in opposite directions add up, but the overconfidence is their balance', () => {
  const { expectedError, overconfidence } = calibrationOf([proposal(0.8, 'input'), proposal(0.2, 'proposed')]);
  expect(expectedError).toBeCloseTo(0.8);
  expect(overconfidence).toBeCloseTo(0);
  expect(calibrationOf([proposal(0.7, 'input')]).overconfidence).toBeCloseTo(0.7);
});

test('a share of 1 belongs to the last bin, and what the author wrote otherwise is left out', () => {
  const { count, bins } = calibrationOf([proposal(1, 'proposed'), proposal(0.6, 'other')]);
  expect(count).toBe(1);
  expect(bins[9]).toEqual({ count: 1, share: 1, right: 1 });
});

test('nothing proposed is no error', () => {
  expect(calibrationOf([])).toMatchObject({ count: 0, expectedError: 0, overconfidence: 0 });
});

test('proposals know how sure they are, the damage, and what the author wrote', async () => {
  const context = readProgram(await createTokenizer(), 'x = f(1)\n', 'a.py');
  const job = { context, policy: prefer('space', 1), path: 'a.py', seed: 1 };
  // Three gaps could hold a space and do not: the author is on the side of the input.
  const clean = collectEditProposals({ ...job, rate: 0 });
  expect(clean.map(({ edit, truth }) => `${edit} ${truth}`)).toEqual(['space input', 'space input', 'space input']);
  for (const { certainty, damage } of clean) {
    // Of the sides of an operator the chances are multiplied.
    const expected = certainty > 0.995 ? 90 ** 2 / (90 ** 2 + 1) : 90 / 91;
    expect(certainty).toBeCloseTo(expected);
    expect(damage).toBeGreaterThan(0);
  }
  const spoilt = Array.from({ length: 20 }, (_, seed) => collectEditProposals({ ...job, seed, rate: 1 })).flat();
  expect(spoilt.some(({ truth }) => truth === 'proposed')).toBe(true);
  expect(spoilt.some(({ truth }) => truth === 'other')).toBe(true);
  expect(collectEditProposals({ ...job, seed: 3, rate: 1 })).toEqual(collectEditProposals({ ...job, seed: 3, rate: 1 }));
});
