import { lookAt } from '../shared/look-at-path.js';
import { DEFAULT_FINE_TUNING } from '../train/fine-tune.js';
import type { LearnedFile } from './learned-file.js';
import {
  EXCERPT_TOKENS, HELD_OUT_SHARE, MEASURED_GAPS, MOST_CHARACTERS, MOST_EPOCHS, MOST_FILES, WHOLE_TOKENS,
} from './learning-budget.js';
import { LEARNING_PHASES, type PhaseTimes } from './learning-progress.js';

/**
 * About how long learning takes, before anything is read, in milliseconds of one core: from the times
 * in docs/profiles.md. A busy or an older machine takes longer; how much longer is what the progress
 * bar says.
 *
 * @param files all files of the project; those that cannot be looked at count as empty
 * @param tuned whether the network is fine-tuned too
 */
export function estimateLearningMs(files: readonly string[], tuned: boolean): number {
  const times = estimatePhases(files, tuned);
  return START_MS + LEARNING_PHASES.reduce((sum, phase) => sum + times[phase], 0);
}

/** The same without the start, part by part. */
export function estimatePhases(files: readonly string[], tuned: boolean): PhaseTimes {
  const sizes = files.map((path) => lookAt(path).stats?.size ?? 0).filter((size) => size <= MOST_CHARACTERS.file);
  const share = Math.min(1, MOST_FILES / Math.max(1, files.length));
  const all = share * sizes.reduce((sum, size) => sum + size, 0);
  const isRead = Math.min(1, MOST_CHARACTERS.all / Math.max(1, all));
  const gaps = share * isRead * sizes.reduce((sum, size) => sum + sampledOf(size / BYTES_A_GAP), 0);
  const measured = Math.min(MEASURED_GAPS, (HELD_OUT_SHARE / 2) * gaps);
  return phaseTimes({
    characters: isRead * all, trained: tuned ? (1 - HELD_OUT_SHARE) * gaps : null, chosen: measured, reported: measured,
  });
}

/** How long the parts after reading take. @param trained null where the network is not fine-tuned */
export function timesOf(
  trained: readonly LearnedFile[] | null, chosen: readonly LearnedFile[], reported: readonly LearnedFile[],
): PhaseTimes {
  const gaps = (files: readonly LearnedFile[]): number => files.reduce((sum, file) => sum + file.sampled, 0);
  return phaseTimes({
    characters: 0, trained: trained && gaps(trained), chosen: gaps(chosen), reported: gaps(reported),
  });
}

/** Gaps of a file that are fine-tuned or measured on. */
const sampledOf = (gaps: number): number => (gaps > WHOLE_TOKENS ? EXCERPT_TOKENS : gaps);

function phaseTimes({ characters, trained, chosen, reported }: {
  readonly characters: number;
  /** Gaps: in fine-tuning (null without it), in what is chosen, in the report's figures. */
  readonly trained: number | null;
  readonly chosen: number;
  readonly reported: number;
}): PhaseTimes {
  const tuned = trained === null ? 0 : Math.min(DEFAULT_FINE_TUNING.plannedGaps, MOST_EPOCHS * trained);
  return {
    reading: WARM_UP_MS + (READ_MS * characters) / 1000,
    tuning: (TUNE_MS * tuned) / 1000,
    strength: trained === null ? 0 : (STRENGTH_MS * chosen) / 1000,
    thresholds: (THRESHOLDS_MS * chosen) / 1000,
    habits: (HABITS_MS * (chosen + reported)) / 1000,
    figures: (FIGURES_MS * reported) / 1000,
  };
}

/** Of Python as it is on average. */
const BYTES_A_GAP = 8;
/** To load grammar and model, and to warm up at the first files; then for a thousand bytes or gaps. */
const START_MS = 2000;
const WARM_UP_MS = 1000;
const READ_MS = 2.5;
const TUNE_MS = 165;
const STRENGTH_MS = 230;
const THRESHOLDS_MS = 50;
const HABITS_MS = 80;
const FIGURES_MS = 120;
