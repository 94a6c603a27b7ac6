import { describe, expect, it } from 'vitest';
import { bagOf, joinBags, type Bag } from '../../../src/model/search/bags.js';
import { decodeSearchModel, encodeSearchModel } from '../../../src/model/search/search-file.js';
import { searchLayout, type SearchSizes } from '../../../src/model/search/search-layout.js';
import { SearchNetwork } from '../../../src/model/search/search-network.js';
import { SearchTrainer, type SearchBatch } from '../../../src/model/search/search-trainer.js';
import { createRandom } from '../../../src/shared/random.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';
import { largestDifference } from '../../support/largest-difference.js';

const PAIRS = 8;

function setUp(hidden: number) {
  const sizes: SearchSizes = { pieces: 24, fields: 3, width: 8, hidden };
  const layout = searchLayout(sizes);
  const random = createRandom(`trainer ${hidden}`);
  const importances = Float32Array.from({ length: sizes.pieces * sizes.fields }, () => 0.3 * random.gaussian());
  const trainer = new SearchTrainer(layout, { batch: PAIRS, temperature: 0.5, importances, random });
  const { values } = trainer.kernel.floats;
  // Nothing is zero, so that every path has a gradient.
  for (let k = 0; k < values.length; k++) values[k] += 0.05 * random.gaussian();
  const bag = (field: number): Bag => bagOf({
    pieces: Int32Array.from({ length: 5 }, () => random.int(sizes.pieces)), fields: new Uint8Array(5).fill(field),
  });
  const batch: SearchBatch = {
    size: PAIRS, groups: Int32Array.from([0, 1, 2, 3, 3, 5, 6, 7]),
    queries: joinBags(Array.from({ length: PAIRS }, () => bag(0))),
    codes: joinBags(Array.from({ length: PAIRS }, () => bag(1 + random.int(2)))),
  };
  return { sizes, layout, trainer, batch, values };
}

describe.each([0, 8])('the search network with %i hidden units', (hidden) => {
  it('has the gradient that small changes of its weights show', async () => {
    const { trainer, batch, values, layout } = setUp(hidden);
    await trainer.lossAndGradient(batch);
    const gradient = trainer.kernel.floats.gradient.slice();
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-3);
    const step = 2e-3;
    for (const { offset, length } of Object.values(layout.places)) {
      for (let k = offset; k < offset + length; k += Math.max(1, length >> 4)) {
        const kept = values[k];
        const at = async (value: number): Promise<number> => {
          values[k] = value;
          return (await trainer.loss(batch, values)).lossNats;
        };
        const slope = (await at(kept + step) - await at(kept - step)) / (2 * step);
        values[k] = kept;
        expect(Math.abs(slope - gradient[k])).toBeLessThan(2e-3 + 0.03 * Math.abs(slope));
      }
    }
  });

  it('learns a batch by heart', async () => {
    const { trainer, batch } = setUp(hidden);
    const optimizer = createOptimizer(trainer, { ...DEFAULT_OPTIMIZER, weightDecay: 0 });
    const before = await trainer.lossAndGradient(batch);
    for (let k = 0; k < 300; k++) {
      await trainer.lossAndGradient(batch);
      optimizer.step(0.02);
    }
    const after = await trainer.lossAndGradient(batch);
    expect(before.accuracy).toBeLessThan(0.7);
    expect(after.accuracy).toBe(1);
    expect(after.lossNats).toBeLessThan(before.lossNats / 2);
  });

  it('gives the vectors that it had in training, also from its file', () => {
    const { trainer, batch, values, sizes } = setUp(hidden);
    const expected = trainer.vectorsOf('code', batch.codes, values);
    const bag = (row: number): Bag => {
      const [from, to] = [batch.codes.starts[row], batch.codes.starts[row + 1]];
      return {
        pieces: batch.codes.pieces.slice(from, to), fields: batch.codes.fields.slice(from, to),
        amounts: batch.codes.amounts.slice(from, to),
      };
    };
    const vectors = (network: SearchNetwork): Float32Array =>
      Float32Array.from(Array.from({ length: PAIRS }, (_, row) => [...network.vectorOf('code', bag(row))]).flat());
    expect(largestDifference(vectors(new SearchNetwork(sizes, values.slice())), expected)).toBeLessThan(1e-5);
    const model = { sizes, values: values.slice(), merges: ['ab'], wordShare: 1, training: {} };
    const read = decodeSearchModel(encodeSearchModel(model), 'm.bin');
    expect({ ...read, values: 0 }).toEqual({ ...model, values: 0 });
    expect(largestDifference(vectors(new SearchNetwork(sizes, read.values)), expected)).toBeLessThan(0.05);
  });
});

it('an empty bag is a vector of zeros', () => {
  const { sizes, values } = setUp(0);
  const empty = { pieces: new Int32Array(), fields: new Uint8Array(), amounts: new Float32Array() };
  expect([...new SearchNetwork(sizes, values).vectorOf('query', empty)]).toEqual(Array(8).fill(0));
});

it('a file that is no search model is refused in words', () => {
  const { sizes, values } = setUp(0);
  const model = { sizes, values: values.slice(), merges: ['ab'], wordShare: 1, training: {} };
  expect(() => decodeSearchModel(encodeSearchModel({ ...model, sizes: { ...sizes, fields: 0 } }), 'm.bin')).toThrow(/m\.bin: sizes in the search model says nothing usable of fields/u);
  expect(() => decodeSearchModel(Buffer.from('x'), 'm.bin')).toThrow(/not a file written by nnfmt/u);
});
