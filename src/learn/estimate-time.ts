import { lookAt } from '../shared/look-at-path.js';
import { DEFAULT_FINE_TUNING } from '../train/fine-tune.js';
import { HELD_OUT_SHARE, MEASURED_GAPS, MOST_EPOCHS, MOST_FILES } from './learn-profile.js';

/**
 * About how long learning takes, before anything is read, in milliseconds of one core: from the times
 * in docs/profiles.md. A busy or an older machine takes longer; how much longer is what the progress
 * bar says.
 *
 * @param files all files of the project; those that cannot be looked at count as empty
 * @param tuned whether the network is fine-tuned too
 */
export function estimateLearningMs(files: readonly string[], tuned: boolean): number {
  const size = files.reduce((sum, path) => sum + (lookAt(path).stats?.size ?? 0), 0);
  const read = size * Math.min(1, MOST_FILES / Math.max(1, files.length));
  const gaps = read / BYTES_A_GAP;
  const tunedGaps = tuned ? Math.min(DEFAULT_FINE_TUNING.plannedGaps, MOST_EPOCHS * (1 - HELD_OUT_SHARE) * gaps) : 0;
  const measuredGaps = Math.min(MEASURED_GAPS, (HELD_OUT_SHARE / 2) * gaps);
  return START_MS + (READ_MS * read + TUNE_MS * tunedGaps + MEASURE_MS * measuredGaps) / 1000;
}

/** Of Python as it is on average. */
const BYTES_A_GAP = 8;
/** To load grammar and model and to warm up; then for a thousand bytes or gaps. */
const START_MS = 3000;
const READ_MS = 2.5;
const TUNE_MS = 165;
const MEASURE_MS = 560;
