import { NO_ARRANGEMENT } from './bracket-arrangement.js';
import { allContextRows } from './context-rows.js';
import { QUESTION_OF_FAMILY, Question } from './count-contexts.js';
import { NOT_COUNTED } from './count-outcomes.js';
import { countGaps } from './features/count-gaps.js';
import { DescriberKernel, describerKernel } from './features/describer-kernel.js';
import { TABLES, type FileArrays } from './features/file-fields.js';
import { flatLineEnd, visualColumn, widthBucket } from './layout-widths.js';
import { measureLines } from './line-measure.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';
import { WIDTH_COLUMNS, type StyleCounts } from './style-counts.js';

/**
 * The answer that a layout gives in a gap to the question of a family; NOT_COUNTED where it does not arise.
 *
 * @param open the bracket that the gap stands in, -1 for none
 */
export function outcomeAt(layout: ObservedLayout, family: number, i: number, open: number): number {
  switch (QUESTION_OF_FAMILY[family] as Question) {
    case Question.Inline:
      return layout.inlineOutcome[i];
    case Question.Break:
      return layout.breakOutcome[i];
    case Question.Lines:
      return layout.linesOutcome[i];
    case Question.Arrangement:
      return open < 0 ? NOT_COUNTED : layout.arrangement[open];
  }
}

/**
 * Adds every gap of a layout to the counts.
 *
 * @param hidden per gap 1 where its layout is no evidence; null counts all but the source's seams
 */
export function countLayout(
  context: SourceContext, layout: ObservedLayout, counts: StyleCounts, hidden: Uint8Array | null = context.seams,
): void {
  countHabits(context, layout, counts, hidden);
  countColumns(context, layout, counts, hidden);
}

/** The same without exact columns, which only what lays out anew asks for. */
export function countHabits(
  context: SourceContext, layout: ObservedLayout, counts: StyleCounts, hidden: Uint8Array | null = null,
): void {
  const arrays = countedArrays(context, layout, counts, hidden, allContextRows(context));
  if (DescriberKernel.takes(context.structured.source.tokenCount)) describerKernel().count(arrays);
  else countGaps(arrays as FileArrays);
  countWidths(context, layout, counts, hidden);
}

/** What counting the gaps of a layout takes, apart from widths: see `countGaps`. */
export function countedArrays(
  { structured: { source, structure } }: SourceContext, layout: ObservedLayout, counts: StyleCounts,
  hidden: Uint8Array | null, contextRows: Int16Array,
): Partial<FileArrays> & Pick<FileArrays, 'fileCounts'> {
  return {
    ...TABLES,
    tokenCount: source.tokenCount, openBracket: structure.openBracket, contextRows,
    inlineOutcome: layout.inlineOutcome, breakOutcome: layout.breakOutcome, linesOutcome: layout.linesOutcome,
    arrangement: layout.arrangement, isForeign: hidden === null ? 0 : 1, hidden: hidden ?? NOTHING,
    fileCounts: counts.table,
  };
}

const NOTHING = new Uint8Array();

function countWidths(
  context: SourceContext,
  layout: ObservedLayout,
  counts: StyleCounts,
  hidden: Uint8Array | null,
): void {
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
function countColumns(
  context: SourceContext,
  layout: ObservedLayout,
  counts: StyleCounts,
  hidden: Uint8Array | null,
): void {
  const { source, structure } = context.structured;
  const { partner } = structure;
  const { end, segmentEnd, magicBefore, forcedBefore } = measureLines(context, layout);
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
      if (!isForced) counts.splitColumns[clamp(visualColumn(layout.walker, i) + 1 + end[last] - end[i])]++;
    }
    if (isOpener && layout.lineBreaks[i + 1] === 0 && layout.arrangement[i] === NO_ARRANGEMENT) holdsBracket = true;
    const endsLine = i + 1 >= source.tokenCount || layout.lineBreaks[i + 1] > 0;
    if (endsLine && holdsBracket && forcedBefore[i + 1] === forcedBefore[first] &&
      (hidden === null || hidden[i] === 0)) {
      counts.wholeColumns[clamp(visualColumn(layout.walker, i) + source.end[i] - source.start[i])]++;
    }
  }
}
