/** Longer runs of letters are data, not words. */
const LONGEST_WORD = 32;

/** Letters of any script, or digits. */
const RUNS = /[\p{L}\p{M}]+|\p{Nd}+/gu;
/** Where a name changes from one word to the next: `parseDate`, `HTTPServer`. */
const CAMEL = /(?<=[\p{Ll}\p{M}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/**
 * The words of a text or a name, in lower case: `parseHTTPDate_utc` and "Parse HTTP date (UTC)" give the same five.
 * Digits are words of their own, signs are none.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.matchAll(RUNS)) {
    if (run.length > LONGEST_WORD) continue;
    if (/^\p{Ll}*$/u.test(run)) words.push(run);
    else for (const part of run.split(CAMEL)) words.push(part.toLowerCase());
  }
  return words;
}
