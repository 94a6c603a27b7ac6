import { HEADER_WORDS, closerOf, isCloserWord, isHeader, isOpenerWord, type LexicalToken } from '../tokenize/index.js';
import { PIECE, type PieceVocabulary } from './pieces.js';
import type { StatementPlace } from './statement-place.js';

/** What may follow in a line, as far as brackets, quotes, words and the statement's first word decide it. */
export interface LineSyntax {
  /** Closing brackets that are due, the next one last. */
  readonly due: string;
  /** What the next piece can continue. */
  readonly inside: 'nothing' | 'word' | 'string';
  readonly form: StatementForm;
  /** What may begin a statement here; without it, anything may. */
  readonly place?: StatementPlace | null;
}

/**
 * The statement that the line belongs to: `start`, its first token is still to come; `clause`, the head of
 * a compound statement, which does not end before its colon; `rigid`, one that assigns nothing; `free`, any
 * other, or one that began on another line.
 */
export type StatementForm = 'start' | 'clause' | 'rigid' | 'free';

const RIGID =
  new Set(['return', 'raise', 'assert', 'del', 'import', 'from', 'global', 'nonlocal', 'pass', 'break', 'continue']);
const ASSIGNMENT = /^(?:[-+*/%&|^@]|\*\*|\/\/|<<|>>)?=$/u;

/** Some keywords are told by their place alone, so that the kind says it. */
const formOf = (first: string, kind = -1): StatementForm =>
  (HEADER_WORDS.includes(first) || isHeader(kind) ? 'clause' : RIGID.has(first) ? 'rigid' : 'free');

/**
 * What may follow behind the tokens of a line.
 *
 * @param place what may begin a statement, where none of its tokens are there yet
 */
export function syntaxAt(
  openBrackets: string, line: readonly Pick<LexicalToken, 'text' | 'kind' | 'startsStatement'>[],
  place: StatementPlace | null = null,
): LineSyntax {
  const [first] = line;
  let form: StatementForm = first === undefined
    ? (openBrackets === '' ? 'start' : 'free')
    : first.startsStatement ? formOf(first.text, first.kind) : 'free';
  let depth = 0;
  for (const { text } of line) {
    if (isOpenerWord(text)) depth++;
    else if (isCloserWord(text)) depth--;
    else if (form === 'clause' && depth === 0 && text === ':') form = 'free';
  }
  return { due: dueAfter(openBrackets), inside: 'nothing', form, place };
}

/** The brackets that close these open ones. */
export const dueAfter = (openBrackets: string): string => [...openBrackets].map(closerOf).join('');

/** Operators that may begin an expression or a decorator. */
const STARTING_OPERATORS = new Set(['(', '[', '{', '-', '+', '~', '*', '@', '...', '`']);

/** Kinds of places whose pieces are remembered: 2 KB each. */
const MOST_ALLOWED = 64;

const enum PieceClass { Forbidden, Token, Name, OpensString, Word, StringText, StringEnd, LineEnd }

/** The rules of brackets, quotes and half-typed words for the pieces of a vocabulary. */
export class PieceRules {
  private readonly texts: readonly string[];
  private readonly classes: Uint8Array;
  private readonly assignments: readonly number[];
  private readonly keywords: readonly { readonly text: string; readonly piece: number }[];
  private readonly noStarters: readonly number[];
  private readonly closers: readonly { readonly text: string; readonly piece: number }[];
  /** Per piece: 1 where its class may follow. */
  private readonly mayFollow: Readonly<Record<LineSyntax['inside'], Uint8Array>>;
  /** What was asked for last: hypotheses of one line ask for few different things. */
  private readonly known = new Map<string, Uint8Array>();

  constructor(vocabulary: PieceVocabulary) {
    const pieces = Array.from({ length: vocabulary.size }, (_, piece) => piece);
    this.texts = pieces.map((piece) => vocabulary.text(piece));
    this.classes = Uint8Array.from(pieces, (piece) => classOf(vocabulary, piece));
    const mayFollow = (inside: LineSyntax['inside']): Uint8Array =>
      this.classes.map((pieceClass) => (isFine(pieceClass, inside) ? 1 : 0));
    this.mayFollow = { nothing: mayFollow('nothing'), word: mayFollow('word'), string: mayFollow('string') };
    this.assignments = pieces.filter((piece) =>
      vocabulary.role(piece) === 'operator' && ASSIGNMENT.test(this.texts[piece]));
    this.keywords = pieces.filter((piece) => vocabulary.role(piece) === 'keyword').map((piece) =>
      ({ text: this.texts[piece], piece }));
    this.noStarters = pieces.filter((piece) =>
      vocabulary.role(piece) === 'operator' && !STARTING_OPERATORS.has(this.texts[piece]));
    this.closers = pieces
      .filter((piece) => vocabulary.role(piece) === 'operator' && isCloserWord(this.texts[piece]))
      .map((piece) => ({ text: this.texts[piece], piece }));
  }

  /** The syntax after one more piece. */
  after({ due, inside, form }: LineSyntax, piece: number): LineSyntax {
    const next = form === 'start' ? 'free' : form;
    if (piece === PIECE.unknown) return { due, inside: 'nothing', form: next };
    switch (this.classes[piece]) {
      case PieceClass.Word:
      case PieceClass.StringText:
        return { due, inside, form };
      case PieceClass.OpensString:
        return { due, inside: 'string', form: next };
      case PieceClass.Name:
        return { due, inside: 'word', form: next };
      case PieceClass.Token: {
        const text = this.texts[piece];
        const closer = closerOf(text);
        if (closer !== undefined) return { due: due + closer, inside: 'nothing', form: next };
        const ofToken =
          form === 'start' ? formOf(text) : form === 'clause' && due === '' && text === ':' ? 'free' : form;
        return { due: due.endsWith(text) ? due.slice(0, -1) : due, inside: 'nothing', form: ofToken };
      }
      case PieceClass.LineEnd:
        return { due, inside: 'nothing', form: due === '' ? 'start' : 'free' };
      default:
        return { due, inside: 'nothing', form };
    }
  }

  /** What of a half-typed word is left when a piece has matched its beginning. */
  leftOf(typed: string, piece: number): string {
    return piece === PIECE.unknown ? '' : typed.slice(this.texts[piece].length);
  }

  /**
   * What may follow, or begins as a half-typed word: 1 for each piece that does, else 0; not to be changed.
   *
   * @param allowsUnknown a name that no pieces spell may stand here, and begins as what is typed
   */
  allowed(syntax: LineSyntax, typed: string, allowsUnknown = false): Uint8Array {
    const { due, inside, form, place = null } = syntax;
    const start = form === 'start' ? place : null;
    const isHead = due === '' && (form === 'clause' || form === 'rigid');
    // Asked about once a line: what may begin a statement is another thing each time.
    if (start !== null) return this.maskOf(syntax, start, typed, allowsUnknown);
    const key = `${inside} ${due.slice(-1)} ${isHead ? form : ''} ${allowsUnknown ? 1 : 0} ${typed}`;
    if (this.known.size >= MOST_ALLOWED) this.known.clear();
    const known = this.known.get(key) ?? this.maskOf(syntax, null, typed, allowsUnknown);
    this.known.set(key, known);
    return known;
  }

  /**
   * Sets to 0 what must not follow, or does not begin as a half-typed word; the rest sums to 1 again.
   *
   * @param allowsUnknown as above
   */
  restrict(syntax: LineSyntax, typed: string, probabilities: Float32Array, allowsUnknown = false): void {
    keep(probabilities, this.allowed(syntax, typed, allowsUnknown));
    normalise(probabilities);
  }

  private maskOf(
    { due, inside, form }: LineSyntax, start: StatementPlace | null, typed: string, allowsUnknown: boolean,
  ): Uint8Array {
    const mask = this.mayFollow[inside].slice();
    if (start !== null) this.restrictStart(start, mask);
    for (const { text, piece } of this.closers) if (!due.endsWith(text)) mask[piece] = 0;
    if (due === '' && (form === 'clause' || form === 'rigid')) {
      for (const piece of this.assignments) mask[piece] = 0;
      if (form === 'clause') mask[PIECE.line] = 0;
    }
    if (typed !== '') this.restrictTyped(typed, mask);
    mask[PIECE.unknown] = allowsUnknown && inside !== 'string' && (start?.due ?? null) === null ? 1 : 0;
    return mask;
  }

  /** Leaves pieces that begin as what is typed, or are a part of it. */
  private restrictTyped(typed: string, mask: Uint8Array): void {
    for (let piece = 0; piece < mask.length; piece++) {
      if (mask[piece] === 0) continue;
      const text = this.texts[piece];
      const goesOn = text !== '' && (text.startsWith(typed) || typed.startsWith(text));
      if (!goesOn || this.classes[piece] === PieceClass.LineEnd) mask[piece] = 0;
    }
  }

  /** Of the first piece of a statement. */
  private restrictStart({ forbidden, due }: StatementPlace, mask: Uint8Array): void {
    for (const piece of this.noStarters) mask[piece] = 0;
    for (const { text, piece } of this.keywords) if (forbidden.has(text)) mask[piece] = 0;
    if (due === null) return;
    const kept = this.keywords.filter(({ text, piece }) => due.has(text) && mask[piece] === 1);
    mask.fill(0);
    for (const { piece } of kept) mask[piece] = 1;
  }
}

/** Sets to 0 where `kept`, of 0 and 1, is 0. */
function keep(probabilities: Float32Array, kept: Uint8Array): void {
  const count = probabilities.length;
  for (let piece = 0; piece < count; piece++) probabilities[piece] *= kept[piece];
}

/** Makes the sum 1, where there is one. */
function normalise(probabilities: Float32Array): void {
  const count = probabilities.length;
  let sum = 0;
  for (let piece = 0; piece < count; piece++) sum += probabilities[piece];
  if (!(sum > 0)) return;
  for (let piece = 0; piece < count; piece++) {
    const p = probabilities[piece];
    // Most are zero by now, and division is slow.
    if (p !== 0) probabilities[piece] = p / sum;
  }
}

function isFine(pieceClass: PieceClass, inside: LineSyntax['inside']): boolean {
  switch (pieceClass) {
    case PieceClass.Forbidden:
      return false;
    case PieceClass.Word:
      return inside !== 'nothing';
    case PieceClass.StringText:
    case PieceClass.StringEnd:
      return inside === 'string';
    default:
      return inside !== 'string';
  }
}

function classOf(vocabulary: PieceVocabulary, piece: number): PieceClass {
  switch (vocabulary.role(piece)) {
    case 'file':
    case 'unknown':
      return PieceClass.Forbidden;
    case 'continuation':
      return /^\w+$/u.test(vocabulary.text(piece)) ? PieceClass.Word : PieceClass.StringText;
    case 'string-text':
      return PieceClass.StringText;
    case 'string-open':
      return PieceClass.OpensString;
    case 'string-end':
      return PieceClass.StringEnd;
    case 'line-end':
      return piece === PIECE.line ? PieceClass.LineEnd : PieceClass.Forbidden;
    case 'start':
      return PieceClass.Name;
    default:
      return PieceClass.Token;
  }
}
