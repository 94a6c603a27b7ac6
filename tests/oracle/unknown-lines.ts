import type { Tokenizer } from '../../src/tokenize/index.js';

/**
 * A tokenizer that takes a share of all logical lines for unknown to the grammar, so that what is proven
 * of opaque lines can be judged by a CPython that knows them. Which ones depends on their text without
 * layout alone: a line stays known or unknown in every layout.
 */
export function withUnknownLines(tokenizer: Tokenizer, share: number): Tokenizer {
  const isUnknown = (line: string): boolean => hash(line.replace(/[\s\\]/g, '')) < share;
  return { tokenize: (text, path) => tokenizer.tokenize(text, path, { isUnknown }) };
}

/** From 0 to 1. */
function hash(text: string): number {
  let value = 7;
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}
