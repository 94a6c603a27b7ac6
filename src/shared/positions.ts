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
