/**
 * The parameters of the gap network as one flat array: optimizer, averaging, checkpoints
 * and the inference kernel then are plain loops, whatever computes the gradients.
 *
 *     b      = relu(Eb[backbone slots] + numbersB * Wb + bias)           [backbone]
 *     h1     = relu(b * W1 + Eh[head slots] + numbersH * Wh + bias)      [hidden1]
 *     h2     = relu(h1 * W2 + bias)                                      [hidden2]
 *     logits = h2 * W3 + bias                                            [labels]
 */
import { type Random } from '../shared/random.js';
import { type FeatureShape } from './feature-batch.js';

/** Widths of the layers; each a multiple of 4. */
export interface NetworkSizes {
  readonly backbone: number;
  readonly hidden1: number;
  readonly hidden2: number;
}

export const DEFAULT_NETWORK_SIZES: NetworkSizes = { backbone: 64, hidden1: 192, hidden2: 96 };

export const PARAMETER_NAMES = [
  'backbone.embedding', 'backbone.numbers', 'backbone.bias',
  'head.embedding', 'head.backbone', 'head.numbers', 'head.bias',
  'hidden.weights', 'hidden.bias',
  'output.weights', 'output.bias',
] as const;
export type ParameterName = (typeof PARAMETER_NAMES)[number];

/** Where a row-major matrix `[rows, columns]` lies in the flat array; biases have one row. */
export interface ParameterPlace {
  readonly name: ParameterName;
  readonly rows: number;
  readonly columns: number;
  /** In floats, a multiple of 4. */
  readonly offset: number;
  /** rows * columns; zeros follow up to a multiple of 4. */
  readonly length: number;
}

export interface NetworkLayout {
  readonly shape: FeatureShape;
  readonly sizes: NetworkSizes;
  readonly places: Readonly<Record<ParameterName, ParameterPlace>>;
  /** Length of the flat array. */
  readonly total: number;
}

/** A trained network. */
export interface NetworkWeights {
  readonly shape: FeatureShape;
  readonly sizes: NetworkSizes;
  /** `[networkLayout(shape, sizes).total]` */
  readonly values: Float32Array;
}

/** Throws RangeError for a width that is not a positive multiple of 4. */
export function networkLayout(shape: FeatureShape, sizes: NetworkSizes): NetworkLayout {
  for (const [name, width] of Object.entries(sizes)) {
    if (!(width > 0 && width % 4 === 0)) {
      throw new RangeError(`network size ${name} must be a multiple of 4, not ${width}`);
    }
  }
  const dimensions: Record<ParameterName, readonly [number, number]> = {
    'backbone.embedding': [shape.backboneColumns, sizes.backbone],
    'backbone.numbers': [shape.backboneNumbers, sizes.backbone],
    'backbone.bias': [1, sizes.backbone],
    'head.embedding': [shape.headColumns, sizes.hidden1],
    'head.backbone': [sizes.backbone, sizes.hidden1],
    'head.numbers': [shape.headNumbers, sizes.hidden1],
    'head.bias': [1, sizes.hidden1],
    'hidden.weights': [sizes.hidden1, sizes.hidden2],
    'hidden.bias': [1, sizes.hidden2],
    'output.weights': [sizes.hidden2, shape.labels],
    'output.bias': [1, shape.labels],
  };
  let total = 0;
  const places = {} as Record<ParameterName, ParameterPlace>;
  for (const name of PARAMETER_NAMES) {
    const [rows, columns] = dimensions[name];
    const length = rows * columns;
    places[name] = { name, rows, columns, offset: total, length };
    total += (length + 3) & ~3;
  }
  return { shape, sizes, places, total };
}

/** The part of a flat array that holds one parameter; a view, not a copy. */
export function parameterOf(values: Float32Array, place: ParameterPlace): Float32Array {
  return values.subarray(place.offset, place.offset + place.length);
}

/** He initialisation, each layer by the number of its inputs that are active at a time. */
export function initialWeights(layout: NetworkLayout, random: Random): Float32Array {
  const { shape, sizes } = layout;
  const backboneInputs = shape.backboneSlots + shape.backboneNumbers;
  const headInputs = shape.headSlots + shape.headNumbers + sizes.backbone;
  const deviations: Partial<Record<ParameterName, number>> = {
    'backbone.embedding': Math.sqrt(2 / backboneInputs),
    'backbone.numbers': Math.sqrt(2 / backboneInputs),
    'head.embedding': Math.sqrt(2 / headInputs),
    'head.backbone': Math.sqrt(2 / headInputs),
    'head.numbers': Math.sqrt(2 / headInputs),
    'hidden.weights': Math.sqrt(2 / sizes.hidden1),
    // Small, so that training starts from nearly equal probabilities.
    'output.weights': 0.3 / Math.sqrt(sizes.hidden2),
  };
  const values = new Float32Array(layout.total);
  for (const name of PARAMETER_NAMES) {
    const deviation = deviations[name];
    if (deviation === undefined) continue;
    const parameter = parameterOf(values, layout.places[name]);
    for (let at = 0; at < parameter.length; at++) parameter[at] = deviation * random.gaussian();
  }
  return values;
}
