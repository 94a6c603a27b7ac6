import { describe, expect, it } from 'vitest';
import { createMixtureGateScratch, weighExperts, type MixtureGate } from '../../../src/complete/mixture-gate.js';
import { EXPERT_COUNT, FEATURE_COUNT } from '../../../src/complete/mixture.js';
import { DEFAULT_GATE_TRAINING, fitGate, type GateSamples } from '../../../src/train/caches/fit-gate.js';
import { createRandom } from '../../../src/shared/random.js';

const CONFIG = { ...DEFAULT_GATE_TRAINING, hidden: 4, epochs: 120, learningRate: 0.05 };

/** Places where expert 0 is right when the first feature is set, and expert 1 otherwise. */
function samplesOf(count: number, present = 1): GateSamples {
  const random = createRandom(5);
  const samples: GateSamples = {
    count, features: new Float32Array(count * FEATURE_COUNT), present: new Uint8Array(count * EXPERT_COUNT).fill(present),
    shares: new Float32Array(count * EXPERT_COUNT).fill(0.01),
  };
  for (let row = 0; row < count; row++) {
    const flag = random.int(2);
    samples.features[row * FEATURE_COUNT] = flag;
    samples.features[row * FEATURE_COUNT + 1] = random.next();
    samples.shares[row * EXPERT_COUNT + (flag === 1 ? 0 : 1)] = 0.9;
  }
  return samples;
}

const weightsFor = (gate: MixtureGate, flag: number): Float32Array => {
  const features = new Float32Array(FEATURE_COUNT);
  features[0] = flag;
  return weighExperts(gate, features, new Uint8Array(EXPERT_COUNT).fill(1), createMixtureGateScratch(gate)).slice();
};

describe('fitGate', () => {
  it('learns from the features whom to believe', () => {
    const bits: number[] = [];
    const gate = fitGate(samplesOf(1000), CONFIG, (_, loss) => bits.push(loss));
    expect(bits).toHaveLength(CONFIG.epochs);
    expect(bits[0]).toBeGreaterThan(2);
    // -log2 .9 is the best there is.
    expect(bits[bits.length - 1]).toBeLessThan(0.35);
    expect(weightsFor(gate, 1)[0]).toBeGreaterThan(0.8);
    expect(weightsFor(gate, 0)[1]).toBeGreaterThan(0.8);
  });

  it('gives the same gate with the same seed, and another with another', () => {
    const fit = (seed: number): MixtureGate => fitGate(samplesOf(200), { ...CONFIG, epochs: 2, seed }, () => undefined);
    expect(fit(1)).toEqual(fit(1));
    expect(fit(2).inner).not.toEqual(fit(1).inner);
  });

  it('goes on from given weights', () => {
    const samples = samplesOf(1000);
    const first = fitGate(samples, CONFIG, () => undefined);
    const bits: number[] = [];
    const second = fitGate(samples, { ...CONFIG, epochs: 1 }, (_, loss) => bits.push(loss), first);
    expect(second).toBe(first);
    expect(bits[0]).toBeLessThan(0.4);
  });

  it('stays finite where no expert saw the piece coming', () => {
    const samples = samplesOf(300);
    samples.shares.fill(0);
    const gate = fitGate(samples, { ...CONFIG, epochs: 2 }, (_, loss) => expect(Number.isFinite(loss)).toBe(true));
    expect([...weightsFor(gate, 1), ...gate.inner, ...gate.outer].every(Number.isFinite)).toBe(true);
  });
});
