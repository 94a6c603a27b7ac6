import { COMMA, type StructuredSource } from '../../tokenize/index.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Brackets whose elements are told apart by commas at the starts of lines, each in the column of the bracket: the blank
 * behind the bracket and those behind the commas put the elements under one another. Such an arrangement is nobody's
 * accident, and stays as a whole; what stands within the elements does not belong to it.
 */
export function keepLeadingCommas({ context, observed }: GroupInput, verdicts: Verdicts): void {
  for (const gaps of findLeadingCommas(context.structured, observed.gaps)) {
    for (const gap of gaps) verdicts[gap] ??= stays('table');
  }
}

interface Level {
  /** Columns of the bracket and of its first element; -1 before that. */
  readonly column: number;
  element: number;
  /** Its gaps so far. */
  readonly own: number[];
  /** Commas that lead a line. */
  led: number;
  /** False once something stands in no column. */
  holds: boolean;
}

/** The gaps of each such bracket: behind it, around its commas, before its end. */
export function findLeadingCommas({ source, structure }: StructuredSource, gaps: readonly string[]): number[][] {
  const { tokenCount, start, end, kind } = source;
  const found: number[][] = [];
  const open: Level[] = [];
  let column = 0;
  for (let i = 0; i < tokenCount; i++) {
    const lineStart = gaps[i].lastIndexOf('\n') + 1;
    column = lineStart > 0 ? gaps[i].length - lineStart : column + gaps[i].length;
    const partner = structure.partner[i];
    const isOpener = partner > i;
    const isCloser = partner >= 0 && !isOpener;
    const level = open.at(-1);
    if (level?.holds === true) addGap(level, i, isCloser, lineStart > 0);
    if (isCloser) {
      const closed = open.pop();
      if (closed?.holds === true && closed.led > 0) found.push(closed.own);
    }
    if (isOpener) open.push({ column, element: -1, own: [], led: 0, holds: true });
    column += end[i] - start[i];
  }
  return found;

  function addGap(level: Level, i: number, isCloser: boolean, startsLine: boolean): void {
    const isComma = kind[i] === COMMA;
    const isElement = level.element < 0 || kind[i - 1] === COMMA;
    if (!startsLine && gaps[i].includes('\t')) level.holds = false;
    else if (isComma || isCloser) level.holds = startsLine ? column === level.column : isCloser;
    else if (startsLine) level.holds = false;
    else if (level.element < 0) level.element = column;
    else if (isElement) level.holds = column === level.element;
    if (isComma || isCloser || isElement) level.own.push(i);
    if (isComma) level.led++;
  }
}
