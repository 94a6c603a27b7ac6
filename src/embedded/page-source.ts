import { NotEquivalentError } from '../errors.js';
import { matchLines } from '../shared/line-diff.js';
import type { EmbeddedDocument, EmbeddedSource } from './embedded-document.js';
import { maskMagics } from './mask-magics.js';

/** A line of a page, by its UTF-16 offsets: its end stands behind its line end. */
export interface PageLine {
  readonly start: number;
  readonly end: number;
  /** Without the line end. */
  readonly text: string;
}

/** A block of Python in a page. */
export interface PageBlock {
  readonly lines: readonly PageLine[];
  /** Characters of each line that belong to the page: indentation, quote marks, a prompt. */
  readonly skipped: readonly number[];
  /** What stands before a line that is new; a blank one gets it without the blanks at its end. */
  readonly prefix: string;
  /** Whether IPython's own syntax may stand in it. */
  readonly magics: boolean;
}

/** The lines of a page. */
export function pageLines(text: string): PageLine[] {
  const lines: PageLine[] = [];
  const pattern = /([^\r\n]*)(?:\r\n|\r|\n|$)/gu;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const match = pattern.exec(text)!;
    lines.push({ start: match.index, end: pattern.lastIndex, text: match[1]! });
  }
  return lines;
}

/** A page with these blocks of Python. */
export function pageDocument(page: string, path: string, blocks: readonly PageBlock[]): EmbeddedDocument {
  const sources = blocks.map((block) => blockSource(page, block));
  return {
    sources,
    replace(texts) {
      let result = '';
      let from = 0;
      blocks.forEach((block, k) => {
        if (texts[k] === sources[k]!.text) return;
        result += page.slice(from, block.lines[0]!.start) + writeBlock(page, block, texts[k]!);
        from = block.lines.at(-1)!.end;
      });
      result += page.slice(from);
      if (!isSamePage(page, result)) {
        throw new NotEquivalentError({ path, detail: 'the page would not hold the same text' });
      }
      return result;
    },
  };
}

/** The part of each line that is Python, line end included. */
const codeLines = (page: string, { lines, skipped }: PageBlock): string[] =>
  lines.map(({ start, end, text }, k) => page.slice(start + Math.min(skipped[k]!, text.length), end));

function blockSource(page: string, block: PageBlock): EmbeddedSource {
  const code = codeLines(page, block);
  const text = code.join('');
  const starts: number[] = [];
  let at = 0;
  for (const line of code) {
    starts.push(at);
    at += line.length;
  }
  const masked = block.magics ? maskMagics(text) : null;
  return {
    text, program: masked?.program ?? text, restore: (layout) => masked?.unmask(layout) ?? layout, cell: null,
    outerOffset(offset) {
      let k = starts.length - 1;
      while (k > 0 && starts[k]! > offset) k--;
      const { start, text: line } = block.lines[k]!;
      return start + Math.min(block.skipped[k]!, line.length) + offset - starts[k]!;
    },
  };
}

/** Lines that stay stand as they stood; those that are new get the prefix of the block. */
function writeBlock(page: string, block: PageBlock, text: string): string {
  const old = codeLines(page, block);
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/u);
  return Array.from(matchLines(old, lines), (match, k) => {
    if (match >= 0 && (match > 0) === (k > 0)) return page.slice(block.lines[match]!.start, block.lines[match]!.end);
    const line = lines[k]!;
    if (k === 0) return block.lines[0]!.text.slice(0, block.skipped[0]!) + line;
    return (/^[\r\n]*$/u.test(line) ? block.prefix.trimEnd() : block.prefix) + line;
  }).join('');
}

/** What a page says, without all that may stand at the start of a line and between tokens. */
const bare = (page: string): string => page.replace(/[\s\\>.]/gu, '');
const isSamePage = (before: string, after: string): boolean => bare(before) === bare(after);
