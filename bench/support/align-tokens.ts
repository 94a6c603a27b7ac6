import diff from 'fast-diff';
import { GapRole, hasLineBreak, tokenKind, tokenText, type StructuredSource, type TokenizedSource } from '../../src/tokenize/index.js';

/**
 * Reads the layout of a formatter that also edits tokens: trailing commas, parentheses, quotes,
 * semicolons, imports. Tokens of its output are aligned with the original's by a Myers diff, and
 * each gap of the original gets the text that stands in its place.
 *
 * Where tokens were added or dropped, several gaps of one side face several of the other: a *run*.
 * Of each side's texts one counts: the last line break, or else the most blanks (at the start of
 * a statement and before a comment always the last text: what stands before it belonged to the
 * tokens). A run whose two texts agree counts as right throughout; one that does not counts as one
 * wrong gap, and the others of the run as right. So a formatter is never blamed for a token, and
 * at most once for the layout around it.
 */

const STRING = tokenKind('string');
const COMMENT = tokenKind('comment');
const NUMBERS = new Set(['integer', 'float'].map(tokenKind));

/**
 * Gap texts of `output` in the places of the original's gaps.
 *
 * @param original the program before it was spoilt
 * @param output the formatter's output on a mutant of it
 * @returns `tokenCount + 1` texts, and how many of the original's tokens have no partner
 */
export function alignGaps(
  original: StructuredSource,
  output: TokenizedSource,
): { readonly gaps: string[]; readonly lost: number } {
  const { source, structure } = original;
  const partner = alignTokens(source, output);
  const gaps = source.gaps.slice();
  let lost = 0;
  let from = 0;
  let outputFrom = 0;
  for (let i = 0; i <= source.tokenCount; i++) {
    const b = i === source.tokenCount ? output.tokenCount : partner[i];
    if (b < 0) {
      lost++;
      continue;
    }
    const theirs = output.gaps.slice(outputFrom, b + 1);
    if (i === from && theirs.length === 1) gaps[i] = theirs[0];
    else fillRun(gaps, from, i, theirs, standsAlone(structure.role[i]));
    from = i + 1;
    outputFrom = b + 1;
  }
  return { gaps, lost };
}

/** Writes the output's text of a run into gaps `from` to `to`, which hold the original's. */
function fillRun(gaps: string[], from: number, to: number, theirs: readonly string[], lastOnly: boolean): void {
  const text = lastOnly ? theirs[theirs.length - 1] : joinTexts(theirs);
  if (lastOnly) {
    gaps[to] = text;
    return;
  }
  if (text === joinTexts(gaps.slice(from, to + 1))) return;
  let longest = to;
  for (let i = to; i >= from; i--) if (gaps[i].length > gaps[longest].length) longest = i;
  gaps[longest] = text;
}

/** What shows of several gaps once the tokens between them are gone: the last line break, or else the most blanks. */
function joinTexts(texts: readonly string[]): string {
  return texts.findLast(hasLineBreak) ?? texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function standsAlone(role: number): boolean {
  switch (role as GapRole) {
    case GapRole.Line:
    case GapRole.Bracket:
      return false;
    default:
      return true;
  }
}

/** For each token of `source` its partner in `output`, -1 without one; ascending. */
export function alignTokens(source: TokenizedSource, output: TokenizedSource): Int32Array {
  const letters = new Map<string, string>();
  const spell = (tokens: TokenizedSource): string => {
    const word: string[] = [];
    for (let i = 0; i < tokens.tokenCount; i++) {
      const key = tokenKey(tokens, i);
      let letter = letters.get(key);
      if (letter === undefined) letters.set(key, (letter = letterOf(letters.size)));
      word.push(letter);
    }
    return word.join('');
  };
  const partner = new Int32Array(source.tokenCount).fill(-1);
  let i = 0;
  let j = 0;
  for (const [operation, text] of diff(spell(source), spell(output))) {
    if (operation === diff.EQUAL) {
      for (let k = 0; k < text.length; k++) partner[i++] = j++;
    } else if (operation === diff.DELETE) {
      i += text.length;
    } else {
      j += text.length;
    }
  }
  return partner;
}

const FIRST_LETTER = 0x20;
const SURROGATES = { from: 0xd800, count: 0x800 };

/** One UTF-16 unit a distinct token, none of them a surrogate; what is left over shares the last one. */
function letterOf(index: number): string {
  const unit = FIRST_LETTER + index;
  return String.fromCharCode(Math.min(0xffff, unit < SURROGATES.from ? unit : unit + SURROGATES.count));
}

/** The same for tokens that formatters take for the same: other quotes, prefix, blanks of a docstring, comment mark, case of a number. */
function tokenKey(tokens: TokenizedSource, i: number): string {
  const text = tokenText(tokens, i);
  const kind = tokens.kind[i];
  if (kind === STRING) {
    const [, prefix, rest] = /^([A-Za-z]*)(.*)$/su.exec(text)!;
    return `"${prefix.toLowerCase().replace('u', '')}"${rest.replace(/[\\'"\s]/gu, '')}`;
  }
  if (kind === COMMENT) return `#${text.replace(/^#+[:!]?|\s/gu, '')}`;
  return NUMBERS.has(kind) ? text.toLowerCase() : text;
}
