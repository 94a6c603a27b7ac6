import { ModelFileError } from '../../errors.js';
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
 * @param options.backboneDigest of the base model at hand; a head trained on another one is refused
 * @throws ModelFileError when the file is damaged, foreign, or was made for another backbone
 */
export function decodeCompletionModel(
  bytes: Uint8Array,
  options: { path: string; backboneDigest?: string },
): CompletionModel {
  const { path } = options;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN, cause });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path });
  const metadata = file.metadata as Metadata;
  if (options.backboneDigest !== undefined && metadata.backboneDigest !== null && metadata.backboneDigest !== options.backboneDigest) {
    refuse('the model was trained on the backbone of another base model');
  }
  let layout: CompletionLayout;
  try {
    layout = completionLayout(metadata.sizes);
  } catch (cause) {
    return refuse('the model has impossible sizes', cause);
  }
  const values = new Float32Array(layout.total);
  for (const { name, rows, columns, offset } of Object.values(layout.places)) {
    const tensor = file.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return refuse(`the model lacks the matrix ${name}`);
    if (tensor.rows !== rows || tensor.columns !== columns) {
      refuse(`the matrix ${name} is ${tensor.rows} x ${tensor.columns} instead of ${rows} x ${columns}`);
    }
    values.set(tensor.values, offset);
  }
  return { ...metadata, values };
}
