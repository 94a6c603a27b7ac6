import { COARSE_CLASSES, CoarseClass, coarseClass } from '../coarse-class.js';
import type { FeatureSpec } from '../feature-spec.js';
import { textFlags } from '../file-evidence.js';
import { CLASS_COUNT } from '../layout-classes.js';
import { GapPosition, positionOf } from '../gap-position.js';
import { featureGroup, isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import { FLAG_VALUES, mayHoldBlankLines, paired } from './feature-values.js';
import type { RowWriter } from './row-writer.js';

/** How many classes a slot has that may also say "there is none". */
const CLASS_OR_NONE = CLASS_COUNT + 1;
const NO_CLASS = CLASS_COUNT;

/** The input layout: of the gap itself, of its neighbours, of its bracket and of the gaps beside it there. */
const declare = (spec: FeatureSpec) => ({
  own: spec.slot('input', CLASS_COUNT),
  anchors: spec.slot('inputAnchors', 64),
  length: spec.slot('inputLength', 10),
  flags: spec.slot('inputFlags', 16),
  breaks: spec.slot('inputBreaks', 6),
  next: spec.slot('inputNext', COARSE_CLASSES),
  next2: spec.slot('inputNext2', COARSE_CLASSES),
  before: spec.slot('inputBefore', COARSE_CLASSES),
  open: spec.slot('openInput', CLASS_OR_NONE),
  close: spec.slot('closeInput', CLASS_OR_NONE),
  outerOpen: spec.slot('outerOpenInput', CLASS_OR_NONE),
  sibling: spec.slot('siblingInput', CLASS_OR_NONE),
  siblingBreaks: spec.slot('siblingBreaks', 12),
  partner: spec.slot('partnerInput', COARSE_CLASSES),
});

class InputFiller implements GroupFiller {
  /** Per bracket: gaps after its commas, those of them that break, and the class of the latest break. */
  private readonly commaGaps: Int16Array;
  private readonly commaBreaks: Int16Array;
  private readonly breakClass: Uint8Array;

  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {
    const { source, structure } = file.context.structured;
    this.commaGaps = new Int16Array(source.tokenCount + 1);
    this.commaBreaks = new Int16Array(source.tokenCount + 1);
    this.breakClass = new Uint8Array(source.tokenCount + 1);
    for (let i = 1; i < source.tokenCount; i++) {
      const open = structure.openBracket[i];
      if (open < 0 || positionOf(source.kind[i - 1], source.kind[i]) !== GapPosition.AfterComma) continue;
      this.commaGaps[open]++;
      if (file.layout.lineBreaks[i] > 0) {
        this.commaBreaks[open]++;
        this.breakClass[open] = file.layout.classOf[i];
      }
    }
  }

  describe(i: number, row: RowWriter): void {
    if (isHidden(this.file, i)) return this.describeHidden(i, row);
    const { context, layout, coarse } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    const count = source.tokenCount + 1;
    const text = layout.gaps[i];
    const { length } = text;
    row.set(features.own, layout.classOf[i]);
    row.set(features.anchors, layout.anchorBits[i]);
    row.set(features.length, length < 6 ? length : length < 12 ? 6 : length < 24 ? 7 : length < 48 ? 8 : 9);
    row.set(features.flags, text === '' || text === ' ' ? 0 : textFlags(text));
    row.set(features.breaks, Math.min(5, layout.lineBreaks[i]));
    if (!isHidden(this.file, i + 1)) row.set(features.next, i + 1 < count ? coarse[i + 1] : CoarseClass.None);
    if (!isHidden(this.file, i + 2)) row.set(features.next2, i + 2 < count ? coarse[i + 2] : CoarseClass.None);
    row.set(features.before, i > 0 ? coarse[i - 1] : CoarseClass.None);
    const open = structure.openBracket[i];
    if (open >= 0) this.describeBracket(i, open, row);
    const partner = i > 0 && i < source.tokenCount ? structure.partner[i] : -1;
    const leftPartner = i > 0 ? structure.partner[i - 1] : -1;
    row.set(
      features.partner,
      partner >= 0 && partner < i ? coarse[partner + 1] : leftPartner > i ? coarse[leftPartner] : CoarseClass.None,
    );
  }

  /** What is decided to the left, and how many lines the input leaves before a comment's neighbour. */
  private describeHidden(i: number, row: RowWriter): void {
    const { context, coarse, lines } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    row.set(features.before, i > 0 ? coarse[i - 1] : CoarseClass.None);
    if (i >= source.tokenCount) return;
    if (i + 1 < source.tokenCount && mayHoldBlankLines(structure.role[i]) && mayHoldBlankLines(structure.role[i + 1])) {
      row.set(features.next, coarseClass(lines, i + 1));
    }
    const partner = structure.partner[i];
    if (structure.openBracket[i] >= 0 && partner >= 0 && partner < i) row.set(features.partner, coarse[partner + 1]);
  }

  private describeBracket(i: number, open: number, row: RowWriter): void {
    const { context, layout } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    const close = structure.partner[open];
    row.set(features.open, open + 1 === i ? NO_CLASS : layout.classOf[open + 1]);
    row.set(features.close, close < 0 || close === i ? NO_CLASS : layout.classOf[close]);
    const outer = structure.openBracket[open];
    row.set(features.outerOpen, outer < 0 ? NO_CLASS : layout.classOf[outer + 1]);
    // Leave this gap's own break out of what its siblings say.
    const own =
      i < source.tokenCount && positionOf(source.kind[i - 1], source.kind[i]) === GapPosition.AfterComma ? 1 : 0;
    const ownBreak = own && layout.lineBreaks[i] > 0 ? 1 : 0;
    const others = this.commaGaps[open] - own;
    const broken = this.commaBreaks[open] - ownBreak;
    row.set(features.sibling, broken > 0 ? this.breakClass[open] : NO_CLASS);
    row.set(features.siblingBreaks, paired(shareOf(broken, others), others > 2 ? 1 : 0, FLAG_VALUES));
  }
}

/** Which part of the others breaks: none, up to a third, up to two thirds, more, all; 5 where there are no others. */
function shareOf(broken: number, others: number): number {
  if (others <= 0) return 5;
  if (broken === 0) return 0;
  if (broken === others) return 4;
  return broken * 3 < others ? 1 : broken * 3 < others * 2 ? 2 : 3;
}

export const inputFeatures = featureGroup(declare, InputFiller);
