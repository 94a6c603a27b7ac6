/**
 * What one file may take: seconds, and bytes of memory. Formatting a file is synchronous, so the budget that is
 * at work is kept here while it runs, and whoever does something long asks it, however deep below.
 */
import { OverBudgetError } from '../errors.js';

export interface Budget {
  readonly seconds: number;
  /** In all threads that work on the file, above what a thread takes anyway. */
  readonly bytes: number;
}

interface Running extends Budget {
  readonly path: string;
  /** In milliseconds of `now`. */
  readonly until: number;
  readonly now: () => number;
}

let running: Running | null = null;

/** Does some synchronous work within a budget. @throws OverBudgetError when it is spent */
export function withinBudget<T>(options: { path: string; budget: Budget; now: () => number }, work: () => T): T {
  const { path, budget, now } = options;
  const outer = running;
  running = { ...budget, path, now, until: now() + 1000 * budget.seconds };
  try {
    return work();
  } finally {
    running = outer;
  }
}

/** True when the time of the file at hand is up. */
export const isTimeUp = (): boolean => running !== null && running.now() > running.until;

/** Bytes that the file at hand may take; null without a budget. */
export const bytesAllowed = (): number | null => running?.bytes ?? null;

/** To be asked now and then, at least several times a second. @throws OverBudgetError when the time is up */
export function checkTime(): void {
  if (running !== null && isTimeUp()) {
    throw new OverBudgetError({ path: running.path, limit: 'seconds', allowed: running.seconds });
  }
}

/**
 * Refuses before the work is begun, not when half of it is done.
 *
 * @param expected what the work is going to take at least
 * @throws OverBudgetError when that is more than the budget has left
 */
export function checkEstimate(expected: { readonly bytes: number; readonly seconds: number }): void {
  if (running === null) return;
  const { path, bytes, seconds, until, now } = running;
  if (expected.bytes > bytes) {
    throw new OverBudgetError({ path, limit: 'bytes', allowed: bytes, expected: expected.bytes });
  }
  // Of what takes no time the clock need not be asked: `checkTime` says it better that the time is up.
  const left = (until - now()) / 1000;
  if (expected.seconds > 0 && expected.seconds > left) {
    const spent = seconds - left;
    throw new OverBudgetError({ path, limit: 'seconds', allowed: seconds, expected: spent + expected.seconds });
  }
}
