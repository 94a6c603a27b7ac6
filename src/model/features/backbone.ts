import { COMMA } from '../../tokenize/index.js';
import { COARSE_CLASSES, CoarseClass } from '../coarse-class.js';
import type { FeatureSpec } from '../feature-spec.js';
import { atLeast, atMost, countBucket } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { COUNT_BUCKETS, NO_TOKEN, TOKEN_VALUES } from './feature-values.js';
import { isHiddenGap } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import type { Bytes, f64, i32 } from './views.js';

/**
 * The backbone: only tokens and layout to the left, so that the completion head can compute it
 * on unfinished code. `BackboneStream` does, from the same `BackboneFacts`.
 */
export const declareBackbone = (spec: FeatureSpec) => ({
  left: spec.slot('left', TOKEN_VALUES),
  left2: spec.slot('left2', TOKEN_VALUES),
  left3: spec.slot('left3', TOKEN_VALUES),
  lineStart: spec.slot('lineStart', TOKEN_VALUES),
  opener: spec.slot('opener', TOKEN_VALUES),
  beforeOpener: spec.slot('beforeOpener', TOKEN_VALUES),
  bracketDepth: spec.slot('bracketDepth', 6),
  blockDepth: spec.slot('blockDepth', 7),
  commasBefore: spec.slot('commasBefore', 7),
  gapBefore: spec.slot('gapBefore', COARSE_CLASSES),
  gapBefore2: spec.slot('gapBefore2', COARSE_CLASSES),
  tokensInLine: spec.slot('tokensInLine', COUNT_BUCKETS),
  blockOwner: spec.slot('blockOwner', TOKEN_VALUES),
  previousLineStart: spec.slot('previousLineStart', TOKEN_VALUES),
  openerGap: spec.slot('openerGap', COARSE_CLASSES),
  /** Column before the gap, of the open bracket, and width of the line's indentation. */
  columns: spec.numbers('columns', 3),
});
export type Features = ReturnType<typeof declareBackbone>;

/** What the backbone says of a gap, before it is put into buckets. */
export class BackboneFacts {
  /** Kinds of the tokens to the left, the nearest first; NO_TOKEN where there is none. */
  left: i32 = NO_TOKEN;
  left2: i32 = NO_TOKEN;
  left3: i32 = NO_TOKEN;
  /** Kinds of the first tokens of this logical line and of the one before. */
  lineStart: i32 = NO_TOKEN;
  previousLineStart: i32 = NO_TOKEN;
  /** Kind of the innermost bracket that is open, and of the token before it. */
  opener: i32 = NO_TOKEN;
  beforeOpener: i32 = NO_TOKEN;
  bracketDepth: i32 = 0;
  blockDepth: i32 = 0;
  /** Commas of that bracket so far. */
  commasBefore: i32 = 0;
  /** Coarse classes (`CoarseClass`) of the two gaps to the left, and of the one behind the open bracket. */
  gapBefore: i32 = CoarseClass.None;
  gapBefore2: i32 = CoarseClass.None;
  openerGap: i32 = CoarseClass.None;
  /** Tokens of the logical line to the left, but for the first. */
  tokensInLine: i32 = 0;
  /** Kind of the first token of the line whose block this is. */
  blockOwner: i32 = NO_TOKEN;
  /** Column at which the text before the gap ends, and that of the open bracket. */
  column: i32 = 0;
  openerColumn: i32 = 0;
  /** Width of the leading whitespace of the physical line, see `visualWidth`. */
  indentWidth: i32 = 0;
}

/** Writes the backbone's features of a gap. */
export function writeBackbone(features: Features, facts: BackboneFacts, row: RowWriter): void {
  row.set(features.left, facts.left);
  row.set(features.left2, facts.left2);
  row.set(features.left3, facts.left3);
  row.set(features.lineStart, facts.lineStart);
  row.set(features.opener, facts.opener);
  row.set(features.beforeOpener, facts.beforeOpener);
  row.set(features.bracketDepth, atMost(5, facts.bracketDepth));
  row.set(features.blockDepth, atMost(6, facts.blockDepth));
  row.set(features.commasBefore, atMost(6, facts.commasBefore));
  row.set(features.gapBefore, facts.gapBefore);
  row.set(features.gapBefore2, facts.gapBefore2);
  row.set(features.tokensInLine, countBucket(facts.tokensInLine));
  row.set(features.blockOwner, facts.blockOwner);
  row.set(features.previousLineStart, facts.previousLineStart);
  row.set(features.openerGap, facts.openerGap);
  row.put(features.columns, 0, Math.min(2, columnShare(facts.column, 100)));
  row.put(features.columns, 1, Math.min(2, columnShare(facts.openerColumn, 100)));
  row.put(features.columns, 2, Math.min(1, columnShare(facts.indentWidth, 40)));
}

function columnShare(column: f64, whole: f64): f64 {
  return column / whole;
}

/** Takes back what shows the layout, as if it were not known. */
export function leaveOutLayout(features: Features, row: RowWriter): void {
  row.leaveOut(features.blockDepth);
  row.leaveOut(features.blockOwner);
  row.leaveOut(features.gapBefore);
  row.leaveOut(features.gapBefore2);
  row.leaveOut(features.openerGap);
  for (let k = 0; k < 3; k++) row.put(features.columns, k, 0);
}

const factsOfGap = new BackboneFacts();

/** Fills in the backbone for a gap of a file that is known as a whole. */
export function describeBackbone(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  const kind = file.kind;
  const facts = factsOfGap;
  const left = i - 1;
  facts.left = kindAt(kind, left);
  facts.left2 = kindAt(kind, left - 1);
  facts.left3 = kindAt(kind, left - 2);
  const first = left < 0 ? -1 : file.lineFirst[left];
  facts.lineStart = kindAt(kind, first);
  facts.previousLineStart = first > 0 ? kindAt(kind, file.lineFirst[first - 1]) : NO_TOKEN;
  facts.tokensInLine = first < 0 ? 0 : left - first;
  const open = openAfter(file, left);
  facts.opener = kindAt(kind, open);
  facts.beforeOpener = kindAt(kind, open - 1);
  facts.bracketDepth = file.bracketDepth[i];
  facts.blockDepth = left < 0 ? 0 : file.blockDepth[left];
  facts.commasBefore = open < 0 || left === open ? 0 : file.commasBefore[left] + (kind[left] === COMMA ? 1 : 0);
  facts.gapBefore = left < 0 ? CoarseClass.None : file.coarse[left];
  facts.gapBefore2 = left < 1 ? CoarseClass.None : file.coarse[left - 1];
  facts.openerGap = open < 0 ? CoarseClass.None : file.coarse[open + 1];
  facts.blockOwner = blockOwnerKind(file, left);
  facts.column = file.columnBefore[i];
  facts.openerColumn = open < 0 ? 0 : file.column[open];
  facts.indentWidth = left < 0 ? 0 : file.indentWidth[left];
  writeBackbone(features, facts, row);
  // Of a hidden gap not its own layout, which is the answer.
  if (open + 1 === i && isHiddenGap(file, i)) row.leaveOut(features.openerGap);
}

/** Kind of the first token of the line whose block a token stands in. */
function blockOwnerKind(file: FileArrays, token: i32): i32 {
  if (token < 0) return NO_TOKEN;
  const block = file.blockNode[atLeast(0, file.previousCode[token])];
  if (block <= 0) return NO_TOKEN;
  const before = file.nodeFirstToken[block] - 1;
  const ownerEnd = before < 0 ? 0 : atLeast(0, file.previousCode[before]);
  return file.kind[file.lineFirst[ownerEnd]];
}

function kindAt(kind: Bytes, token: i32): i32 {
  return token < 0 ? NO_TOKEN : kind[token];
}

/** Innermost bracket that is open after a token: the token itself when it opens one. */
function openAfter(file: FileArrays, token: i32): i32 {
  if (token < 0) return -1;
  if (file.openerKind[file.kind[token]] === 1) return token;
  const open = file.openBracket[token];
  return open >= 0 && file.partner[open] === token ? file.openBracket[open] : open;
}
