import { FileReadError, ModelFileError } from '../errors.js';
import type { TrainingBatch } from '../model/feature-batch.js';
import { assetPath } from '../shared/asset-path.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { decodeReplay } from '../train/replay.js';

/** File name of the base corpora's examples that ship with the package. */
const REPLAY = 'replay.bin';

/**
 * Reads the examples that fine-tuning mixes into a project's own.
 *
 * @throws ModelFileError when the file is missing or damaged
 */
export function loadReplay(): TrainingBatch {
  const path = assetPath(REPLAY);
  let bytes: Uint8Array;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    const advice = 'Install nnfmt again, or learn with --counts-only.';
    throw new ModelFileError({ path, reason: `the replay examples cannot be read: ${cause.clause}`, advice, cause });
  }
  return decodeReplay(bytes, path);
}
