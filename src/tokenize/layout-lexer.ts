import { GapRole, type GapStructure } from './structure.js';
import { lastContinuedStart, skipContinuations } from './scan-gap.js';
import type { TokenizedSource } from './token-table.js';

/**
 * The part of CPython's tokenizer that tree-sitter does not check: where logical lines end,
 * and whether the indentation of each fits the block that the tree puts it in. A layout that
 * passes yields the NEWLINE, INDENT and DEDENT tokens that the tree's blocks stand for, so
 * two layouts of the same tokens and the same tree that both pass are the same program.
 *
 * Indentation is measured twice as CPython does (tabs to multiples of 8, and as 1) so that
 * mixtures whose order depends on the tab size are refused.
 *
 * Versions of CPython, and its compiler and its tokenize module, read some backslashes between lines
 * differently. Such a gap is *odd*: it is sound as it stands in the source, and nothing else is. Where
 * a source holds one, `findDifference` also asks that every line keeps its indentation.
 */

/** A gap whose text does not fit its role. */
export interface LayoutFault {
  readonly gap: number;
  readonly reason: string;
}

interface Indentation {
  readonly column: number;
  readonly alternateColumn: number;
}

/** Checks the given gap texts against the structure; null when the layout is sound. */
export function findLayoutFault(
  source: TokenizedSource,
  structure: GapStructure,
  gaps: readonly string[] = source.gaps,
): LayoutFault | null {
  const { role, mustBreak, mayInline, blockDepth } = structure;
  const stack: Indentation[] = [{ column: 0, alternateColumn: 0 }];
  /** Depth of an inline suite whose statements have to stay on the colon's line; 0 when none. */
  let inlineDepth = 0;

  const isIndentedAs = (gap: string, expected: Indentation): boolean => {
    const found = measureLineStart(gap);
    return found.column === expected.column && found.alternateColumn === expected.alternateColumn;
  };

  for (let i = 0; i <= source.tokenCount; i++) {
    const gap = gaps[i];
    const fault = (reason: string): LayoutFault => ({ gap: i, reason });
    if (gap === '' && i > 0 && readsIntoNumber(source, i)) {
      return fault('a word that touches a number reads as part of it');
    }
    if (isOdd(structure, i, gap) && gap !== source.gaps[i]) {
      return fault('backslash that versions of Python read differently');
    }
    switch (role[i] as GapRole) {
      case GapRole.Line:
        if (gap === '' || gap === ' ') break;
        if (!isContinuation(gap)) return fault('line break outside brackets');
        break;
      case GapRole.Bracket:
        if (gap === '' || gap === ' ') break;
        if (mustBreak[i] && !hasLineBreak(gap)) return fault('no line break after a comment');
        if (hasStrayBackslash(gap)) return fault('stray backslash');
        break;
      case GapRole.TrailingComment:
        if (hasLineBreak(withoutContinuations(gap))) return fault('comment moved to its own line');
        break;
      case GapRole.BracketComment:
        if (!endsLine(gap)) return fault('comment moved behind code');
        break;
      case GapRole.OwnLineComment:
        if (!endsLine(gap)) return fault('comment moved behind code');
        break;
      case GapRole.FileStart:
        if (source.tokenCount === 0 || structure.nextCode[0] !== 0) break;
        if (measureLineStart(`\n${gap}`).column !== 0) return fault('unexpected indent');
        break;
      case GapRole.FileEnd:
        if (!gap.includes('\\')) break;
        if (!endsLine(gap) || lineStartOf(gap).includes('\\')) return fault('backslash at the end of the file');
        break;
      case GapRole.AfterSemicolon: {
        if (!endsLine(gap)) {
          if (!isContinuation(gap)) return fault('stray backslash');
          break;
        }
        const depth = blockDepth[i];
        if (inlineDepth >= depth && inlineDepth > 0) return fault('line break in an inline suite');
        stack.length = depth + 1;
        if (!isIndentedAs(gap, stack[depth])) return fault('unexpected indent');
        break;
      }
      case GapRole.BlockStart: {
        const depth = blockDepth[i];
        if (!endsLine(gap) && !mustBreak[i]) {
          if (!mayInline[i] || inlineDepth > 0) return fault('block on the line of its colon');
          if (!isContinuation(gap)) return fault('stray backslash');
          inlineDepth = depth;
          break;
        }
        if (inlineDepth > 0) return fault('block inside an inline suite');
        const found = measureLineStart(gap);
        const outer = stack[depth - 1];
        if (outer === undefined) return fault('block without an enclosing indentation');
        if (found.column <= outer.column || found.alternateColumn <= outer.alternateColumn) {
          return fault('expected an indented block');
        }
        stack.length = depth;
        stack.push(found);
        break;
      }
      case GapRole.Statement: {
        if (!endsLine(gap)) return fault('statements joined on one line');
        inlineDepth = 0;
        const depth = blockDepth[i];
        if (stack.length < depth + 1) return fault('unindent does not match any outer level');
        stack.length = depth + 1;
        if (!isIndentedAs(gap, stack[depth])) {
          return fault('indentation does not match the block');
        }
        break;
      }
    }
  }
  return null;
}

/** True when the gap breaks the physical line, in whatever way. */
export const hasLineBreak = (gap: string): boolean => gap.includes('\n');

const withoutContinuations = (gap: string): string =>
  gap.includes('\\') ? gap.replaceAll('\\\n', ' ') : gap;

/** Spaces, tabs and backslash continuations, none of them followed by an empty line. */
const isContinuation = (gap: string): boolean => skipContinuations(gap) === gap.length;

const hasStrayBackslash = (gap: string): boolean =>
  gap.includes('\\') && withoutContinuations(gap).includes('\\');

/** True when the gap ends a logical line: a line break in it is not continued by a backslash. */
const endsLine = (gap: string): boolean => hasLineBreak(withoutContinuations(gap));

/** The gap from its last line break on; a backslash continuation does not count as one. */
function lineStartOf(gap: string): string {
  if (!gap.includes('\\')) return gap.slice(lastLineStart(gap));
  return gap.slice(lastContinuedStart(gap));
}

/** A line of nothing but a backslash: the compiler skips it, the tokenize module unindents. */
function hasBlankContinuation(gap: string): boolean {
  if (!gap.includes('\\')) return false;
  return gap.slice(skipContinuations(gap), lastContinuedStart(gap)).includes('\\');
}

/** The words that CPython lets touch a number before them. */
const AFTER_NUMBER = new Set(['and', 'else', 'for', 'if', 'in', 'is', 'not', 'or']);

/** CPython takes `2async` for a broken number, and `0or` for an octal one; tree-sitter takes both for two tokens. */
function readsIntoNumber({ text, start, end, tokenCount }: TokenizedSource, i: number): boolean {
  const first = i < tokenCount ? text.charCodeAt(start[i]) : 0;
  if (first < 97 || first > 122) return false;
  const number = text.charCodeAt(start[i - 1]);
  const digit = number === 46 ? text.charCodeAt(start[i - 1] + 1) : number;
  if (digit < 48 || digit > 57) return false;
  if (!AFTER_NUMBER.has(text.slice(start[i], end[i]))) return true;
  return first === 111 && end[i - 1] - start[i - 1] === 1 && number === 48;
}

/**
 * True for a gap with a backslash that versions of CPython, or its compiler and its tokenize module,
 * read differently. `gap` is the text, which need not be the source's.
 */
export function isOdd({ role, nextCode }: GapStructure, i: number, gap: string): boolean {
  if (gap.length < 2 || !gap.includes('\\')) return false;
  switch (role[i] as GapRole) {
    case GapRole.OwnLineComment:
      return hasBlankContinuation(gap) || lineStartOf(gap).includes('\\');
    case GapRole.FileStart:
      return nextCode[0] !== 0 || isReadDifferently(`\n${gap}`);
    case GapRole.FileEnd:
      return hasBlankContinuation(gap);
    case GapRole.Statement:
    case GapRole.BlockStart:
    case GapRole.AfterSemicolon:
      return endsLine(gap) && isReadDifferently(gap);
    default:
      return false;
  }
}

function isReadDifferently(gap: string): boolean {
  if (hasBlankContinuation(gap)) return true;
  const line = lineStartOf(gap);
  return line.includes('\\') && (/[\t\f]/.test(line) || (line.startsWith('\\') && line.includes(' ')));
}

/** What of a gap counts towards the indentation of the logical line behind it; null where it starts none. */
export function lineStartText({ role, mustBreak }: GapStructure, i: number, gap: string): string | null {
  if (role[i] === (GapRole.FileStart as number)) return lineStartOf(`\n${gap}`);
  if (role[i] !== (GapRole.Statement as number) && role[i] !== (GapRole.BlockStart as number) &&
    role[i] !== (GapRole.AfterSemicolon as number)) return null;
  return endsLine(gap) || mustBreak[i] === 1 ? lineStartOf(gap) : null;
}

/**
 * Indentation of the logical line that a gap leads to, as CPython 3.9 and later read it: the first
 * backslash in the indentation fixes the column, one in column 0 does not.
 */
function measureLineStart(gap: string): Indentation {
  if (!gap.includes('\\')) return measureIndentation(gap);
  const line = lineStartOf(gap);
  const fixed = /^[ \t\f]+(?=\\)/.exec(line)?.[0] ?? line.replaceAll('\\\n', '');
  return measureIndentation(fixed);
}

/** Column after the last line break of a gap, with tabs as 8 and as 1; a form feed resets it. */
export function measureIndentation(gap: string): Indentation {
  let column = 0;
  let alternateColumn = 0;
  for (let i = lastLineStart(gap); i < gap.length; i++) {
    const c = gap.charCodeAt(i);
    if (c === 32) {
      column++;
      alternateColumn++;
    } else if (c === 9) {
      column = (Math.floor(column / 8) + 1) * 8;
      alternateColumn++;
    } else if (c === 12) {
      column = 0;
      alternateColumn = 0;
    }
  }
  return { column, alternateColumn };
}

/** Offset in the gap at which its last physical line starts; 0 without a line break. */
export function lastLineStart(gap: string): number {
  return gap.lastIndexOf('\n') + 1;
}
