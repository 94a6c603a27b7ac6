import { expect, it } from 'vitest';
import { joinBags, sequenceOf, type Bag } from '../../../src/model/search/bags.js';
import { bagOf } from '../../../src/model/search/bags.js';
import { type EncoderKind, searchLayout, type SearchSizes } from '../../../src/model/search/search-layout.js';
import { SearchNetwork } from '../../../src/model/search/search-network.js';
import { SearchTrainer } from '../../../src/model/search/search-trainer.js';
import { createRandom } from '../../../src/shared/random.js';
import { largestDifference } from '../../support/largest-difference.js';

const READ = 5;
const UNITS = 16;

function sizesOf(kind: EncoderKind): SearchSizes {
  return {
    pieces: 20, fields: 3, width: 8, hidden: 0,
    reader: { query: kind, code: kind, units: UNITS, queryLength: READ, codeLength: READ },
  };
}

function setUp(kind: EncoderKind) {
  const sizes = sizesOf(kind);
  const layout = searchLayout(sizes);
  const random = createRandom(`readers ${kind}`);
  const values = Float32Array.from({ length: layout.total }, () => 0.4 * random.gaussian());
  const textOf = (length: number): Bag => sequenceOf({
    pieces: Int32Array.from({ length }, () => random.int(sizes.pieces)),
    fields: Uint8Array.from({ length }, () => random.int(sizes.fields)),
  });
  return { sizes, layout, values, random, textOf };
}

type Rows = readonly (readonly number[])[];
const add = (left: readonly number[], right: readonly number[]): number[] => left.map((value, k) => value + right[k]);
const times = (row: readonly number[], weights: Rows): number[] =>
  weights[0].map((_, column) => row.reduce((sum, value, k) => sum + value * weights[k][column], 0));
const relu = (row: readonly number[]): number[] => row.map((value) => Math.max(0, value));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The states of a text as the definitions say, a row at a time, in doubles. */
const STATES: Record<string, (x: Rows, weight: (name: string) => Rows) => Rows> = {
  cnn: (x, weight) => x.map((_, t) => {
    let sum = [...weight('cnn.bias')[0]];
    for (let k = -2; k <= 2; k++) if (x[t + k] !== undefined) sum = add(sum, times(x[t + k], weight(`cnn.${k + 2}`)));
    return relu(sum);
  }),
  lstm: (x, weight) => {
    let [state, cell] = [new Array<number>(UNITS).fill(0), new Array<number>(UNITS).fill(0)];
    return x.map((row) => {
      const gates = add(add(weight('lstm.bias')[0], times(row, weight('lstm.input'))), times(state, weight('lstm.recurrent')));
      const part = (k: number): number[] => gates.slice(k * UNITS, (k + 1) * UNITS);
      const [input, forget, candidate, output] = [0, 1, 2, 3].map(part);
      cell = cell.map((value, k) => sigmoid(forget[k]) * value + sigmoid(input[k]) * Math.tanh(candidate[k]));
      state = cell.map((value, k) => sigmoid(output[k]) * Math.tanh(value));
      return state;
    });
  },
  attention: (plain, weight) => {
    const x = plain.map((row, t) => add(row, weight('attention.position')[t]));
    const results = [0, 1].map((head) => {
      const [queries, keys, rows] = ['query', 'key', 'value'].map((name) => x.map((row) => times(row, weight(`attention.${name}${head}`))));
      return queries.map((query) => {
        const scores = keys.map((key) => Math.exp(query.reduce((sum, value, k) => sum + value * key[k], 0) / Math.sqrt(UNITS / 2)));
        const total = scores.reduce((sum, score) => sum + score, 0);
        return rows.reduce<number[]>((sum, row, k) => add(sum, row.map((value) => value * scores[k] / total)), new Array<number>(UNITS / 2).fill(0));
      });
    });
    return x.map((row, t) => relu([0, 1].reduce(
      (sum, head) => add(sum, times(results[head][t], weight(`attention.mixed${head}`))),
      add(weight('attention.bias')[0], times(row, weight('attention.own'))),
    )));
  },
};

it.each(['cnn', 'lstm', 'attention'] as const)('a text that %s reads has the vector of its definition', (kind) => {
  const { sizes, layout, values, textOf } = setUp(kind);
  const matrix = (name: string): Rows => {
    const { offset, rows, columns } = layout.places[name];
    return Array.from({ length: rows }, (_, row) => [...values.subarray(offset + row * columns, offset + (row + 1) * columns)]);
  };
  const network = new SearchNetwork(sizes, values.slice());
  for (const [side, length] of [['query', 1], ['code', 3], ['code', 5], ['query', 9]] as const) {
    const text = textOf(length);
    const embedded = [...text.pieces].map((piece) => matrix('piece.embedding')[piece]);
    const amounts = [...text.pieces].map((piece, k) => text.amounts[k] * Math.exp(matrix('importance.bias')[piece][text.fields[k]]));
    const read = embedded.slice(0, READ).map((row, k) => add(row.map((value) => value * Math.sqrt(8)), matrix('reader.place')[text.fields[k]]));
    const states = STATES[kind](read, (name) => matrix(`${side}.${name}`));
    let sum = new Array<number>(8).fill(0);
    embedded.forEach((row, k) => (sum = add(sum, row.map((value) => value * amounts[k]))));
    states.forEach((state, k) => (sum = add(sum, times(state, matrix(`${side}.reader.output`)).map((value) => value * amounts[k]))));
    const size = Math.hypot(...sum);
    expect(largestDifference(network.vectorOf(side, text), Float32Array.from(sum, (value) => value / size))).toBeLessThan(1e-5);
  }
});

it.each(['cnn', 'lstm', 'attention'] as const)('%s learns the same, however many texts are read at once', async (kind) => {
  const { layout, values, textOf } = setUp(kind);
  const texts = (): Bag[] => [3, 0, 7, 1, 5, 2, 4, 6].map(textOf);
  const batch = { size: 8, groups: Int32Array.from({ length: 8 }, (_, k) => k), queries: joinBags(texts()), codes: joinBags(texts()) };
  const gradients = await Promise.all([24, 4096].map(async (readRows) => {
    const trainer = new SearchTrainer(layout, {
      batch: 8, temperature: 0.5, importances: new Float32Array(60), random: createRandom('w'), readRows,
    });
    trainer.kernel.floats.values.set(values);
    await trainer.lossAndGradient(batch);
    return trainer.kernel.floats.gradient.slice();
  }));
  expect(Math.max(...gradients[0].map(Math.abs))).toBeGreaterThan(0.01);
  expect(largestDifference(gradients[0], gradients[1])).toBeLessThan(1e-5);
});

it('the order of pieces matters to a reader, and not to a bag', () => {
  const { sizes, values } = setUp('lstm');
  const pieces = { pieces: Int32Array.of(1, 2, 3, 1), fields: Uint8Array.of(0, 0, 0, 0) };
  const turned = { ...pieces, pieces: pieces.pieces.toReversed() };
  const network = new SearchNetwork(sizes, values);
  const vectors = [pieces, turned].map((text) => network.vectorOf('query', sequenceOf(text)));
  expect(largestDifference(vectors[0], vectors[1])).toBeGreaterThan(0.01);
  const bag = bagOf(pieces);
  const amounts = (text: Bag, piece: number): number => text.amounts.reduce((sum, value, k) => sum + (text.pieces[k] === piece ? value : 0), 0);
  expect(amounts(sequenceOf(pieces), 1)).toBeCloseTo(amounts(bag, 1), 5);
  expect(bag.pieces).toHaveLength(3);
});
