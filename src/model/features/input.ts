import { COARSE_CLASSES, CoarseClass } from '../coarse-class.js';
import type { FeatureSpec } from '../feature-spec.js';
import { GapPosition } from '../gap-position.js';
import { CLASS_COUNT } from '../layout-classes.js';
import { atMost, mayHoldBlankLines, paired } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import { FLAG_VALUES } from './feature-values.js';
import { isHiddenGap } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import type { i32 } from './views.js';

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

type Features = ReturnType<typeof declare>;

/** Counts the breaks after the commas of each bracket. */
function prepareInput(file: FileArrays): void {
  for (let i = 1; i < file.tokenCount; i++) {
    const open = file.openBracket[i];
    if (open < 0 || file.position[i] !== GapPosition.AfterComma) continue;
    file.commaGaps[open] = file.commaGaps[open] + 1;
    if (file.lineBreaks[i] > 0) {
      file.commaBreaks[open] = file.commaBreaks[open] + 1;
      file.breakClass[open] = file.classOf[i];
    }
  }
}

function describeInput(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  if (isHiddenGap(file, i)) {
    describeHiddenInput(features, file, i, row);
    return;
  }
  const tokenCount = file.tokenCount;
  const length: i32 = file.textLength[i];
  row.set(features.own, file.classOf[i]);
  row.set(features.anchors, file.anchorBits[i]);
  row.set(features.length, length < 6 ? length : length < 12 ? 6 : length < 24 ? 7 : length < 48 ? 8 : 9);
  row.set(features.flags, file.textFlags[i]);
  row.set(features.breaks, atMost(5, file.lineBreaks[i]));
  if (!isHiddenGap(file, i + 1)) row.set(features.next, i + 1 <= tokenCount ? file.coarse[i + 1] : CoarseClass.None);
  if (!isHiddenGap(file, i + 2)) row.set(features.next2, i + 2 <= tokenCount ? file.coarse[i + 2] : CoarseClass.None);
  row.set(features.before, i > 0 ? file.coarse[i - 1] : CoarseClass.None);
  const open = file.openBracket[i];
  if (open >= 0) describeInputBracket(features, file, i, open, row);
  const partner = i > 0 && i < tokenCount ? file.partner[i] : -1;
  const leftPartner = i > 0 ? file.partner[i - 1] : -1;
  row.set(
    features.partner,
    partner >= 0 && partner < i
      ? file.coarse[partner + 1] : leftPartner > i ? file.coarse[leftPartner] : CoarseClass.None,
  );
}

/** What is decided to the left, and how many lines the input leaves before a comment's neighbour. */
function describeHiddenInput(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  row.set(features.before, i > 0 ? file.coarse[i - 1] : CoarseClass.None);
  if (i >= file.tokenCount) return;
  if (i + 1 < file.tokenCount && mayHoldBlankLines(file.role[i]) && mayHoldBlankLines(file.role[i + 1])) {
    row.set(features.next, file.seenCoarse[i + 1]);
  }
  const partner = file.partner[i];
  if (file.openBracket[i] >= 0 && partner >= 0 && partner < i) row.set(features.partner, file.coarse[partner + 1]);
}

function describeInputBracket(features: Features, file: FileArrays, i: i32, open: i32, row: RowWriter): void {
  const close = file.partner[open];
  row.set(features.open, open + 1 === i ? NO_CLASS : file.classOf[open + 1]);
  row.set(features.close, close < 0 || close === i ? NO_CLASS : file.classOf[close]);
  const outer = file.openBracket[open];
  row.set(features.outerOpen, outer < 0 ? NO_CLASS : file.classOf[outer + 1]);
  // Leave this gap's own break out of what its siblings say.
  const own = i < file.tokenCount && file.position[i] === GapPosition.AfterComma ? 1 : 0;
  const ownBreak = own === 1 && file.lineBreaks[i] > 0 ? 1 : 0;
  const others: i32 = file.commaGaps[open] - own;
  const broken: i32 = file.commaBreaks[open] - ownBreak;
  row.set(features.sibling, broken > 0 ? file.breakClass[open] : NO_CLASS);
  row.set(features.siblingBreaks, paired(brokenShare(broken, others), others > 2 ? 1 : 0, FLAG_VALUES));
}

/** Which part of the others breaks: none, up to a third, up to two thirds, more, all; 5 where there are no others. */
function brokenShare(broken: i32, others: i32): i32 {
  if (others <= 0) return 5;
  if (broken === 0) return 0;
  if (broken === others) return 4;
  return broken * 3 < others ? 1 : broken * 3 < others * 2 ? 2 : 3;
}

export const inputFeatures = plainGroup(declare, describeInput, prepareInput);
