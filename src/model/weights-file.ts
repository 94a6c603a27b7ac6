import { ModelFileError } from '../errors.js';
import { type FeatureShape } from './feature-batch.js';
import {
  networkLayout, PARAMETER_NAMES, parameterOf, type NetworkLayout, type NetworkSizes, type NetworkWeights,
} from './network-weights.js';
import { decodeTensorFile, encodeTensorFile, type TensorPrecision } from './tensor-file.js';

/** A trained gap network with what is needed to use it. */
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
}

type Metadata = Omit<GapModel, 'weights'> & { readonly shape: FeatureShape; readonly sizes: NetworkSizes };

const KIND = 'model';
const RETRAIN = 'It belongs to another version of nnfmt: use that version, or train it again with `nnfmt train --base`.';

/** The bytes of a model file. Biases are always kept in full. */
export function encodeModel(model: GapModel, precision: TensorPrecision = 'f16'): Uint8Array {
  const { weights, labelNames, vocabularyDigest, training, thresholds } = model;
  const { shape, sizes, values } = weights;
  const { places } = networkLayout(shape, sizes);
  const metadata: Metadata = { shape, sizes, labelNames, vocabularyDigest, training, thresholds };
  return encodeTensorFile({
    kind: KIND,
    metadata,
    tensors: PARAMETER_NAMES.map((name) => {
      const { rows, columns } = places[name];
      return {
        name, rows, columns,
        precision: name.endsWith('.bias') ? 'f32' : precision,
        values: parameterOf(values, places[name]),
      };
    }),
  });
}

/**
 * Reads a model file and checks it against what this nnfmt expects, where that is given.
 *
 * @param options.path only for messages
 * @throws ModelFileError when the file is damaged, foreign, or made for other features or classes
 */
export function decodeModel(
  bytes: Uint8Array,
  options: {
    path: string;
    expected?: { shape: FeatureShape; labelNames: readonly string[]; vocabularyDigest: string };
  },
): GapModel {
  const { path, expected } = options;
  const refuse = (reason: string): never => {
    throw new ModelFileError({ path, reason, advice: RETRAIN });
  };
  const file = decodeTensorFile(bytes, { kind: KIND, path });
  const { shape, sizes, labelNames, vocabularyDigest, training, thresholds } = file.metadata as Metadata;
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
  const values = new Float32Array(layout.total);
  for (const name of PARAMETER_NAMES) {
    const { rows, columns, offset } = layout.places[name];
    const tensor = file.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) return refuse(`the model lacks the matrix ${name}`);
    if (tensor.rows !== rows || tensor.columns !== columns) {
      refuse(`the matrix ${name} is ${tensor.rows} x ${tensor.columns} instead of ${rows} x ${columns}`);
    }
    values.set(tensor.values, offset);
  }
  return { weights: { shape, sizes, values }, labelNames, vocabularyDigest, training, thresholds };
}

function shapeKeys(shape: FeatureShape): (keyof FeatureShape)[] {
  return Object.keys(shape) as (keyof FeatureShape)[];
}
