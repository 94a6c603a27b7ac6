import { LINE_END, isHeader, type LexicalToken } from '../tokenize/index.js';

/** One step of indentation where the text shows none. */
const DEFAULT_UNIT = '    ';

/**
 * What an empty line lacks to stand in the block whose header is right above it; '' where there is no such header, or
 * the line is indented already.
 *
 * @param above tokens before the line, without comments
 * @param text all before the cursor
 */
export function missingIndent(above: readonly LexicalToken[], text: string): string {
  const colon = above[above.length - 2];
  if (colon?.text !== ':' || colon.bracketDepth > 0) return '';
  let first = above.length - 2;
  while (first > 0 && !(above[first].startsStatement && above[first - 1].kind === LINE_END)) first--;
  if (!isHeader(above[first].kind)) return '';
  const header = indentAt(text, above[first].start);
  const blank = text.slice(lineStart(text, text.length));
  return header.startsWith(blank) ? (header + unitOf(above, text)).slice(blank.length) : '';
}

/** The step of the first block. */
function unitOf(tokens: readonly LexicalToken[], text: string): string {
  const opens =
    tokens.findIndex(({ kind, depthChange }, k) => kind === LINE_END && depthChange === 1 && k + 1 < tokens.length);
  if (opens < 0) return DEFAULT_UNIT;
  const inner = indentAt(text, tokens[opens + 1].start);
  const { blockDepth } = tokens[opens];
  // The first block of a file stands at the margin; of a fragment, anywhere.
  return blockDepth === 0 && /^(?: +|\t+)$/u.test(inner) ? inner : DEFAULT_UNIT;
}

const lineStart = (text: string, at: number): number =>
  Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
const indentAt = (text: string, at: number): string => /^[ \t\f]*/u.exec(text.slice(lineStart(text, at), at))![0];
