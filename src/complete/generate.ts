import { lexPython } from '../tokenize/index.js';
import type { Random } from '../shared/random.js';
import type { CharHead } from './load-head.js';
import { sumLineEnds, type CompletionHead } from './network-document.js';
import { encodeText } from './piece-text.js';
import { dueAfter, PieceRules, type LineSyntax } from './piece-rules.js';
import { PIECE } from './pieces.js';
import { drawPiece } from './sample-lines.js';

/** How to generate freely: one state goes on and on, as in exploring-rnns. */
export interface Generation {
  readonly start: string;
  /** Pieces or characters to generate. */
  readonly length: number;
  /** 0 takes the likeliest each time. */
  readonly temperature: number;
  readonly random: Random;
}

/** Yields what each character adds to the start. */
export function* generateCharacters({ network, vocabulary }: CharHead, generation: Generation): Generator<string> {
  const { start, length, temperature, random } = generation;
  const rows = (pieces: Int16Array) => ({ pieces, slots: new Int16Array(), numbers: new Float32Array() });
  const read = vocabulary.encode(start);
  const state = network.start();
  network.read(state, rows(read), 0, read.length);
  for (let k = 0; k < length; k++) {
    const { probabilities } = network.predict([state]);
    // Neither another file's begin nor a stranger, and no padding.
    const row = probabilities.slice(0, vocabulary.size - 1);
    row[0] = 0;
    const piece = choose(row, temperature, random);
    if (piece < 0) return;
    network.advance([state], rows(Int16Array.of(piece)));
    yield vocabulary.text(piece);
  }
}

/**
 * Yields what each piece adds to the start, in the layout that such tokens usually have. Long
 * strings and uncommon numbers come as the placeholders `<str>` and `0`.
 */
export function* generatePieces(head: CompletionHead, generation: Generation): Generator<string> {
  const { network, vocabulary, backbone } = head;
  const { start, length, temperature, random } = generation;
  const text = encodeText(start, vocabulary);
  const tracker = text.tracker();
  const state = network.start();
  network.read(state, text, 0, text.pieces.length);
  const rules = new PieceRules(vocabulary);
  let syntax: LineSyntax = { due: dueAfter(lexPython(start).end.openBrackets), inside: 'nothing', form: 'free' };
  const rows = {
    pieces: new Int16Array(1), slots: new Int16Array(backbone?.slots ?? 0),
    numbers: new Float32Array(backbone?.numbers ?? 0),
  };
  for (let k = 0; k < length; k++) {
    const { probabilities } = network.predict([state]);
    const lineEnds = probabilities.slice(0, PIECE.lineDedent3 + 1);
    lineEnds[PIECE.file] = 0;
    const row = sumLineEnds(probabilities.subarray(0, vocabulary.size));
    rules.restrict(syntax, '', row);
    let piece = choose(row, temperature, random);
    if (piece < 0) return;
    syntax = rules.after(syntax, piece);
    // The line ends: and how does the next one begin?
    if (piece === PIECE.line) piece = choose(lineEnds, temperature, random);
    const laidOut = tracker.push(piece);
    // The start may hold the space before the first token already.
    const added = k === 0 && /\s$/u.test(start) ? laidOut.trimStart() : laidOut;
    rows.pieces[0] = piece;
    if (backbone !== null) tracker.describe(rows.slots, 0, rows.numbers, 0);
    network.advance([state], rows);
    yield piece === PIECE.number ? added.replace('<num>', '0') : added;
  }
}

function choose(probabilities: Float32Array, temperature: number, random: Random): number {
  if (temperature > 0) return drawPiece(probabilities, temperature, random);
  let best = -1;
  for (let piece = 0; piece < probabilities.length; piece++) {
    if (probabilities[piece]! > (best < 0 ? 0 : probabilities[best]!)) best = piece;
  }
  return best;
}
