import { expect, it } from 'vitest';
import { confidenceOf, type Evidence } from '../../../src/complete/confidence.js';
import { createRandom } from '../../../src/shared/random.js';
import { calibrationError, fitCalibration } from '../../../src/train/caches/fit-calibration.js';

const evidence = (logProbability: number): Evidence => ({ logProbability, weakest: -1, share: 0.5, length: 4, strangers: 0, tokensBefore: 2, written: 0.5 });

it('learns from judged suggestions how sure to be', () => {
  const random = createRandom(1);
  const judged = Array.from({ length: 1500 }, () => {
    const found = evidence(-6 * random.next());
    // Less sure than the beam: right with the square root of the odds.
    return { evidence: found, exact: random.next() < 1 / (1 + Math.exp(-(found.logProbability + 2))) };
  });
  const calibration = fitCalibration(judged);
  expect(calibrationError(calibration, judged)).toBeLessThan(0.05);
  expect(confidenceOf(calibration, evidence(-2))).toBeCloseTo(0.5, 1);
  expect(confidenceOf(calibration, evidence(0))).toBeGreaterThan(confidenceOf(calibration, evidence(-5)));
});

it('refuses to learn from nothing', () => {
  expect(() => fitCalibration([])).toThrow(RangeError);
});
