import { ModelFileError } from '../errors.js';
import type { BoostedTrees } from './boosted-trees.js';
import { readMetadata } from './check-metadata.js';
import { type FeatureShape } from './feature-batch.js';
import {
  networkLayout, PARAMETER_NAMES, parameterOf, type NetworkLayout, type NetworkSizes, type NetworkWeights,
} from './network-weights.js';
import { decodeTensorFile, encodeTensorFile, type StoredTensor, type TensorPrecision } from './tensor-file.js';
import { readTrees, storeTrees, type TreesMetadata } from './stored-trees.js';

/** A trained gap network with what is needed to use it; whoever is given it changes nothing of it. */
export interface GapModel {
  readonly weights: NetworkWeights;
  /** `[shape.labels]`, the layout classes in the network's order. */
  readonly labelNames: readonly string[];
  /** Of the meaning of all slots and numbers; another digest means other features. */
  readonly vocabularyDigest: string;
  /** Where the weights come from: corpus digest, seed, gaps, figures. Plain JSON. */
  readonly training: Readonly<Record<string, unknown>>;
  /** When to abstain. Plain JSON. */
  readonly thresholds: Readonly<Record<string, unknown>>;
  /** Says how sure an edit is, where that was learned. */
  readonly certainty?: BoostedTrees;
}

interface Metadata extends Omit<GapModel, 'weights' | 'certainty'> {
  readonly shape: FeatureShape;
  readonly sizes: NetworkSizes;
  readonly certainty?: TreesMetadata;
}

const KIND = 'model';
const SHAPE_KEYS = [
  'backboneSlots', 'backboneColumns', 'backboneNumbers', 'headSlots', 'headColumns', 'headNumbers', 'labels',
] as const satisfies readonly (keyof FeatureShape)[];
/** Of any matrix; the largest of ours has some thousands. */
const MOST_COLUMNS = 1_000_000;
const RETRAIN =
  'It belongs to another version of nnfmt: use that version, or train it again with `nnfmt train --base`.';

/** The bytes of a model file. Biases are always kept in full. */
export function encodeModel(model: GapModel, precision: TensorPrecision = 'f16'): Uint8Array {
  const { weights, labelNames, vocabularyDigest, training, thresholds, certainty } = model;
  const { shape, sizes, values } = weights;
  const trees = certainty === undefined ? undefined : storeTrees(certainty);
  const { places } = networkLayout(shape, sizes);
  const metadata: Metadata = {
    shape, sizes, labelNames, vocabularyDigest, training, thresholds,
    ...(trees === undefined ? {} : { certainty: trees.metadata }),
  };
  return encodeTensorFile({
    kind: KIND,
    metadata,
    tensors: [
      ...PARAMETER_NAMES.map((name): StoredTensor => {
        const { rows, columns } = places[name];
        return {
          name, rows, columns,
          precision: name.endsWith('.bias') ? 'f32' : precision,
          values: parameterOf(values, places[name]),
        };
      }),
      ...(trees?.tensors ?? []),
    ],
  });
}

/**
 * Reads a model file and checks it against what this nnfmt expects, where that is given.
 *
 * @param options.path only for messages
 * @param options.isKnown the bytes are those of a file that was read before: what cannot have changed is not checked
 * @throws ModelFileError when the file is damaged, foreign, or made for other features or classes
 */
export function decodeModel(
  bytes: Uint8Array,
  options: {
    path: string;
    isKnown?: boolean;
    expected?: { shape: FeatureShape; labelNames: readonly string[]; vocabularyDigest: string };
  },
): GapModel {
  const { path, expected, isKnown = false } = options;
  const refuse = (reason: string): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path, isKnown });
  const metadata = readMetadata(file.metadata, 'the model', refuse);
  const shapeOf = metadata.inner('shape');
  const shape =
    Object.fromEntries(SHAPE_KEYS.map((key) => [key, shapeOf.count(key, 0, MOST_COLUMNS)])) as unknown as FeatureShape;
  const sizesOf = metadata.inner('sizes');
  const [backbone, hidden1, hidden2] =
    ['backbone', 'hidden1', 'hidden2'].map((name) => sizesOf.count(name, 1, MOST_COLUMNS));
  const sizes: NetworkSizes = { backbone, hidden1, hidden2 };
  const labelNames = metadata.texts('labelNames');
  const vocabularyDigest = metadata.text('vocabularyDigest');
  const training = metadata.record('training');
  const thresholds = metadata.thresholds('thresholds');
  if (expected !== undefined) {
    const differing = shapeKeys(expected.shape).filter((key) => shape[key] !== expected.shape[key]);
    if (differing.length > 0) {
      const [key] = differing as [keyof FeatureShape];
      refuse(`the model was trained with ${shape[key]} ${key}, this nnfmt has ${expected.shape[key]}`);
    }
    if (vocabularyDigest !== expected.vocabularyDigest) refuse('the model was trained with other features');
    if (labelNames.join() !== expected.labelNames.join()) refuse('the model was trained with other layout classes');
  }
  let layout: NetworkLayout;
  try {
    layout = networkLayout(shape, sizes);
  } catch (cause) {
    throw new ModelFileError({ path, reason: 'the model has impossible sizes', advice: RETRAIN, cause });
  }
  // Checked before any room is made: what the file holds is what its sizes may ask for.
  const parts = PARAMETER_NAMES.map((name) => {
    const { rows, columns, offset } = layout.places[name];
    const tensor = file.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return refuse(`the model lacks the matrix ${name}`);
    if (tensor.rows !== rows || tensor.columns !== columns) {
      refuse(`the matrix ${name} is ${tensor.rows} x ${tensor.columns} instead of ${rows} x ${columns}`);
    }
    return { offset, values: tensor.values };
  });
  const values = isKnown ? inOnePiece(parts, layout.total) ?? copied(parts, layout.total) : copied(parts, layout.total);
  const treesOf = metadata.optional('certainty');
  return {
    weights: { shape, sizes, values }, labelNames, vocabularyDigest, training, thresholds,
    ...(treesOf === null ? {} : { certainty: readTrees(treesOf, file.tensors, refuse) }),
  };
}

interface Part {
  readonly offset: number;
  readonly values: Float32Array;
}

function copied(parts: readonly Part[], total: number): Float32Array {
  const values = new Float32Array(total);
  for (const part of parts) values.set(part.values, part.offset);
  return values;
}

/** A view of parts that lie one behind the other where they belong; null where they do not. */
function inOnePiece(parts: readonly Part[], total: number): Float32Array | null {
  const [{ offset: firstOffset, values: { buffer, byteOffset } }] = parts;
  const start = byteOffset - 4 * firstOffset;
  const fits = parts.every(({ offset, values }) =>
    values.buffer === buffer && values.byteOffset === start + 4 * offset);
  return fits && start >= 0 && start + 4 * total <= buffer.byteLength ? new Float32Array(buffer, start, total) : null;
}

function shapeKeys(shape: FeatureShape): (keyof FeatureShape)[] {
  return Object.keys(shape) as (keyof FeatureShape)[];
}
