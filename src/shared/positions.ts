/** A place in a text for people: line and column count from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  /** The line without its ending. */
  readonly excerpt: string;
}

const LINE_END = /\r\n|\r|\n/g;

/** Line, column and the line's text at a UTF-16 offset; LF, CRLF and a lone CR end lines. */
export function positionAt(text: string, offset: number): TextPosition {
  const target = Math.max(0, Math.min(offset, text.length));
  let line = 1;
  let lineStart = 0;
  LINE_END.lastIndex = 0;
  for (let match = LINE_END.exec(text); match; match = LINE_END.exec(text)) {
    const next = match.index + match[0].length;
    if (next > target) return { line, column: target - lineStart + 1, excerpt: text.slice(lineStart, match.index) };
    line++;
    lineStart = next;
  }
  return { line, column: target - lineStart + 1, excerpt: text.slice(lineStart) };
}

/** Lines and columns of many offsets of one text, both from 1; columns in UTF-16 units. */
export interface LineIndex {
  readonly lineCount: number;
  lineOf(offset: number): number;
  columnOf(offset: number): number;
}

/** Indexes a text once; each question is then a binary search. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  LINE_END.lastIndex = 0;
  for (let match = LINE_END.exec(text); match; match = LINE_END.exec(text)) starts.push(match.index + match[0].length);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  return { lineCount: starts.length, lineOf, columnOf: (offset) => offset - starts[lineOf(offset) - 1] + 1 };
}
