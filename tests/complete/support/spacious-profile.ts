import { loadBaseModel } from '../../../src/format/index.js';
import { SPACE } from '../../../src/model/layout-classes.js';
import { networkLayout } from '../../../src/model/network-weights.js';
import { StyleCounts } from '../../../src/model/style-counts.js';
import { weightsDelta } from '../../../src/model/weights-delta.js';
import { writeProfile } from '../../../src/profile/index.js';

/** Writes a profile of the built-in model that wants a space in every gap of a line. */
export function writeSpaciousProfile(path: string): void {
  const { weights, digest } = loadBaseModel();
  const { places } = networkLayout(weights.shape, weights.sizes);
  const values = weights.values.slice();
  values[places['output.bias'].offset + SPACE] += 100;
  const delta = weightsDelta(weights, { ...weights, values }, 100_000);
  writeProfile(path, { baseModel: digest, counts: new StyleCounts(), unit: null, hang: null, drift: null, brackets: null, thresholds: {}, files: 1, delta });
}
