import { indexLines, type LineIndex } from '../shared/positions.js';
import { touchesLines, type LineRange } from '../shared/line-ranges.js';
import type { EmbeddedDocument, EmbeddedSource } from './embedded-document.js';
import { partAt, type JoinedProgram } from './joined-program.js';

/** Where something stands in a cell, all from 1. */
export interface CellPlace {
  /** Among all cells. */
  readonly number: number;
  readonly line: number;
  readonly column: number;
}

/** Where something stands in a file, and in its cell where the file is a notebook. */
export interface OuterPlace {
  readonly line: number;
  readonly column: number;
  readonly cell?: CellPlace;
}

/** Leads from places in a joined program, and in its sources, to those in the file. */
export class SourcePlaces {
  private readonly document: EmbeddedDocument;
  private readonly outer: LineIndex;
  private readonly inner = new Map<EmbeddedSource, LineIndex>();

  constructor(document: EmbeddedDocument, outerText: string) {
    this.document = document;
    this.outer = indexLines(outerText);
  }

  /** @param offset in a source's text */
  ofSource(index: number, offset: number): OuterPlace {
    const source = this.document.sources[index]!;
    const at = source.outerOffset(offset);
    const place = { line: this.outer.lineOf(at), column: this.outer.columnOf(at) };
    if (source.cell === null) return place;
    const lines = this.linesOf(source);
    return { ...place, cell: { number: source.cell, line: lines.lineOf(offset), column: lines.columnOf(offset) } };
  }

  /** @param index of the lines of the joined program */
  ofJoined(joined: JoinedProgram, index: LineIndex, line: number, column: number): OuterPlace {
    const place = partAt(joined, index.offsetAt(line, column));
    return this.ofSource(place.index, place.offset);
  }

  /** The lines of a joined program that stand on given lines of the file. */
  linesIn(joined: JoinedProgram, ranges: readonly LineRange[]): LineRange[] {
    const program = indexLines(joined.text);
    const lines: LineRange[] = [];
    for (const { index, start, lead } of joined.parts) {
      const source = this.document.sources[index]!;
      const first = program.lineOf(start);
      const own = this.linesOf(source);
      const skipped = own.lineOf(lead) - 1;
      for (let line = skipped + 1; line <= own.lineCount; line++) {
        const at = this.outer.lineOf(source.outerOffset(own.offsetAt(line, 1)));
        const inJoined = first + line - 1 - skipped;
        if (touchesLines(ranges, at, at)) lines.push({ first: inJoined, last: inJoined });
      }
    }
    return lines;
  }

  /** How people call the place of a line of the file: `cell 3, line 2`; '' where no source stands. */
  nameOf(outerLine: number): string {
    for (const source of this.document.sources) {
      if (source.cell === null || source.text === '') continue;
      const [first, last] = [0, source.text.length].map((at) => this.outer.lineOf(source.outerOffset(at)));
      if (outerLine < first! || outerLine > last!) continue;
      const own = this.linesOf(source);
      let line = 1;
      while (line < own.lineCount && this.outer.lineOf(source.outerOffset(own.offsetAt(line, 1))) < outerLine) line++;
      return `cell ${source.cell}, line ${line}`;
    }
    return '';
  }

  private linesOf(source: EmbeddedSource): LineIndex {
    let lines = this.inner.get(source);
    if (lines === undefined) this.inner.set(source, (lines = indexLines(source.text)));
    return lines;
  }
}
