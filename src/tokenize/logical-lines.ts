import { lazily } from '../shared/lazily.js';
import { isStringPrefix, scanString } from './scan-string.js';
import { closerOf, isCloserWord, isOpenerWord } from './vocabulary.js';

/** A span of UTF-16 offsets, the end exclusive. */
export type Span = readonly [start: number, end: number];

/** One logical line: what CPython's tokenizer gives between two NEWLINE tokens. */
export interface LogicalLine {
  /** From its first token to behind its last one; a comment at its end does not belong to it. */
  readonly start: number;
  readonly end: number;
  /** Blocks around it, by indentation. */
  readonly depth: number;
  /** True when it ends with the colon of a block that follows on lines of its own. */
  readonly opensBlock: boolean;
}

/** A source read as CPython's tokenizer reads it, as far as layout needs. */
export interface LexedSource {
  readonly lines: readonly LogicalLine[];
  readonly comments: readonly Span[];
  readonly strings: readonly Span[];
  /**
   * As long as the source, without what means nothing to the parser but trips tree-sitter: comments,
   * line breaks in brackets, continuations and all text of strings are blank.
   */
  readonly plainText: string;
}

/** Where and why CPython's tokenizer, or the order of blocks, refuses the source. */
export interface LexicalFault {
  readonly offset: number;
  readonly reason: string;
  /** The logical line before it, where that may be what is wrong: the block it should open is there. */
  readonly after?: LogicalLine;
}

export const isFault = (result: LexedSource | LexicalFault): result is LexicalFault => 'reason' in result;

const ASCII_WORD = /[A-Za-z_]\w*/y;
const ASCII_NUMBER = /\d\w*/y;
const words = lazily(() => /[\p{XIDS}_][\p{XIDC}]*/uy);
const numbers = lazily(() => /\d[\p{XIDC}]*/uy);
const CONFLICT = /(?:<{7}|={7}|>{7}|\|{7})(?=[ \n]|$)/y;

interface Indentation {
  readonly column: number;
  /** With tabs as one column: both have to order alike. */
  readonly alternate: number;
}

/**
 * Reads logical lines, indentation, brackets, strings and comments as CPython's tokenizer does.
 *
 * Limits: numbers and operators are not checked, so that tokens of later versions pass. A backslash in
 * the indentation is read as CPython 3.9 and later do.
 */
export function lexLogicalLines(text: string): LexedSource | LexicalFault {
  const reader = new LineReader(text);
  const fault = reader.read();
  return fault ?? reader.result();
}

/** What CPython's tokenizer, or the order of blocks, refuses in a source with LF line ends; null for nothing. */
export function findLexicalFault(text: string): LexicalFault | null {
  const result = lexLogicalLines(text);
  return isFault(result) ? result : null;
}

class LineReader {
  private readonly lines: { start: number; end: number; depth: number; opensBlock: boolean }[] = [];
  private readonly comments: Span[] = [];
  private readonly strings: Span[] = [];
  private readonly parts: string[] = [];
  private readonly indents: Indentation[] = [{ column: 0, alternate: 0 }];
  private copied = 0;
  private at = 0;

  constructor(private readonly text: string) {}

  result(): LexedSource {
    this.parts.push(this.text.slice(this.copied));
    const { lines, comments, strings, parts } = this;
    return { lines, comments, strings, plainText: parts.join('') };
  }

  read(): LexicalFault | null {
    while (this.at < this.text.length) {
      const fault = this.readLine();
      if (fault) return fault;
    }
    const last = this.lines.at(-1);
    if (last?.opensBlock) return { offset: last.end - 1, reason: 'expected an indented block', after: last };
    return null;
  }

  /** A blank line, a comment line, or a logical line. */
  private readLine(): LexicalFault | null {
    const lineStart = this.at;
    if (this.hasConflictMarker()) return { offset: this.at, reason: 'a marker of a merge conflict' };
    const indentation = this.readIndentation();
    if ('reason' in indentation) return indentation;
    const c = this.text[this.at];
    const hasBackslash = this.text.slice(lineStart, this.at).includes('\\');
    if (c === undefined || c === '#' || isLineEnd(c)) {
      if (hasBackslash) this.blank(lineStart, this.at);
      if (c === '#') this.readComment();
      if (this.at < this.text.length) this.skipLineEnd();
      return null;
    }
    const fault = this.indent(indentation);
    if (fault) return fault;
    if (hasBackslash) this.straighten(lineStart, indentation.column);
    return this.readTokens();
  }

  /** CPython: the first backslash in the indentation fixes the column, one in column 0 does not. */
  private readIndentation(): Indentation | LexicalFault {
    let column = 0;
    let alternate = 0;
    let fixed: Indentation | null = null;
    for (;; this.at++) {
      const c = this.text[this.at];
      if (c === ' ') {
        column++;
        alternate++;
      } else if (c === '\t') {
        column = (column | 7) + 1;
        alternate++;
      } else if (c === '\f') column = alternate = 0;
      else if (c === '\\') {
        if (column > 0) fixed ??= { column, alternate };
        const backslash = this.at++;
        if (!isLineEnd(this.text[this.at])) return afterBackslash(backslash);
        if (this.at + 1 >= this.text.length) return { offset: backslash, reason: 'unexpected end of the file' };
      } else return fixed ?? { column, alternate };
    }
  }

  private indent(found: Indentation): LexicalFault | null {
    const previous = this.lines.at(-1);
    const tabs = { offset: this.at, reason: 'inconsistent use of tabs and spaces in indentation' };
    let top = this.indents.at(-1)!;
    if (found.column > top.column) {
      if (found.alternate <= top.alternate) return tabs;
      if (!previous?.opensBlock) {
        return { offset: this.at, reason: 'unexpected indent', ...(previous ? { after: previous } : {}) };
      }
      this.indents.push(found);
      return null;
    }
    while (found.column < top.column) {
      this.indents.pop();
      top = this.indents.at(-1)!;
    }
    if (found.column !== top.column) {
      return { offset: this.at, reason: 'unindent does not match any outer indentation level' };
    }
    if (found.alternate !== top.alternate) return tabs;
    if (previous?.opensBlock && this.indents.length - 1 <= previous.depth) {
      return { offset: this.at, reason: 'expected an indented block', after: previous };
    }
    return null;
  }

  /** Gives the parser a line that starts at the column which CPython reads behind backslashes. */
  private straighten(lineStart: number, column: number): void {
    const lead = this.text.slice(lineStart, this.at);
    if (/[\t\f]/.test(lead)) return;
    const before = lead.length - column - 1;
    this.replace(lineStart, this.at, `${' '.repeat(before)}\n${' '.repeat(column)}`);
  }

  /** The tokens of a logical line, and its line end. */
  private readTokens(): LexicalFault | null {
    const { text } = this;
    const brackets: number[] = [];
    const start = this.at;
    let end = start;
    const depth = this.indents.length - 1;
    while (this.at < text.length) {
      const c = text[this.at];
      if (c === ' ' || c === '\t' || c === '\f') this.at++;
      else if (isLineEnd(c)) {
        const from = this.at;
        this.skipLineEnd();
        if (brackets.length === 0) break;
        this.blank(from, this.at);
        if (this.hasConflictMarker()) return { offset: this.at, reason: 'a marker of a merge conflict' };
      } else if (c === '#') this.readComment();
      else if (c === '\\') {
        const from = this.at++;
        if (!isLineEnd(text[this.at])) return afterBackslash(from);
        this.skipLineEnd();
        if (this.at >= text.length) return { offset: from, reason: 'unexpected end of the file' };
        this.blank(from, this.at);
      } else {
        const fault = this.readToken(brackets);
        if (fault) return fault;
        end = this.at;
      }
    }
    const open = brackets.at(-1);
    if (open !== undefined) return { offset: open, reason: `'${text[open]}' was never closed` };
    this.lines.push({ start, end, depth, opensBlock: text[end - 1] === ':' });
    return null;
  }

  private readToken(brackets: number[]): LexicalFault | null {
    const { text, at } = this;
    const c = text[at];
    const word = this.matchLetters(ASCII_WORD, words);
    const quoteAt = at + word.length;
    if (text[quoteAt] === '"' || text[quoteAt] === "'") {
      const prefix = isStringPrefix(word) ? word : '';
      const end = scanString(text, quoteAt, prefix);
      if (typeof end !== 'number') return end;
      const from = quoteAt - prefix.length;
      this.strings.push([from, end]);
      const quote = text[quoteAt];
      this.replace(from, end, `${quote}${'_'.repeat(end - from - 2)}${quote}`);
      this.at = end;
    } else if (word !== '') this.at = quoteAt;
    else if (isOpenerWord(c)) {
      brackets.push(at);
      this.at++;
    } else if (isCloserWord(c)) {
      const open = brackets.pop();
      if (open === undefined) return { offset: at, reason: `unmatched '${c}'` };
      if (closerOf(text[open]) !== c) {
        return { offset: at, reason: `closing '${c}' does not match opening '${text[open]}'` };
      }
      this.at++;
    } else {
      if (c < ' ' || c > '~') return { offset: at, reason: 'a character that Python does not accept here' };
      this.at += Math.max(1, this.matchLetters(ASCII_NUMBER, numbers).length);
    }
    return null;
  }

  private readComment(): void {
    const start = this.at;
    while (this.at < this.text.length && !isLineEnd(this.text[this.at])) this.at++;
    this.comments.push([start, this.at]);
    this.blank(start, this.at);
  }

  private hasConflictMarker(): boolean {
    return this.match(CONFLICT) !== '';
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  /** @param all the same with the letters of all scripts: asked where the match of ASCII ends at something else */
  private matchLetters(ascii: RegExp, all: () => RegExp): string {
    const match = this.match(ascii);
    return this.text.charCodeAt(this.at + match.length) >= 0x80 ? this.match(all()) : match;
  }

  private skipLineEnd(): void {
    this.at++;
  }

  private blank(from: number, to: number): void {
    this.replace(from, to, ' '.repeat(to - from));
  }

  private replace(from: number, to: number, replacement: string): void {
    this.parts.push(this.text.slice(this.copied, from), replacement);
    this.copied = to;
  }
}

const afterBackslash = (offset: number): LexicalFault => ({
  offset,
  reason: 'unexpected character after line continuation character',
});
const isLineEnd = (c: string | undefined): boolean => c === '\n';
