/**
 * Fits the gate of the mixture by gradient descent on the negative logarithm of what the
 * weighed experts give the right piece. Small enough for plain loops: no TensorFlow.js.
 */
import { EXPERT_COUNT, FEATURE_COUNT } from '../../complete/mixture.js';
import { createMixtureGateScratch, weighExperts, type MixtureGate } from '../../complete/mixture-gate.js';
import { createRandom, type Random } from '../../shared/random.js';

/** Places in texts, as columns: one row for each. */
export interface GateSamples {
  readonly count: number;
  /** `[count, FEATURE_COUNT]` */
  readonly features: Float32Array;
  /** `[count, EXPERT_COUNT]` */
  readonly present: Uint8Array;
  /** `[count, EXPERT_COUNT]`: what each expert gave the piece that came. */
  readonly shares: Float32Array;
}

export interface GateTraining {
  readonly hidden: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly seed: number;
}

export const DEFAULT_GATE_TRAINING: GateTraining = { hidden: 40, epochs: 6, learningRate: 0.003, seed: 1 };

const BATCH = 128;
/** Adam's usual constants (Kingma and Ba 2015). */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
/** Keeps a step finite when no expert saw the piece coming. */
const LEAST_SHARE = 1e-9;

/**
 * @param report is told the mean loss of each epoch, in bits a piece
 * @param start weights to go on from, which are changed; random ones otherwise
 */
export function fitGate(
  samples: GateSamples, config: GateTraining, report: (epoch: number, bits: number) => void, start?: MixtureGate,
): MixtureGate {
  const random = createRandom(config.seed);
  const gate = start ?? initialGate(config.hidden, random);
  const parameters = parametersOf(gate);
  const gradient = initialGate(gate.hidden, null);
  const gradients = parametersOf(gradient);
  const moments = parameters.map((p) => ({ first: new Float32Array(p.length), second: new Float32Array(p.length) }));
  const scratch = createMixtureGateScratch(gate);
  const order = Int32Array.from({ length: samples.count }, (_, k) => k);
  const outGradient = new Float32Array(EXPERT_COUNT);
  const steps = config.epochs * Math.ceil(samples.count / BATCH);
  let step = 0;
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    shuffle(order, random);
    let loss = 0;
    for (let from = 0; from < samples.count; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      gradients.forEach((g) => g.fill(0));
      for (const row of batch) {
        const features = samples.features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT);
        const present = samples.present.subarray(row * EXPERT_COUNT, (row + 1) * EXPERT_COUNT);
        const shares = samples.shares.subarray(row * EXPERT_COUNT, (row + 1) * EXPERT_COUNT);
        const weights = weighExperts(gate, features, present, scratch);
        let p = LEAST_SHARE;
        for (let e = 0; e < EXPERT_COUNT; e++) p += weights[e] * shares[e];
        loss -= Math.log2(p);
        // d(-log Σ w s)/d logit = w - w s / p
        for (let e = 0; e < EXPERT_COUNT; e++) {
          outGradient[e] = (weights[e] - (weights[e] * shares[e]) / p) / batch.length;
        }
        addGradient(gate, gradient, features, scratch.hidden, outGradient);
      }
      step++;
      const rate = config.learningRate * Math.min(1, step / 200) * (1 - (0.95 * step) / steps);
      const correction = Math.sqrt(1 - BETA2 ** step) / (1 - BETA1 ** step);
      parameters.forEach((parameter, k) => {
        const { first, second } = moments[k];
        for (let at = 0; at < parameter.length; at++) {
          const g = gradients[k][at];
          first[at] = BETA1 * first[at] + (1 - BETA1) * g;
          second[at] = BETA2 * second[at] + (1 - BETA2) * g * g;
          parameter[at] -= (rate * correction * first[at]) / (Math.sqrt(second[at]) + EPSILON);
        }
      });
    }
    report(epoch + 1, loss / samples.count);
  }
  return gate;
}

/** @param random null for zeros */
function initialGate(hidden: number, random: Random | null): MixtureGate {
  const normal = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (random === null ? 0 : random.gaussian() * scale));
  return {
    features: FEATURE_COUNT, hidden, experts: EXPERT_COUNT,
    inner: normal(FEATURE_COUNT * hidden, Math.sqrt(1 / FEATURE_COUNT)),
    innerBias: new Float32Array(hidden),
    outer: normal(hidden * EXPERT_COUNT, 0.1 * Math.sqrt(1 / hidden)),
    outerBias: new Float32Array(EXPERT_COUNT),
  };
}

const parametersOf = (gate: MixtureGate): Float32Array[] => [gate.inner, gate.innerBias, gate.outer, gate.outerBias];

function addGradient(
  gate: MixtureGate,
  into: MixtureGate,
  features: Float32Array,
  hidden: Float32Array,
  out: Float32Array,
): void {
  const { experts } = gate;
  for (let e = 0; e < experts; e++) into.outerBias[e] += out[e];
  for (let h = 0; h < gate.hidden; h++) {
    // 0 where the unit was cut off: no gradient passes there.
    if (hidden[h] === 0) continue;
    let back = 0;
    for (let e = 0, at = h * experts; e < experts; e++, at++) {
      into.outer[at] += hidden[h] * out[e];
      back += gate.outer[at] * out[e];
    }
    into.innerBias[h] += back;
    for (let f = 0; f < gate.features; f++) {
      if (features[f] !== 0) into.inner[f * gate.hidden + h] += features[f] * back;
    }
  }
}

function shuffle(order: Int32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.int(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
}
