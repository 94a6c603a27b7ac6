import { joinGaps, type TokenizedSource } from './token-table.js';

/**
 * Python reads CRLF and a lone CR as LF, in strings too. The tokenizer does the same, so that whatever decides
 * about layout sees LF alone and the line ends of a file influence nothing; these functions lead there and back.
 */

/** A text with LF line ends. */
export const toLf = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/**
 * The line end that new lines of a text get: what most of its lines have; LF when there is none.
 *
 * @param assumed taken where the text has no line end, or more than one kind
 */
export function usualLineEnd(text: string, assumed: string | null = null): string {
  if (!text.includes('\r')) return assumed === null || text.includes('\n') ? '\n' : assumed;
  const count = new Map<string, number>([['\n', 0], ['\r\n', 0], ['\r', 0]]);
  for (const [end] of text.matchAll(/\r\n|\r|\n/g)) count.set(end, count.get(end)! + 1);
  if (assumed !== null && [...count.values()].filter((n) => n > 0).length > 1) return assumed;
  return [...count].sort((a, b) => b[1] - a[1])[0][0];
}

/** The offset that a UTF-16 offset of a text has in `toLf` of it. */
export function lfOffset(text: string, offset: number): number {
  let shift = 0;
  for (let at = text.indexOf('\r\n'); at >= 0 && at + 1 < offset; at = text.indexOf('\r\n', at + 2)) shift++;
  return offset - shift;
}

/**
 * Tokens over a text with its own line ends. Its gaps bear another name, so that nobody takes them for gaps with LF.
 */
export interface RawSource extends Omit<TokenizedSource, 'gaps'> {
  readonly rawGaps: readonly string[];
}

/**
 * The same tokens over the text as it was given to the tokenizer: with its own offsets and line ends.
 *
 * @param source tokens of `text`
 */
export function overRawText(source: TokenizedSource, text: string): RawSource {
  const { gaps, ...table } = source;
  if (source.text === text) return { ...table, rawGaps: gaps };
  const { tokenCount } = source;
  const start = new Int32Array(tokenCount);
  const end = new Int32Array(tokenCount);
  const rawGaps = new Array<string>(tokenCount + 1);
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
    rawGaps[i] = text.slice(from, start[i]);
    from = end[i];
  }
  rawGaps[tokenCount] = text.slice(from);
  return { ...table, text, start, end, rawGaps };
}

/**
 * The text of a layout of a text's tokens: untouched gaps and all tokens byte for byte, new line breaks as most are in
 * the text.
 *
 * @param source tokens of `text`
 * @param gaps the layout, with LF line ends
 * @param held what of a changed gap stays as it is in the text, given the text's own: its start, line ends included
 */
export function joinOverRawText(
  source: TokenizedSource, text: string, gaps: readonly string[],
  held: (i: number, rawGap: string) => string = () => '', assumedLineEnd: string | null = null,
): string {
  const lineEnd = usualLineEnd(text, assumedLineEnd);
  if (source.text === text && lineEnd === '\n') return joinGaps(source, gaps);
  const raw = overRawText(source, text);
  return joinGaps(raw, gaps.map((gap, i) => {
    if (gap === source.gaps[i]) return raw.rawGaps[i];
    const start = held(i, raw.rawGaps[i]);
    return start + gap.slice(toLf(start).length).replaceAll('\n', lineEnd);
  }));
}
