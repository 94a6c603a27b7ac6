/**
 * The token format of PY150 as CodeXGLUE prepares it: tokens between blanks, `<EOL>` after
 * each physical line, no indentation, literals outside a short list as `<STR_LIT>` and `<NUM_LIT>`.
 */
import { readFileSync } from 'node:fs';
import { PIECE, type PieceVocabulary } from '../../src/complete/pieces.js';
import { LINE_END, tokenKind, type LexicalToken } from '../../src/tokenize/index.js';

export interface LineCase {
  readonly input: string;
  readonly gt: string;
}

/** Cases of the task, one JSON object a line. */
export function readCases(path: string): LineCase[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LineCase);
}

const STRING = tokenKind('string');
const INTEGER = tokenKind('integer');
const IDENTIFIER = tokenKind('identifier');
/** Stand for a literal of which nothing is known: outside every vocabulary. */
const SOME_TEXT = '\u0001';
const SOME_NUMBER = '98765432109';

const blankTokens = (code: string): string[] => code.split(' ').filter((token) => token !== '' && token !== '<s>' && token !== '</s>');

/** Pieces of a text in this format. */
export function piecesOf(vocabulary: PieceVocabulary, code: string): number[] {
  const pieces: number[] = [PIECE.file];
  for (const token of blankTokens(code)) pieces.push(...vocabulary.encode(lexicalToken(token), { normalised: true }));
  return pieces;
}

function lexicalToken(token: string): LexicalToken {
  const make = (kind: number, text: string): LexicalToken => ({
    kind, text, start: 0, end: 0, blockDepth: 0, bracketDepth: 0, startsStatement: false, depthChange: null,
  });
  if (token === '<EOL>') return make(LINE_END, '');
  const number = /^<NUM_LIT(?::([^]*))?>$/u.exec(token);
  if (number !== null) return make(INTEGER, number[1] ?? SOME_NUMBER);
  const string = /^([A-Za-z]*)("""|'''|"|')<STR_LIT(?::([^]*))?>([^]*)$/u.exec(token);
  if (string !== null) {
    const content = string[3]?.replaceAll('U+0020', ' ').replaceAll('U+002C', ',') ?? SOME_TEXT;
    return make(STRING, string[1] + string[2] + content + string[4]);
  }
  return make(IDENTIFIER, token);
}

/** Pieces as a text of the task, with literals as its evaluator spells them. */
export function textOf(vocabulary: PieceVocabulary, pieces: readonly number[]): string {
  return vocabulary
    .decode(pieces)
    .map(({ text, role }) => {
      if (role === 'string-open') return text.replaceAll('<str>', '').replaceAll(' ', 'U+0020').replaceAll(',', 'U+002C');
      return role === 'number' && text === '<num>' ? '0' : text;
    })
    .join(' ');
}
