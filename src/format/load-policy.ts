import { readFileSync } from 'node:fs';
import { ModelFileError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { createScorer } from '../model/kernel/scorer.js';
import { LABELS } from '../model/labels.js';
import { decodeModel } from '../model/weights-file.js';
import { assetPath } from '../shared/asset-path.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './confidence.js';
import type { FormatPolicy } from './format-gaps.js';

/** File name of the model that ships with the package. */
export const BASE_MODEL = 'base.bin';

/**
 * Reads a model and makes the policy that formats with it.
 *
 * @throws ModelFileError when the file is missing, damaged, foreign or of another version
 */
export function loadPolicy(options: { modelPath?: string; confidence?: number } = {}): FormatPolicy {
  const path = options.modelPath ?? assetPath(BASE_MODEL);
  const model = decodeModel(readModel(path), {
    path,
    expected: { shape: FEATURE_SHAPE, labelNames: LABELS, vocabularyDigest: FEATURE_DIGEST },
  });
  return {
    scorer: createScorer(model.weights),
    thresholds: { ...DEFAULT_THRESHOLDS, ...(model.thresholds as Partial<Thresholds>) },
    confidence: options.confidence ?? null,
    project: null,
  };
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new ModelFileError({
      path, reason: code === 'ENOENT' ? 'there is no such model file' : `cannot be read (${code})`, cause,
    });
  }
}
