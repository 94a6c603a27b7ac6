import type { LearnedFile } from './learned-file.js';
import { HELD_OUT_SHARE, MEASURED_FILES, MEASURED_GAPS } from './learning-budget.js';

export interface SplitFiles {
  readonly training: readonly LearnedFile[];
  readonly forThresholds: readonly LearnedFile[];
  readonly forReport: readonly LearnedFile[];
  /** Files that were held out and are in none of these: there are enough. */
  readonly spare: number;
}

/**
 * Holds a fifth of the files out: half of them to pick thresholds on, the others for the report's
 * figures, so that these say what to expect of code that nobody has looked at. With one held-out
 * file it serves for both, and a single file is learned from alone.
 */
export function splitFiles(learned: readonly LearnedFile[]): SplitFiles {
  const count = learned.length < 2 ? 0 : Math.max(1, Math.round(HELD_OUT_SHARE * learned.length));
  const heldOut = learned.slice(0, count);
  const half = (odd: number): LearnedFile[] => (count < 2 ? heldOut : heldOut.filter((_, k) => k % 2 === odd));
  const [forThresholds, forReport] = [measured(half(0)), measured(half(1))];
  const spare = count - new Set([...forThresholds, ...forReport]).size;
  return { training: learned.slice(count), forThresholds, forReport, spare };
}

/** The first files, as many as fit into what may be spent on measuring; at least one that can be measured on. */
function measured(files: readonly LearnedFile[]): readonly LearnedFile[] {
  const usable = files.filter(({ sampled }) => sampled > 0);
  const chosen: LearnedFile[] = [];
  let gaps = 0;
  for (const file of usable) {
    if (chosen.length === MEASURED_FILES) break;
    if (gaps + file.sampled > MEASURED_GAPS) continue;
    chosen.push(file);
    gaps += file.sampled;
  }
  return chosen.length > 0 ? chosen : usable.slice(0, 1);
}
