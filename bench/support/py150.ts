/**
 * The token format of PY150 as CodeXGLUE prepares it: tokens between blanks, `<EOL>` after
 * each physical line, no indentation, literals outside a short list as `<STR_LIT>` and `<NUM_LIT>`.
 */
import { readFileSync } from 'node:fs';
import type { PieceVocabulary } from '../../src/complete/pieces.js';

export interface LineCase {
  readonly input: string;
  readonly gt: string;
}

/** Cases of the task, one JSON object a line. */
export function readCases(path: string): LineCase[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LineCase);
}

/** Stand for a literal of which nothing is known: outside every vocabulary. */
const SOME_TEXT = '\u0001';
const SOME_NUMBER = '98765432109';

/** A text in this format as Python, with a blank at its end, so that its last word is whole. */
export function pythonOf(code: string): string {
  const tokens = code.split(' ').filter((token) => token !== '' && token !== '<s>' && token !== '</s>');
  return `${tokens.map(pythonToken).join(' ').replace(/ ?\n ?/gu, '\n')} `;
}

function pythonToken(token: string): string {
  if (token === '<EOL>') return '\n';
  const number = /^<NUM_LIT(?::([^]*))?>$/u.exec(token);
  if (number !== null) return number[1] ?? SOME_NUMBER;
  const string = /^([A-Za-z]*)("""|'''|'|")<STR_LIT(?::([^]*))?>([^]*)$/u.exec(token);
  if (string === null) return token;
  const content = string[3]?.replaceAll('U+0020', ' ').replaceAll('U+002C', ',') ?? SOME_TEXT;
  return string[1] + string[2] + content + string[4];
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
