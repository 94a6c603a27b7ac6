/**
 * Whether a candidate fits where the cursor is: against the text after the cursor, so that
 * nothing is repeated, and against the grammar.
 */
import {
  CLAUSE_WORDS, LINE_END, closerOf, isCloserWord, isOpenerWord, lexPython, tokenKind, type GrowingLexer,
  type LexicalToken, type Tokenizer,
} from '../tokenize/index.js';
import type { FormatPolicy } from '../format/index.js';
import { checkedTexts, type CheckedTexts } from './checked-texts.js';

/**
 * How many tokens of a candidate to keep before what stands behind the cursor on its line:
 * tokens at its end that are there already are left out, and so are those that close brackets
 * which the rest of the line closes. -1 when the candidate does not fit the rest at all.
 *
 * @param rest text from the cursor to the line's end
 */
export function fitBeforeRest(candidate: readonly { readonly text: string }[], rest: string): number {
  const following = lexPython(rest).tokens.filter(({ kind }) => kind !== LINE_END).map(({ text }) => text);
  if (following.length === 0) return candidate.length;
  const texts = candidate.map(({ text }) => text);
  for (let kept = 0; kept < texts.length; kept++) {
    if (texts.slice(kept).every((text, k) => text === following[k])) {
      // Nothing is left of what stands there already; brackets left open would never be closed.
      return kept === 0 || depthAfter(texts.slice(0, kept)) !== 0 ? -1 : kept;
    }
  }
  if (!isCloserWord(following[0])) return -1;
  for (let k = 1; k < texts.length; k++) {
    if (depthAfter(texts.slice(0, k + 1)) < 0) return k;
  }
  return depthAfter(texts) === 0 ? texts.length : -1;
}

/** Brackets opened less brackets closed. */
function depthAfter(texts: readonly string[]): number {
  return texts.reduce((depth, text) => depth + (isOpenerWord(text) ? 1 : isCloserWord(text) ? -1 : 0), 0);
}

/** Lines before the cursor that are parsed with a candidate, at most. */
const WINDOW_LINES = 250;

/** Characters of the window up to which the format head is asked; beyond, it would keep the user waiting. */
const MAX_LAYOUT = 12_000;

/**
 * Tells whether candidates parse at the cursor: together with the statement or block that the
 * cursor is in, closed as if nothing followed. Code before the cursor that does not parse
 * either way proves nothing: then every candidate passes.
 */
export class ParseCheck {
  /** Null where nothing near the cursor can be parsed by itself. */
  private readonly window: string | null;
  private readonly texts: CheckedTexts;
  private readonly lineStart: number;
  private readonly isInBrackets: boolean;
  /** Of the window with something harmless in place of the candidate's line; null before it was asked. */
  private emptyIsPlain: boolean | null = null;
  private emptyParses: boolean | null = null;
  private closed: { readonly completion: string; readonly text: string } | null = null;

  /**
   * @param prefix text before the cursor
   * @param rest text from the cursor to the line's end
   */
  constructor(tokenizer: Tokenizer, prefix: string, private readonly rest: string) {
    this.texts = checkedTexts(tokenizer);
    this.window = parseWindow(prefix, this.texts.lexPrefix);
    this.isInBrackets = this.window !== null && this.texts.lexWindow(this.window).end.openBrackets !== '';
    this.lineStart = this.window === null
      ? 0
      : Math.max(this.window.lastIndexOf('\n'), this.window.lastIndexOf('\r')) + 1;
  }

  /**
   * The candidate in the layout of what stands before it, by the format head; as it is where
   * that cannot be asked.
   *
   * @param tokens of the candidate, and what is typed of the first one
   */
  layOut(candidate: string, tokens: readonly { readonly text: string }[], typed: string, policy: FormatPolicy): string {
    if (this.window === null || this.window.length > MAX_LAYOUT) return candidate;
    const start = this.window.length - typed.length;
    const text = this.closedUp(candidate + this.rest);
    const gaps = this.texts.layOut(text, policy, start, this.window.length + candidate.length);
    if (gaps === null || gaps.length !== tokens.length || gaps.slice(1).some((gap) => /[^ \t]/u.test(gap))) {
      return candidate;
    }
    const first = typed !== '' || /(?:^|\s)$/u.test(this.window) ? '' : gaps[0];
    return tokens.map(({ text: token }, k) => (k === 0 ? first : gaps[k]) + token).join('').slice(typed.length);
  }

  accepts(candidate: string): boolean {
    if (this.window === null) return true;
    // Most candidates are told at once: they parse as they stand, or else code without them does.
    const isPlain = (completion: string): boolean => this.texts.isPlain(this.closedUp(completion));
    if (isPlain(candidate + this.rest)) return true;
    // Within brackets, an operand may be left to the next line.
    const mayGoOn = this.isInBrackets && this.rest.trim() === '';
    if (mayGoOn && isPlain(`${candidate} _`)) return true;
    this.emptyIsPlain ??= this.isFineWithout((text) => this.texts.isPlain(text));
    if (this.emptyIsPlain) return false;
    if (this.texts.parses(this.closedUp(candidate + this.rest))) return true;
    if (mayGoOn && this.texts.parses(this.closedUp(`${candidate} _`))) return true;
    // Is it the candidate's fault?
    this.emptyParses ??= this.isFineWithout((text) => this.texts.parses(text));
    return !this.emptyParses;
  }

  /** Whether the window parses with something harmless in place of the candidate's line. */
  private isFineWithout(parses: (text: string) => boolean): boolean {
    const above = this.window!.slice(0, this.lineStart);
    const indent = indentOf(this.window!.slice(this.lineStart));
    return ['', `${indent}pass`, ...(this.isInBrackets ? [`${indent}_`] : [])]
      .some((line) => parses(closeUp(above + line, this.texts.lexWindow)));
  }

  /** The window with a completion, closed as if nothing followed; a candidate is checked and then laid out. */
  private closedUp(completion: string): string {
    if (this.closed?.completion !== completion) {
      this.closed = { completion, text: closeUp(this.window + completion, this.texts.lexWindow) };
    }
    return this.closed.text;
  }
}

/** Whether all of the text before the cursor parses together with a completion, closed as if nothing followed. */
export const parsesInPlace = (tokenizer: Tokenizer, prefix: string, completion: string): boolean =>
  checkedTexts(tokenizer).parses(closeUp(prefix + completion));

const indentOf = (line: string): string => /^[ \t\f]*/u.exec(line)![0];

/** Characters before the cursor that are searched for a window. */
const WINDOW_LENGTH = 40_000;

/**
 * The text from the last line at the margin that begins a statement, within WINDOW_LINES. In a longer
 * block, the window begins with one of its statements instead, below a header that stands for the
 * block's own. Null where there is none either, as within a very long list.
 */
function parseWindow(prefix: string, lex: GrowingLexer): string | null {
  const shift = Math.max(0, prefix.length - WINDOW_LENGTH);
  const { tokens, end, brokenOffAt } = lex(prefix.slice(shift));
  let lines = 0;
  let start = -1;
  let inBlock = -1;
  let leastColumn = Infinity;
  let k = tokens.length - 1;
  for (; k >= 0 && lines < WINDOW_LINES; k--) {
    const token = tokens[k];
    if (token.kind === LINE_END) lines++;
    if (!token.startsStatement || token.bracketDepth > 0) continue;
    // What stands before has brackets that nobody closed.
    if (token.start < brokenOffAt) break;
    const at = token.start + shift;
    const isTyped = end.inside === 'word' && k === tokens.length - 1;
    const isOwn = !CLAUSE_WORDS.some((word) => (isTyped ? word.startsWith(token.text) : word === token.text)) &&
      !isDecorated(tokens, k);
    if (atMargin(prefix, at)) {
      // A clause or a decorated definition belongs to what stands before it.
      start = at;
      if (isOwn) break;
    } else if (isOwn) {
      const lineStart = Math.max(prefix.lastIndexOf('\n', at - 1), prefix.lastIndexOf('\r', at - 1)) + 1;
      if (lineStart >= shift && at - lineStart <= leastColumn && /^[ \t\f]*$/u.test(prefix.slice(lineStart, at))) {
        leastColumn = at - lineStart;
        inBlock = lineStart;
      }
    }
  }
  if (start >= 0) return prefix.slice(start);
  if (k < 0 && shift === 0) return prefix;
  return inBlock < 0 ? null : `if _:\n${prefix.slice(inBlock)}`;
}

function isDecorated(tokens: readonly LexicalToken[], at: number): boolean {
  let k = at - 2;
  while (k >= 0 && tokens[k].kind !== LINE_END) k--;
  return at > 0 && tokens[k + 1]?.text === '@';
}

const atMargin = (text: string, offset: number): boolean =>
  offset === 0 || text[offset - 1] === '\n' || text[offset - 1] === '\r';

const MATCH = tokenKind('match');
const HEADERS = new Set<number | undefined>(
  ['if', 'elif', 'for', 'while', 'except', 'with', 'def', 'class', 'async', 'case'].map(tokenKind),
);

/** Code that stops at the end of a line, with brackets closed and blocks filled so that it may end there. */
export function closeUp(text: string, lex: GrowingLexer = lexPython): string {
  const { tokens, end } = lex(text);
  let closed = text + [...end.openBrackets].reverse().map(closerOf).join('');
  const code = tokens.findLastIndex(({ kind }) => kind !== LINE_END);
  const last = tokens[code];
  const statement = statementAt(tokens, code);
  const [first] = statement;
  const indent = first === undefined ? '' : indentOf(
    text.slice(Math.max(text.lastIndexOf('\n', first.start - 1), text.lastIndexOf('\r', first.start - 1)) + 1),
  );
  // A header that goes on within brackets, over several lines.
  if (end.openBrackets !== '' && HEADERS.has(first?.kind) && statement.some(({ kind }) => kind === LINE_END)) {
    closed += ': pass';
  }
  if (first?.text === '@') closed += `\n${indent}def f(): pass`;
  else if (last?.text === ':' &&
    end.openBrackets === '') closed += `\n${indent} ${first.kind === MATCH ? 'case _: ' : ''}pass`;
  // Every `try` that is still open needs a clause, the innermost first.
  for (const opened of openTries(tokens, text)) closed += `\n${opened}finally: pass`;
  return `${closed}\n`;
}

/** Tokens of the statement that holds token `at`, from its first one on. */
function statementAt(tokens: readonly LexicalToken[], at: number): readonly LexicalToken[] {
  let first = at;
  while (first > 0 && !tokens[first].startsStatement) first--;
  return tokens.slice(first, at + 1);
}

/** Indentations of the `try` statements that have no clause yet and whose block the text ends in, innermost first. */
function openTries(tokens: readonly LexicalToken[], text: string): string[] {
  const open: { depth: number; indent: string }[] = [];
  for (const token of tokens) {
    if (!token.startsStatement) continue;
    while (open.length > 0 && (open[open.length - 1].depth > token.blockDepth
      || (open[open.length - 1].depth === token.blockDepth &&
        (token.text === 'except' || token.text === 'finally')))) open.pop();
    if (token.text === 'try') {
      const from = Math.max(text.lastIndexOf('\n', token.start - 1), text.lastIndexOf('\r', token.start - 1)) + 1;
      open.push({ depth: token.blockDepth, indent: text.slice(from, token.start) });
    }
  }
  return open.reverse().map(({ indent }) => indent);
}
