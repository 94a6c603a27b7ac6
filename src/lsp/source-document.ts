import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { lengthIn, type PositionEncoding } from '../shared/position-encoding.js';

const LINE_END = /\r\n|\r|\n/g;

/**
 * An open document. Offsets are JavaScript's, UTF-16 units; positions count columns in the encoding that was
 * negotiated with the client. A position outside the text stands for the nearest one in it.
 */
export class SourceDocument {
  /** Where lines begin; found when it is first asked for. */
  private starts: readonly number[] | null = null;

  constructor(
    readonly uri: string,
    readonly version: number,
    readonly text: string,
    private readonly encoding: PositionEncoding,
  ) {}

  /**
   * The document after some changes, each of which speaks of the text that the one before it left.
   *
   * @throws RangeError for a change that is none
   */
  changed(changes: readonly TextDocumentContentChangeEvent[], version: number): SourceDocument {
    let after: SourceDocument = this.with(this.text, version);
    for (const change of changes) {
      if (typeof change.text !== 'string') throw new RangeError('a change brings no text');
      if (!('range' in change) || change.range === undefined) {
        after = this.with(change.text, version);
        continue;
      }
      const start = after.offsetAt(change.range.start);
      const end = Math.max(start, after.offsetAt(change.range.end));
      after = this.with(after.text.slice(0, start) + change.text + after.text.slice(end), version);
    }
    return after;
  }

  get lineCount(): number {
    return this.lineStarts().length;
  }

  /** The line that an offset is on, from 0. */
  lineAt(offset: number): number {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Where a line begins; the end of the text for a line behind the last one. */
  lineStart(line: number): number {
    return this.lineStarts()[Math.max(0, line)] ?? this.text.length;
  }

  /** Where the text of a line ends, before its line end. */
  lineEnd(line: number): number {
    const next = this.lineStart(line + 1);
    const start = this.lineStart(line);
    const ending = /(?:\r\n|\r|\n)$/u.exec(this.text.slice(Math.max(start, next - 2), next))?.[0].length ?? 0;
    return Math.max(start, next - ending);
  }

  offsetAt({ line, character }: Position): number {
    if (!(line >= 0)) return 0;
    if (line >= this.lineCount) return this.text.length;
    const start = this.lineStart(line);
    const text = this.text.slice(start, this.lineEnd(line));
    return start + unitsOf(text, Math.max(0, character || 0), this.encoding);
  }

  positionAt(offset: number): Position {
    const at = Math.min(Math.max(0, offset), this.text.length);
    const line = this.lineAt(at);
    const end = this.lineEnd(line);
    return { line, character: lengthIn(this.text.slice(this.lineStart(line), Math.min(at, end)), this.encoding) };
  }

  rangeOf({ start, end }: { readonly start: number; readonly end: number }): Range {
    return { start: this.exactPosition(start), end: this.exactPosition(end) };
  }

  /** Between `\r` and `\n` there is no position: what begins there begins behind both. */
  private exactPosition(offset: number): Position {
    const isWithin = this.text[offset] === '\n' && this.text[offset - 1] === '\r';
    return this.positionAt(isWithin ? offset + 1 : offset);
  }

  private with(text: string, version: number): SourceDocument {
    return new SourceDocument(this.uri, version, text, this.encoding);
  }

  private lineStarts(): readonly number[] {
    if (this.starts === null) {
      const starts = [0];
      LINE_END.lastIndex = 0;
      for (let match = LINE_END.exec(this.text); match !== null; match = LINE_END.exec(this.text)) {
        starts.push(match.index + match[0].length);
      }
      this.starts = starts;
    }
    return this.starts;
  }
}

/** UTF-16 units of the beginning of a line that is so long in an encoding; never half a character. */
function unitsOf(line: string, length: number, encoding: PositionEncoding): number {
  if (encoding === 'utf-16') {
    const units = Math.min(length, line.length);
    const isHalf = /^[\uDC00-\uDFFF]/.test(line.slice(units, units + 1)) &&
      /[\uD800-\uDBFF]$/.test(line.slice(0, units));
    return isHalf ? units - 1 : units;
  }
  let units = 0;
  let counted = 0;
  for (const character of line) {
    counted += encoding === 'utf-32' ? 1 : Buffer.byteLength(character, 'utf8');
    if (counted > length) break;
    units += character.length;
  }
  return units;
}
