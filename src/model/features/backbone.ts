import { COMMA, isOpener } from '../../tokenize/index.js';
import { COARSE_CLASSES, CoarseClass } from '../coarse-class.js';
import type { FeatureSpec } from '../feature-spec.js';
import { visualWidth } from '../layout-widths.js';
import { isHidden, type DescribedFile, type GroupFiller } from './feature-group.js';
import { COUNT_BUCKETS, NO_TOKEN, TOKEN_VALUES, countBucket } from './feature-values.js';
import type { RowWriter } from './row-writer.js';

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
export type BackboneFeatures = ReturnType<typeof declareBackbone>;

/** What the backbone says of a gap, before it is put into buckets. */
export class BackboneFacts {
  /** Kinds of the tokens to the left, the nearest first; NO_TOKEN where there is none. */
  left = NO_TOKEN;
  left2 = NO_TOKEN;
  left3 = NO_TOKEN;
  /** Kinds of the first tokens of this logical line and of the one before. */
  lineStart = NO_TOKEN;
  previousLineStart = NO_TOKEN;
  /** Kind of the innermost bracket that is open, and of the token before it. */
  opener = NO_TOKEN;
  beforeOpener = NO_TOKEN;
  bracketDepth = 0;
  blockDepth = 0;
  /** Commas of that bracket so far. */
  commasBefore = 0;
  /** Coarse classes of the two gaps to the left, and of the one behind the open bracket. */
  gapBefore: CoarseClass = CoarseClass.None;
  gapBefore2: CoarseClass = CoarseClass.None;
  openerGap: CoarseClass = CoarseClass.None;
  /** Tokens of the logical line to the left, but for the first. */
  tokensInLine = 0;
  /** Kind of the first token of the line whose block this is. */
  blockOwner = NO_TOKEN;
  /** Column at which the text before the gap ends, and that of the open bracket. */
  column = 0;
  openerColumn = 0;
  /** Leading whitespace of the physical line. */
  lineIndent = '';
}

/** Writes the backbone's features of a gap. */
export function writeBackbone(features: BackboneFeatures, facts: BackboneFacts, row: RowWriter): void {
  row.set(features.left, facts.left);
  row.set(features.left2, facts.left2);
  row.set(features.left3, facts.left3);
  row.set(features.lineStart, facts.lineStart);
  row.set(features.opener, facts.opener);
  row.set(features.beforeOpener, facts.beforeOpener);
  row.set(features.bracketDepth, Math.min(5, facts.bracketDepth));
  row.set(features.blockDepth, Math.min(6, facts.blockDepth));
  row.set(features.commasBefore, Math.min(6, facts.commasBefore));
  row.set(features.gapBefore, facts.gapBefore);
  row.set(features.gapBefore2, facts.gapBefore2);
  row.set(features.tokensInLine, countBucket(facts.tokensInLine));
  row.set(features.blockOwner, facts.blockOwner);
  row.set(features.previousLineStart, facts.previousLineStart);
  row.set(features.openerGap, facts.openerGap);
  row.put(features.columns, 0, Math.min(2, facts.column / 100));
  row.put(features.columns, 1, Math.min(2, facts.openerColumn / 100));
  row.put(features.columns, 2, Math.min(1, visualWidth(facts.lineIndent) / 40));
}

/** Takes back what shows the layout, as if it were not known. */
export function leaveOutLayout(features: BackboneFeatures, row: RowWriter): void {
  row.leaveOut(features.blockDepth);
  row.leaveOut(features.blockOwner);
  row.leaveOut(features.gapBefore);
  row.leaveOut(features.gapBefore2);
  row.leaveOut(features.openerGap);
  for (let k = 0; k < features.columns.size; k++) row.put(features.columns, k, 0);
}

/** Fills in the backbone for a file that is known as a whole. */
export class BackboneFiller implements GroupFiller {
  private readonly facts = new BackboneFacts();

  constructor(private readonly features: BackboneFeatures, private readonly file: DescribedFile) {}

  describe(i: number, row: RowWriter): void {
    const { context, layout, coarse } = this.file;
    const { source, structure } = context.structured;
    const { kind } = source;
    const { facts } = this;
    const left = i - 1;
    facts.left = kindAt(kind, left);
    facts.left2 = kindAt(kind, left - 1);
    facts.left3 = kindAt(kind, left - 2);
    const first = left < 0 ? -1 : context.lineFirst[left];
    facts.lineStart = kindAt(kind, first);
    facts.previousLineStart = first > 0 ? kindAt(kind, context.lineFirst[first - 1]) : NO_TOKEN;
    facts.tokensInLine = first < 0 ? 0 : left - first;
    const open = openAfter(structure, kind, left);
    facts.opener = kindAt(kind, open);
    facts.beforeOpener = kindAt(kind, open - 1);
    facts.bracketDepth = structure.bracketDepth[i];
    facts.blockDepth = left < 0 ? 0 : structure.blockDepth[left];
    facts.commasBefore = open < 0 || left === open ? 0 : context.commasBefore[left] + (kind[left] === COMMA ? 1 : 0);
    facts.gapBefore = left < 0 ? CoarseClass.None : coarse[left];
    facts.gapBefore2 = left < 1 ? CoarseClass.None : coarse[left - 1];
    facts.openerGap = open < 0 ? CoarseClass.None : coarse[open + 1];
    const block = left < 0 ? 0 : structure.blockNode[Math.max(0, structure.previousCode[left])];
    const ownerEnd = block > 0 ? Math.max(0, structure.previousCode[source.tree.firstToken[block] - 1] ?? 0) : -1;
    facts.blockOwner = ownerEnd < 0 ? NO_TOKEN : kind[context.lineFirst[ownerEnd]];
    facts.column = layout.columnBefore[i];
    facts.openerColumn = open < 0 ? 0 : layout.walker.column[open];
    facts.lineIndent = left < 0 ? '' : layout.walker.lineIndent[left];
    writeBackbone(this.features, facts, row);
    // Of a hidden gap not its own layout, which is the answer.
    if (open + 1 === i && isHidden(this.file, i)) row.leaveOut(this.features.openerGap);
  }
}

const kindAt = (kind: Uint8Array, token: number): number => (token < 0 ? NO_TOKEN : kind[token]);

/** Innermost bracket that is open after a token: the token itself when it opens one. */
function openAfter(
  structure: { openBracket: Int32Array; partner: Int32Array },
  kind: Uint8Array,
  token: number,
): number {
  if (token < 0) return -1;
  if (isOpener(kind[token])) return token;
  const open = structure.openBracket[token];
  return open >= 0 && structure.partner[open] === token ? structure.openBracket[open] : open;
}
