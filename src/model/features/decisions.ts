import type { FeatureSpec, Slot } from '../feature-spec.js';
import { DECISIONS, UNDECIDED } from '../layout-classes.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import { isHiddenGap } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import type { i32 } from './views.js';

const DECISION_VALUES = DECISIONS + 1;

/** What is decided of the neighbours: in later passes; of those to the left of a hidden gap always. */
const declare = (spec: FeatureSpec) => ({
  left: spec.slot('decidedLeft', DECISION_VALUES),
  right: spec.slot('decidedRight', DECISION_VALUES),
  open: spec.slot('decidedOpen', DECISION_VALUES),
  close: spec.slot('decidedClose', DECISION_VALUES),
  previousComma: spec.slot('decidedPreviousComma', DECISION_VALUES),
  nextComma: spec.slot('decidedNextComma', DECISION_VALUES),
  outerOpen: spec.slot('decidedOuterOpen', DECISION_VALUES),
  previousLines: spec.slot('decidedPreviousLines', DECISION_VALUES),
  nextLines: spec.slot('decidedNextLines', DECISION_VALUES),
});

type Features = ReturnType<typeof declare>;

function describeDecisions(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  const isSeen = !isHiddenGap(file, i);
  tellDecision(file, features.left, i - 1, i, row);
  if (isSeen) tellDecision(file, features.right, i + 1, i, row);
  if (i >= file.tokenCount) return;
  const open = file.openBracket[i];
  if (open >= 0) {
    tellDecision(file, features.open, open + 1, i, row);
    tellDecision(file, features.previousComma, file.previousComma[i], i, row);
    if (isSeen) {
      tellDecision(file, features.close, file.partner[open], i, row);
      tellDecision(file, features.nextComma, file.nextComma[i], i, row);
    }
    const outer = file.openBracket[open];
    tellDecision(file, features.outerOpen, outer < 0 ? -1 : outer + 1, i, row);
    return;
  }
  const after = file.nextCode[i];
  if (after >= file.tokenCount || file.startsLine[after] === 0) return;
  tellDecision(file, features.previousLines, firstGapBefore(file, file.previousSibling[after]), i, row);
  if (isSeen) tellDecision(file, features.nextLines, firstGapBefore(file, file.nextSibling[after]), i, row);
}

/** Writes the decision on a gap; of a gap that is not decided, is none, or is gap `i` itself: UNDECIDED. */
function tellDecision(file: FileArrays, slot: Slot, gap: i32, i: i32, row: RowWriter): void {
  if (isHiddenGap(file, i)) {
    if (gap > 0 && gap < i) row.set(slot, file.ownDecision[gap]);
    return;
  }
  const isKnown = file.hasDecisions === 1 && gap > 0 && gap < file.tokenCount && gap !== i;
  row.set(slot, isKnown ? file.decided[gap] : UNDECIDED);
}

/** The first gap between a statement and the code before it. */
function firstGapBefore(file: FileArrays, token: i32): i32 {
  return token <= 0 ? -1 : file.previousCode[token - 1] + 1;
}

export const decisionFeatures = plainGroup(declare, describeDecisions);
