import type { FeatureBatch } from '../model/feature-batch.js';
import { CLASS_COUNT, COLUMNS, COLUMN_OF_CLASS } from '../model/layout-classes.js';
import type { GapPredictor } from './format-policy.js';

/** Probabilities of described gaps; `out` is `[size, COLUMNS]`, each class in its column. */
export function askNetwork(predictor: GapPredictor, batch: FeatureBatch, out: Float32Array): void {
  if (predictor.folded !== undefined) {
    predictor.folded(batch, out);
    return;
  }
  const rows = new Float32Array(batch.size * CLASS_COUNT);
  predictor.probabilities(batch, rows);
  out.fill(0, 0, batch.size * COLUMNS);
  for (let row = 0; row < batch.size; row++) {
    for (let k = 0; k < CLASS_COUNT; k++) {
      const value = rows[row * CLASS_COUNT + k];
      if (value !== 0) out[row * COLUMNS + COLUMN_OF_CLASS[k]] = value;
    }
  }
}
