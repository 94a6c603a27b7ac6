import { BreakOutcome, NOT_COUNTED } from '../count-outcomes.js';
import { CoarseClass } from '../coarse-class.js';
import { GapPosition } from '../gap-position.js';
import { NONE, SPACE, TWO_SPACES } from '../layout-classes.js';
import { atLeast } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { NO_NODE } from './feature-values.js';
import type { Bytes, bool, i32 } from './views.js';

/** What several groups ask of a gap. */

/** True for a gap whose layout in the input is no evidence. */
export function isHiddenGap(file: FileArrays, i: i32): bool {
  return file.isForeign === 1 && file.hidden[i] === 1;
}

/** Kind of a node; NO_NODE where there is none. */
export function nodeKindAt(file: FileArrays, node: i32): i32 {
  return node < 0 ? NO_NODE : file.nodeKind[node];
}

/** Prepares what all gaps of a file share. */
export function prepareGaps(file: FileArrays): void {
  for (let i = 0; i <= file.tokenCount; i++) {
    file.coarse[i] = coarseOf(file.lineBreaks[i], file.classOf[i], file.linesOutcome[i], file.breakOutcome[i]);
    file.seenCoarse[i] = coarseOf(file.seenBreaks[i], file.seenClass[i], file.seenOutcome[i], file.seenBreakOutcome[i]);
  }
  for (let i = 1; i < file.tokenCount; i++) {
    const left: i32 = file.positionByLeft[file.kind[i - 1]];
    const right: i32 = file.positionByRight[file.kind[i]];
    file.position[i] = left === GapPosition.AfterOpener || right === GapPosition.Other ? left : right;
    if (file.startsLine[i] === 1) file.breaksBefore[i] = mostBreaksBefore(file.previousCode[i - 1], file.seenBreaks, i);
  }
  if (file.tokenCount > 0 && file.startsLine[0] === 1) file.breaksBefore[0] = file.seenBreaks[0];
}

/** The most line breaks of one gap up to gap `i`, after the token `before`. */
function mostBreaksBefore(before: i32, lineBreaks: Bytes, i: i32): i32 {
  let most = 0;
  for (let g = before + 1; g <= i; g++) most = atLeast(most, lineBreaks[g]);
  return most;
}

/** What neighbours see of a gap's layout: `coarseClass` of its parts. */
export function coarseOf(lineBreaks: i32, classIndex: i32, linesOutcome: i32, breakOutcome: i32): i32 {
  if (lineBreaks === 0) {
    if (classIndex === NONE) return CoarseClass.None;
    if (classIndex === SPACE) return CoarseClass.Space;
    return classIndex === TWO_SPACES ? CoarseClass.TwoSpaces : CoarseClass.OtherInline;
  }
  if (linesOutcome !== NOT_COUNTED) return coarseLines(linesOutcome + 1);
  switch (breakOutcome) {
    case BreakOutcome.Bracket:
      return CoarseClass.ToBracket;
    case BreakOutcome.Opener:
    case BreakOutcome.OpenerPlus1:
    case BreakOutcome.OpenerPlus2:
      return CoarseClass.ToOpenerLine;
    case BreakOutcome.Previous:
      return CoarseClass.AsPreviousLine;
    case BreakOutcome.Tree:
    case BreakOutcome.Statement:
      return CoarseClass.ToStatementOrTree;
    default:
      return CoarseClass.OtherBreak;
  }
}

/** The class of so many line breaks between logical lines, of one at least. */
export function coarseLines(breaks: i32): i32 {
  return breaks === 1 ? CoarseClass.OneLine : breaks === 2 ? CoarseClass.TwoLines : CoarseClass.MoreLines;
}
