/**
 * What has to be remembered, against how far away it began: the questions of exploring-RNNs. Distances are gathered
 * in ranges that double, so that each holds cases.
 */
import { type CompletionOutcome, type IndentationOutcome } from './evaluate-completion.js';

/** Cases at distances of `[from, to)`, and the mean of what is asked of them. */
export interface DistancePoint {
  readonly from: number;
  readonly to: number;
  readonly cases: number;
  readonly mean: number;
}

export interface DistanceCurves {
  /** By tokens since the innermost open bracket: the right brackets are open behind the suggestion. */
  readonly brackets: readonly DistancePoint[];
  /** Of these, where the author's line closes it. */
  readonly bracketsClosed: readonly DistancePoint[];
  /** By characters of the suggestion's last string: it is closed. */
  readonly quotes: readonly DistancePoint[];
  /** By lines since the clause before: else, elif, except or finally, as the author's, two letters given. */
  readonly clauses: readonly DistancePoint[];
  /** By lines since the block began: the next line stands as deep as the author's. */
  readonly indentation: readonly DistancePoint[];
  /** The same for who only looks for a colon. */
  readonly indentationByColon: readonly DistancePoint[];
  /** By lines since the block began: blocks that the next line stands deeper than the author's; negative: less deep. */
  readonly drift: readonly DistancePoint[];
}

export function distanceCurves(
  outcomes: readonly CompletionOutcome[], indentation: readonly IndentationOutcome[],
): DistanceCurves {
  const brackets = outcomes.filter(({ bracketsRight }) => bracketsRight !== null);
  const right = ({ bracketsRight }: CompletionOutcome): number => Number(bracketsRight === true);
  const far = ({ distance }: CompletionOutcome): number => distance ?? 0;
  const quotes = outcomes.filter(({ quoteLength }) => quoteLength !== null);
  const clauses = outcomes.filter(({ kind, source, distance }) =>
    kind === 'clause' && source !== null && distance !== null);
  const lines = indentation.filter(({ blockLines }) => blockLines > 0);
  const since = ({ blockLines }: IndentationOutcome): number => blockLines;
  return {
    brackets: byDistance(brackets, far, right),
    bracketsClosed: byDistance(brackets.filter(({ closesBracket }) => closesBracket), far, right),
    quotes: byDistance(quotes, ({ quoteLength }) => quoteLength!, ({ quotesClosed }) => Number(quotesClosed === true)),
    clauses: byDistance(clauses, far, ({ firstToken }) => Number(firstToken)),
    indentation: byDistance(lines, since, ({ predicted, change }) => Number(predicted === change)),
    indentationByColon: byDistance(lines, since, ({ byColon, change }) => Number(byColon === change)),
    drift: byDistance(lines, since, ({ predicted, change }) => predicted - change),
  };
}

/** @param distanceOf at least 1 */
function byDistance<T>(
  items: readonly T[], distanceOf: (item: T) => number, valueOf: (item: T) => number,
): DistancePoint[] {
  const sums = new Map<number, { cases: number; sum: number }>();
  for (const item of items) {
    const range = Math.floor(Math.log2(Math.max(1, distanceOf(item))));
    const found = sums.get(range) ?? { cases: 0, sum: 0 };
    sums.set(range, { cases: found.cases + 1, sum: found.sum + valueOf(item) });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([range, { cases, sum }]) =>
    ({ from: 2 ** range, to: 2 ** (range + 1), cases, mean: sum / cases }));
}
