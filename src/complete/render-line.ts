import type { LexicalToken } from '../tokenize/index.js';
import type { OpenDocument } from './open-document.js';
import type { PieceVocabulary, SpelledToken } from './pieces.js';
import { hasSpace, type SpacedToken } from './spacing.js';

/** A completion as tokens with their real text. */
export interface AddedLine {
  readonly tokens: readonly SpelledToken[];
  /** True when the line was cut before a literal whose text nobody knows. */
  readonly isCut: boolean;
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
): AddedLine {
  const all = [...start, ...added];
  const tokens: SpelledToken[] = [];
  for (const token of vocabulary.decode(added)) {
    if (!PLACEHOLDERS.test(token.text)) tokens.push(token);
    else {
      const text = document.literalFor(all, start.length + token.first);
      if (text === undefined || text.includes('\n') || (token.role === 'string-open') !== /["']/u.test(text)) return { tokens, isCut: true };
      tokens.push({ ...token, text });
    }
  }
  return { tokens, isCut: false };
}

/** Spaces between the tokens of a line: one text before each token of `added`, '' or ' '. */
export function plainGaps(vocabulary: PieceVocabulary, before: readonly LexicalToken[], added: readonly SpelledToken[]): string[] {
  const line: SpacedToken[] = [...before.map((token) => asSpaced(vocabulary, token)), ...added];
  let brackets = '';
  const calls: boolean[] = [];
  const gaps: string[] = [];
  line.forEach((token, k) => {
    if (k >= before.length) gaps.push(k === 0 ? '' : hasSpace(line[k - 2], line[k - 1], token, brackets, calls) ? ' ' : '');
    if (token.text === '(' || token.text === '[' || token.text === '{') {
      const previous = line[k - 1];
      calls.push(token.text === '(' && previous !== undefined && (previous.role === 'start' || ')]'.includes(previous.text)));
      brackets += token.text;
    } else if (token.text === ')' || token.text === ']' || token.text === '}') {
      calls.pop();
      brackets = brackets.slice(0, -1);
    }
  });
  return gaps;
}

function asSpaced(vocabulary: PieceVocabulary, token: LexicalToken): SpacedToken {
  const [first] = vocabulary.encode(token);
  return { text: token.text, role: first === undefined ? 'unknown' : vocabulary.role(first) };
}

/**
 * The text to insert at the cursor.
 *
 * @param typed the half-typed word, with which the first token begins
 * @param afterBlank true when whitespace, or nothing, stands before the cursor (or the word) on its line
 */
export function joinLine(tokens: readonly SpelledToken[], gaps: readonly string[], typed: string, afterBlank: boolean): string {
  const parts = tokens.map(({ text }, k) => (k === 0 && (typed !== '' || afterBlank) ? '' : gaps[k]) + text);
  return parts.join('').slice(typed.length);
}
