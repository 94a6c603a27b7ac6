import { GapRole } from '../../tokenize/index.js';
import type { FeatureSpec, Slot } from '../feature-spec.js';
import { LIMIT_TRUSTS, lineLimit, limitOf, type LineLimit } from '../line-limit.js';
import { measureLines, type LineMeasure } from '../line-measure.js';
import { tabSurplus, visualColumn, visualWidth } from '../layout-widths.js';
import { SPLIT_PRIORITIES, splitPriorities, type SplitPriorities } from '../split-priority.js';
import { paired } from './buckets.js';
import { hiddenGapsGroup, type DescribedFile, type GroupFiller } from './feature-group.js';
import { FLAG_VALUES } from './feature-values.js';
import type { RowWriter } from './row-writer.js';

/** Values of a room: unknown, then from far too little to plenty, in single columns around none. */
const ROOMS = 26;

/**
 * Rooms: how many columns are left to the limit, to the column, for the whole line, for the bracket's contents
 * on a line of their own, for the next element, for what stands before the contents and behind them, and for the
 * widest element behind the opener. Beside them what else formatters that follow rules decide by.
 */
const declare = (spec: FeatureSpec) => ({
  trust: spec.slot('limitTrust', 2 * LIMIT_TRUSTS),
  line: spec.slot('roomLine', ROOMS),
  body: spec.slot('roomBody', ROOMS),
  element: spec.slot('roomElement', ROOMS),
  head: spec.slot('roomHead', ROOMS),
  tail: spec.slot('roomTail', ROOMS),
  visual: spec.slot('roomVisual', ROOMS),
  splitHere: spec.slot('splitHere', SPLIT_PRIORITIES),
  splitBracket: spec.slot('splitBracket', 2 * SPLIT_PRIORITIES),
  /** Trailing commas of inner brackets, of others behind in the line, and ahead, as bits. */
  magic: spec.slot('magic', 8),
  /** Other brackets of the same depth in the line: earlier ones times three, and later ones. */
  brackets: spec.slot('bracketsInLine', 9),
  /** Comments and texts of several lines in the bracket, and behind it in the line, as bits. */
  forced: spec.slot('forced', 4),
});

class RoomsFiller implements GroupFiller {
  private readonly measure: LineMeasure;
  private readonly priorities: SplitPriorities;
  private readonly limit: LineLimit;
  private readonly trust: number;

  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {
    const { context, layout, evidence } = file;
    this.measure = measureLines(context, layout);
    this.priorities = splitPriorities(context.structured);
    this.limit = limitOf(evidence);
    const isOfProject = evidence.project !== null && lineLimit(evidence.project).trust > 0;
    this.trust = (isOfProject ? LIMIT_TRUSTS : 0) + this.limit.trust;
  }

  describe(i: number, row: RowWriter): void {
    const { features, measure } = this;
    const { context, layout } = this.file;
    const { source, structure } = context.structured;
    row.set(features.trust, this.trust);
    if (i === 0 || i >= source.tokenCount || !isWithinLine(structure.role[i])) return;
    const { end } = measure;
    const before = layout.columnBefore[i] + tabSurplus(layout.walker.lineIndent[i - 1]);
    this.put(features.line, before + Math.max(0, end[measure.segmentEnd[i]] - end[i - 1]), row);
    const open = structure.openBracket[i];
    if (open >= 0) this.describeBracket(i, open, before, row);
  }

  private describeBracket(i: number, open: number, before: number, row: RowWriter): void {
    const { features, measure } = this;
    const { context, layout } = this.file;
    const { structure } = context.structured;
    const { start, end, magicBefore, forcedBefore } = measure;
    const close = structure.partner[open];
    const lead = visualWidth(layout.walker.lineIndent[open]);
    const column = visualColumn(layout.walker, open) + 1;
    const bracketEnd = measure.segmentEnd[open + 1];
    this.put(
      features.body, lead + visualWidth(layout.unit) + (open + 1 < close ? start[close] - start[open + 1] : 0), row,
    );
    const elementEnd = context.elementEnd[i] < 0 ? close : context.elementEnd[i];
    this.put(
      features.element, before + (elementEnd === close ? end[elementEnd - 1] : end[elementEnd]) - end[i - 1], row,
    );
    this.put(features.head, column, row);
    this.put(features.tail, lead + end[bracketEnd] - start[close], row);
    this.put(features.visual, column + measure.widestElement[open], row);
    const here = this.priorities.gap[i];
    const most = this.priorities.bracket[open];
    row.set(features.splitHere, here);
    row.set(features.splitBracket, paired(most, here === most ? 1 : 0, FLAG_VALUES));
    const inside = magicBefore[close] > magicBefore[open + 1] ? 1 : 0;
    const behind = magicBefore[bracketEnd + 1] > magicBefore[close + 1] ? 2 : 0;
    const ahead = magicBefore[open] > magicBefore[measure.physicalFirst[open]] ? 4 : 0;
    row.set(features.magic, inside + behind + ahead);
    row.set(features.brackets, measure.earlierBrackets[open] * 3 + measure.laterBrackets[open]);
    const holds = forcedBefore[close] > forcedBefore[open] ? 1 : 0;
    row.set(features.forced, holds + (forcedBefore[bracketEnd + 1] > forcedBefore[close] ? 2 : 0));
  }

  private put(slot: Slot, end: number, row: RowWriter): void {
    row.set(slot, this.limit.column === 0 ? 0 : roomBucket(this.limit.column - end));
  }
}

function roomBucket(room: number): number {
  const columns = Math.round(room);
  if (columns < -8) return columns < -30 ? 1 : columns < -16 ? 2 : columns < -11 ? 3 : 4;
  if (columns <= 8) return 13 + columns;
  return columns < 12 ? 22 : columns < 17 ? 23 : columns < 31 ? 24 : 25;
}

/** True for gaps that may be broken because a line is too long. */
const isWithinLine = (role: number): boolean =>
  role === (GapRole.Line as number) || role === (GapRole.Bracket as number) ||
  role === (GapRole.BlockStart as number) || role === (GapRole.BracketComment as number);

export const roomFeatures = hiddenGapsGroup(declare, RoomsFiller);
