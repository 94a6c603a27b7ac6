import { allContextRows } from '../context-rows.js';
import { decisionAt, type ObservedLayout } from '../observed-layout.js';
import { legalRows, legalTable } from '../legal-rows.js';
import { visualWidth } from '../layout-widths.js';
import { hangKindOf } from '../file-evidence.js';
import type { DescribedFile } from './feature-group.js';
import { TABLES, type FileArrays } from './file-fields.js';
import { statementLikeness } from './statement-likeness.js';
import { commentLevels, stepStates } from './statement-texts.js';
import type { Ints } from './views.js';
import { widthEvidence } from './width-evidence.js';

const NOTHING = new Uint8Array();
const NO_NUMBERS = new Float32Array();

/** Gathers what describing a file takes; nothing is copied. */
export function fileArrays(file: DescribedFile): FileArrays {
  const { context, layout, evidence, decisions, foreign, lines } = file;
  const { structured: { source, structure }, ancestry } = context;
  const { tree } = source;
  const gapCount = source.tokenCount + 1;
  const { project } = evidence;
  return {
    tokenCount: source.tokenCount, hasProject: project === null ? 0 : 1, hasDecisions: decisions === null ? 0 : 1,
    isForeign: foreign === null ? 0 : 1, unitLength: layout.unit.length, hangKind: hangKindOf(layout),

    kind: source.kind, parent: source.parent,
    nodeKind: tree.kind, nodeParent: tree.parent, nodeFirstToken: tree.firstToken, nodeChildCount: tree.childCount,
    ...structure,
    ancestor: ancestry.node, leftBranch: ancestry.leftBranch, rightBranch: ancestry.rightBranch,
    rightIndex: ancestry.rightIndex,
    flatStart: context.flatStart, flatEnd: context.flatEnd, lineFirst: context.lineFirst, lineLast: context.lineLast,
    lineKind: context.lineKind, siblingIndex: context.siblingIndex, siblingCount: context.siblingCount,
    previousSibling: context.previousSibling, nextSibling: context.nextSibling,
    statementTokens: context.statementTokens, commas: context.commas, trailingComma: context.trailingComma,
    holdsComment: context.holdsComment, commasBefore: context.commasBefore, previousComma: context.previousComma,
    nextComma: context.nextComma, elementEnd: context.elementEnd,
    likeness: statementLikeness(context), contextRows: allContextRows(context),

    classOf: layout.classOf, anchorBits: layout.anchorBits, lineBreaks: layout.lineBreaks,
    inlineOutcome: layout.inlineOutcome, breakOutcome: layout.breakOutcome, linesOutcome: layout.linesOutcome,
    arrangement: layout.arrangement, columnBefore: layout.columnBefore, textFlags: layout.textFlags,
    textLength: layout.textLength,
    column: layout.walker.column, indentWidth: layout.indentWidth, blockWidth: blockWidths(layout),
    commentLevel: commentLevels(context, lines), stepState: stepStates(context, layout),
    seenBreaks: lines.lineBreaks, seenOutcome: lines.linesOutcome, seenClass: lines.classOf,
    seenBreakOutcome: lines.breakOutcome,
    decided: decisions ?? NOTHING, hidden: foreign?.hidden ?? NOTHING,
    ownDecision: foreign === null
      ? NOTHING : Uint8Array.from({ length: gapCount }, (_, i) => decisionAt(layout, layout.classOf[i], i)),

    ...widthEvidence(file),
    legalRow: legalRows(context), legalTable: legalTable(context, layout.walker),
    fileCounts: evidence.file.table, projectCounts: project?.table ?? NO_NUMBERS,

    coarse: new Uint8Array(gapCount), seenCoarse: new Uint8Array(gapCount), position: new Uint8Array(gapCount),
    breaksBefore: new Int16Array(gapCount), commaGaps: new Int16Array(gapCount), commaBreaks: new Int16Array(gapCount),
    breakClass: new Uint8Array(gapCount),
    ...TABLES,
  };
}

function blockWidths({ blocks: { indent } }: ObservedLayout): Ints {
  const widths = new Int32Array(indent.length);
  for (let node = 0; node < indent.length; node++) if (indent[node] !== '') widths[node] = visualWidth(indent[node]);
  return widths;
}
