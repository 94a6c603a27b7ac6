import { createRandom } from '../shared/random.js';
import { LINE_END, CLAUSE_WORDS, IDENTIFIER, STRING, lexPython, type LexicalToken } from '../tokenize/index.js';

/** What a cut tests. */
export type CutKind = 'token' | 'word' | 'clause' | 'bracket';

/** A place where an author's line is cut, and what came after it. */
export interface CompletionCase {
  readonly kind: CutKind;
  /** Offset of the cut. */
  readonly offset: number;
  /** Tokens from the cut to the line's end; of a cut word, its rest. */
  readonly truth: readonly string[];
  /** The truth as the author laid it out, without a comment. */
  readonly truthText: string;
  /** The token that the cut stands in or before, whole. */
  readonly firstToken: string;
  readonly startsWithName: boolean;
  /** Brackets open at the cut, outermost first, where the case asks about them; null elsewhere. */
  readonly openBrackets: string | null;
  /**
   * How far away that began which the case asks about: tokens since the innermost open bracket, lines since the clause
   * before; null where it asks about neither.
   */
  readonly distance: number | null;
}


/**
 * Cuts lines of a source: `token` cuts behind a token that is not the line's last, every token
 * alike (the way of PY150's line completion), `word` cuts inside a name, `clause` cuts behind
 * the second letter of else, elif, except and finally. Lines are physical ones; those that hold
 * a part of a string over several lines are left out.
 *
 * @param perKind lines cut for `token` and for `word`, at most; all clauses up to that
 */
export function completionCases(text: string, perKind: number, seed: number | string): CompletionCase[] {
  const random = createRandom(seed);
  const { tokens } = lexPython(text);
  const lines = cuttableLines(tokens);
  const cases: CompletionCase[] = [];
  const pick = (candidates: readonly (readonly LexicalToken[])[]): (readonly LexicalToken[])[] =>
    random.shuffle([...candidates]).slice(0, perKind);
  for (const line of pick(lines.filter(({ length }) => length > 1))) {
    const cut = 1 + random.int(line.length - 1);
    cases.push(caseAt(text, 'token', line, cut, line[cut - 1].end));
  }
  const isCuttable = ({ kind, text: word }: LexicalToken): boolean => kind === IDENTIFIER && word.length > 2;
  for (const line of pick(lines.filter((tokens) => tokens.some(isCuttable)))) {
    const cut = random.pick(line.flatMap((token, k) => (isCuttable(token) ? [k] : [])));
    cases.push(caseAt(text, 'word', line, cut, line[cut].start + 1 + random.int(line[cut].text.length - 1)));
  }
  for (const line of pick(lines.filter(([first]) => first.startsStatement && CLAUSE_WORDS.includes(first.text)))) {
    const distance = linesSinceClause(text, tokens, line[0]);
    cases.push({ ...caseAt(text, 'clause', line, 0, line[0].start + 2), distance });
  }
  return cases.sort((a, b) => a.offset - b.offset);
}

/** Lines up to a clause from the statement before it that stands as deep: the clause that it follows. */
function linesSinceClause(text: string, tokens: readonly LexicalToken[], clause: LexicalToken): number | null {
  const before = tokens.slice(0, tokens.indexOf(clause)).findLast(({ startsStatement, blockDepth }) =>
    startsStatement && blockDepth === clause.blockDepth);
  return before === undefined ? null : text.slice(before.start, clause.start).split(/\r\n|[\r\n]/u).length - 1;
}

/**
 * The case of a line that is cut before its token `cut`, or within it.
 *
 * @param line tokens of a physical line
 */
export function caseAt(
  text: string,
  kind: CutKind,
  line: readonly LexicalToken[],
  cut: number,
  offset: number,
): CompletionCase {
  const rest = line.slice(cut);
  return {
    kind, offset, openBrackets: null, distance: null,
    truth: [rest[0].text.slice(Math.max(0, offset - rest[0].start)), ...rest.slice(1).map((token) => token.text)],
    truthText: text.slice(offset, rest[rest.length - 1].end),
    firstToken: rest[0].text,
    startsWithName: rest[0].kind === IDENTIFIER,
  };
}

/**
 * Tokens of each physical line that can be cut: without its end, without comments, and none with a part of a string
 * over several lines.
 */
export function cuttableLines(tokens: readonly LexicalToken[]): LexicalToken[][] {
  const lines: LexicalToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === LINE_END) lines.push([]);
    else lines[lines.length - 1].push(token);
  }
  return lines.filter((line) => line.length > 0 && !line.some(({ text }) => /[\r\n]/u.test(text)));
}

/** True when a text holds a string that is not closed in it. */
export const leavesStringOpen = (text: string): boolean => lexPython(text).end.inside === 'string';

/** Characters of the last string in a text, quotes included; null without one. */
export function lastStringLength(text: string): number | null {
  const { tokens, end } = lexPython(text);
  if (end.inside === 'string') return text.length - end.start;
  return tokens.findLast(({ kind }) => kind === STRING)?.text.length ?? null;
}

/** The tokens of a piece of a line. */
export const lineTokens = (text: string): string[] =>
  lexPython(text).tokens.filter(({ kind }) => kind !== LINE_END).map((token) =>
    (token.kind === STRING ? token.text.trimEnd() : token.text));
