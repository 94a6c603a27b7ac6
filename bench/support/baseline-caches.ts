/** Rows without a network: what the text before the cut says by itself. */
import { beamSearch } from '../../src/complete/beam-search.js';
import type { CompletionEngine } from '../../src/complete/completion-engine.js';
import { LinePredictor, TAIL_PIECES, type LineState } from '../../src/complete/line-predictor.js';
import { Mixture } from '../../src/complete/mixture.js';
import { OpenDocument } from '../../src/complete/open-document.js';
import { syntaxAt } from '../../src/complete/piece-rules.js';
import { PIECE, type PieceVocabulary } from '../../src/complete/pieces.js';
import type { LinePrefix } from './baseline-networks.js';

/**
 * What followed the longest stretch that the end of a text repeats, up to that line's end, and how long the
 * stretch is; nothing where nothing is repeated.
 */
export function longestCopy(pieces: ArrayLike<number>): { readonly copied: readonly number[]; readonly length: number } {
  let best = { length: 0, at: pieces.length };
  for (let at = pieces.length - 1; at > 0; at--) {
    let length = 0;
    while (length < at && pieces[at - 1 - length] === pieces[pieces.length - 1 - length]) length++;
    if (length > best.length) best = { length, at };
  }
  const copied: number[] = [];
  for (let at = best.at; at < pieces.length && pieces[at] !== PIECE.line; at++) copied.push(pieces[at]);
  return { copied, length: best.length };
}

/** Copies with the longest suffix that stands above. */
export function copyLine({ vocabulary, shape }: CompletionEngine, { text, normalised }: LinePrefix): string[] {
  const document = new OpenDocument(vocabulary, shape, normalised);
  document.moveTo(`${text} `);
  return spell(vocabulary, longestCopy(document.file.pieces).copied);
}

/** The file's n-grams and analogies under the shipped gate, without everything else. */
export function fileLine({ vocabulary, shape, rules, gate }: CompletionEngine, { text, normalised }: LinePrefix, beam: number): string[] {
  const document = new OpenDocument(vocabulary, shape, normalised);
  const place = document.moveTo(`${text} `);
  const sources = { file: document.file, analogy: document.analogy, project: null, corpus: null };
  const start: LineState = {
    pieces: Array.from(document.file.pieces.subarray(-TAIL_PIECES)), syntax: syntaxAt(place.openBrackets, place.line), typed: '', network: null,
  };
  const found = beamSearch(new LinePredictor(shape, rules, new Mixture(shape, gate, sources, normalised), null), start, { width: beam, maxPieces: 60, lengthExponent: 0.3 });
  return spell(vocabulary, found.find(({ pieces }) => pieces.length > 0)?.pieces ?? []);
}

/** Literals that nobody can spell come empty, or as 0. */
export const spell = (vocabulary: PieceVocabulary, pieces: readonly number[]): string[] =>
  vocabulary.decode(pieces).map(({ text }) => (text === '<num>' ? '0' : text.replaceAll('<str>', '')));
