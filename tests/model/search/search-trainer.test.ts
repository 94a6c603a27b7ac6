import { describe, expect, it } from 'vitest';
import { joinBags, textFor, type Bag } from '../../../src/model/search/bags.js';
import { decodeSearchModel, encodeSearchModel } from '../../../src/model/search/search-file.js';
import { type EncoderKind, searchLayout, type SearchSizes } from '../../../src/model/search/search-layout.js';
import { SearchNetwork } from '../../../src/model/search/search-network.js';
import { SearchTrainer, type SearchBatch } from '../../../src/model/search/search-trainer.js';
import { encodeTensorFile } from '../../../src/model/tensor-file.js';
import { createRandom } from '../../../src/shared/random.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../../../src/train/optimizer.js';
import { largestDifference } from '../../support/largest-difference.js';

const PAIRS = 8;

function setUp(hidden: number, kind: EncoderKind = 'bag') {
  const sizes: SearchSizes = {
    pieces: 24, fields: 3, width: 8, hidden,
    ...(kind === 'bag' ? {} : { reader: { query: kind, code: kind, units: 16, queryLength: 3, codeLength: 4 } }),
  };
  const layout = searchLayout(sizes);
  const random = createRandom(`trainer ${hidden}`);
  const importances = Float32Array.from({ length: sizes.pieces * sizes.fields }, () => 0.3 * random.gaussian());
  const trainer = new SearchTrainer(layout, { batch: PAIRS, temperature: kind === 'bag' ? 0.5 : 0.2, importances, random });
  const { values } = trainer.kernel.floats;
  // Nothing is zero, so that every path has a gradient.
  for (let k = 0; k < values.length; k++) values[k] += (kind === 'bag' ? 0.05 : 0.4) * random.gaussian();
  const text = textFor(kind);
  const bag = (field: number): Bag => {
    const count = kind === 'bag' ? 5 : 1 + random.int(8);
    const fields = new Uint8Array(count).fill(field);
    return text({ pieces: Int32Array.from({ length: count }, () => random.int(sizes.pieces)), fields });
  };
  const batch: SearchBatch = {
    size: PAIRS, groups: Int32Array.from([0, 1, 2, 3, 3, 5, 6, 7]),
    queries: joinBags(Array.from({ length: PAIRS }, () => bag(0))),
    codes: joinBags(Array.from({ length: PAIRS }, () => bag(1 + random.int(2)))),
  };
  return { sizes, layout, trainer, batch, values };
}

const KINDS = [[0, 'bag'], [8, 'bag'], [0, 'cnn'], [0, 'lstm'], [0, 'attention'], [8, 'attention']] as const;

describe.each(KINDS)('the search network with %i hidden units and the encoder %s', (hidden, kind) => {
  it('has the gradient that small changes of its weights show', async () => {
    const { trainer, batch, values, layout } = setUp(hidden, kind);
    await trainer.lossAndGradient(batch);
    const gradient = trainer.kernel.floats.gradient.slice();
    const step = 2e-3;
    for (const { name, offset, length } of Object.values(layout.places)) {
      let [wrong, size, count] = [0, 0, 0];
      for (let k = offset; k < offset + length; k += Math.max(1, length >> 4)) {
        const kept = values[k];
        const at = async (value: number): Promise<number> => {
          values[k] = value;
          return (await trainer.loss(batch, values)).lossNats;
        };
        const slope = (await at(kept + step) - await at(kept - step)) / (2 * step);
        values[k] = kept;
        wrong += (slope - gradient[k]) ** 2;
        size += slope ** 2;
        count++;
      }
      expect([name, Math.sqrt(size / count) > 1e-3]).toEqual([name, true]);
      expect([name, Math.sqrt(wrong / size) < 0.1]).toEqual([name, true]);
    }
  });

  it('learns a batch by heart', async () => {
    const { trainer, batch } = setUp(hidden, kind);
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
    const { trainer, batch, values, sizes } = setUp(hidden, kind);
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
  const reader = { query: 'bag', code: 'lstm', units: 16, queryLength: 3, codeLength: 4 };
  const saying = (wrong: object): Uint8Array => encodeTensorFile({
    kind: 'search model', tensors: [],
    metadata: { sizes: { ...sizes, reader: { ...reader, ...wrong } }, merges: ['ab'], wordShare: 1, training: {} },
  });
  expect(() => decodeSearchModel(saying({ code: 'rnn' }), 'm.bin')).toThrow(/m\.bin: its encoder "rnn" is unknown/u);
  expect(() => decodeSearchModel(saying({ units: 24 }), 'm.bin')).toThrow(/its reader has an impossible width/u);
  expect(() => decodeSearchModel(saying({ codeLength: 1e9 }), 'm.bin')).toThrow(/says nothing usable of codeLength/u);
  expect(() => decodeSearchModel(saying({ units: 999_984 }), 'm.bin')).toThrow(/the matrix piece\.embedding is missing/u);
  expect(() => decodeSearchModel(saying({}), 'm.bin')).toThrow(/the matrix piece\.embedding is missing/u);
  expect(() => decodeSearchModel(Buffer.from('x'), 'm.bin')).toThrow(/not a file written by nnfmt/u);
});
