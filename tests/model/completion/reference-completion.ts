import { completionLayout } from '../../../src/model/completion/completion-layout.js';
import { type CompletionModel } from '../../../src/model/completion/completion-file.js';

/**
 * The completion network as its definition reads, in plain loops over double precision: an
 * oracle for the kernel. Probabilities of the piece after `pieces`; `vectors` holds the
 * backbone's vector of each.
 */
export function referenceProbabilities(model: CompletionModel, pieces: readonly number[], vectors: Float32Array): number[] {
  const { sizes, values } = model;
  const { places } = completionLayout(sizes);
  const at = (name: string, row: number, column: number): number => values[places[name]!.offset + row * places[name]!.columns + column]!;
  const product = (input: readonly number[], name: string): number[] =>
    Array.from({ length: places[name]!.columns }, (_, column) => input.reduce((sum, x, row) => sum + x * at(name, row, column), 0));
  const plus = (...parts: number[][]): number[] => parts[0]!.map((_, k) => parts.reduce((sum, part) => sum + part[k]!, 0));
  const bias = (name: string): number[] => Array.from({ length: places[name]!.columns }, (_, k) => at(name, 0, k));
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const softmax = (scores: readonly number[]): number[] => {
    const top = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - top));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  };
  const zeros = (): number[] => new Array<number>(sizes.units).fill(0);
  const hidden = Array.from({ length: sizes.layers }, zeros);
  const cell = Array.from({ length: sizes.layers }, zeros);
  const keys: number[][] = [];
  let top = zeros();
  pieces.forEach((piece, t) => {
    let input = plus(
      Array.from({ length: sizes.embedding }, (_, k) => at('piece.embedding', piece, k)),
      sizes.backbone === 0
        ? new Array<number>(sizes.embedding).fill(0)
        : product([...vectors.subarray(t * sizes.backbone, (t + 1) * sizes.backbone)], 'backbone.projection'),
    );
    const before = top;
    for (let layer = 0; layer < sizes.layers; layer++) {
      const sums = plus(bias(`lstm${layer}.bias`), product(input, `lstm${layer}.input`), product(hidden[layer]!, `lstm${layer}.recurrent`));
      const gate = (which: number, k: number): number => sums[which * sizes.units + k]!;
      cell[layer] = cell[layer]!.map((c, k) => sigmoid(gate(1, k)) * c + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)));
      hidden[layer] = cell[layer].map((c, k) => sigmoid(gate(3, k)) * Math.tanh(c));
      input = hidden[layer];
    }
    top = input;
    if (sizes.key > 0) keys.push(plus(product(before, 'pointer.before'), product(top, 'pointer.after')));
  });
  const projected = product(top, 'output.projection');
  const generated = softmax(Array.from({ length: sizes.pieces }, (_, piece) =>
    projected.reduce((sum, x, k) => sum + x * at('piece.embedding', piece, k), at('output.bias', 0, piece))));
  if (sizes.key === 0) return generated;
  const query = product(top, 'pointer.query');
  const from = Math.max(0, pieces.length - sizes.window);
  const scores = keys.slice(from).map((key, k) => {
    const distance = pieces.length - 1 - (from + k);
    const bucket = Math.min(places['pointer.distance.bias']!.columns - 1, Math.floor(Math.log2(distance + 1)));
    return key.reduce((sum, x, j) => sum + x * query[j]!, at('pointer.distance.bias', 0, bucket));
  });
  const sentinel = top.reduce((sum, x, k) => sum + x * at('pointer.sentinel', 0, k), at('pointer.sentinel.bias', 0, 0));
  const attention = softmax([...scores, sentinel]);
  const mixed = generated.map((p) => p * attention[attention.length - 1]!);
  pieces.slice(from).forEach((piece, k) => {
    mixed[piece]! += attention[k]!;
  });
  return mixed;
}
