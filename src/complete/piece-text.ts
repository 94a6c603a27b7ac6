import { BackboneStream } from '../model/backbone-stream.js';
import { FEATURE_SHAPE } from '../model/features.js';
import { LINE_END, COMMENT, lexPython, toLf, type LexicalToken } from '../tokenize/index.js';
import { PieceTracker } from './piece-tracker.js';
import { PIECE, type PieceVocabulary } from './pieces.js';


/** One step of indentation where the text shows none. */
const DEFAULT_UNIT = '    ';

/** A text as the completion network reads it. */
export interface PieceText {
  /** The first is `PIECE.file`. */
  readonly pieces: Int16Array;
  /** The backbone's row after each piece, `[pieces, backboneSlots]` and `[pieces, backboneNumbers]`. */
  readonly slots: Int16Array;
  readonly numbers: Float32Array;
  /** A tracker that stands behind the last piece. */
  tracker(): PieceTracker;
}

export interface PieceTextOptions {
  /** As text without layout and with normalised literals, see `EncodeOptions`. */
  readonly normalised?: boolean;
  /** Stops there. */
  readonly maxPieces?: number;
}

/** Splits a source into pieces with the backbone's rows. */
export function encodeText(text: string, vocabulary: PieceVocabulary, options: PieceTextOptions = {}): PieceText {
  return encodeTokens({ text, tokens: lexPython(text, { comments: true }).tokens, first: 0 }, vocabulary, options);
}

/**
 * The same for tokens that are there already.
 *
 * @param source.tokens all tokens of the text; comments may be left out
 * @param source.first index of the token to begin at: the first of a statement, where no statement is too long for that
 */
export function encodeTokens(
  source: { readonly text: string; readonly tokens: readonly LexicalToken[]; readonly first: number },
  vocabulary: PieceVocabulary,
  options: PieceTextOptions = {},
): PieceText {
  const { text, tokens, first } = source;
  const { normalised = false, maxPieces = Infinity } = options;
  const { backboneSlots, backboneNumbers } = FEATURE_SHAPE;
  const stream = new BackboneStream();
  const pieces: number[] = [];
  const row = { slots: new Int16Array(backboneSlots), numbers: new Float32Array(backboneNumbers) };
  const slots = new GrowingRows((length) => new Int16Array(length), backboneSlots);
  const numbers = new GrowingRows((length) => new Float32Array(length), backboneNumbers);
  const add = (piece: number): void => {
    pieces.push(piece);
    stream.describe(row.slots, 0, row.numbers, 0, !normalised);
    slots.push(row.slots);
    numbers.push(row.numbers);
  };
  add(PIECE.file);
  const begin = tokens[first]?.start ?? text.length;
  // The first line's own indentation belongs to its gap.
  let gapStart = first === 0
    ? (text.charCodeAt(0) === 0xfeff ? 1 : 0)
    : tokens[first]?.startsStatement === false ? tokens[first - 1]!.end : text.lastIndexOf('\n', begin - 1) + 1;
  let at = first;
  for (; at < tokens.length && pieces.length < maxPieces; at++) {
    const token = tokens[at]!;
    const { kind, startsStatement, blockDepth } = token;
    if (kind === LINE_END) {
      add(vocabulary.encode(token, { normalised })[0]!);
      continue;
    }
    const encoded = kind === COMMENT ? [] : vocabulary.encode(token, { normalised });
    let read = encoded.length > 1 ? vocabulary.text(encoded[0]!) : token.text;
    // Text without layout has no comments either.
    if (kind !== COMMENT || !normalised) {
      stream.push({ kind, gap: gapText(text.slice(gapStart, token.start)), startsStatement, blockDepth, text: read });
    }
    gapStart = token.end;
    encoded.forEach((piece, k) => {
      if (k > 0) {
        // A token in the making is as wide as what has come of it.
        read += vocabulary.text(piece);
        stream.extend(k === encoded.length - 1 ? token.text : read);
      }
      add(piece);
    });
  }
  return {
    pieces: Int16Array.from(pieces), slots: slots.values(), numbers: numbers.values(),
    tracker: () => new PieceTracker(vocabulary, {
      stream, tokens: tokens.slice(first, at), unit: stream.indentUnit || DEFAULT_UNIT, normalised,
    }),
  };
}

/** What stands between two tokens, with LF line ends and without a comment that was left out. */
function gapText(between: string): string {
  const gap = toLf(between);
  return gap.includes('#') ? gap.replace(/#[^\n]*/g, '') : gap;
}

/** Rows of numbers whose count is not known beforehand. */
class GrowingRows<Row extends Int16Array | Float32Array> {
  private held: Row;
  private length = 0;

  constructor(private readonly make: (length: number) => Row, width: number) {
    this.held = make(1024 * width);
  }

  push(row: Row): void {
    if (this.length + row.length > this.held.length) {
      const grown = this.make(2 * this.held.length);
      grown.set(this.held);
      this.held = grown;
    }
    this.held.set(row, this.length);
    this.length += row.length;
  }

  values(): Row {
    return this.held.slice(0, this.length) as Row;
  }
}
