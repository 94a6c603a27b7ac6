/**
 * The gate says, piece by piece, how far each expert is to be believed: a network with one
 * hidden layer over what the experts say of themselves (never over what the answer is).
 */

/** Weights of the gate; matrices are row-major, `[inputs, outputs]`. */
export interface MixtureGate {
  readonly features: number;
  readonly hidden: number;
  readonly experts: number;
  /** `[features, hidden]` and `[hidden]` */
  readonly inner: Float32Array;
  readonly innerBias: Float32Array;
  /** `[hidden, experts]` and `[experts]` */
  readonly outer: Float32Array;
  readonly outerBias: Float32Array;
}

/** Room for one evaluation. */
export interface MixtureGateScratch {
  readonly hidden: Float32Array;
  readonly weights: Float32Array;
}

export const createMixtureGateScratch = (gate: MixtureGate): MixtureGateScratch => ({
  hidden: new Float32Array(gate.hidden), weights: new Float32Array(gate.experts),
});

/**
 * Shares of the experts, which sum to 1, in `scratch.weights`. Experts with `present` 0 get none.
 *
 * @param features `[features]`
 * @param present `[experts]`, at least one of them not 0
 */
export function weighExperts(
  gate: MixtureGate,
  features: Float32Array,
  present: Uint8Array,
  scratch: MixtureGateScratch,
): Float32Array {
  gateLogits(gate, features, scratch);
  return shareAmongPresent(scratch.weights, present);
}

/** What the gate gives each expert, present or not, in `scratch.weights`. */
export function gateLogits(
  gate: MixtureGate, features: Float32Array, { hidden, weights }: MixtureGateScratch,
): void {
  hidden.set(gate.innerBias);
  for (let f = 0; f < gate.features; f++) {
    const value = features[f];
    if (value === 0) continue;
    for (let h = 0, at = f * gate.hidden; h < gate.hidden; h++, at++) hidden[h] += value * gate.inner[at];
  }
  weights.set(gate.outerBias);
  for (let h = 0; h < gate.hidden; h++) {
    const value = hidden[h] > 0 ? hidden[h] : (hidden[h] = 0);
    if (value === 0) continue;
    for (let e = 0, at = h * gate.experts; e < gate.experts; e++, at++) weights[e] += value * gate.outer[at];
  }
}

/** Logits become shares of the experts that are present. */
export function shareAmongPresent(weights: Float32Array, present: Uint8Array): Float32Array {
  let highest = -Infinity;
  for (let e = 0; e < weights.length; e++) if (present[e] !== 0 && weights[e] > highest) highest = weights[e];
  let sum = 0;
  for (let e = 0; e < weights.length; e++) sum += weights[e] = present[e] === 0 ? 0 : Math.exp(weights[e] - highest);
  for (let e = 0; e < weights.length; e++) weights[e] /= sum;
  return weights;
}
