import type { Suggestion } from '../complete/index.js';
import {
  lastStringLength, lineTokens, leavesStringOpen, type CompletionCase, type CutKind,
} from './completion-cases.js';
import { editSimilarity } from './line-scores.js';
import { closesFar, LONG_BLOCK, type IndentationCase } from './long-range-cases.js';

/** One case and what was suggested for it. */
export interface CompletionOutcome {
  readonly kind: CutKind;
  /** Of the first suggestion; 0 when there was none. */
  readonly confidence: number;
  readonly source: Suggestion['source'] | null;
  /** The first suggestion holds the author's tokens; in the author's layout, too. */
  readonly exact: boolean;
  readonly exactLayout: boolean;
  /** One of five does. */
  readonly inFive: boolean;
  /** In hundredths. */
  readonly similarity: number;
  readonly firstToken: boolean;
  readonly startsWithName: boolean;
  /** Null when nothing was suggested. */
  readonly parses: boolean | null;
  readonly quotesClosed: boolean | null;
  /** Characters of the last string in the first suggestion, up to its end or the suggestion's; null without one. */
  readonly quoteLength: number | null;
  /**
   * The same brackets are open behind the first suggestion as behind the author's line; null where the case does not
   * ask.
   */
  readonly bracketsRight: boolean | null;
  /** As `CompletionCase.distance`. */
  readonly distance: number | null;
  /** The author's line closes the bracket that the case asks about. */
  readonly closesBracket: boolean;
  /** Characters of the author's text and, if the first suggestion is exact, of it. */
  readonly characters: number;
  readonly milliseconds: number;
}

/**
 * Judges suggestions.
 *
 * @param suggestions up to five, best first
 * @param parses whether the first suggestion parses in its place; null when there is none
 * @param word the part of a word that stands before the cut
 */
export function judgeCompletion(
  { kind, truth, truthText, firstToken, startsWithName, openBrackets, distance }: CompletionCase,
  suggestions: readonly Suggestion[],
  found: { readonly parses: boolean | null; readonly word: string; readonly milliseconds: number },
): CompletionOutcome {
  // A cut word is judged whole, so that its rest is read as what it is.
  const wanted = [found.word + truth[0], ...truth.slice(1)];
  const isExact = ({ text }: Suggestion): boolean => sameTokens(lineTokens(found.word + text), wanted);
  const first = suggestions[0] as Suggestion | undefined;
  const tokens = first === undefined ? [] : lineTokens(found.word + first.text);
  return {
    kind, startsWithName, distance,
    confidence: first?.confidence ?? 0,
    source: first?.source ?? null,
    exact: first !== undefined && isExact(first),
    exactLayout: first !== undefined && first.text.trim() === truthText.trim(),
    inFive: suggestions.slice(0, 5).some(isExact),
    similarity: editSimilarity(tokens.join(' '), wanted.join(' ')),
    firstToken: tokens[0] === firstToken,
    parses: found.parses,
    quotesClosed: first === undefined ? null : !leavesStringOpen(first.text),
    quoteLength: first === undefined ? null : lastStringLength(first.text),
    bracketsRight: openBrackets === null || first === undefined
      ? null
      : openAfter(openBrackets, tokens) === openAfter(openBrackets, wanted),
    closesBracket: openBrackets !== null && closesFar(wanted, openBrackets),
    characters: truthText.length,
    milliseconds: found.milliseconds,
  };
}

const sameTokens = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((token, k) => token === b[k]);

/** Brackets that are open behind these tokens. */
function openAfter(open: string, tokens: readonly string[]): string {
  let brackets = open;
  for (const token of tokens) {
    if ('([{'.includes(token)) brackets += token;
    else if (')]}'.includes(token)) brackets = brackets.slice(0, -1);
  }
  return brackets;
}

/** Precision of the most confident share of all cases. */
export interface CoveragePoint {
  readonly coverage: number;
  readonly precision: number;
}

/** How many of some cases came out right. */
export interface Share {
  readonly cases: number;
  /** Of them; 0 where there are none. */
  readonly share: number;
}

/** What has to be remembered over many tokens. Cases without a suggestion do not count. */
export interface LongRangeFigures {
  /** The right brackets are open behind the suggestion, where the innermost one was opened far away. */
  readonly brackets: Share;
  /** Of these, where the author's line closes it. */
  readonly bracketsClosed: Share;
  /** Strings are closed. */
  readonly quotes: Share;
  /** Of else, elif, except and finally, two letters given: the right one. */
  readonly clauses: Share;
  /** Behind a line: the next one stands as deep as the author's. */
  readonly indentation: Share;
  /** The same for who only looks for a colon at the line's end. */
  readonly indentationByColon: Share;
  /** In blocks that began ten lines before or more; of these, where a block ends. */
  readonly longBlocks: Share;
  readonly longBlocksByColon: Share;
  readonly longBlockEnds: Share;
}

/** One line end and where the model expects the next line. */
export interface IndentationOutcome extends IndentationCase {
  /** As `IndentationCase.change`. */
  readonly predicted: number;
  /** The case was looked for because of its block, not drawn from all lines. */
  readonly isLong: boolean;
}

export interface CompletionFigures {
  /** Cuts at tokens, in words and of clauses. */
  readonly cases: number;
  /** Shares of the token cuts, unless said. */
  readonly exact: number;
  readonly exactLayout: number;
  readonly inFive: number;
  readonly similarity: number;
  readonly firstToken: number;
  /** Share of cuts before a name whose name is right. */
  readonly identifier: number;
  /** Of mid-word cuts: exact, and the word alone right. */
  readonly wordExact: number;
  readonly wordFirstToken: number;
  /** Of suggestions of all cuts. */
  readonly parses: number;
  readonly longRange: LongRangeFigures;
  readonly coverage: readonly CoveragePoint[];
  /** Under the gate: share of cuts with a suggestion, share of those exact, share of characters saved. */
  readonly shown: number;
  readonly shownExact: number;
  readonly keystrokesSaved: number;
  readonly millisecondsMedian: number;
  readonly milliseconds95: number;
}

/** Coverages of the curve. */
const COVERAGES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * @param all outcomes of cut lines
 * @param indentation outcomes of line ends
 * @param gate confidence from which on a suggestion is shown
 */
export function completionFigures(
  all: readonly CompletionOutcome[], indentation: readonly IndentationOutcome[], gate: number,
): CompletionFigures {
  const outcomes = all.filter(({ kind }) => kind !== 'bracket');
  const of = (kind: CutKind): CompletionOutcome[] => outcomes.filter((outcome) => outcome.kind === kind);
  const token = of('token');
  const word = of('word');
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const ranked = [...token].sort((a, b) => b.confidence - a.confidence);
  const shown = token.filter(({ confidence, source }) => source !== null && confidence >= gate);
  const saved = shown.reduce((sum, { exact, characters }) => sum + (exact ? Math.max(0, characters - 1) : 0), 0);
  return {
    cases: outcomes.length,
    exact: share(token, ({ exact }) => exact),
    exactLayout: share(token, ({ exactLayout }) => exactLayout),
    inFive: share(token, ({ inFive }) => inFive),
    similarity: token.reduce((sum, { similarity }) => sum + similarity, 0) / Math.max(1, token.length),
    firstToken: share(token, ({ firstToken }) => firstToken),
    identifier: share(token.filter(({ startsWithName }) => startsWithName), ({ firstToken }) => firstToken),
    wordExact: share(word, ({ exact }) => exact),
    wordFirstToken: share(word, ({ firstToken }) => firstToken),
    parses: share(outcomes.filter(({ parses }) => parses !== null), ({ parses }) => parses === true),
    longRange: longRangeFigures(all, indentation),
    coverage: COVERAGES.map((coverage) => ({
      coverage, precision: share(ranked.slice(0, Math.ceil(coverage * ranked.length)), ({ exact }) => exact),
    })),
    shown: token.length === 0 ? 0 : shown.length / token.length,
    shownExact: share(shown, ({ exact }) => exact),
    keystrokesSaved: saved / Math.max(1, token.reduce((sum, { characters }) => sum + characters, 0)),
    millisecondsMedian: quantile(times, 0.5),
    milliseconds95: quantile(times, 0.95),
  };
}

function longRangeFigures(
  all: readonly CompletionOutcome[],
  indentation: readonly IndentationOutcome[],
): LongRangeFigures {
  const of = <T>(items: readonly T[], is: (item: T) => boolean): Share =>
    ({ cases: items.length, share: share(items, is) });
  const isDeepEnough = ({ predicted, change }: IndentationOutcome): boolean => predicted === change;
  const byColon = (outcome: IndentationOutcome): boolean => outcome.byColon === outcome.change;
  const any = indentation.filter(({ isLong }) => !isLong);
  const long = indentation.filter(({ isLong, blockLines }) => isLong && blockLines >= LONG_BLOCK);
  const brackets = all.filter(({ bracketsRight }) => bracketsRight !== null);
  const right = ({ bracketsRight }: CompletionOutcome): boolean => bracketsRight === true;
  return {
    brackets: of(brackets, right),
    bracketsClosed: of(brackets.filter(({ closesBracket }) => closesBracket), right),
    quotes: of(all.filter(({ quotesClosed }) => quotesClosed !== null), ({ quotesClosed }) => quotesClosed === true),
    clauses: of(all.filter(({ kind, source }) => kind === 'clause' && source !== null), ({ firstToken }) => firstToken),
    indentation: of(any, isDeepEnough),
    indentationByColon: of(any, byColon),
    longBlocks: of(long, isDeepEnough),
    longBlocksByColon: of(long, byColon),
    longBlockEnds: of(long.filter(({ change }) => change < 0), isDeepEnough),
  };
}

const share = <T>(items: readonly T[], is: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(is).length / items.length;

const quantile = (sorted: readonly number[], q: number): number =>
  sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
