import type { ObservedLayout } from '../../model/observed-layout.js';
import type { SourceContext } from '../../model/source-context.js';
import { COMMA, GapRole } from '../../tokenize/index.js';

/** Columns beyond this are taken for this. */
const WIDEST = 250;

/** Share of a file's lines that may be wider than its author wants them. */
const RARE = 0.01;
/** Length of the shortest string of several lines. */
const SHORT = 6;
/** Lines between two comments that one look takes in. */
const NEAR = 8;

/** What a file's lines say about a change: how wide they are, and what stands in one column. */
export class LineMeasures {
  /** Per token: its line, and where that ends; made when they are first asked for. */
  private lines: { readonly line: Int32Array; readonly end: Int32Array } | null = null;
  /** Per bracket that was asked for: lines by column. */
  private readonly columns = new Map<number, ReadonlyMap<number, number>>();

  /** Comments at the ends of lines, by column. */
  private comments: ReadonlyMap<number, readonly number[]> | null = null;

  constructor(private readonly context: SourceContext, private readonly observed: ObservedLayout) {}

  /** Of the line that comes of joining what a gap breaks. */
  ofJoint(i: number, text: string): { width: number; widerThen: number } {
    const { columnBefore, walker } = this.observed;
    const width = columnBefore[i] + text.length + this.measured().end[i] - walker.column[i];
    return { width: Math.min(WIDEST, width), widerThen: this.linesFrom(width) };
  }

  /** Of the line that a break would leave. */
  ofBreak(i: number): { width: number; widerNow: number } {
    const width = this.measured().end[i];
    return { width: Math.min(WIDEST, width), widerNow: Math.max(0, this.linesFrom(width) - 1) };
  }

  /**
   * True where a gap's text makes its line wider than it is, and wider than all but a hundredth of the lines are:
   * whatever its author keeps to, it is not that.
   */
  widens(i: number, text: string): boolean {
    const { lineLengths, lineBreaks, columnBefore, walker } = this.observed;
    if (lineBreaks[i] === 0) return false;
    const rest = this.measured().end[i] - walker.column[i];
    const at = text.lastIndexOf('\n');
    const width = (at < 0 ? columnBefore[i] + text.length : text.length - at - 1) + rest;
    return width > this.measured().end[i] && this.linesFrom(width) <= RARE * lineLengths.length;
  }

  /** Other lines of the bracket around a gap that stand in the column of the one that it begins. */
  together(i: number): number {
    const { structured: { structure: { openBracket, partner }, source: { tokenCount } } } = this.context;
    const { lineBreaks, walker: { column } } = this.observed;
    const open = i < tokenCount ? openBracket[i] : -1;
    if (open < 0) return 0;
    let known = this.columns.get(open);
    if (known === undefined) {
      const counts = new Map<number, number>();
      for (let k = open + 1; k <= partner[open]; k++) {
        if (openBracket[k] === open && lineBreaks[k] > 0) counts.set(column[k], (counts.get(column[k]) ?? 0) + 1);
      }
      this.columns.set(open, (known = counts));
    }
    return Math.max(0, (known.get(column[i]) ?? 0) - 1);
  }

  /**
   * Other comments at the ends of lines that stand in the column of one: near to it, or anywhere behind several blanks.
   */
  inColumnOf(comment: number): number {
    const { structure: { role }, source: { tokenCount } } = this.context.structured;
    const { gaps, walker: { column } } = this.observed;
    const { line } = this.measured();
    if (this.comments === null) {
      const found = new Map<number, number[]>();
      for (let i = 1; i < tokenCount; i++) {
        if (role[i] !== (GapRole.TrailingComment as number)) continue;
        const known = found.get(column[i]);
        if (known === undefined) found.set(column[i], [i]);
        else known.push(i);
      }
      this.comments = found;
    }
    const others = this.comments.get(column[comment]) ?? [];
    return others.filter((i) =>
      i !== comment && (gaps[i].length > 2 || Math.abs(line[i] - line[comment]) <= NEAR)).length;
  }

  /**
   * True where blank lines or an indentation may well be meant: below a header of several lines, behind an element or
   * a statement of several lines, and of a comment that a blank line parts from what follows.
   */
  isApart(i: number): boolean {
    const { structured: { structure, source: { tokenCount, kind } }, lineFirst } = this.context;
    if (i < 1 || i >= tokenCount) return false;
    const { line } = this.measured();
    switch (structure.role[i] as GapRole) {
      case GapRole.OwnLineComment:
        return this.observed.lineBreaks[i + 1] > 1;
      case GapRole.BlockStart:
      case GapRole.Statement: {
        const before = structure.previousCode[i - 1];
        return before >= 0 && line[lineFirst[before]] < line[before];
      }
      case GapRole.Bracket: {
        const open = kind[i - 1] === COMMA && i > 1 ? structure.partner[i - 2] : -1;
        return open >= 0 && line[open] < line[i - 2];
      }
      default:
        return false;
    }
  }

  /** Lines of the file that are at least so wide. */
  private linesFrom(width: number): number {
    const { lineLengths } = this.observed;
    let [from, to] = [0, lineLengths.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (lineLengths[middle] < width) from = middle + 1;
      else to = middle;
    }
    return lineLengths.length - from;
  }

  private measured(): { readonly line: Int32Array; readonly end: Int32Array } {
    if (this.lines !== null) return this.lines;
    const { tokenCount, text, start, end: ends } = this.context.structured.source;
    const { lineBreaks, columnBefore } = this.observed;
    const line = new Int32Array(tokenCount);
    const end = new Int32Array(tokenCount);
    let lineEnd = -1;
    for (let i = 1; i < tokenCount; i++) {
      // A string may span lines itself.
      let isLong = false;
      if (ends[i - 1] - start[i - 1] > SHORT) {
        if (lineEnd < start[i - 1]) lineEnd = (text.indexOf('\n', start[i - 1]) + 1 || Infinity) - 1;
        isLong = lineEnd < ends[i - 1];
      }
      line[i] = line[i - 1] + lineBreaks[i] + (isLong ? 1 : 0);
    }
    for (let i = tokenCount - 1; i >= 0; i--) {
      end[i] = i + 1 === tokenCount || lineBreaks[i + 1] > 0 ? columnBefore[i + 1] : end[i + 1];
    }
    return (this.lines = { line, end });
  }
}
