import { GapRole } from '../tokenize/index.js';
import { bracketArrangements } from './bracket-arrangement.js';
import { blockSteps, fileUnits, resolveIndents, type BlockIndents, type FileUnits } from './block-indents.js';
import { textFlags } from './file-evidence.js';
import { InlineOutcome, LinesOutcome, NOT_COUNTED } from './count-outcomes.js';
import {
  CLASSES_OF_ROLE, CLASS_COUNT, DECISION_OF_CLASS, Decision, KEEP, NONE, OUTCOME_OF_CLASS, SPACE, layoutClass,
} from './layout-classes.js';
import { visualWidth } from './layout-widths.js';
import { LayoutWalker } from './layout-walker.js';
import type { SourceContext } from './source-context.js';

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
  /** Per gap: what its text holds, see `textFlags`; its length, 255 at most. */
  readonly textFlags: Uint8Array;
  readonly textLength: Uint8Array;
  /** Per gap: outcome by family kind (see style-counts); 255 when the family does not apply. */
  readonly inlineOutcome: Uint8Array;
  readonly breakOutcome: Uint8Array;
  readonly linesOutcome: Uint8Array;
  /** Per opening bracket: how it is arranged; see bracket-arrangement. */
  readonly arrangement: Uint8Array;
  /** Column at which the text before each gap ends. */
  readonly columnBefore: Int32Array;
  /** Per token: width of the leading whitespace of its line, see `visualWidth`. */
  readonly indentWidth: Int32Array;
  /** Lengths of the physical lines, sorted. */
  readonly lineLengths: Int32Array;
}

/** The anchors whose bits `anchorBits` holds, the first in the lowest bit. */
const FREQUENT_ANCHORS =
  (['after-bracket', 'first-element', 'opener', 'opener+1', 'opener+2', 'previous'] as const).map(layoutClass);

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
  const flags = new Uint8Array(count);
  const textLength = new Uint8Array(count);
  const indentWidth = new Int32Array(source.tokenCount);
  const lengths: number[] = [];
  const mask = new Uint8Array(CLASS_COUNT);
  let width = 0;
  for (let i = 0; i < count; i++) {
    const text = gaps[i];
    textLength[i] = Math.min(255, text.length);
    columnBefore[i] = walker.currentColumn;
    const role = structure.role[i] as GapRole;
    const breaks = text === '' || text === ' ' ? 0 : countBreaks(text);
    lineBreaks[i] = Math.min(255, breaks);
    if (breaks > 0) lengths.push(walker.currentColumn);
    if (text === '' || text === ' ') {
      if (role !== GapRole.FileStart && role !== GapRole.FileEnd) classOf[i] = text === '' ? NONE : SPACE;
    } else {
      flags[i] = textFlags(text);
      mask.fill(0);
      walker.match(i, text, mask);
      const classes = CLASSES_OF_ROLE[role];
      for (let c = 0; c < classes.length; c++) {
        const candidate = classes[c];
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
    if (i < source.tokenCount) {
      if (breaks > 0 || i === 0) width = visualWidth(walker.lineIndent[i]);
      indentWidth[i] = width;
    }
  }
  return {
    gaps, unit, hang, steps, blocks, walker, classOf, anchorBits, lineBreaks, inlineOutcome, breakOutcome,
    linesOutcome, textFlags: flags, textLength, indentWidth, columnBefore,
    arrangement: bracketArrangements(context, lineBreaks), lineLengths: Int32Array.from(lengths).sort(),
  };
}

/** Line breaks in a gap; most have none. */
export function countBreaks(text: string): number {
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
