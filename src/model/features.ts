import { GapRole, GAP_ROLE_COUNT, NODE_KINDS, TOKEN_KINDS, tokenKind } from '../tokenize/index.js';
import type { FeatureBatch } from './feature-batch.js';
import { FeatureSpec, type Slot } from './feature-spec.js';
import { coarseClass, cumulate, damageOf, hangKindOf, statementBreaks, textFlags } from './file-evidence.js';
import { DECISIONS, LABEL_COUNT, UNDECIDED } from './labels.js';
import {
  POSITIONS, allContextRows, flatLineEnd, ownOutcome, ownerKind, positionOf, statementKindBefore,
  visualWidth, widthBucket, type ObservedLayout,
} from './observed-layout.js';
import type { SourceContext } from './source-context.js';
import { COUNT_FAMILIES, WIDTH_BUCKETS, describedSize, type StyleCounts } from './style-counts.js';

/**
 * The features of a gap, in one place: declared above, filled in below, in the same order.
 * The backbone group reads only tokens and layout to the left, so that the completion head
 * can compute it on unfinished code; the head group reads everything.
 */
const spec = new FeatureSpec();
const T = TOKEN_KINDS.length + 1;
const N = NODE_KINDS.length + 1;
/** Value of a slot of token kinds where there is no token. */
export const NO_TOKEN: number = TOKEN_KINDS.length;
const NO_NODE = NODE_KINDS.length;
/** Coarse classes of a gap's input layout. */
const COARSE = 12;

/** Slots of the backbone; `BackboneStream` fills them in on unfinished code, and must agree with what is below. */
export const BACKBONE = {
  left: spec.slot('left', T),
  left2: spec.slot('left2', T),
  left3: spec.slot('left3', T),
  lineStart: spec.slot('lineStart', T),
  opener: spec.slot('opener', T),
  beforeOpener: spec.slot('beforeOpener', T),
  bracketDepth: spec.slot('bracketDepth', 6),
  blockDepth: spec.slot('blockDepth', 7),
  commasBefore: spec.slot('commasBefore', 7),
  gapBefore: spec.slot('gapBefore', COARSE),
  gapBefore2: spec.slot('gapBefore2', COARSE),
  tokensInLine: spec.slot('tokensInLine', 8),
  blockOwner: spec.slot('blockOwner', T),
  previousLineStart: spec.slot('previousLineStart', T),
  openerGap: spec.slot('openerGap', COARSE),
};
/** Numbers of the backbone: column before the gap, of the open bracket, and of the line's indentation. */
export const BACKBONE_NUMBERS = { columns: spec.numbers('columns', 3) };
spec.startHead();
const B = BACKBONE;
const H = {
  right: spec.slot('right', T),
  right2: spec.slot('right2', T),
  leftOfHead: spec.slot('leftKind', T),
  role: spec.slot('role', GAP_ROLE_COUNT * 2),
  node: spec.slot('node', N),
  nodeUp: spec.slot('nodeUp', N),
  nodeUp2: spec.slot('nodeUp2', N),
  leftBranch: spec.slot('leftBranch', N),
  rightBranch: spec.slot('rightBranch', N),
  leftParent: spec.slot('leftParent', N),
  rightParent: spec.slot('rightParent', N),
  bracketNode: spec.slot('bracketNode', N),
  bracketNodeUp: spec.slot('bracketNodeUp', N),
  statement: spec.slot('statement', N),
  position: spec.slot('position', POSITIONS),
  positionNode: spec.slot('positionOfOpener', POSITIONS * 4),
  rightIndex: spec.slot('rightIndex', 8),
  rightFromEnd: spec.slot('rightFromEnd', 8),
  commas: spec.slot('commas', 8),
  commasAfter: spec.slot('commasAfter', 8),
  bracketFlags: spec.slot('bracketFlags', 12),
  // The input layout.
  input: spec.slot('input', LABEL_COUNT),
  inputAnchors: spec.slot('inputAnchors', 64),
  inputLength: spec.slot('inputLength', 10),
  inputFlags: spec.slot('inputFlags', 16),
  inputBreaks: spec.slot('inputBreaks', 6),
  inputNext: spec.slot('inputNext', COARSE),
  inputNext2: spec.slot('inputNext2', COARSE),
  inputBefore: spec.slot('inputBefore', COARSE),
  openInput: spec.slot('openInput', LABEL_COUNT + 1),
  closeInput: spec.slot('closeInput', LABEL_COUNT + 1),
  outerOpenInput: spec.slot('outerOpenInput', LABEL_COUNT + 1),
  siblingInput: spec.slot('siblingInput', LABEL_COUNT + 1),
  siblingBreaks: spec.slot('siblingBreaks', 12),
  partnerInput: spec.slot('partnerInput', COARSE),
  // Statements and blank lines.
  previousKind: spec.slot('previousKind', N),
  nextKind: spec.slot('nextKind', N),
  owner: spec.slot('owner', N),
  siblingIndex: spec.slot('siblingIndex', 8),
  siblingFromEnd: spec.slot('siblingFromEnd', 8),
  siblingCount: spec.slot('siblingCount', 8),
  levelDrop: spec.slot('levelDrop', 6),
  blanksBefore: spec.slot('blanksBefore', 6),
  blanksAfter: spec.slot('blanksAfter', 6),
  blanksBefore2: spec.slot('blanksBefore2', 6),
  blanksAfter2: spec.slot('blanksAfter2', 6),
  blanksNear: spec.slot('blanksNear', 6),
  sinceBlank: spec.slot('sinceBlank', 8),
  previousSize: spec.slot('previousSize', 8),
  nextSize: spec.slot('nextSize', 8),
  likeness: spec.slot('likeness', 8),
  docstring: spec.slot('docstring', 4),
  comments: spec.slot('comments', 16),
  commentLevel: spec.slot('commentLevel', 6),
  stepState: spec.slot('stepState', 16),
  hang: spec.slot('hang', 16),
  previousStart: spec.slot('previousStart', T),
  nextStart: spec.slot('nextStart', T),
  // What is decided of the neighbours, in later passes.
  decidedLeft: spec.slot('decidedLeft', DECISIONS + 1),
  decidedRight: spec.slot('decidedRight', DECISIONS + 1),
  decidedOpen: spec.slot('decidedOpen', DECISIONS + 1),
  decidedClose: spec.slot('decidedClose', DECISIONS + 1),
  decidedPreviousComma: spec.slot('decidedPreviousComma', DECISIONS + 1),
  decidedNextComma: spec.slot('decidedNextComma', DECISIONS + 1),
  decidedOuterOpen: spec.slot('decidedOuterOpen', DECISIONS + 1),
  decidedPreviousLines: spec.slot('decidedPreviousLines', DECISIONS + 1),
  decidedNextLines: spec.slot('decidedNextLines', DECISIONS + 1),
  // Widths.
  endFlat: spec.slot('endFlat', WIDTH_BUCKETS),
  endGroup: spec.slot('endGroup', WIDTH_BUCKETS),
  endElement: spec.slot('endElement', WIDTH_BUCKETS),
};
const familySizes = COUNT_FAMILIES.map((_, family) => describedSize(family));
const countsSize = familySizes.reduce((sum, size) => sum + size, 0);
const HN = {
  widths: spec.numbers('widths', 12),
  limits: spec.numbers('limits', 15),
  fileWidths: spec.numbers('fileWidths', 6),
  damage: spec.numbers('damage', 8),
  evidence: spec.numbers('evidence', 12),
  fileCounts: spec.numbers('fileCounts', countsSize),
  projectCounts: spec.numbers('projectCounts', countsSize + 1),
};

/** Sizes of the network's input and output. */
export const FEATURE_SHAPE = spec.shape;
/** Identifies this list of features; stored in model files. */
export const FEATURE_DIGEST = spec.digest;

const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;
const FAMILIES = COUNT_FAMILIES.length;
const COMMENT = tokenKind('comment');
const STRING = tokenKind('string');

/** Statistics that the features compare a gap with. */
export interface StyleEvidence {
  /** Counts of the file's own input layout. */
  readonly file: StyleCounts;
  /** Counts of other files of the project; null when nothing is known of it. */
  readonly project: StyleCounts | null;
}

/** Allocates room for `size` described gaps. */
export function createFeatureBatch(size: number): FeatureBatch & { size: number } {
  return {
    size,
    slots: new Int16Array(size * SLOTS),
    numbers: new Float32Array(size * NUMBERS),
    legal: new Uint8Array(size * LABEL_COUNT),
  };
}

/** Bucket 0,1,2,3,4-5,6-9,10-19,20+. */
export const bucket8 = (n: number): number => (n < 4 ? Math.max(0, n) : n < 6 ? 4 : n < 10 ? 5 : n < 20 ? 6 : 7);
const sizeBucket = (n: number): number =>
  n <= 0 ? 0 : n < 4 ? 1 : n < 8 ? 2 : n < 16 ? 3 : n < 32 ? 4 : n < 80 ? 5 : n < 250 ? 6 : 7;

/** Describes gaps of one layout; prepares what the whole file shares when it is created. */
export class GapDescriber {
  private readonly coarse: Uint8Array;
  private readonly damage: Float32Array;
  private readonly fileWidths: Float32Array;
  private readonly statementBreaks: Int16Array;
  private readonly bracketBreaks: Int16Array;
  private readonly bracketGaps: Int16Array;
  private readonly bracketLabel: Uint8Array;
  private readonly fileBroken: Float32Array;
  private readonly fileFlat: Float32Array;
  private readonly projectBroken: Float32Array;
  private readonly projectFlat: Float32Array;
  /** `[gaps, families]`, see `allContextRows`. */
  private readonly rows: Int16Array;
  private readonly widest: number;
  /** The row being written. */
  private slots: Int16Array = new Int16Array();
  private slotStart = 0;
  /** The file's unit, and its hanging step in units. */
  private readonly hangKind: number;

  constructor(
    private readonly context: SourceContext,
    private readonly layout: ObservedLayout,
    private readonly evidence: StyleEvidence,
    /** Per gap a decision or UNDECIDED; null when nothing is decided yet. */
    private readonly decisions: Uint8Array | null = null,
  ) {
    const count = context.structured.source.tokenCount + 1;
    this.coarse = new Uint8Array(count);
    for (let i = 0; i < count; i++) this.coarse[i] = coarseClass(layout, i);
    this.damage = damageOf(context, layout);
    this.rows = allContextRows(context);
    const { lineLengths } = layout;
    const quantile = (q: number): number =>
      lineLengths.length === 0 ? 0 : lineLengths[Math.min(lineLengths.length - 1, Math.floor(q * lineLengths.length))];
    this.widest = quantile(0.99);
    this.fileWidths = Float32Array.of(
      Math.min(2, quantile(0.9) / 100), Math.min(2, quantile(0.97) / 100), Math.min(2, this.widest / 100),
      // One line of data must not drown everything else.
      Math.min(2, quantile(1) / 200),
      Math.min(1, count / 20000), Math.min(1, count / 500),
    );
    this.statementBreaks = statementBreaks(context, layout);
    this.hangKind = hangKindOf(layout);
    this.bracketBreaks = new Int16Array(count);
    this.bracketGaps = new Int16Array(count);
    this.bracketLabel = new Uint8Array(count);
    this.countBrackets();
    this.fileBroken = cumulate(evidence.file.brokenWidths, true);
    this.fileFlat = cumulate(evidence.file.flatWidths, false);
    this.projectBroken = evidence.project ? cumulate(evidence.project.brokenWidths, true) : new Float32Array(WIDTH_BUCKETS);
    this.projectFlat = evidence.project ? cumulate(evidence.project.flatWidths, false) : new Float32Array(WIDTH_BUCKETS);
  }

  /** Counts, per bracket, gaps after commas and at the ends that break, and the class of the latest break. */
  private countBrackets(): void {
    const { source, structure } = this.context.structured;
    for (let i = 1; i < source.tokenCount; i++) {
      const open = structure.openBracket[i];
      if (open < 0) continue;
      const position = positionOf(source.kind[i - 1], source.kind[i]);
      if (position !== 3) continue;
      this.bracketGaps[open]++;
      if (this.layout.lineBreaks[i] > 0) {
        this.bracketBreaks[open]++;
        this.bracketLabel[open] = this.layout.label[i];
      }
    }
  }

  private set(slot: Slot, value: number): void {
    this.slots[this.slotStart + slot.position] = slot.offset + value;
  }

  /** Fills row `row` of `batch` with gap `i`. */
  describe(i: number, row: number, batch: FeatureBatch): void {
    this.slots = batch.slots;
    this.slotStart = row * SLOTS;
    this.slots.fill(-1, this.slotStart, this.slotStart + SLOTS);
    const { numbers } = batch;
    const at = row * NUMBERS;
    numbers.fill(0, at, at + NUMBERS);
    this.layout.walker.markLegal(i, batch.legal, row * LABEL_COUNT);
    this.describeBackbone(i, numbers, at);
    this.describeTree(i);
    this.describeInput(i);
    this.describeDecisions(i);
    const isStatement = this.describeStatements(i);
    this.describeWidths(i, numbers, at, isStatement);
    this.describeCounts(i, numbers, at);
  }

  private describeBackbone(i: number, numbers: Float32Array, start: number): void {
    const { source, structure } = this.context.structured;
    const { kind } = source;
    const kindAt = (token: number): number => (token < 0 ? NO_TOKEN : kind[token]);
    const left = i - 1;
    this.set(B.left, kindAt(left));
    this.set(B.left2, kindAt(left - 1));
    this.set(B.left3, kindAt(left - 2));
    const first = left < 0 ? -1 : this.context.lineFirst[left];
    this.set(B.lineStart, kindAt(first));
    const open = openAfter(structure, source.kind, left);
    this.set(B.opener, kindAt(open));
    this.set(B.beforeOpener, kindAt(open - 1));
    this.set(B.bracketDepth, Math.min(5, structure.bracketDepth[i]));
    this.set(B.blockDepth, left < 0 ? 0 : Math.min(6, structure.blockDepth[left]));
    this.set(B.commasBefore, open < 0 ? 0 : Math.min(6, left === open ? 0 : this.context.commasBefore[left] + (positionOf(kind[left], 0) === 3 ? 1 : 0)));
    this.set(B.gapBefore, left < 0 ? 0 : this.coarse[left]);
    this.set(B.gapBefore2, left < 1 ? 0 : this.coarse[left - 1]);
    this.set(B.tokensInLine, first < 0 ? 0 : bucket8(left - first));
    const block = left < 0 ? 0 : structure.blockNode[structure.previousCode[left] < 0 ? 0 : structure.previousCode[left]];
    this.set(B.blockOwner, block > 0 ? kind[this.context.lineFirst[Math.max(0, structure.previousCode[source.tree.firstToken[block] - 1] ?? 0)]] : NO_TOKEN);
    this.set(B.previousLineStart, first > 0 ? kindAt(this.context.lineFirst[first - 1]) : NO_TOKEN);
    this.set(B.openerGap, open < 0 ? 0 : this.coarse[open + 1]);
    const at = start + BACKBONE_NUMBERS.columns.position;
    const column = this.layout.columnBefore[i];
    numbers[at] = Math.min(2, column / 100);
    numbers[at + 1] = Math.min(2, (open < 0 ? 0 : this.layout.walker.column[open]) / 100);
    numbers[at + 2] = Math.min(1, visualWidth(left < 0 ? '' : this.layout.walker.lineIndent[left]) / 40);
  }

  private describeTree(i: number): void {
    const { context } = this;
    const { source, structure } = context.structured;
    const { kind, tree, tokenCount } = source;
    const nodeAt = (node: number): number => (node < 0 ? NO_NODE : tree.kind[node]);
    const right = i < tokenCount ? kind[i] : NO_TOKEN;
    const left = i > 0 ? kind[i - 1] : NO_TOKEN;
    this.set(H.right, right);
    this.set(H.right2, i + 1 < tokenCount ? kind[i + 1] : NO_TOKEN);
    this.set(H.leftOfHead, left);
    this.set(H.role, structure.role[i] * 2 + structure.mustBreak[i]);
    const node = context.ancestry.node[i];
    this.set(H.node, tree.kind[node]);
    this.set(H.nodeUp, nodeAt(tree.parent[node]));
    this.set(H.nodeUp2, nodeAt(tree.parent[node] < 0 ? -1 : tree.parent[tree.parent[node]]));
    this.set(H.leftBranch, nodeAt(context.ancestry.leftBranch[i]));
    this.set(H.rightBranch, nodeAt(context.ancestry.rightBranch[i]));
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    const after = structure.nextCode[i];
    this.set(H.leftParent, before < 0 ? NO_NODE : nodeAt(source.parent[before]));
    this.set(H.rightParent, after >= tokenCount ? NO_NODE : nodeAt(source.parent[after]));
    const open = structure.openBracket[i];
    const position = i > 0 && i < tokenCount ? positionOf(left, right) : 0;
    this.set(H.position, position);
    if (before >= 0) this.set(H.statement, context.lineKind[context.lineFirst[before]]);
    this.set(H.rightIndex, bucket8(context.ancestry.rightIndex[i]));
    this.set(H.rightFromEnd, bucket8(tree.childCount[node] - 1 - context.ancestry.rightIndex[i]));
    if (open < 0) return;
    this.set(H.bracketNode, nodeAt(source.parent[open]));
    this.set(H.bracketNodeUp, nodeAt(tree.parent[source.parent[open]]));
    this.set(H.positionNode, position * 4 + context.trailingComma[open] * 2 + (structure.bracketDepth[i] > 1 ? 1 : 0));
    const inside = i < tokenCount ? context.commasBefore[i] : 0;
    this.set(H.commas, bucket8(context.commas[open]));
    this.set(H.commasAfter, bucket8(context.commas[open] - inside));
    this.set(H.hang, this.hangKind);
    this.set(H.bracketFlags, context.trailingComma[open] * 6 + context.holdsComment[open] * 3 + Math.min(2, structure.bracketDepth[i] - 1));
  }

  private describeInput(i: number): void {
    const { context, layout } = this;
    const { source, structure } = context.structured;
    const count = source.tokenCount + 1;
    const text = layout.gaps[i];
    this.set(H.input, layout.label[i]);
    this.set(H.inputAnchors, layout.anchorBits[i]);
    this.set(H.inputLength, text.length < 6 ? text.length : text.length < 12 ? 6 : text.length < 24 ? 7 : text.length < 48 ? 8 : 9);
    this.set(H.inputFlags, text === '' || text === ' ' ? 0 : textFlags(text));
    this.set(H.inputBreaks, Math.min(5, layout.lineBreaks[i]));
    this.set(H.inputNext, i + 1 < count ? this.coarse[i + 1] : 0);
    this.set(H.inputNext2, i + 2 < count ? this.coarse[i + 2] : 0);
    this.set(H.inputBefore, i > 0 ? this.coarse[i - 1] : 0);
    const open = structure.openBracket[i];
    if (open >= 0) {
      const close = structure.partner[open];
      this.set(H.openInput, open + 1 === i ? LABEL_COUNT : layout.label[open + 1]);
      this.set(H.closeInput, close < 0 || close === i ? LABEL_COUNT : layout.label[close]);
      const outer = structure.openBracket[open];
      this.set(H.outerOpenInput, outer < 0 ? LABEL_COUNT : layout.label[outer + 1]);
      // Leave this gap's own break out of what its siblings say.
      const own = i < source.tokenCount && positionOf(source.kind[i - 1], source.kind[i]) === 3 ? 1 : 0;
      const ownBreak = own && layout.lineBreaks[i] > 0 ? 1 : 0;
      const others = this.bracketGaps[open] - own;
      const broken = this.bracketBreaks[open] - ownBreak;
      this.set(H.siblingInput, broken > 0 ? this.bracketLabel[open] : LABEL_COUNT);
      const share = others <= 0 ? 5 : broken === 0 ? 0 : broken === others ? 4 : broken * 3 < others ? 1 : broken * 3 < others * 2 ? 2 : 3;
      this.set(H.siblingBreaks, share * 2 + (others > 2 ? 1 : 0));
    }
    const partner = i > 0 && i < source.tokenCount ? structure.partner[i] : -1;
    const leftPartner = i > 0 ? structure.partner[i - 1] : -1;
    this.set(H.partnerInput, partner >= 0 && partner < i ? this.coarse[partner + 1] : leftPartner > i ? this.coarse[leftPartner] : 0);
  }

  private describeDecisions(i: number): void {
    const { decisions, context } = this;
    const { source, structure } = context.structured;
    const decided = (slot: Slot, gap: number): void => {
      const known = decisions !== null && gap > 0 && gap < source.tokenCount && gap !== i;
      this.set(slot, known ? decisions[gap] : UNDECIDED);
    };
    decided(H.decidedLeft, i - 1);
    decided(H.decidedRight, i + 1);
    if (i >= source.tokenCount) return;
    const open = structure.openBracket[i];
    if (open >= 0) {
      decided(H.decidedOpen, open + 1);
      decided(H.decidedClose, structure.partner[open]);
      decided(H.decidedPreviousComma, context.previousComma[i]);
      decided(H.decidedNextComma, context.nextComma[i]);
      const outer = structure.openBracket[open];
      decided(H.decidedOuterOpen, outer < 0 ? -1 : outer + 1);
      return;
    }
    const after = structure.nextCode[i];
    if (after >= source.tokenCount || !structure.startsLine[after]) return;
    const firstGap = (token: number): number => (token <= 0 ? -1 : structure.previousCode[token - 1] + 1);
    decided(H.decidedPreviousLines, firstGap(context.previousSibling[after]));
    decided(H.decidedNextLines, firstGap(context.nextSibling[after]));
  }

  private describeStatements(i: number): boolean {
    const { context } = this;
    const { source, structure } = context.structured;
    const { kind, tokenCount } = source;
    const role = structure.role[i] as GapRole;
    if (role !== GapRole.Statement && role !== GapRole.BlockStart && role !== GapRole.OwnLineComment && role !== GapRole.AfterSemicolon) {
      return false;
    }
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    const after = structure.nextCode[i];
    const hasAfter = after < tokenCount;
    if (before >= 0) {
      this.set(H.previousKind, hasAfter ? statementKindBefore(context, before, after) : context.lineKind[context.lineFirst[before]]);
      this.set(H.previousStart, kind[context.lineFirst[before]]);
    }
    this.set(H.comments, (i > 0 && kind[i - 1] === COMMENT ? (structure.role[i - 1] === GapRole.TrailingComment ? 1 : 2) : 0) +
      (i < tokenCount && kind[i] === COMMENT ? 4 : 0) + (i + 1 < tokenCount && kind[i + 1] === COMMENT ? 8 : 0));
    if (i < tokenCount && kind[i] === COMMENT) this.set(H.commentLevel, this.commentLevel(i, before, after));
    if (role === GapRole.BlockStart) this.set(H.stepState, this.stepState(i));
    if (!hasAfter) return true;
    this.set(H.nextKind, context.lineKind[after]);
    this.set(H.nextStart, kind[after]);
    this.set(H.owner, ownerKind(context, after));
    this.set(H.siblingIndex, bucket8(context.siblingIndex[after]));
    this.set(H.siblingFromEnd, bucket8(context.siblingCount[after] - 1 - context.siblingIndex[after]));
    this.set(H.siblingCount, bucket8(context.siblingCount[after]));
    this.set(H.levelDrop, before < 0 ? 0 : Math.min(5, Math.max(0, structure.blockDepth[before] - structure.blockDepth[after] + 1)));
    const breaksOf = (token: number): number => (token < 0 ? 5 : Math.min(4, this.statementBreaks[token]));
    const previous = context.previousSibling[after];
    const next = context.nextSibling[after];
    this.set(H.blanksBefore, breaksOf(previous));
    this.set(H.blanksBefore2, breaksOf(previous < 0 ? -1 : context.previousSibling[previous]));
    this.set(H.blanksAfter, breaksOf(next));
    this.set(H.blanksAfter2, breaksOf(next < 0 ? -1 : context.nextSibling[next]));
    let near = 0;
    let back = after;
    let since = 0;
    let open = true;
    for (let k = 0; k < 8; k++) {
      back = context.previousSibling[back];
      if (back < 0) break;
      const blank = this.statementBreaks[back] > 1;
      if (blank && k < 4) near++;
      if (blank) open = false;
      if (open) since++;
    }
    let ahead = after;
    for (let k = 0; k < 4; k++) {
      ahead = context.nextSibling[ahead];
      if (ahead < 0) break;
      if (this.statementBreaks[ahead] > 1) near++;
    }
    this.set(H.blanksNear, Math.min(5, near));
    this.set(H.sinceBlank, Math.min(7, since));
    this.set(H.previousSize, previous < 0 ? 0 : sizeBucket(context.statementTokens[previous]));
    this.set(H.nextSize, sizeBucket(context.statementTokens[after]));
    if (previous >= 0) {
      const sameKind = context.lineKind[previous] === context.lineKind[after] ? 1 : 0;
      const sameStart = sameText(source, previous, after) ? 2 : 0;
      const sameSecond = previous + 2 < tokenCount && after + 2 < tokenCount && kind[previous + 1] === kind[after + 1] && sameText(source, previous + 2, after + 2) ? 4 : 0;
      this.set(H.likeness, sameKind + sameStart + sameSecond);
    }
    const isText = (token: number): boolean => token >= 0 && kind[token] === STRING && context.lineLast[token] === token;
    this.set(H.docstring, (isText(previous) ? 1 : 0) + (isText(after) ? 2 : 0));
    return true;
  }

  /** Where an own-line comment stands in the input: next statement's level, previous one's, column 0, between, elsewhere. */
  private commentLevel(i: number, before: number, after: number): number {
    const { layout } = this;
    const { source, structure } = this.context.structured;
    const text = layout.gaps[i];
    const indent = text.slice(text.lastIndexOf('\n') + 1);
    const next = after < source.tokenCount ? layout.blocks.indent[structure.blockNode[after]] : '';
    const previous = before >= 0 ? layout.blocks.indent[structure.blockNode[before]] : '';
    if (indent === next) return next === previous ? 0 : 1;
    if (indent === previous) return 2;
    if (indent === '') return 3;
    return indent.length < previous.length && indent.length > next.length ? 4 : 5;
  }

  /** How a block's indentation step compares with the file's unit and with its neighbours. */
  private stepState(i: number): number {
    const text = this.layout.gaps[i];
    if (!text.includes('\n')) return 0;
    const { structure, source } = this.context.structured;
    const node = structure.blockNode[i];
    const own = this.layout.blocks.indent[node];
    let up = source.tree.parent[node];
    while (up > 0 && this.layout.blocks.indent[up] === '') up = source.tree.parent[up];
    const outer = up > 0 ? this.layout.blocks.indent[up] : '';
    const step = own.startsWith(outer) ? own.slice(outer.length) : own;
    if (step === this.layout.unit) return 1 + (step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : 3);
    const common = step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : step === '        ' ? 3 : 4;
    const unitCommon = this.layout.unit === '    ' ? 0 : 1;
    return 5 + common * 2 + unitCommon;
  }

  private describeWidths(i: number, numbers: Float32Array, start: number, isStatement: boolean): void {
    const { context, layout } = this;
    const { source, structure } = context.structured;
    for (let k = 0; k < this.fileWidths.length; k++) numbers[start + HN.fileWidths.position + k] = this.fileWidths[k];
    for (let k = 0; k < this.damage.length; k++) numbers[start + HN.damage.position + k] = this.damage[k];
    if (i === 0 || i >= source.tokenCount) return;
    const at = start + HN.widths.position;
    const put = (k: number, value: number): void => {
      numbers[at + k] = Math.max(-2, Math.min(2.5, value / 80));
    };
    const before = Math.max(0, structure.previousCode[i - 1]);
    const first = context.lineFirst[before];
    const endFlat = flatLineEnd(context, layout, isStatement && structure.nextCode[i] < source.tokenCount ? structure.nextCode[i] : before);
    this.set(H.endFlat, widthBucket(endFlat));
    put(0, endFlat);
    if (isStatement) {
      this.putLimits(numbers, start, 0, endFlat);
      return;
    }
    const indent = visualWidth(layout.blocks.indent[structure.blockNode[first]] ?? '');
    const open = structure.openBracket[i];
    const lineEnd = context.flatEnd[context.lineLast[before]];
    put(1, indent);
    put(2, context.flatStart[i] - context.flatStart[first]);
    put(3, lineEnd - context.flatStart[i]);
    let endGroup = endFlat;
    let endElement = layout.columnBefore[i] + 1;
    if (open >= 0) {
      const close = structure.partner[open];
      const group = context.flatEnd[close] - context.flatStart[open];
      const lead = visualWidth(layout.walker.lineIndent[open]);
      // The opener's line as it starts in the input, with the whole group and what clings to it.
      const follow = this.clinging(close);
      endGroup = layout.walker.column[open] + group + follow;
      const elementEnd = context.elementEnd[i] < 0 ? close : context.elementEnd[i];
      const element = context.flatEnd[elementEnd] - context.flatStart[i];
      endElement = layout.columnBefore[i] + 1 + element;
      put(4, group);
      put(5, element);
      put(6, lead);
      put(7, layout.walker.column[open]);
      put(8, lead + layout.unit.length + group - 2);
      put(9, context.flatEnd[close] - context.flatStart[i]);
      const outer = structure.openBracket[open];
      if (outer >= 0) put(10, context.flatEnd[structure.partner[outer]] - context.flatStart[outer]);
      put(11, context.flatStart[i] - context.flatStart[open]);
    } else if (i < source.tokenCount && structure.partner[i] > i) {
      put(4, context.flatEnd[structure.partner[i]] - context.flatStart[i]);
    }
    this.set(H.endGroup, widthBucket(endGroup));
    this.set(H.endElement, widthBucket(endElement));
    this.putLimits(numbers, start, 0, endFlat);
    this.putLimits(numbers, start, 1, endGroup);
    this.putLimits(numbers, start, 2, endElement);
  }

  /** Width of closers, commas and colons that follow a closing bracket directly. */
  private clinging(close: number): number {
    const { source } = this.context.structured;
    let width = 0;
    for (let t = close + 1; t < source.tokenCount && t < close + 4; t++) {
      if (positionOf(0, source.kind[t]) !== 2 && positionOf(0, source.kind[t]) !== 4 && source.kind[t] !== COLON) break;
      width++;
    }
    return width;
  }

  /** How a column compares with usual limits, and with what the file and project left flat or broke. */
  private putLimits(numbers: Float32Array, start: number, which: number, column: number): void {
    const at = start + HN.limits.position + which * 5;
    const near = (limit: number): number => Math.max(-1, Math.min(1, (limit - column) / 15));
    numbers[at] = this.widest > 0 ? near(this.widest) : 0;
    numbers[at + 1] = near(79);
    numbers[at + 2] = near(88);
    numbers[at + 3] = near(100);
    numbers[at + 4] = near(120);
    const bucket = widthBucket(column);
    const evidence = start + HN.evidence.position + which * 4;
    numbers[evidence] = this.fileFlat[bucket];
    numbers[evidence + 1] = this.fileBroken[bucket];
    numbers[evidence + 2] = this.projectFlat[bucket];
    numbers[evidence + 3] = this.projectBroken[bucket];
  }

  private describeCounts(i: number, numbers: Float32Array, start: number): void {
    const { file, project } = this.evidence;
    let at = start + HN.fileCounts.position;
    let projectAt = start + HN.projectCounts.position;
    if (project) numbers[projectAt + countsSize] = 1;
    for (let family = 0; family < FAMILIES; family++) {
      const row = this.rows[i * FAMILIES + family];
      if (row >= 0) {
        file.describe(family, row, ownOutcome(this.layout, family, i), numbers, at);
        if (project) project.describe(family, row, -1, numbers, projectAt);
      }
      at += familySizes[family];
      projectAt += familySizes[family];
    }
  }
}

const COLON = tokenKind(':');

/** Innermost bracket that is open after a token: the token itself when it opens one. */
function openAfter(structure: { openBracket: Int32Array; partner: Int32Array }, kind: Uint8Array, token: number): number {
  if (token < 0) return -1;
  if (positionOf(kind[token], 0) === 1) return token;
  const open = structure.openBracket[token];
  return open >= 0 && structure.partner[open] === token ? structure.openBracket[open] : open;
}

function sameText(source: { text: string; start: Int32Array; end: Int32Array }, a: number, b: number): boolean {
  const length = source.end[a] - source.start[a];
  return (
    length === source.end[b] - source.start[b] && length < 60 &&
    source.text.slice(source.start[a], source.end[a]) === source.text.slice(source.start[b], source.end[b])
  );
}
