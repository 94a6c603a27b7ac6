import type { StyleCounts } from './style-counts.js';

/** The column that lines are kept within, as the counts show it. */
export interface LineLimit {
  /** Last column that a line may reach; 0 where the counts say too little. */
  readonly column: number;
  /** How strictly it is kept: 0 unknown, 1 (hardly an exception) to `LIMIT_TRUSTS - 1`. */
  readonly trust: number;
}

export const LIMIT_TRUSTS = 6;

const NARROWEST = 40;
const WIDEST = 180;
/** Preferred where the counts leave a choice. */
const USUAL = new Set([79, 80, 88, 99, 100, 110, 119, 120]);
const USUAL_BONUS = 0.6;
/** Lines that count in judging the limit end at most this far before it. */
const NEAR = 15;
/** Split lines below which nothing is said. */
const LEAST_SPLIT = 2;

/**
 * The limit with the fewest exceptions: lines that are whole beyond it, and lines that were split
 * although they would have fitted.
 */
export function lineLimit({ wholeColumns, splitColumns }: StyleCounts): LineLimit {
  let split = 0;
  for (const count of splitColumns) split += count;
  if (split < LEAST_SPLIT) return { column: 0, trust: 0 };
  let beyond = 0;
  for (let k = NARROWEST + 1; k < wholeColumns.length; k++) beyond += wholeColumns[k];
  let within = 0;
  for (let k = 0; k <= NARROWEST; k++) within += splitColumns[k];
  let best = NARROWEST;
  let least = Infinity;
  for (let column = NARROWEST; column <= WIDEST; column++) {
    if (column > NARROWEST) {
      beyond -= wholeColumns[column];
      within += splitColumns[column];
    }
    const cost = beyond + within - (USUAL.has(column) ? USUAL_BONUS : 0);
    if (cost < least) {
      least = cost;
      best = column;
    }
  }
  let near = 0;
  for (let k = Math.max(0, best - NEAR + 1); k <= best; k++) near += wholeColumns[k];
  const share = Math.max(0, least) / Math.max(1, near + split);
  return { column: best, trust: share < 0.01 ? 1 : share < 0.04 ? 2 : share < 0.1 ? 3 : share < 0.25 ? 4 : 5 };
}

/** An assumed limit is kept like one with few exceptions. */
const ASSUMED_TRUST = 2;

/** The project's limit where it shows one, else the file's, else an assumed one. */
export function limitOf({ file, project, assumedLimit = null }: {
  readonly file: StyleCounts;
  readonly project: StyleCounts | null;
  readonly assumedLimit?: number | null;
}): LineLimit {
  const limit = project === null ? null : lineLimit(project);
  if (limit !== null && limit.trust > 0) return limit;
  const own = lineLimit(file);
  return own.trust === 0 && assumedLimit !== null ? { column: assumedLimit, trust: ASSUMED_TRUST } : own;
}
