import { TokensDifferError, type TokenSite } from '../errors.js';
import type { NamedSource } from '../shared/named-source.js';
import { positionAt } from '../shared/positions.js';
import {
  findTokenDifference, tokenText, withStructure, type TokenizedSource, type Tokenizer,
} from '../tokenize/index.js';
import { scoreLayouts, type ScoreTally } from './score-layouts.js';

/**
 * Compares the layouts of two sources of one program.
 *
 * @throws SyntaxRefusedError when one does not parse.
 * @throws TokensDifferError when they do not hold the same tokens, with the first difference.
 */
export function scoreFiles(tokenizer: Tokenizer, left: NamedSource, right: NamedSource): ScoreTally {
  const leftTokens = tokenizer.tokenize(left.text, left.path);
  const rightTokens = tokenizer.tokenize(right.text, right.path);
  const difference = findTokenDifference(leftTokens, rightTokens);
  if (difference !== null) {
    throw new TokensDifferError({
      left: siteOf(leftTokens, difference.index, left.path),
      right: siteOf(rightTokens, difference.index, right.path),
    });
  }
  return scoreLayouts(leftTokens.gaps, rightTokens.gaps, withStructure(leftTokens));
}

function siteOf(source: TokenizedSource, token: number, path: string): TokenSite {
  const isThere = token < source.tokenCount;
  const { line, column } = positionAt(source.text, isThere ? source.start[token] : source.text.length);
  return { path, line, column, text: isThere ? shorten(tokenText(source, token)) : null };
}

/** A docstring is one token, and too long for a message. */
const shorten = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 60)}…`);
