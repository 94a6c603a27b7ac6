import { BadOptionError } from '../errors.js';

/** Lines `first` to `last` of a text, counted from 1, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** True for a range that a program may hand over: whole lines from 1, the last not before the first. */
export function isLineRange(value: unknown): value is LineRange {
  const { first, last } = (value ?? {}) as Partial<LineRange>;
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && first! >= 1 && last! >= first!;
}

/** True when one of the ranges has a line in common with `first` to `last`. */
export function touchesLines(ranges: readonly LineRange[], first: number, last: number): boolean {
  return ranges.some((range) => range.first <= last && range.last >= first);
}

/**
 * Reads `10-20`, `7`, or several of them separated by commas.
 *
 * @throws BadOptionError for anything else, for line 0, and where the end comes first
 */
export function parseLineRanges(text: string, option: string): LineRange[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?$/u.exec(part);
    if (match === null) {
      throw new BadOptionError({ option, reason: `takes START-END, such as 10-20, not ${JSON.stringify(part)}` });
    }
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first < 1) throw new BadOptionError({ option, reason: 'lines count from 1' });
    if (last < first) throw new BadOptionError({ option, reason: `${first}-${last} ends before it starts` });
    return { first, last };
  });
}
