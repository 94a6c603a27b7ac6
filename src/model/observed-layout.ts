import { COMMENT, GapRole } from '../tokenize/index.js';
import { NO_ARRANGEMENT, bracketArrangements } from './bracket-arrangement.js';
import { blockSteps, fileUnits, resolveIndents, type BlockIndents, type FileUnits } from './block-indents.js';
import { InlineOutcome, LinesOutcome, NOT_COUNTED } from './count-outcomes.js';
import { positionOf } from './gap-position.js';
import {
  CLASSES_OF_ROLE, CLASS_COUNT, DECISION_OF_CLASS, Decision, KEEP, NONE, OUTCOME_OF_CLASS, SPACE, layoutClass,
} from './layout-classes.js';
import { LayoutWalker } from './layout-walker.js';
import type { SourceContext } from './source-context.js';
import { measureLines } from './line-measure.js';
import { COUNT_FAMILIES, WIDTH_BUCKETS, WIDTH_COLUMNS, WIDTH_STEP, contextRow, type StyleCounts } from './style-counts.js';

/** A layout as the features see it: classified, measured and counted. */
export interface ObservedLayout {
  /** Gap texts with LF line ends. */
  readonly gaps: readonly string[];
  readonly unit: string;
  readonly hang: string;
  readonly steps: readonly (string | null)[];
  readonly blocks: BlockIndents;
  readonly walker: LayoutWalker;
  /** Per gap: the first class, apart from `keep`, that renders it; `keep` when none does. */
  readonly classOf: Uint8Array;
  /** Per gap: which of six frequent anchors a line break agrees with, as bits. */
  readonly anchorBits: Uint8Array;
  readonly lineBreaks: Uint8Array;
  /** Per gap: outcome by family kind (see style-counts); 255 when the family does not apply. */
  readonly inlineOutcome: Uint8Array;
  readonly breakOutcome: Uint8Array;
  readonly linesOutcome: Uint8Array;
  /** Per opening bracket: how it is arranged; see bracket-arrangement. */
  readonly arrangement: Uint8Array;
  /** Column at which the text before each gap ends. */
  readonly columnBefore: Int32Array;
  /** Lengths of the physical lines, sorted. */
  readonly lineLengths: Int32Array;
}

/** The anchors whose bits `anchorBits` holds, the first in the lowest bit. */
const FREQUENT_ANCHORS = (['after-bracket', 'first-element', 'opener', 'opener+1', 'opener+2', 'previous'] as const).map(layoutClass);

/**
 * Classifies every gap of a layout of the context's tokens.
 *
 * @param projectUnit what a block adds to the indentation in other files of the project, if that is known
 * @param units the file's unit and hanging step where they are known, so that they are not read off the layout
 */
export function observeLayout(
  context: SourceContext,
  gaps: readonly string[],
  projectUnit: string | null = null,
  units: FileUnits | null = null,
): ObservedLayout {
  const { structured, ancestry, blocks: blockList } = context;
  const { source, structure } = structured;
  const count = source.tokenCount + 1;
  const steps = blockSteps(structured, blockList, gaps);
  const { unit, hang } = units ?? fileUnits(structured, steps, gaps, projectUnit);
  const blocks = resolveIndents(source.tree.nodeCount, blockList, steps, unit);
  const walker = new LayoutWalker(structured, ancestry, { gaps, blocks }, blocks, unit, hang);
  const classOf = new Uint8Array(count).fill(KEEP);
  const anchorBits = new Uint8Array(count);
  const lineBreaks = new Uint8Array(count);
  const inlineOutcome = new Uint8Array(count).fill(NOT_COUNTED);
  const breakOutcome = new Uint8Array(count).fill(NOT_COUNTED);
  const linesOutcome = new Uint8Array(count).fill(NOT_COUNTED);
  const columnBefore = new Int32Array(count);
  const lengths: number[] = [];
  const mask = new Uint8Array(CLASS_COUNT);
  for (let i = 0; i < count; i++) {
    const text = gaps[i];
    columnBefore[i] = walker.currentColumn;
    const role = structure.role[i] as GapRole;
    const breaks = text === '' || text === ' ' ? 0 : countBreaks(text);
    lineBreaks[i] = Math.min(255, breaks);
    if (breaks > 0) lengths.push(walker.currentColumn);
    if (text === '' || text === ' ') {
      if (role !== GapRole.FileStart && role !== GapRole.FileEnd) classOf[i] = text === '' ? NONE : SPACE;
    } else {
      mask.fill(0);
      walker.match(i, text, mask);
      for (const candidate of CLASSES_OF_ROLE[role]) {
        if (mask[candidate] && candidate !== KEEP) {
          classOf[i] = candidate;
          break;
        }
      }
      if (breaks > 0) {
        for (let k = 0; k < FREQUENT_ANCHORS.length; k++) if (mask[FREQUENT_ANCHORS[k]]) anchorBits[i] |= 1 << k;
      }
    }
    switch (role) {
      case GapRole.Line:
      case GapRole.Bracket:
      case GapRole.TrailingComment:
      case GapRole.AfterSemicolon:
      case GapRole.BracketComment:
        inlineOutcome[i] = inlineOutcomeOf(text, breaks > 0);
        if (breaks > 0) breakOutcome[i] = OUTCOME_OF_CLASS[classOf[i]];
        break;
      case GapRole.Statement:
      case GapRole.BlockStart:
      case GapRole.OwnLineComment:
        if (breaks > 0) linesOutcome[i] = Math.min(LinesOutcome.FourOrMore, breaks - 1);
        break;
      default:
        break;
    }
    walker.advance(i, text);
  }
  return {
    gaps, unit, hang, steps, blocks, walker, classOf, anchorBits, lineBreaks, inlineOutcome, breakOutcome,
    linesOutcome, arrangement: bracketArrangements(context, lineBreaks), columnBefore, lineLengths: Int32Array.from(lengths).sort(),
  };
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function inlineOutcomeOf(text: string, isBroken: boolean): InlineOutcome {
  if (text === '') return InlineOutcome.None;
  if (text === ' ') return InlineOutcome.Space;
  if (text === '  ') return InlineOutcome.TwoSpaces;
  return isBroken ? InlineOutcome.Break : InlineOutcome.Other;
}

/** The decision that a class stands for in gap `i`; `keep` stands for what the layout holds there. */
export function decisionAt(layout: ObservedLayout, classIndex: number, i: number): number {
  const index = classIndex === KEEP ? layout.classOf[i] : classIndex;
  if (index !== KEEP) return DECISION_OF_CLASS[index];
  const breaks = layout.lineBreaks[i];
  if (breaks === 0) return Decision.OtherInline;
  if (layout.linesOutcome[i] === NOT_COUNTED) return Decision.OtherBreak;
  return breaks === 1 ? Decision.OneLine : breaks === 2 ? Decision.TwoLines : Decision.MoreLines;
}

const FAMILIES = COUNT_FAMILIES.length;
const knownRows = new WeakMap<SourceContext, Int16Array>();

/**
 * Rows of the count tables that belong to each gap, `[gaps, families]`; -1 where a family
 * does not apply. They do not depend on the layout and are computed once a context.
 */
export function allContextRows(context: SourceContext): Int16Array {
  const known = knownRows.get(context);
  if (known) return known;
  const count = context.structured.source.tokenCount + 1;
  const all = new Int16Array(count * FAMILIES);
  const rows = new Int32Array(FAMILIES);
  for (let i = 0; i < count; i++) {
    contextRows(context, i, rows);
    for (let family = 0; family < FAMILIES; family++) all[i * FAMILIES + family] = rows[family];
  }
  knownRows.set(context, all);
  return all;
}

function contextRows(context: SourceContext, i: number, rows: Int32Array): void {
  const { structured, ancestry } = context;
  const { source, structure } = structured;
  const { kind, tree } = source;
  rows.fill(-1);
  if (i === 0 || i >= source.tokenCount) return;
  const left = kind[i - 1];
  const right = kind[i];
  const node = tree.kind[ancestry.node[i]];
  switch (structure.role[i] as GapRole) {
    case GapRole.Statement:
    case GapRole.BlockStart:
    case GapRole.OwnLineComment: {
      const before = structure.previousCode[i - 1];
      const after = structure.nextCode[i];
      const previous = before < 0 ? 0 : statementKindBefore(context, before, after);
      const next = after >= source.tokenCount ? 0 : context.lineKind[after];
      const owner = after >= source.tokenCount ? 0 : ownerKind(context, after);
      const comments = (left === COMMENT ? 1 : 0) + (right === COMMENT ? 2 : 0);
      const nested = Math.min(2, after >= source.tokenCount ? 0 : structure.blockDepth[after]);
      rows[5] = contextRow(previous, next, owner * 4 + comments);
      rows[6] = contextRow(next, 40 + nested, comments);
      rows[7] = contextRow(previous, 80 + nested, comments);
      break;
    }
    case GapRole.FileStart:
    case GapRole.FileEnd:
      break;
    default: {
      rows[0] = contextRow(left, right, node);
      rows[1] = contextRow(left, node, 201);
      rows[2] = contextRow(right, node, 202);
      const open = structure.openBracket[i];
      if (open >= 0) {
        const position = positionOf(left, right);
        const closed = context.trailingComma[open];
        rows[3] = contextRow(position, kind[open], 210 + closed);
        rows[4] = contextRow(position, node, 220);
        rows[8] = contextRow(position, tree.kind[source.parent[open]], 230 + closed);
        const nodeAround = tree.parent[source.parent[open]];
        rows[ARRANGEMENT_FAMILY] = contextRow(
          tree.kind[source.parent[open]], nodeAround < 0 ? 0 : tree.kind[nodeAround], 240 + closed,
        );
        rows[ARRANGEMENT_FAMILY + 1] = contextRow(kind[open], Math.min(2, context.commas[open]), 250 + closed);
      }
    }
  }
}

/** Kind of the statement that ends before `after` and stands beside it, or of the line before. */
export function statementKindBefore(context: SourceContext, before: number, after: number): number {
  const sibling = after < context.structured.source.tokenCount ? context.previousSibling[after] : -1;
  return context.lineKind[sibling >= 0 ? sibling : context.lineFirst[before]];
}

/** Kind of the definition or statement whose block holds a token: module, class, function, or another. */
export function ownerKind({ structured: { source, structure } }: SourceContext, token: number): number {
  const block = structure.blockNode[token];
  return block <= 0 ? 0 : source.tree.kind[source.tree.parent[block]];
}

/** The first of the families that count brackets, not gaps. */
const ARRANGEMENT_FAMILY = 9;

const outcomeOfFamily = (layout: ObservedLayout, family: number, i: number): number =>
  family <= 2 || family === 8
    ? layout.inlineOutcome[i]
    : family <= 4 ? layout.breakOutcome[i] : layout.linesOutcome[i];

/**
 * The outcome to leave out when a gap's own context is described; -1 when it was not counted.
 *
 * @param open the bracket that the gap stands in, -1 for none
 */
export function ownOutcome(layout: ObservedLayout, family: number, i: number, open: number): number {
  const outcome = family < ARRANGEMENT_FAMILY ? outcomeOfFamily(layout, family, i) : open < 0 ? NOT_COUNTED : layout.arrangement[open];
  return outcome === NOT_COUNTED ? -1 : outcome;
}

/**
 * Adds every gap of a layout to the counts.
 *
 * @param hidden per gap 1 where its layout is no evidence; null counts all
 */
export function countLayout(
  context: SourceContext, layout: ObservedLayout, counts: StyleCounts, hidden: Uint8Array | null = null,
): void {
  const rows = allContextRows(context);
  const { tokenCount } = context.structured.source;
  const { openBracket } = context.structured.structure;
  for (let i = 1; i < tokenCount; i++) {
    if (hidden !== null && hidden[i] === 1) continue;
    const open = openBracket[i];
    if (open >= 0 && open === i - 1 && layout.arrangement[open] !== NO_ARRANGEMENT) {
      for (let family = ARRANGEMENT_FAMILY; family < FAMILIES; family++) {
        counts.add(family, rows[i * FAMILIES + family], layout.arrangement[open]);
      }
    }
    for (let family = 0; family < ARRANGEMENT_FAMILY; family++) {
      const row = rows[i * FAMILIES + family];
      if (row < 0) continue;
      const outcome = outcomeOfFamily(layout, family, i);
      if (outcome !== NOT_COUNTED) counts.add(family, row, outcome);
    }
  }
  countWidths(context, layout, counts, hidden);
  countColumns(context, layout, counts, hidden);
}

/** Column at which a logical line would end if it stood on one physical line. */
export function flatLineEnd(context: SourceContext, layout: ObservedLayout, token: number): number {
  const first = context.lineFirst[token];
  const last = context.lineLast[token];
  const indent = layout.blocks.indent[context.structured.structure.blockNode[first]] ?? '';
  return visualWidth(indent) + context.flatEnd[last] - context.flatStart[first];
}

/** Width of leading whitespace with tabs as four columns. */
export function visualWidth(indent: string): number {
  let width = 0;
  for (let k = 0; k < indent.length; k++) width += indent.charCodeAt(k) === 9 ? 4 : 1;
  return width;
}

export const widthBucket = (width: number): number =>
  Math.max(0, Math.min(WIDTH_BUCKETS - 1, Math.floor(width / WIDTH_STEP)));

function countWidths(context: SourceContext, layout: ObservedLayout, counts: StyleCounts, hidden: Uint8Array | null): void {
  const { source, structure } = context.structured;
  let broken = false;
  let bracket = false;
  for (let i = 0; i < source.tokenCount; i++) {
    if (structure.startsLine[i]) {
      broken = false;
      bracket = false;
    } else if (structure.openBracket[i] >= 0 && (hidden === null || hidden[i] === 0)) {
      bracket = true;
      if (layout.lineBreaks[i] > 0) broken = true;
    }
    if (context.lineLast[i] === i && bracket) {
      (broken ? counts.brokenWidths : counts.flatWidths)[widthBucket(flatLineEnd(context, layout, i))]++;
    }
  }
}

/**
 * Counts exact columns: of lines that hold brackets and could have been split, and of brackets that were
 * split, where their line would have ended whole. What a comment, a text of several lines or a trailing comma
 * forces is left out.
 */
function countColumns(context: SourceContext, layout: ObservedLayout, counts: StyleCounts, hidden: Uint8Array | null): void {
  const { source, structure } = context.structured;
  const { partner } = structure;
  const { end, segmentEnd, magicBefore, forcedBefore } = measureLines(context, layout);
  const { column } = layout.walker;
  const clamp = (width: number): number => Math.max(0, Math.min(WIDTH_COLUMNS - 1, Math.round(width)));
  let holdsBracket = false;
  let first = 0;
  for (let i = 0; i < source.tokenCount; i++) {
    if (layout.lineBreaks[i] > 0 || i === 0) {
      first = i;
      holdsBracket = false;
    }
    const isOpener = partner[i] > i + 1;
    if (isOpener && layout.arrangement[i] !== NO_ARRANGEMENT && (hidden === null || hidden[i + 1] === 0)) {
      const last = segmentEnd[i + 1];
      const isForced = magicBefore[last + 1] > magicBefore[i] || forcedBefore[last + 1] > forcedBefore[i];
      if (!isForced) counts.splitColumns[clamp(column[i] + 1 + end[last] - end[i])]++;
    }
    if (isOpener && layout.lineBreaks[i + 1] === 0 && layout.arrangement[i] === NO_ARRANGEMENT) holdsBracket = true;
    const endsLine = i + 1 >= source.tokenCount || layout.lineBreaks[i + 1] > 0;
    if (endsLine && holdsBracket && forcedBefore[i + 1] === forcedBefore[first] && (hidden === null || hidden[i] === 0)) {
      counts.wholeColumns[clamp(column[i] + source.end[i] - source.start[i])]++;
    }
  }
}
