import { describe, expect, test } from 'vitest';
import { likeliestOf } from '../../src/complete/beam-search.js';
import { createMixtureKernel } from '../../src/complete/mixture-kernel.js';
import { createMixtureGateScratch, gateLogits, type MixtureGate } from '../../src/complete/mixture-gate.js';
import { createRandom, type Random } from '../../src/shared/random.js';

/** Numbers of which some are zero. */
const numbers = (random: Random, length: number): Float32Array =>
  Float32Array.from({ length }, () => (random.next() < 0.3 ? 0 : random.next() * 2 - 1));

function someGate(random: Random, [features, hidden, experts]: readonly [number, number, number]): MixtureGate {
  return {
    features, hidden, experts, inner: numbers(random, features * hidden), innerBias: numbers(random, hidden),
    outer: numbers(random, hidden * experts), outerBias: numbers(random, experts),
  };
}

// Widths that fill their rows, and widths that do not.
describe.each([[12, 8, 6, 64], [7, 5, 3, 61]] as const)('the mixture\'s kernel, %i features', (features, hidden, experts, pieces) => {
  const random = createRandom(features);
  const gate = someGate(random, [features, hidden, experts]);
  const kernel = createMixtureKernel(gate, pieces);

  test('gives the gate\'s logits bit by bit', () => {
    const scratch = createMixtureGateScratch(gate);
    const found = new Float32Array(experts);
    for (let k = 0; k < 50; k++) {
      const asked = numbers(random, features);
      gateLogits(gate, asked, scratch);
      kernel.logits(asked, found);
      expect(found).toEqual(scratch.weights);
    }
  });

  test('finds the likeliest of what is allowed, with their shares', () => {
    for (let k = 0; k < 100; k++) {
      // Few different numbers, so that some are alike.
      const row = Float32Array.from({ length: pieces }, () => Math.floor(random.next() * 8) / 8);
      const allowed = Uint8Array.from(row, () => (random.next() < 0.6 ? 1 : 0));
      const [floor, weight] = [0.001, random.next()];
      const blended = Float32Array.from(row, (p, piece) => Math.fround(floor + weight * p) * allowed[piece]);
      const sum = blended.reduce((total, p) => total + p, 0);
      for (const count of [1, 5, pieces]) {
        kernel.blend(floor, weight, row);
        expect(kernel.likeliest(allowed, count)).toEqual(likeliestOf(blended.map((p) => p / sum), count));
      }
    }
  });

  test('finds nothing where nothing is allowed', () => {
    kernel.blend(0.1, 1, new Float32Array(pieces));
    expect(kernel.likeliest(new Uint8Array(pieces), 5)).toEqual([]);
  });
});
