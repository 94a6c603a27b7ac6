/**
 * What networks over pieces and networks over characters both have to predict of a text, so that
 * their losses can be told by the same characters: tokens that pieces spell out, line ends, and
 * the indentation behind them. Left out for both are comments, other literals, and the spaces
 * within a line, which pieces do not know.
 */
import { PIECE, type PieceVocabulary } from '../../src/complete/pieces.js';
import { LINE_END, lexPython, tokenKind, type LexicalToken } from '../../src/tokenize/index.js';

const COMMENT = tokenKind('comment');

export interface CodeCharacters {
  /** Without comments. */
  readonly tokens: readonly { readonly token: LexicalToken; readonly counts: boolean }[];
  /** For each UTF-16 unit of the text 1 when it counts. */
  readonly counted: Uint8Array;
  /** Units that count. */
  readonly count: number;
}

/** @param spelling says which tokens are spelled out */
export function codeCharacters(text: string, spelling: PieceVocabulary): CodeCharacters {
  const all = lexPython(text, { comments: true }).tokens;
  const counted = new Uint8Array(text.length);
  const tokens = all.flatMap((token, k) => {
    const { kind, start, end } = token;
    if (kind === COMMENT) return [];
    const counts = spelling.encode(token).every((piece) => piece !== PIECE.string && piece !== PIECE.number && piece !== PIECE.unknown);
    if (kind === LINE_END) {
      const lineStart = text.indexOf('\n', start) + 1;
      counted.fill(1, start, lineStart);
      const next = all.slice(k + 1).find((later) => later.kind !== COMMENT);
      // Blank lines between are layout; how deep the next line stands is not.
      if (next !== undefined) counted.fill(1, Math.max(lineStart, text.lastIndexOf('\n', next.start - 1) + 1), next.start);
    } else if (counts) counted.fill(1, start, end);
    return [{ token, counts }];
  });
  return { tokens, counted, count: counted.reduce((sum, unit) => sum + unit, 0) };
}

/** Nats of some characters as bits a character. */
export const bitsPerCharacter = (nats: number, characters: number): number => nats / Math.LN2 / characters;
