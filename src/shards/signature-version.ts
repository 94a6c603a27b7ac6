/** What tells signatures that can be compared: it changes with tokens, shingles, permutations or bands. */
export const SIGNATURE_VERSION = 1;
