import { ModelFileError } from '../../errors.js';
import { readMetadata } from '../check-metadata.js';
import { decodeTensorFile, encodeTensorFile, type TensorPrecision } from '../tensor-file.js';
import { completionLayout, type CompletionLayout, type CompletionSizes } from './completion-layout.js';

/** A trained completion network with what is needed to use it. */
export interface CompletionModel {
  readonly sizes: CompletionSizes;
  /** `[completionLayout(sizes).total]` */
  readonly values: Float32Array;
  /** What the pieces stand for, as the unit's vocabulary wants it. Plain JSON. */
  readonly vocabulary: unknown;
  readonly unit: 'token' | 'char';
  /** Of the backbone that the weights were trained on; null without one. */
  readonly backboneDigest: string | null;
  /** Where the weights come from: corpus digest, seed, pieces, figures. Plain JSON. */
  readonly training: Readonly<Record<string, unknown>>;
}

type Metadata = Omit<CompletionModel, 'values'>;

const KIND = 'completion';
const RETRAIN = 'Use the nnfmt that it came with, or train it again with `nnfmt train --task complete`.';

/** The bytes of a model file. Biases are kept in full. */
export function encodeCompletionModel(model: CompletionModel, precision: TensorPrecision = 'f16'): Uint8Array {
  const { values, ...metadata } = model;
  const { places } = completionLayout(model.sizes);
  return encodeTensorFile({
    kind: KIND,
    metadata: metadata satisfies Metadata,
    tensors: Object.values(places).map(({ name, rows, columns, offset, length }) => ({
      name, rows, columns,
      precision: rows === 1 ? 'f32' as const : precision,
      values: values.subarray(offset, offset + length),
    })),
  });
}

/**
 * Reads a completion model.
 *
 * @param options.path only for messages
 * @param options.isKnown the bytes are those of a file that was read before: what cannot have changed is not checked
 * @param options.backboneDigest of the base model at hand; a head trained on another one is refused
 * @throws ModelFileError when the file is damaged, foreign, or was made for another backbone
 */
export function decodeCompletionModel(
  bytes: Uint8Array,
  options: { path: string; backboneDigest?: string; isKnown?: boolean },
): CompletionModel {
  const { path, isKnown = false } = options;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN, cause });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path, isKnown });
  const metadata = checkedMetadata(file.metadata, refuse);
  if (options.backboneDigest !== undefined && metadata.backboneDigest !== null &&
    metadata.backboneDigest !== options.backboneDigest) {
    refuse('the model was trained on the backbone of another base model');
  }
  let layout: CompletionLayout;
  try {
    layout = completionLayout(metadata.sizes);
  } catch (cause) {
    return refuse('the model has impossible sizes', cause);
  }
  // Checked before any room is made: what the file holds is what its sizes may ask for.
  const parts = Object.values(layout.places).map(({ name, rows, columns, offset }) => {
    const tensor = file.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return refuse(`the model lacks the matrix ${name}`);
    if (tensor.rows !== rows || tensor.columns !== columns) {
      refuse(`the matrix ${name} is ${tensor.rows} x ${tensor.columns} instead of ${rows} x ${columns}`);
    }
    return { offset, values: tensor.values };
  });
  const values = new Float32Array(layout.total);
  for (const part of parts) values.set(part.values, part.offset);
  return { ...metadata, values };
}

/** No network of ours comes near these. */
const MOST_WIDTH = 65_536;
const MOST_LAYERS = 16;

function checkedMetadata(value: unknown, refuse: (reason: string) => never): Metadata {
  const metadata = readMetadata(value, 'the model', refuse);
  const sizes = metadata.inner('sizes');
  const width = (name: string, least = 0): number => sizes.count(name, least, MOST_WIDTH);
  const key = width('key');
  const unit = metadata.text('unit');
  if (unit !== 'token' && unit !== 'char') return refuse('the model says nothing usable of unit (token or char)');
  return {
    sizes: {
      // Pieces are numbers of 16 bits with a sign.
      pieces: sizes.count('pieces', 8, 0x7fff), embedding: width('embedding', 8), units: width('units', 8),
      layers: sizes.count('layers', 1, MOST_LAYERS), backbone: width('backbone'), key,
      window: width('window', key > 0 ? 8 : 0),
    },
    vocabulary: metadata.fields['vocabulary'],
    unit,
    backboneDigest: metadata.fields['backboneDigest'] === null ? null : metadata.text('backboneDigest'),
    training: metadata.record('training'),
  };
}
