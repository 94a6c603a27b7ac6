import type { LexicalToken } from '../tokenize/index.js';
import type { OpenDocument } from './open-document.js';
import type { PieceVocabulary, SpelledToken } from './pieces.js';
import { type LineSpacing, type SpacedToken } from './spacing.js';

/** A completion as tokens with their real text. */
export interface AddedLine {
  readonly tokens: readonly SpelledToken[];
  /** True when the line was cut before a literal whose text nobody knows. */
  readonly isCut: boolean;
}

/** Which of several names that no pieces spell stands where one begins the line. */
export interface NameChoice {
  /** What the first name begins with. */
  readonly typed: string;
  /** 0 for the likeliest. */
  readonly rank: number;
  /** What stands before it ends with a dot. */
  readonly isAttribute: boolean;
}

const PLACEHOLDERS = /<str>|<num>|<unk>/u;

/**
 * Spells the pieces of a line. A placeholder becomes the literal that stood last in its place
 * in this file; where there is none, the line ends before it.
 *
 * @param start pieces before the line's new ones
 */
export function spellLine(
  vocabulary: PieceVocabulary, document: OpenDocument, start: readonly number[], added: readonly number[],
  choice: NameChoice,
): AddedLine {
  const all = [...start, ...added];
  const tokens: SpelledToken[] = [];
  for (const token of vocabulary.decode(added)) {
    if (!PLACEHOLDERS.test(token.text)) tokens.push(token);
    else if (token.role === 'unknown') {
      const isFirst = token.first === 0;
      const isAttribute = isFirst ? choice.isAttribute : tokens[tokens.length - 1].text === '.';
      const names = document.foreignNames(isFirst ? choice.typed : '', isAttribute);
      const usual = document.literalFor(all, start.length + token.first);
      const ordered =
        usual !== undefined && names.includes(usual) ? [usual, ...names.filter((name) => name !== usual)] : names;
      const text = ordered[isFirst ? choice.rank : 0];
      if (text === undefined) return { tokens, isCut: true };
      tokens.push({ ...token, text });
    } else {
      const text = document.literalFor(all, start.length + token.first);
      if (text === undefined || text.includes('\n') || (token.role === 'string-open') !== /["']/u.test(text)) {
        return { tokens, isCut: true };
      }
      tokens.push({ ...token, text });
    }
  }
  return { tokens, isCut: false };
}

/** Spaces between the tokens of a line: one text before each token of `added`, '' or ' '. */
export function plainGaps(before: LineSpacing, added: readonly SpelledToken[]): string[] {
  const spacing = before.clone();
  return added.map((token) => {
    const gap = spacing.gapBefore(token);
    spacing.push(token);
    return gap;
  });
}

/** Tokens of a line with the roles that spacing asks for. */
export function spacedTokens(vocabulary: PieceVocabulary, tokens: readonly LexicalToken[]): SpacedToken[] {
  return tokens.map((token) => {
    const [first] = vocabulary.encode(token);
    return { text: token.text, role: first === undefined ? 'unknown' : vocabulary.role(first) };
  });
}

/**
 * The text to insert at the cursor.
 *
 * @param typed the half-typed word, with which the first token begins
 * @param afterBlank true when whitespace, or nothing, stands before the cursor (or the word) on its line
 */
export function joinLine(
  tokens: readonly SpelledToken[],
  gaps: readonly string[],
  typed: string,
  afterBlank: boolean,
): string {
  const parts = tokens.map(({ text }, k) => (k === 0 && (typed !== '' || afterBlank) ? '' : gaps[k]) + text);
  return parts.join('').slice(typed.length);
}
