import { writeFileSync } from 'node:fs';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../../../src/model/features.js';
import { LAYOUT_CLASSES } from '../../../src/model/layout-classes.js';
import { initialWeights, networkLayout } from '../../../src/model/network-weights.js';
import { encodeModel } from '../../../src/model/weights-file.js';
import { createRandom } from '../../../src/shared/random.js';

/** Writes a model that has learned nothing: it has opinions, the same every time, but no taste. */
export function writeTinyModel(path: string, seed = 3): void {
  const sizes = { backbone: 4, hidden1: 8, hidden2: 8 };
  const values = initialWeights(networkLayout(FEATURE_SHAPE, sizes), createRandom(seed));
  writeFileSync(path, encodeModel({
    weights: { shape: FEATURE_SHAPE, sizes, values }, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST, training: {}, thresholds: {},
  }));
}
