import { countBreaks } from '../../model/observed-layout.js';
import {
  COLON, COMMA, COMMENT, DOT, FLOAT, GapRole, IDENTIFIER, INTEGER, STRING, isCloser, isOpener, tokenKind,
  type StructuredSource,
} from '../../tokenize/index.js';
import { WRECKED } from '../confidence.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Words and signs under one another, wherever they stand in their lines: a keyword or an operator that several blanks
 * put right below or above the same one in the next line was put there by an author, and stays. Names, literals,
 * brackets and what touches its left meet in a column by chance; they stay where three lines have one there, two of
 * them by several blanks. A number that ends where the longer one in the next line ends, or its sign, was put to the
 * right by the blanks before it, be it only one behind a bracket.
 */
export function keepAlignedWords({ alignedWords, damage }: GroupInput, verdicts: Verdicts): void {
  // Among random blanks they meet by chance, too.
  if (damage > WRECKED) return;
  for (const gap of alignedWords) verdicts[gap] ??= stays('column');
}

const PADDED = /^ {2,}$/u;
/** Lines with a name or literal in a column, and how many of them several blanks put there, at least. */
const LEAST_LINES = 3;
const LEAST_PADDED = 2;
/** Lines that are looked at above and below. */
const MOST_LINES = 12;
/** Gaps of several blanks beyond which nobody put them there, or everywhere: so many, or this share of all. */
const FEW = 6;
const MOST = 0.03;
/** Share of them in columns that shows that an author put them there all the same. */
const NEARLY_ALL = 0.8;
/** Blanks that lead into the next line's column on purpose. */
const WIDE = 5;
/** Tokens of the first line in a bracket, at most. */
const FARTHEST = 200;
/** Columns beyond this are taken for this. */
const WIDEST = 4095;

/**
 * @param column per token, where it begins
 * @returns the gaps before such tokens, as far as they are several blanks
 */
export function findAlignedWords(
  { source, structure }: StructuredSource, gaps: readonly string[], column: ArrayLike<number>,
): number[] {
  const { tokenCount, kind, start, end, text } = source;
  const padded: number[] = [];
  for (let i = 1; i < tokenCount; i++) {
    if (gaps[i].length < 2 || kind[i] === COMMENT || !PADDED.test(gaps[i])) continue;
    const role = structure.role[i] as GapRole;
    if (role === GapRole.Line || role === GapRole.Bracket) padded.push(i);
  }
  const numbers = rightNumbers(source, gaps, column);
  if (padded.length === 0) return numbers;
  const line = new Int32Array(tokenCount);
  for (let i = 0, at = 0; i < tokenCount; i++) {
    at += countBreaks(gaps[i]);
    line[i] = at;
    // Behind a string of several lines nothing is right below.
    if (end[i] - start[i] > 7 && text.slice(start[i], end[i]).includes('\n')) at += 2;
  }
  const words = padded.filter((i) => {
    const run = [i, ...runFrom(i, -1), ...runFrom(i, 1)];
    if (isOpener(kind[i - 1]) && startsLine(i)) return true;
    // As many blanks in every line are a habit, or a hurry.
    if (new Set(run.map((token) => gaps[token])).size < 2) return false;
    if (!meetsByChance(kind[i])) return true;
    // Colons touch what stands before them: a single one that does not was put below the others.
    if (kind[i] === COLON && run.length >= LEAST_LINES) return true;
    if (run.length > 1 && gaps[i].length >= WIDE) return true;
    return run.length >= LEAST_LINES && run.filter((token) => PADDED.test(gaps[token])).length >= LEAST_PADDED;
  });
  const areMany = padded.length > Math.max(FEW, MOST * tokenCount) && words.length < NEARLY_ALL * padded.length;
  return areMany ? numbers : [...words, ...numbers];

  /** True where a line of the bracket that a token is the first in begins below that token. */
  function startsLine(token: number): boolean {
    for (let k = token + 1; k < Math.min(structure.partner[token - 1], token + FARTHEST); k++) {
      if (structure.openBracket[k] === token - 1 && gaps[k].includes('\n')) return column[k] === column[token];
    }
    return false;
  }

  /** The tokens of a kind in the next lines, in the same column. */
  function runFrom(token: number, step: -1 | 1): number[] {
    const run: number[] = [];
    for (let at = line[token] + step; run.length < MOST_LINES; at += step) {
      const other = tokenAt(at, column[token]);
      if (other < 0 || kind[other] !== kind[token]) break;
      run.push(other);
    }
    return run;
  }

  /** The token that begins at a place; -1 without one. */
  function tokenAt(row: number, from: number): number {
    let [low, high] = [0, tokenCount];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (line[middle] < row || (line[middle] === row && column[middle] < from)) low = middle + 1;
      else high = middle;
    }
    return low < tokenCount && line[low] === row && column[low] === from ? low : -1;
  }
}

/** Gaps of blanks before numbers that end where a longer number ends in the line above or below, its sign included. */
function rightNumbers(
  { tokenCount, kind, start, end }: StructuredSource['source'], gaps: readonly string[], column: ArrayLike<number>,
): number[] {
  const isPut = (i: number): boolean =>
    NUMBERS.has(kind[i]) && /^ +$/u.test(gaps[i]) && (gaps[i].length > 1 || isOpener(kind[i - 1]));
  let some = false;
  for (let i = 1; i < tokenCount && !some; i++) some = isPut(i);
  if (!some) return [];
  const line = new Int32Array(tokenCount);
  /** Where the numbers of a line begin, by where they end. */
  const begins = new Map<number, number>();
  for (let i = 1; i < tokenCount; i++) {
    line[i] = line[i - 1] + countBreaks(gaps[i]);
    if (!NUMBERS.has(kind[i])) continue;
    const hasSign = kind[i - 1] === MINUS && gaps[i] === '';
    begins.set(place(line[i], column[i] + end[i] - start[i]), hasSign ? column[i - 1] : column[i]);
  }
  const found: number[] = [];
  const isLonger = (i: number, step: number): boolean =>
    (begins.get(place(line[i] + step, column[i] + end[i] - start[i])) ?? WIDEST) < column[i];
  for (let i = 1; i < tokenCount; i++) if (isPut(i) && (isLonger(i, 1) || isLonger(i, -1))) found.push(i);
  return found;
}

const NUMBERS = new Set<number>([INTEGER, FLOAT]);
const MINUS = tokenKind('-');

const BY_CHANCE = new Set<number>([IDENTIFIER, INTEGER, FLOAT, STRING, COMMA, DOT, COLON]);
const meetsByChance = (kind: number): boolean => BY_CHANCE.has(kind) || isOpener(kind) || isCloser(kind);

const place = (line: number, column: number): number => (line + 1) * (WIDEST + 1) + Math.min(WIDEST, column);
