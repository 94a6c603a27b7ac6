import type { SourceDocument } from './source-document.js';

/** Words that a block begins with. */
const HEADER = /^[ \t]*(?:(?:async[ \t]+)?(?:def|class|if|elif|else|for|while|try|except|finally|with|match|case)\b).*:[ \t]*$/u;

/** True for a line that a block follows: where a colon was typed that is none of a slice or an annotation. */
export const isHeader = (line: string): boolean => HEADER.test(line);

/**
 * Texts in which a line that was just ended may parse, best first: as it is; with a body, where the line begins a block
 * and none follows yet; and without anything below. All begin alike, up to the end of the line.
 *
 * @param line from 0
 */
export function typedCandidates(document: SourceDocument, line: number): string[] {
  const { text } = document;
  const [start, end] = [document.lineStart(line), document.lineEnd(line)];
  const typed = text.slice(start, end);
  const indent = /^[ \t]*/u.exec(typed)![0];
  const ending = /\r\n|\r|\n/u.exec(text)?.[0] ?? '\n';
  const above = text.slice(0, end);
  const body = isHeader(typed) ? `${ending}${indent}${indent.endsWith('\t') ? '\t' : '    '}pass` : '';
  const below = text.slice(end);
  return [
    text,
    ...(body === '' ? [] : [above + body + (below === '' ? ending : below)]),
    above + body + ending,
  ];
}
