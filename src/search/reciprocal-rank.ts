/**
 * The mean of 1 / rank of each question's own function among all `count`, by the scores. An equal score of another
 * function counts as better: a network that says the same of everything knows nothing.
 */
export function meanReciprocalRank(count: number, score: (query: number, code: number) => number): number {
  let sum = 0;
  for (let query = 0; query < count; query++) sum += 1 / rankOf(query, count, score);
  return count === 0 ? 0 : sum / count;
}

/** From 1. */
export function rankOf(query: number, count: number, score: (query: number, code: number) => number): number {
  const own = score(query, query);
  let rank = 1;
  for (let code = 0; code < count; code++) if (code !== query && !(score(query, code) < own)) rank++;
  return rank;
}
