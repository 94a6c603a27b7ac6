/**
 * Fenced blocks of Python in Markdown: ```` ```python ````, also in lists and quotes, and sessions with `>>>`.
 *
 * Limits: a fence is known by its line, whatever stands around it; a block whose lines do not keep to the indentation
 * of its fence is left alone, and so is one that does not end.
 *
 * Source: CommonMark 0.31, "Fenced code blocks".
 */
import { beginsExample, sessionExamples } from './doctest.js';
import type { EmbeddedDocument } from './embedded-document.js';
import { pageDocument, pageLines, type PageBlock, type PageLine } from './page-source.js';

const FENCE = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/u;
const PYTHON = /^\{?\.?(?:python3?|py3?|pyi)(?=[\s,{}:]|$)/iu;
const IPYTHON = /^(?:\{?\.?ipython3?(?=[\s,{}:]|$)|\{code-cell\}[ \t]*(?:i?python3?)?[ \t]*$)/iu;
const DIRECTIVE = /^\{(?:code-block|code|sourcecode)\}[ \t]+(?:python3?|py3?)[ \t]*$/iu;
const SESSION = /^\{?\.?(?:pycon|python-repl|doctest)(?=[\s,{}:]|$)/iu;
const OFF = /^[ \t]*<!--\s*(?:fmt|nnfmt|blacken-docs):\s*off\s*-->[ \t]*$/u;
const ON = /^[ \t]*<!--\s*(?:fmt|nnfmt|blacken-docs):\s*on\s*-->[ \t]*$/u;

/** Reads a page in Markdown or MDX. */
export function openMarkdown(text: string, path: string): EmbeddedDocument {
  const lines = pageLines(text);
  const blocks: PageBlock[] = [];
  let isOff = false;
  for (let k = 0; k < lines.length; k++) {
    const line = lines[k]!.text;
    if (OFF.test(line)) isOff = true;
    if (ON.test(line)) isOff = false;
    const fence = FENCE.exec(line);
    if (fence === null) continue;
    const [, before, marks, info] = fence;
    const last = endOfFence(lines, k + 1, marks!);
    if (!isOff && last < lines.length) blocks.push(...blocksIn(lines.slice(k + 1, last), before!, info!.trim()));
    k = last;
  }
  return pageDocument(text, path, blocks);
}

/** The line of the closing fence; the number of lines without one. */
function endOfFence(lines: readonly PageLine[], from: number, marks: string): number {
  const closing = new RegExp(`^(?:[ \\t]*>)*[ \\t]*${marks[0] === '`' ? '`' : '~'}{${marks.length},}[ \\t]*$`, 'u');
  let k = from;
  while (k < lines.length && !closing.test(lines[k]!.text)) k++;
  return k;
}

function blocksIn(lines: readonly PageLine[], before: string, info: string): PageBlock[] {
  const isPython = PYTHON.test(info) || DIRECTIVE.test(info);
  const magics = IPYTHON.test(info);
  const isSession = SESSION.test(info);
  // What marks a list's item stands before its first line alone.
  const prefix = before.replace(/[^>\s]/gu, ' ');
  if (!(isPython || magics || isSession) || lines.length === 0) return [];
  const skipped = skipPrefix(lines, prefix);
  if (skipped === null) return [];
  if (isSession || beginsExample(lines[0]!.text.slice(skipped[0]))) return sessionExamples(lines, skipped);
  return [{ lines, skipped, prefix, magics }];
}

/** How much of each line the prefix takes; null where a line lacks it. */
export function skipPrefix(lines: readonly PageLine[], prefix: string): number[] | null {
  const bare = prefix.trimEnd();
  const skipped: number[] = [];
  for (const { text } of lines) {
    if (text.startsWith(prefix)) skipped.push(prefix.length);
    else if (text.startsWith(bare) && text.slice(bare.length).trim() === '') skipped.push(text.length);
    else return null;
  }
  return skipped;
}
