import type { FeatureSpec, Slot } from '../feature-spec.js';
import { DECISIONS, UNDECIDED } from '../layout-classes.js';
import { decisionAt } from '../observed-layout.js';
import { featureGroup, isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import type { RowWriter } from './row-writer.js';

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

class DecisionsFiller implements GroupFiller {
  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {}

  describe(i: number, row: RowWriter): void {
    const { context } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    this.tell(features.left, i - 1, i, row);
    if (!isHidden(this.file, i)) this.tell(features.right, i + 1, i, row);
    if (i >= source.tokenCount) return;
    const open = structure.openBracket[i];
    if (open >= 0) {
      this.tell(features.open, open + 1, i, row);
      this.tell(features.previousComma, context.previousComma[i], i, row);
      if (!isHidden(this.file, i)) {
        this.tell(features.close, structure.partner[open], i, row);
        this.tell(features.nextComma, context.nextComma[i], i, row);
      }
      const outer = structure.openBracket[open];
      this.tell(features.outerOpen, outer < 0 ? -1 : outer + 1, i, row);
      return;
    }
    const after = structure.nextCode[i];
    if (after >= source.tokenCount || !structure.startsLine[after]) return;
    this.tell(features.previousLines, this.firstGap(context.previousSibling[after]), i, row);
    if (!isHidden(this.file, i)) this.tell(features.nextLines, this.firstGap(context.nextSibling[after]), i, row);
  }

  /** Writes the decision on a gap; of a gap that is not decided, is none, or is gap `i` itself: UNDECIDED. */
  private tell(slot: Slot, gap: number, i: number, row: RowWriter): void {
    if (isHidden(this.file, i)) {
      const { layout } = this.file;
      if (gap > 0 && gap < i) row.set(slot, decisionAt(layout, layout.classOf[gap], gap));
      return;
    }
    const { decisions, context } = this.file;
    const isKnown = decisions !== null && gap > 0 && gap < context.structured.source.tokenCount && gap !== i;
    row.set(slot, isKnown ? decisions[gap] : UNDECIDED);
  }

  /** The first gap between a statement and the code before it. */
  private firstGap(token: number): number {
    return token <= 0 ? -1 : this.file.context.structured.structure.previousCode[token - 1] + 1;
  }
}

export const decisionFeatures = featureGroup(declare, DecisionsFiller);
