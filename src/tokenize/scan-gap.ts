/**
 * Scans of gap texts by hand: a file may hold a gap of megabytes, on which a regular expression that
 * repeats a choice runs out of stack, or tries every start anew.
 */
const TAB = 9;
const LF = 10;
const FORM_FEED = 12;
const SPACE = 32;
const BACKSLASH = 92;

const isBlank = (code: number): boolean => code === SPACE || code === TAB || code === FORM_FEED;

/** Length of the backslash continuation at an offset; 0 without one. */
function continuationAt(gap: string, at: number): number {
  return gap.charCodeAt(at) === BACKSLASH && gap.charCodeAt(at + 1) === LF ? 2 : 0;
}

/** Offset of the first character that is neither a blank nor part of a backslash continuation. */
export function skipContinuations(gap: string): number {
  let at = 0;
  while (at < gap.length) {
    const step = isBlank(gap.charCodeAt(at)) ? 1 : continuationAt(gap, at);
    if (step === 0) break;
    at += step;
  }
  return at;
}

/** Offset of the first character that cannot stand between two tokens; the length when there is none. */
export function skipGapText(gap: string): number {
  let at = 0;
  while (at < gap.length) {
    const code = gap.charCodeAt(at);
    const step = isBlank(code) || code === LF ? 1 : continuationAt(gap, at);
    if (step === 0) break;
    at += step;
  }
  return at;
}

/** Offset from which on the gap holds blanks and backslash continuations only. */
export function lastContinuedStart(gap: string): number {
  let at = gap.length;
  for (;;) {
    const code = gap.charCodeAt(at - 1);
    if (at > 0 && isBlank(code)) at--;
    else if (at > 1 && code === LF && gap.charCodeAt(at - 2) === BACKSLASH) at -= 2;
    else return at;
  }
}

/** Lines of comments or backslashes on end from which on they are taken out before parsing. */
const LONG_RUN = 300;

/**
 * True when very many lines on end hold nothing but a comment or a backslash. The grammar's scanner looks
 * at all of the lines that are left of such a run at each of them, so that its time grows with the square.
 */
export function hasLongRun(text: string): boolean {
  if (text.length < 2 * LONG_RUN) return false;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    while (isBlank(text.charCodeAt(at))) at++;
    const code = text.charCodeAt(at);
    if (code === 35 || continuationAt(text, at) > 0) {
      if (++run >= LONG_RUN) return true;
    } else if (code !== LF) run = 0;
    at = text.indexOf('\n', at);
    if (at < 0) break;
  }
  return false;
}
