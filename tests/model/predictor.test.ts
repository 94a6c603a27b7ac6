import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FeatureBatch, type FeatureShape } from '../../src/model/feature-batch.js';
import { askNetwork } from '../../src/format/ask-network.js';
import { CLASSES_OF_ROLE, CLASS_COUNT, COLUMNS, COLUMN_OF_CLASS } from '../../src/model/layout-classes.js';
import { createKernel } from '../../src/model/kernel/kernel.js';
import { listLength } from '../../src/model/kernel/matrix-operations.js';
import { createPredictor } from '../../src/model/kernel/predictor.js';
import { createGapNetwork } from '../../src/model/network.js';
import { DEFAULT_NETWORK_SIZES, networkLayout, type NetworkSizes, type NetworkWeights } from '../../src/model/network-weights.js';
import { createTrainingMemory } from '../../src/model/training-memory.js';
import { createRandom } from '../../src/shared/random.js';
import { selectBackend } from '../../src/train/backends.js';
import { referenceProbabilities } from './reference-network.js';
import { TOY_SHAPE, TOY_SIZES, toyBatch } from './toy-batches.js';
import { largestDifference } from '../support/largest-difference.js';

const WIDE_SHAPE: FeatureShape = {
  backboneSlots: 12, backboneColumns: 300, backboneNumbers: 21,
  headSlots: 17, headColumns: 500, headNumbers: 43,
  labels: 45,
};

function network(shape: FeatureShape, sizes: NetworkSizes, maxBatch = 300) {
  const memory = createTrainingMemory({ layout: networkLayout(shape, sizes), maxBatch, random: createRandom('weights') });
  const random = createRandom('biases');
  for (const place of Object.values(memory.layout.places)) {
    if (!place.name.endsWith('.bias')) continue;
    for (let at = 0; at < place.length; at++) memory.kernel.floats.values[place.offset + at] = random.gaussian() / 4;
  }
  const weights: NetworkWeights = { shape, sizes, values: memory.kernel.floats.values };
  return { memory, weights };
}

beforeAll(() => selectBackend('wasm'));

it('folds what is legal in a role as it is folded elsewhere', () => {
  const { weights } = network({ ...WIDE_SHAPE, labels: CLASS_COUNT }, DEFAULT_NETWORK_SIZES);
  const predictor = createPredictor(weights);
  const batch = toyBatch(createRandom(4), 259, weights.shape);
  batch.legal.fill(0);
  for (let row = 0; row < batch.size; row++) {
    for (const index of CLASSES_OF_ROLE[row % CLASSES_OF_ROLE.length]!) batch.legal[row * CLASS_COUNT + index] = 1;
  }
  const [folded, wanted] = [0, 1].map(() => new Float32Array(batch.size * COLUMNS).fill(7)) as [Float32Array, Float32Array];
  predictor.folded(batch, folded);
  askNetwork({ probabilities: (rows, out) => predictor.probabilities(rows, out) }, batch, wanted);
  expect(folded).toEqual(wanted);
  for (let row = 0; row < batch.size; row++) {
    const classes = CLASSES_OF_ROLE[row % CLASSES_OF_ROLE.length]!;
    expect(classes.reduce((sum, index) => sum + folded[row * COLUMNS + COLUMN_OF_CLASS[index]!]!, 0)).toBeCloseTo(1, 5);
  }
});

describe.each([
  ['small odd', TOY_SHAPE, TOY_SIZES],
  ['default', WIDE_SHAPE, DEFAULT_NETWORK_SIZES],
])('createPredictor, %s sizes', (_name, shape, sizes) => {
  it('agrees with the definition and with TensorFlow.js', async () => {
    const { memory, weights } = network(shape, sizes);
    const batch = toyBatch(createRandom(1), 263, shape);
    const out = new Float32Array(batch.size * shape.labels).fill(7);
    createPredictor(weights).probabilities(batch, out);

    const logits = await createGapNetwork(memory).logits(batch, weights.values);
    for (let row = 0; row < batch.size; row++) {
      const at = row * shape.labels;
      const powers = Array.from({ length: shape.labels }, (_, k) => (batch.legal[at + k] ? Math.exp(logits[at + k]!) : 0));
      const total = powers.reduce((sum, power) => sum + power, 0);
      const found = out.subarray(at, at + shape.labels);
      expect(largestDifference(found, powers.map((power) => power / total))).toBeLessThan(1e-4);
      expect(found.filter((_, k) => !batch.legal[at + k]).some((value) => value !== 0)).toBe(false);
      if (row > 5 && row < 255) continue;
      expect(largestDifference(found, referenceProbabilities(weights, batch, row))).toBeLessThan(1e-4);
    }
  });

  it('gives a gap the same bits alone and among others', () => {
    const { weights } = network(shape, sizes);
    const predictor = createPredictor(weights);
    const batch = toyBatch(createRandom(2), 259, shape);
    const together = new Float32Array(batch.size * shape.labels);
    predictor.probabilities(batch, together);
    const alone = new Float32Array(shape.labels);
    for (const row of [0, 1, 130, 255, 256, 258]) {
      predictor.probabilities(rowOf(batch, row, shape), alone);
      expect(alone).toEqual(together.slice(row * shape.labels, (row + 1) * shape.labels));
    }
  });
});

function rowOf(batch: FeatureBatch, row: number, shape: FeatureShape): FeatureBatch {
  const part = <T extends Int16Array | Float32Array | Uint8Array>(values: T, width: number): T =>
    values.slice(row * width, (row + 1) * width) as T;
  return {
    size: 1,
    slots: part(batch.slots, shape.backboneSlots + shape.headSlots),
    numbers: part(batch.numbers, shape.backboneNumbers + shape.headNumbers),
    legal: part(batch.legal, shape.labels),
  };
}

describe('predictor details', () => {
  it('gives zeros where nothing is legal, and survives extreme logits', () => {
    const { weights } = network(TOY_SHAPE, TOY_SIZES);
    const { labels } = TOY_SHAPE;
    const bias = networkLayout(TOY_SHAPE, TOY_SIZES).places['output.bias'].offset;
    weights.values.set([300, -300, 0, 1e30, -1e30, 299], bias);
    const batch = toyBatch(createRandom(3), 3);
    batch.legal.set([0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0]);
    const out = new Float32Array(3 * labels);
    createPredictor(weights).probabilities(batch, out);
    expect([...out.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(out[6]! + out[11]!).toBeCloseTo(1, 6);
    expect(out[7]).toBe(0);
    expect([...out.subarray(12, 18)]).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('gives the vectors of the backbone', () => {
    const { weights } = network(TOY_SHAPE, TOY_SIZES);
    const predictor = createPredictor(weights);
    const batch = toyBatch(createRandom(4), 5);
    const vectors = new Float32Array(5 * TOY_SIZES.backbone);
    predictor.backbone(batch, vectors);
    expect(vectors.every((value) => value >= 0)).toBe(true);
    expect(vectors.some((value) => value > 0)).toBe(true);

    // What looks right of the gap must not reach the backbone.
    const other = toyBatch(createRandom(5), 5);
    const { backboneSlots, headSlots, backboneNumbers, headNumbers } = TOY_SHAPE;
    for (let row = 0; row < 5; row++) {
      const slots = row * (backboneSlots + headSlots);
      other.slots.set(batch.slots.subarray(slots, slots + backboneSlots), slots);
      const numbers = row * (backboneNumbers + headNumbers);
      other.numbers.set(batch.numbers.subarray(numbers, numbers + backboneNumbers), numbers);
    }
    const same = new Float32Array(vectors.length);
    predictor.backbone(other, same);
    expect(same).toEqual(vectors);
  });

  it('has bits that are the same on every machine', () => {
    // A frozen checksum: it changes only when the kernel's arithmetic does.
    const { weights } = network(TOY_SHAPE, TOY_SIZES);
    // Weights made without Math.log and Math.cos, whose last bits the standard leaves open.
    const random = createRandom('frozen');
    for (let at = 0; at < weights.values.length; at++) weights.values[at] = random.next() - 0.5;
    const out = new Float32Array(64 * TOY_SHAPE.labels);
    createPredictor(weights).probabilities(toyBatch(createRandom('frozen'), 64), out);
    const words = new Int32Array(out.buffer);
    expect(words.reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 7)).toMatchInlineSnapshot(`319889718`);
  });
});

describe('the kernel', () => {
  it('is compiled from the source beside it', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build-kernel.js', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('scatters as the transpose of its sum, for every kind of width', () => {
    for (const width of [4, 16, 20, 32, 36, 64, 100]) {
      const { run, floats, shorts } = createKernel({
        floats: { table: 7 * width, bias: width, out: 5 * width, gradient: 7 * width },
        shorts: { slots: 5 * 3 },
      });
      const random = createRandom(width);
      for (const values of [floats.table, floats.bias]) for (let at = 0; at < values.length; at++) values[at] = random.next();
      for (let at = 0; at < shorts.slots.length; at++) shorts.slots[at] = random.int(8) - 1;
      // Slots 1 and 2 of 3.
      const slots = shorts.slots.byteOffset + 2;
      run.embeddingSum(floats.out.byteOffset, width, floats.table.byteOffset, floats.bias.byteOffset, slots, 3, 2, 5);
      const expected = new Float32Array(7 * width);
      for (let row = 0; row < 5; row++) {
        for (let column = 0; column < width; column++) {
          let sum = floats.bias[column]!;
          for (const active of shorts.slots.subarray(3 * row + 1, 3 * row + 3)) {
            if (active < 0) continue;
            sum += floats.table[active * width + column]!;
            expected[active * width + column]! += floats.out[row * width + column]!;
          }
          expect(floats.out[row * width + column]).toBeCloseTo(sum, 5);
        }
      }
      run.embeddingScatter(floats.gradient.byteOffset, width, floats.out.byteOffset, slots, 3, 2, 5);
      expect(largestDifference(floats.gradient, expected)).toBeLessThan(5e-5);
    }
  });

  it.each([12, 40, 64])('multiplies sparse rows as dense ones, %i wide', (width) => {
    const { run, floats } = createKernel({
      floats: { x: 6 * 10, w: 10 * width, dense: 6 * width, sparse: 6 * width, list: listLength(10) },
    });
    const random = createRandom(1);
    floats.x.forEach((_, at) => (floats.x[at] = random.next() < 0.6 ? 0 : random.next()));
    floats.w.forEach((_, at) => (floats.w[at] = random.next()));
    run.addProduct(floats.dense.byteOffset, width, floats.x.byteOffset, 10, 10, floats.w.byteOffset, 6);
    run.addSparseProduct(
      floats.sparse.byteOffset, width, floats.x.byteOffset, 10, 10, floats.w.byteOffset, 6, floats.list.byteOffset,
      -Infinity,
    );
    expect(floats.sparse).toEqual(floats.dense);
  });

  it('multiplies for legal labels alone as for all, however many are legal', () => {
    const [labels, width, rows, depth] = [45, 48, 40, 10];
    const { floats, bytes, matrices, byteMatrices, operations } = createKernel({
      floats: {
        x: [rows, depth], w: [depth, width], all: [rows, width], some: [rows, width], list: listLength(depth, width) + labels,
        likely: [rows, labels], likelyOfSome: [rows, labels],
      },
      bytes: { legal: [rows, labels], column: labels },
    });
    bytes.column.forEach((_, label) => (bytes.column[label] = label));
    const random = createRandom(2);
    for (const values of [floats.x, floats.w]) {
      values.forEach((_, at) => (values[at] = random.next() < 0.5 ? 0 : random.next()));
    }
    // From rows without a legal label to rows in which nearly all are.
    bytes.legal.forEach((_, at) => (bytes.legal[at] = random.next() < Math.floor(at / labels) / rows ? 1 : 0));
    const { x, w, all, some, list, likely, likelyOfSome } = matrices;
    floats.some.fill(0);
    operations.addProduct(all, x, w);
    operations.addLegalProduct(some, x, w, list, byteMatrices.legal);
    bytes.legal.forEach((isLegal, at) => {
      const place = Math.floor(at / labels) * width + (at % labels);
      if (isLegal === 1) expect(floats.some[place]).toBe(floats.all[place]);
    });
    operations.foldedSoftmax(likely, all, byteMatrices.legal, byteMatrices.column, list);
    operations.foldedSoftmax(likelyOfSome, some, byteMatrices.legal, byteMatrices.column, list);
    expect(floats.likelyOfSome).toEqual(floats.likely);
    expect(floats.likely.subarray(0, labels)).toEqual(new Float32Array(labels));
  });

  it('refuses a list that is too short for a product', () => {
    const { matrices: { x, w, out, list }, operations } = createKernel({
      floats: { x: [2, 8], w: [8, 4], out: [2, 4], list: listLength(8) - 1 },
    });
    expect(() => operations.addSparseProduct(out, x, w, list)).toThrow(RangeError);
  });
});
