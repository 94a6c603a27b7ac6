/**
 * Places in a text. Offsets are JavaScript's: UTF-16 units from 0. Lines and columns are people's: they count from
 * 1, columns in characters (Unicode code points), so that a letter outside the basic plane counts once.
 */

/** A place in a text for people. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  /** The line without its ending. */
  readonly excerpt: string;
}

const LINE_END = /\r\n|\r|\n/g;
const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

/** Code points in a text; half a pair counts as one. */
export function countCharacters(text: string): number {
  let pairs = 0;
  PAIR.lastIndex = 0;
  while (PAIR.test(text)) pairs++;
  return text.length - pairs;
}

/** UTF-16 offset behind so many code points of a text; the text's length where it has fewer. */
export function offsetOfCharacter(text: string, count: number): number {
  let offset = Math.min(count, text.length);
  // Each pair before it moves it by one unit more.
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match !== null && match.index < offset; match = PAIR.exec(text)) offset++;
  return Math.min(offset, text.length);
}

/** Line, column and the line's text at a UTF-16 offset; LF, CRLF and a lone CR end lines. */
export function positionAt(text: string, offset: number): TextPosition {
  const target = Math.max(0, Math.min(offset, text.length));
  let line = 1;
  let lineStart = 0;
  let lineEnd = text.length;
  LINE_END.lastIndex = 0;
  for (let match = LINE_END.exec(text); match; match = LINE_END.exec(text)) {
    const next = match.index + match[0].length;
    if (next > target) {
      lineEnd = match.index;
      break;
    }
    line++;
    lineStart = next;
  }
  return { line, column: countCharacters(text.slice(lineStart, target)) + 1, excerpt: text.slice(lineStart, lineEnd) };
}

/** Lines, columns and code points of many offsets of one text. */
export interface LineIndex {
  readonly lineCount: number;
  lineOf(offset: number): number;
  columnOf(offset: number): number;
  /** The offset at a line and column, both from 1; the line's end where it is shorter. */
  offsetAt(line: number, column: number): number;
  /** Code points before the offset, from the text's start. */
  charactersBefore(offset: number): number;
}

/** Indexes a text once; each question is then a binary search. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  LINE_END.lastIndex = 0;
  for (let match = LINE_END.exec(text); match; match = LINE_END.exec(text)) starts.push(match.index + match[0].length);
  /** Where pairs end, of which there are none in most texts. */
  const pairEnds: number[] = [];
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match; match = PAIR.exec(text)) pairEnds.push(match.index + 2);
  const lineOf = (offset: number): number => countUpTo(starts, offset);
  const charactersBefore = (offset: number): number => offset - countUpTo(pairEnds, offset);
  return {
    lineCount: starts.length,
    lineOf,
    charactersBefore,
    offsetAt: (line, column) => {
      const start = starts[line - 1] ?? text.length;
      return start + offsetOfCharacter(text.slice(start, starts[line] ?? text.length), column - 1);
    },
    columnOf: (offset) => charactersBefore(offset) - charactersBefore(starts[lineOf(offset) - 1]) + 1,
  };
}

/** How many of the ascending numbers are no greater than a limit. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
