import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { decodeHalf, encodeHalf } from '../../src/model/half-float.js';
import { initialWeights, networkLayout } from '../../src/model/network-weights.js';
import { decodeTensorFile, encodeTensorFile } from '../../src/model/tensor-file.js';
import { decodeModel, encodeModel, type GapModel } from '../../src/model/weights-file.js';
import { createRandom } from '../../src/shared/random.js';
import { TOY_LABELS, TOY_SHAPE, TOY_SIZES } from './toy-batches.js';

const model: GapModel = {
  weights: {
    shape: TOY_SHAPE,
    sizes: TOY_SIZES,
    values: initialWeights(networkLayout(TOY_SHAPE, TOY_SIZES), createRandom(1)),
  },
  labelNames: TOY_LABELS,
  vocabularyDigest: 'abc',
  training: { gaps: 12 },
  thresholds: { space: { clean: 0.9, damaged: 0.5 } },
};
const bytes = encodeModel(model);
const read = (changed: Uint8Array): GapModel => decodeModel(changed, { path: 'some/model.bin' });
const changed = (change: (copy: Buffer) => void): Uint8Array => {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
};

describe('model file', () => {
  it.each(['f32', 'f16'] as const)('is read the same where its bytes are known, in %s and at any address', (precision) => {
    const encoded = encodeModel(model, precision);
    for (const shift of [0, 1, 4]) {
      const moved = new Uint8Array(encoded.length + shift).subarray(shift);
      moved.set(encoded);
      expect(decodeModel(moved, { path: 'm', isKnown: true })).toEqual(read(encoded));
    }
  });

  it.each([
    ['f32', 0],
    ['f16', 2 ** -11],
    ['i8', 1 / 100],
  ] as const)('keeps the weights in %s', (precision, tolerance) => {
    const back = read(encodeModel(model, precision));
    expect({ ...back, weights: null }).toEqual({ ...model, weights: null });
    expect(back.weights.shape).toEqual(TOY_SHAPE);
    expect(back.weights.sizes).toEqual(TOY_SIZES);
    const largest = Math.max(...model.weights.values.map(Math.abs));
    back.weights.values.forEach((value, at) => {
      expect(Math.abs(value - model.weights.values[at]!)).toBeLessThanOrEqual(tolerance * largest);
    });
  });

  it('is the same bytes for the same model, wherever it lies in memory', () => {
    expect(encodeModel(model)).toEqual(bytes);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(read(shifted.subarray(1))).toEqual(read(bytes));
    expect(encodeModel(read(bytes))).toEqual(bytes);
  });

  it.each([
    ['an empty file', new Uint8Array(0), /not a file written by nnfmt/u],
    ['a foreign file', Buffer.from('PK\x03\x04 something else'.repeat(9)), /not a file written by nnfmt/u],
    ['a file cut in its prefix', bytes.subarray(0, 30), /ends after 30 bytes/u],
    ['a file cut in its weights', bytes.subarray(0, -3), /instead of/u],
    ['a longer file', Buffer.concat([bytes, Buffer.from('x')]), /instead of/u],
    ['a newer version', changed((copy) => copy.writeUInt32LE(2, 8)), /version 2, this nnfmt reads version 1\. Update nnfmt/u],
    ['an older version', changed((copy) => copy.writeUInt32LE(0, 8)), /version 0.*Train it again/u],
    ['converted line ends', Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), /line ends.*gitattributes/u],
  ])('refuses %s', (_name, damaged, message) => {
    expect(() => read(damaged)).toThrow(ModelFileError);
    expect(() => read(damaged)).toThrow(message);
    expect(() => read(damaged)).toThrow(/some\/model\.bin/u);
  });

  it('notices every flipped byte', () => {
    for (let at = 0; at < bytes.length; at += 17) {
      expect(() => read(changed((copy) => (copy[at]! ^= 0x40))), `byte ${at}`).toThrow(ModelFileError);
    }
  });

  it('refuses another kind of file', () => {
    const checkpoint = encodeTensorFile({ kind: 'checkpoint', metadata: {}, tensors: [] });
    expect(() => read(checkpoint)).toThrow(/this is a checkpoint, not a model/u);
  });

  it('refuses a model for other features or classes', () => {
    const expected = { shape: TOY_SHAPE, labelNames: TOY_LABELS, vocabularyDigest: 'abc' };
    const readAs = (changes: Partial<typeof expected>): GapModel =>
      decodeModel(bytes, { path: 'm', expected: { ...expected, ...changes } });
    expect(readAs({}).labelNames).toEqual(TOY_LABELS);
    expect(() => readAs({ vocabularyDigest: 'abd' })).toThrow(/other features/u);
    expect(() => readAs({ labelNames: [...TOY_LABELS].reverse() })).toThrow(/other layout classes/u);
    expect(() => readAs({ shape: { ...TOY_SHAPE, headColumns: 14 } })).toThrow(/13 headColumns, this nnfmt has 14/u);
  });

  it('refuses matrices that do not fit the sizes', () => {
    const file = decodeTensorFile(bytes, { kind: 'model', path: 'm' });
    const without = encodeTensorFile({ ...file, tensors: file.tensors.slice(1) });
    expect(() => read(without)).toThrow(/lacks the matrix backbone\.embedding/u);
    const metadata = { ...(file.metadata as object), sizes: { ...TOY_SIZES, hidden2: 12 } };
    expect(() => read(encodeTensorFile({ ...file, metadata }))).toThrow(/hidden\.weights is 12 x 8 instead of 12 x 12/u);
    const odd = { ...(file.metadata as object), sizes: { ...TOY_SIZES, hidden2: 7 } };
    expect(() => read(encodeTensorFile({ ...file, metadata: odd }))).toThrow(/impossible sizes/u);
  });
});

describe('half floats', () => {
  it('are exact for every half', () => {
    const finite = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
    const values = new Float32Array(finite.length);
    decodeHalf(finite, values);
    expect(encodeHalf(values)).toEqual(finite);
  });

  it('round to the nearest, ties to even', () => {
    const values = Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2 ** -25, 3 * 2 ** -25, -(2 ** -14), 65519, 0.1);
    const back = new Float32Array(values.length);
    decodeHalf(encodeHalf(values), back);
    expect([...back]).toEqual([1, 1 + 2 ** -9, 1 + 2 ** -10, 0, 2 ** -23, -(2 ** -14), 65504, 0.0999755859375]);
  });

  it('refuse what they cannot hold', () => {
    expect(() => encodeHalf(Float32Array.of(65520))).toThrow(RangeError);
    expect(() => encodeHalf(Float32Array.of(NaN))).toThrow(RangeError);
  });
});
