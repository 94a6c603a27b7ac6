/**
 * Two layouts of one program hold the same characters in the same order, but for whitespace and backslashes, which
 * may stand in gaps. So a place in one is found in the other by counting characters, whatever the tokens are.
 */

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** True for a character that no layout adds or removes. */
export const isSignificant = (code: number): boolean => !isBlank(code) && code !== BACKSLASH;
const BACKSLASH = 92;

/** Significant characters in a text before an offset. */
export function countSignificant(text: string, end: number): number {
  let count = 0;
  for (let i = 0; i < end; i++) if (isSignificant(text.charCodeAt(i))) count++;
  return count;
}

/** Offset behind so many significant characters of a text, from `start` on; -1 where it has fewer. */
export function skipSignificant(text: string, start: number, count: number): number {
  let at = start;
  for (let left = count; left > 0; at++) {
    if (at >= text.length) return -1;
    if (isSignificant(text.charCodeAt(at))) left--;
  }
  return at;
}

/**
 * For each character of a new layout, the offset of the same character in the old one; -1 for whitespace and for a
 * backslash that was not there. Null where the two are no layouts of one program.
 */
export function matchCharacters(before: string, after: string): Int32Array | null {
  const origin = new Int32Array(after.length).fill(-1);
  let at = 0;
  for (let i = 0; i < after.length; i++) {
    const code = after.charCodeAt(i);
    if (isBlank(code)) continue;
    while (at < before.length && isBlank(before.charCodeAt(at))) at++;
    if (code === BACKSLASH) {
      if (before.charCodeAt(at) === BACKSLASH) origin[i] = at++;
      continue;
    }
    while (at < before.length && !isSignificant(before.charCodeAt(at))) at++;
    if (before.charCodeAt(at) !== code) return null;
    origin[i] = at++;
  }
  while (at < before.length && !isSignificant(before.charCodeAt(at))) at++;
  return at === before.length ? origin : null;
}
