import type { FeatureSpec, NumberRun } from '../feature-spec.js';
import { COUNT_FAMILIES, FAMILY_COUNT, Question } from '../count-contexts.js';
import { NOT_COUNTED } from '../count-outcomes.js';
import { LAST_LOGARITHM, describedSize } from '../style-counts.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import { isHiddenGap } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import { whole, type Floats, type f64, type i32 } from './views.js';

/** What file and project do in the contexts that the gap is in, and whether a project is known. */
const declare = (spec: FeatureSpec) => ({
  file: spec.numbers('fileCounts', sizeOfCounts()),
  project: spec.numbers('projectCounts', sizeOfCounts()),
  hasProject: spec.numbers('hasProject', 1),
});

type Features = ReturnType<typeof declare>;

function describeCounts(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  const open = i < file.tokenCount ? file.openBracket[i] : -1;
  // What is hidden was not counted either.
  const isCounted = !isHiddenGap(file, i);
  const isOfProject = file.hasProject === 1;
  if (isOfProject) row.put(features.hasProject, 0, 1);
  let at = 0;
  for (let family = 0; family < FAMILY_COUNT; family++) {
    const context: i32 = file.contextRows[i * FAMILY_COUNT + family];
    if (context >= 0) {
      const own = isCounted ? countedOutcome(file, family, i, open) : NOT_COUNTED;
      describeContext(file, file.fileCounts, family, context, own, features.file, at, row);
      if (isOfProject) {
        describeContext(file, file.projectCounts, family, context, NOT_COUNTED, features.project, at, row);
      }
    }
    at += file.familyOutcomes[family] + 1;
  }
}

/** The answer that the layout gives in a gap to the question of a family: `outcomeAt`. */
export function countedOutcome(file: FileArrays, family: i32, i: i32, open: i32): i32 {
  const question: i32 = file.familyQuestion[family];
  if (question === Question.Inline) return file.inlineOutcome[i];
  if (question === Question.Break) return file.breakOutcome[i];
  if (question === Question.Lines) return file.linesOutcome[i];
  return open < 0 ? NOT_COUNTED : file.arrangement[open];
}

/** Writes the smoothed shares of a context, without one observation of an outcome: `StyleCounts.describe`. */
function describeContext(
  file: FileArrays, table: Floats, family: i32, context: i32, without: i32, run: NumberRun, at: i32, row: RowWriter,
): void {
  const outcomes: i32 = file.familyOutcomes[family];
  const from: i32 = file.familyOffset[family] + context * outcomes;
  let total: f64 = 0;
  for (let k = 0; k < outcomes; k++) total += table[from + k];
  if (without !== NOT_COUNTED) total--;
  if (total < 0) total = 0;
  const scale: f64 = 1 / (total + 0.5);
  for (let k = 0; k < outcomes; k++) {
    const count: f64 = table[from + k] - (k === without ? 1 : 0);
    row.put(run, at + k, count > 0 ? count * scale : 0);
  }
  row.put(run, at + outcomes, file.logarithms[whole(Math.min(LAST_LOGARITHM, total))]);
}

export const countFeatures = plainGroup(declare, describeCounts);

/** Numbers that all families write of one table. */
function sizeOfCounts(): number {
  return COUNT_FAMILIES.reduce((sum, _, family) => sum + describedSize(family), 0);
}
