import { FAMILY_COUNT, Question } from '../count-contexts.js';
import { NOT_COUNTED } from '../count-outcomes.js';
import { countedOutcome } from './counts.js';
import type { FileArrays } from './file-fields.js';
import { isHiddenGap } from './gap-facts.js';
import type { i32 } from './views.js';

/** Adds every gap of a layout to the counts of the file. */
export function countGaps(file: FileArrays): void {
  const counts = file.fileCounts;
  for (let i = 1; i < file.tokenCount; i++) {
    if (isHiddenGap(file, i)) continue;
    const open = file.openBracket[i];
    for (let family = 0; family < FAMILY_COUNT; family++) {
      const row: i32 = file.contextRows[i * FAMILY_COUNT + family];
      if (row < 0) continue;
      // A bracket counts once, with its first gap.
      if (file.familyQuestion[family] === Question.Arrangement && open !== i - 1) continue;
      const outcome = countedOutcome(file, family, i, open);
      if (outcome === NOT_COUNTED) continue;
      const at: i32 = file.familyOffset[family] + row * file.familyOutcomes[family] + outcome;
      counts[at] = counts[at] + 1;
    }
  }
}
