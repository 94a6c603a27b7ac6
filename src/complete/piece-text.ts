import { BackboneStream } from '../model/backbone-stream.js';
import { FEATURE_SHAPE } from '../model/features.js';
import { LINE_END, lexPython, tokenKind } from '../tokenize/index.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

const COMMENT = tokenKind('comment');

/** A text as the completion network reads it. */
export interface PieceText {
  /** The first is `PIECE.file`. */
  readonly pieces: Int16Array;
  /** The backbone's row after each piece, `[pieces, backboneSlots]` and `[pieces, backboneNumbers]`. */
  readonly slots: Int16Array;
  readonly numbers: Float32Array;
  /** UTF-16 offset at which each piece's token ends. */
  readonly ends: Int32Array;
}

/**
 * Splits a source into pieces with the backbone's rows.
 *
 * @param options.normalised as text without layout and with normalised literals, see `EncodeOptions`
 * @param options.maxPieces stops there
 */
export function encodeText(
  text: string,
  vocabulary: PieceVocabulary,
  options: { normalised?: boolean; maxPieces?: number } = {},
): PieceText {
  const { normalised = false, maxPieces = Infinity } = options;
  const { backboneSlots, backboneNumbers } = FEATURE_SHAPE;
  const stream = new BackboneStream();
  let capacity = Math.max(64, text.length >> 1);
  const pieces = new Int16Array(capacity);
  const ends = new Int32Array(capacity);
  let slots = new Int16Array(capacity * backboneSlots);
  let numbers = new Float32Array(capacity * backboneNumbers);
  let count = 0;
  const add = (piece: number, end: number): void => {
    pieces[count] = piece;
    ends[count] = end;
    stream.describe(slots, count * backboneSlots, numbers, count * backboneNumbers, !normalised);
    count++;
  };
  capacity -= 64;
  add(PIECE.file, 0);
  let gapStart = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (const token of lexPython(text, { comments: true }).tokens) {
    if (count >= Math.min(capacity, maxPieces)) break;
    const encoded = token.kind === COMMENT ? [] : vocabulary.encode(token, { normalised });
    if (token.kind === LINE_END) {
      add(encoded[0]!, token.end);
      continue;
    }
    // Text without layout has no comments either.
    if (token.kind !== COMMENT || !normalised) {
      const { kind, startsStatement, blockDepth } = token;
      const gap = text.slice(gapStart, token.start);
      stream.push({ kind, gap, startsStatement, blockDepth, text: encoded.length > 1 ? vocabulary.text(encoded[0]!) : token.text });
    }
    gapStart = token.end;
    let read = encoded.length > 0 ? vocabulary.text(encoded[0]!) : '';
    for (let k = 0; k < encoded.length; k++) {
      if (k > 0) {
        // A token in the making is as wide as what has come of it.
        read += vocabulary.text(encoded[k]!);
        stream.extend(k === encoded.length - 1 ? token.text : read);
      }
      add(encoded[k]!, token.end);
    }
  }
  slots = slots.slice(0, count * backboneSlots);
  numbers = numbers.slice(0, count * backboneNumbers);
  return { pieces: pieces.slice(0, count), slots, numbers, ends: ends.slice(0, count) };
}
