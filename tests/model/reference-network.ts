import { type FeatureBatch, type TrainingBatch } from '../../src/model/feature-batch.js';
import { networkLayout, type NetworkWeights, type ParameterName } from '../../src/model/network-weights.js';

/** The network's definition as plain loops in double precision. */
export function referenceLogits(weights: NetworkWeights, batch: FeatureBatch, row: number): number[] {
  const { shape, sizes, values } = weights;
  const { places } = networkLayout(shape, sizes);
  const at = (name: ParameterName, line: number, column: number): number =>
    values[places[name].offset + line * places[name].columns + column]!;
  const slotCount = shape.backboneSlots + shape.headSlots;
  const numberCount = shape.backboneNumbers + shape.headNumbers;
  const slots = [...batch.slots.subarray(row * slotCount, (row + 1) * slotCount)];
  const numbers = [...batch.numbers.subarray(row * numberCount, (row + 1) * numberCount)];
  const sum = (terms: number[]): number => terms.reduce((total, term) => total + term, 0);
  const layer = (width: number, unit: (column: number) => number): number[] => Array.from({ length: width }, (_, k) => unit(k));
  const product = (input: number[], name: ParameterName, column: number): number =>
    sum(input.map((value, line) => value * at(name, line, column)));
  const active = (of: number[], name: ParameterName, column: number): number =>
    sum(of.filter((slot) => slot >= 0).map((slot) => at(name, slot, column)));
  const relu = (value: number): number => Math.max(0, value);

  const backbone = layer(sizes.backbone, (k) => relu(
    active(slots.slice(0, shape.backboneSlots), 'backbone.embedding', k) +
    product(numbers.slice(0, shape.backboneNumbers), 'backbone.numbers', k) + at('backbone.bias', 0, k)));
  const hidden1 = layer(sizes.hidden1, (k) => relu(
    product(backbone, 'head.backbone', k) +
    active(slots.slice(shape.backboneSlots), 'head.embedding', k) +
    product(numbers.slice(shape.backboneNumbers), 'head.numbers', k) + at('head.bias', 0, k)));
  const hidden2 = layer(sizes.hidden2, (k) => relu(product(hidden1, 'hidden.weights', k) + at('hidden.bias', 0, k)));
  return layer(shape.labels, (k) => product(hidden2, 'output.weights', k) + at('output.bias', 0, k));
}

/** Softmax over the legal labels of one row. */
export function referenceProbabilities(weights: NetworkWeights, batch: FeatureBatch, row: number): number[] {
  const { labels } = weights.shape;
  const logits = referenceLogits(weights, batch, row);
  const powers = logits.map((logit, k) => (batch.legal[row * labels + k] ? Math.exp(logit) : 0));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => (total === 0 ? 0 : power / total));
}

export function referenceLoss(weights: NetworkWeights, batch: TrainingBatch): number {
  const { labels } = weights.shape;
  let loss = 0;
  let total = 0;
  for (let row = 0; row < batch.size; row++) {
    const probabilities = referenceProbabilities(weights, batch, row);
    let inTarget = 0;
    for (let k = 0; k < labels; k++) if (batch.target[row * labels + k]) inTarget += probabilities[k]!;
    if (inTarget === 0) continue;
    loss -= batch.weight[row]! * Math.log(inTarget);
    total += batch.weight[row]!;
  }
  return loss / total;
}
