import { describe, expect, it } from 'vitest';
import { createCompletionNetwork, type PieceRows } from '../../../src/model/completion/completion-network.js';
import { completionLayout, initialCompletionWeights, type CompletionSizes } from '../../../src/model/completion/completion-layout.js';
import { decodeCompletionModel, encodeCompletionModel } from '../../../src/model/completion/completion-file.js';
import { createCompletionTrainer } from '../../../src/model/completion/completion-trainer.js';
import { createBackboneVectors } from '../../../src/model/completion/backbone-vectors.js';
import { FEATURE_SHAPE } from '../../../src/model/features.js';
import { initialWeights, networkLayout } from '../../../src/model/network-weights.js';
import { createRandom } from '../../../src/shared/random.js';
import { referenceProbabilities } from './reference-completion.js';
import { largestDifference } from '../../support/largest-difference.js';

const BASE = { backbone: 8, hidden1: 8, hidden2: 8 };
const backbone = createBackboneVectors({
  shape: FEATURE_SHAPE, sizes: BASE, values: initialWeights(networkLayout(FEATURE_SHAPE, BASE), createRandom('base')),
});
const SIZES: CompletionSizes = { pieces: 24, embedding: 8, units: 16, layers: 1, backbone: 8, key: 8, window: 16 };

function modelOf(sizes: CompletionSizes) {
  const layout = completionLayout(sizes);
  const random = createRandom('model');
  const values = initialCompletionWeights(layout, random).map((value) => value + 0.4 * random.gaussian());
  return { sizes, values, vocabulary: null, unit: 'token' as const, backboneDigest: null, training: {} };
}

function rowsOf(count: number): PieceRows {
  const random = createRandom('rows');
  return {
    pieces: Int16Array.from({ length: count }, () => random.int(24)),
    slots: Int16Array.from({ length: count * backbone.slots }, () => random.int(FEATURE_SHAPE.backboneColumns)),
    numbers: Float32Array.from({ length: count * backbone.numbers }, () => random.next()),
  };
}

const batchOf = (rows: PieceRows, places: readonly number[]): PieceRows => ({
  pieces: Int16Array.from(places, (k) => rows.pieces[k]),
  slots: Int16Array.from(places.flatMap((k) => [...rows.slots.subarray(k * backbone.slots, (k + 1) * backbone.slots)])),
  numbers: Float32Array.from(
    places.flatMap((k) => [...rows.numbers.subarray(k * backbone.numbers, (k + 1) * backbone.numbers)]),
  ),
});

const rowAt = (rows: PieceRows, k: number): PieceRows => batchOf(rows, [k]);

describe('createCompletionNetwork', () => {
  it.each([
    ['one layer', SIZES],
    ['two layers', { ...SIZES, layers: 2 }],
    ['no pointer', { ...SIZES, key: 0, window: 0 }],
  ])('agrees with a plain calculation: %s', (_, sizes) => {
    const model = modelOf(sizes);
    const network = createCompletionNetwork(model, backbone);
    const rows = rowsOf(40);
    const vectors = new Float32Array(40 * 8);
    backbone.compute(rows.slots, rows.numbers, 40, vectors);
    const state = network.start();
    network.read(state, rows, 0, 40);
    const { probabilities } = network.predict([state]);
    const expected = referenceProbabilities(model, [...rows.pieces], vectors);
    expect(largestDifference(probabilities, expected)).toBeLessThan(5e-6);
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it.each([['one layer', SIZES], ['two layers', { ...SIZES, layers: 2 }], ['inputs and vocabulary as well', { ...SIZES, embedding: 32 }]])(
    'agrees with it as well where weights are whole numbers, as those of a file in 8 bits: %s', (_, sizes) => {
      const model = decodeCompletionModel(encodeCompletionModel(modelOf(sizes), 'i8'), { path: 'x' });
      const network = createCompletionNetwork(model, backbone);
      const rows = rowsOf(100);
      const vectors = new Float32Array(40 * 8);
      backbone.compute(rows.slots, rows.numbers, 40, vectors);
      const state = network.start();
      network.read(state, rows, 0, 40);
      const probabilities = network.predict([state]).probabilities.slice();
      const off = largestDifference(probabilities, referenceProbabilities(model, [...rows.pieces.subarray(0, 40)], vectors));
      // States are rounded to 2^-13, so it is near, and another way than that of floats.
      expect(off).toBeLessThan(5e-4);
      expect(off).toBeGreaterThan(1e-7);
      // The same whether a text is read at once or piece by piece.
      const other = network.start();
      for (let k = 0; k < 40; k++) network.advance([other], rowAt(rows, k));
      expect(network.predict([other]).probabilities).toEqual(probabilities);
      // And of several in a batch, four of which are computed together.
      const batch = Array.from({ length: 6 }, () => network.start());
      for (let k = 0; k < 40; k++) network.advance(batch, batchOf(rows, [k, 40 + k, k, k, 60 + k, k]));
      const together = network.predict(batch).probabilities;
      for (const k of [0, 2, 3, 5]) expect(together.slice(24 * k, 24 * (k + 1)), `state ${k}`).toEqual(probabilities.slice(0, 24));
    },
  );

  it('says the same whether a text is read at once, piece by piece, or in a batch', () => {
    const network = createCompletionNetwork(modelOf(SIZES), backbone);
    const rows = rowsOf(30);
    const whole = network.start();
    network.read(whole, rows, 0, 30);
    const other = network.start();
    network.read(other, rows, 5, 17);
    const single = network.start();
    network.read(single, rows, 0, 11);
    for (let k = 11; k < 30; k++) network.advance([single], rowAt(rows, k));
    const alone = network.predict([whole]).probabilities.slice();
    expect(network.predict([single]).probabilities).toEqual(alone);
    expect(network.predict([other, single, other]).probabilities.slice(24, 48)).toEqual(alone);
  });

  it('says of copies that go on together what it says of each text read at once, however far they go', () => {
    const network = createCompletionNetwork(modelOf(SIZES), backbone);
    const rows = rowsOf(120);
    for (const read of [0, 5, 13, 40]) {
      const start = network.start();
      network.read(start, rows, 0, read);
      let [one, other] = [network.copy(start), network.copy(start)];
      for (let k = read; k < 110; k++) {
        network.advance([one], rowAt(rows, k));
        network.advance([other], rowAt(rows, k + 1));
        // As a search does it, which leaves what it came from as it is.
        [one, other] = [network.copy(one), network.copy(other)];
        const found = network.predict([one, start, other]).probabilities.slice();
        const whole = network.start();
        network.read(whole, rows, 0, k + 1);
        expect(found.slice(0, 24), `${k} pieces after ${read}`).toEqual(network.predict([whole]).probabilities);
      }
    }
  });

  it('does not change a state when its copy goes on', () => {
    const network = createCompletionNetwork(modelOf(SIZES), backbone);
    const rows = rowsOf(30);
    const state = network.start();
    network.read(state, rows, 0, 20);
    const before = network.predict([state]).probabilities.slice();
    const copy = network.copy(state);
    network.read(copy, rows, 20, 30);
    expect(network.predict([copy]).probabilities).not.toEqual(before);
    expect(network.predict([state]).probabilities).toEqual(before);
    // And the other way round.
    const after = network.predict([copy]).probabilities.slice();
    network.advance([state], rowAt(rows, 25));
    expect(network.predict([copy]).probabilities).toEqual(after);
  });

  it('gives the loss that training computes', async () => {
    const model = modelOf(SIZES);
    const layout = completionLayout(SIZES);
    const rows = rowsOf(17);
    const trainer = createCompletionTrainer({ layout, steps: 8, sequences: 1, random: createRandom(1) });
    trainer.kernel.floats.values.set(model.values);
    const vectors = new Float32Array(17 * 8);
    backbone.compute(rows.slots, rows.numbers, 17, vectors);
    let loss = 0;
    for (const first of [0, 8]) {
      const result = await trainer.loss({
        size: 8, steps: 8, sequences: 1, pieces: rows.pieces.slice(first, first + 8), targets: rows.pieces.slice(first + 1, first + 9),
        backbone: vectors.slice(first * 8, (first + 8) * 8), begins: Uint8Array.of(first === 0 ? 1 : 0),
      }, trainer.kernel.floats.values);
      loss += result.lossNats / 2;
    }
    const network = createCompletionNetwork(model, backbone);
    const state = network.start();
    let expected = 0;
    for (let k = 0; k < 16; k++) {
      network.advance([state], rowAt(rows, k));
      expected -= Math.log(network.predict([state]).probabilities[rows.pieces[k + 1]!]!) / 16;
    }
    expect(loss).toBeCloseTo(expected, 4);
  });
});
