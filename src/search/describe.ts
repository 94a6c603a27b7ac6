import { COMMENT, IDENTIFIER, LINE_END, STRING } from '../tokenize/index.js';
import { type PythonFunction } from './python-functions.js';
import { splitWords } from './split-words.js';
import { type WordPieces } from './word-pieces.js';

/** Where a word stands; each place has importances of its own. */
export const FIELD = {
  query: 0, name: 1, parameter: 2, called: 3, attribute: 4, other: 5, string: 6, comment: 7, keyword: 8,
} as const;
export const FIELD_COUNT = 9;
export type Field = (typeof FIELD)[keyof typeof FIELD];

/** A word of a function or of a question, with its place. */
export interface PlacedWord {
  readonly word: string;
  readonly field: Field;
}

/** What a text is reduced to: pieces with their places, in order. */
export interface PieceSequence {
  readonly pieces: Int32Array;
  readonly fields: Uint8Array;
}

/** Longer strings are data; in characters. */
const LONGEST_STRING = 400;
/** Words of a function that are looked at. */
const MOST_WORDS = 400;

export const queryWords = (query: string): PlacedWord[] =>
  splitWords(query).slice(0, MOST_WORDS).map((word) => ({ word, field: FIELD.query }));

/** The words of a function without its docstring. */
export function functionWords({ name, tokens }: Pick<PythonFunction, 'name' | 'tokens'>): PlacedWord[] {
  const words: PlacedWord[] = [];
  const add = (text: string, field: Field): void => {
    for (const word of splitWords(text)) words.push({ word, field });
  };
  add(name, FIELD.name);
  let inHeader = true;
  // The name itself stands behind `def`.
  let at = tokens.findIndex(({ text }) => text === 'def') + 2;
  for (; at < tokens.length && words.length < MOST_WORDS; at++) {
    const { kind, text, bracketDepth } = tokens[at]!;
    if (kind === LINE_END) continue;
    if (kind === COMMENT) add(text, FIELD.comment);
    else if (kind === STRING) add(text.slice(0, LONGEST_STRING).replace(/^[A-Za-z]*["']/, ''), FIELD.string);
    else if (kind === IDENTIFIER) {
      const next = tokens[at + 1]?.text;
      if (inHeader) add(text, FIELD.parameter);
      else if (next === '(') add(text, FIELD.called);
      else add(text, tokens[at - 1]?.text === '.' ? FIELD.attribute : FIELD.other);
    } else if (/^[a-z]/iu.test(text)) add(text, FIELD.keyword);
    if (inHeader && text === ':' && bracketDepth === tokens[0]!.bracketDepth) inHeader = false;
  }
  return words.slice(0, MOST_WORDS);
}

export function toPieces(words: readonly PlacedWord[], vocabulary: WordPieces): PieceSequence {
  const pieces: number[] = [];
  const fields: number[] = [];
  for (const { word, field } of words) {
    for (const piece of vocabulary.encode(word)) {
      pieces.push(piece);
      fields.push(field);
    }
  }
  return { pieces: Int32Array.from(pieces), fields: Uint8Array.from(fields) };
}
