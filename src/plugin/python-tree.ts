import { countSignificant, isSignificant, skipSignificant } from '../shared/significant-characters.js';

/**
 * What Prettier takes for a tree: a file that is laid out already, and the part of it around the cursor. Offsets are
 * those of the text before.
 */
export interface PythonFile {
  readonly type: 'python-file';
  readonly start: number;
  readonly end: number;
  /** The text in its new layout, but for the cursor's part: what stands before and behind that. */
  readonly before: string;
  readonly behind: string;
  readonly cursorPart: PythonPart | null;
}

/** From the last character that no layout moves before the cursor to the first one behind it. */
export interface PythonPart {
  readonly type: 'python-part';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param cursor offset in the text before; -1 for none */
export function pythonFile(text: string, formatted: string, cursor: number): PythonFile {
  const file = { type: 'python-file', start: 0, end: text.length } as const;
  const part = cursor < 0 ? null : partAround(text, formatted, cursor);
  if (part === null) return { ...file, before: formatted, behind: '', cursorPart: null };
  const { from, ...cursorPart } = part;
  return {
    ...file, cursorPart, before: formatted.slice(0, from), behind: formatted.slice(from + cursorPart.text.length),
  };
}

function partAround(text: string, formatted: string, cursor: number): (PythonPart & { from: number }) | null {
  let start = cursor;
  while (start > 0 && !isSignificant(text.charCodeAt(start - 1))) start--;
  start = Math.max(0, start - 1);
  let end = cursor;
  while (end < text.length && !isSignificant(text.charCodeAt(end))) end++;
  end = Math.min(text.length, end + 1);
  const before = countSignificant(text, start);
  const inside = countSignificant(text, end) - before;
  // Up to the same character: what stands between it and the one before belongs to neither.
  const first = start === 0 ? 0 : skipSignificant(formatted, 0, before + 1) - 1;
  const last = end === text.length ? formatted.length : skipSignificant(formatted, 0, before + inside);
  if (first < 0 || last < first) return null;
  return { type: 'python-part', start, end, text: formatted.slice(first, last), from: first };
}
