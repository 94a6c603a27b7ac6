import type { TokenizedSource } from './token-table.js';

/**
 * Python reads CRLF and a lone CR as LF, in strings too. Whatever decides about layout sees LF alone, so
 * that the line ends of a file influence nothing; these functions lead there and back.
 */

/** A text with LF line ends. */
export const toLf = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** The line end that most lines of a text have; LF when there is none. */
export function usualLineEnd(text: string): string {
  if (!text.includes('\r')) return '\n';
  const count = new Map<string, number>([['\n', 0], ['\r\n', 0], ['\r', 0]]);
  for (const [end] of text.matchAll(/\r\n|\r|\n/g)) count.set(end, count.get(end)! + 1);
  return [...count].sort((a, b) => b[1] - a[1])[0][0];
}

/** The offset that a UTF-16 offset of a text has in `toLf` of it. */
export function lfOffset(text: string, offset: number): number {
  let shift = 0;
  for (let at = text.indexOf('\r\n'); at >= 0 && at + 1 < offset; at = text.indexOf('\r\n', at + 2)) shift++;
  return offset - shift;
}

/**
 * The same tokens over the text as it was before `toLf`: with its own offsets, and gaps with its own line ends.
 *
 * @param source tokens of `toLf(text)`
 */
export function overRawText(source: TokenizedSource, text: string): TokenizedSource {
  if (source.text === text) return source;
  const { tokenCount } = source;
  const start = new Int32Array(tokenCount);
  const end = new Int32Array(tokenCount);
  const gaps = new Array<string>(tokenCount + 1);
  let pair = text.indexOf('\r\n');
  let shift = 0;
  const rawOffset = (offset: number): number => {
    for (; pair >= 0 && pair < offset + shift; pair = text.indexOf('\r\n', pair + 2)) shift++;
    return offset + shift;
  };
  let from = 0;
  for (let i = 0; i < tokenCount; i++) {
    start[i] = rawOffset(source.start[i]);
    end[i] = rawOffset(source.end[i]);
    gaps[i] = text.slice(from, start[i]);
    from = end[i];
  }
  gaps[tokenCount] = text.slice(from);
  return { ...source, text, start, end, gaps };
}
