import { readMetadata } from '../model/check-metadata.js';
import { LINE_END, FLOAT, IMPORT_PREFIX, INTEGER, STRING, type LexicalToken } from '../tokenize/index.js';

/**
 * Tokens as sequences of subword pieces. A keyword, operator or number is one piece; a name
 * is a *start* piece and *continuations*, cut by byte-pair merges (Sennrich and others 2016)
 * of names alone; a string is its opening quote, its content or `<str>`, and its end.
 * A piece that is no continuation begins a token, so pieces join to tokens without doubt.
 *
 * Limits: what stands in no piece (a letter outside ASCII) is `<unk>`, and contents that are
 * long or odd are `<str>`: such tokens come back as placeholders, not as their text. More than three dots
 * before a relative import come back as three.
 */

/** What a piece is for. */
export type PieceRole =
  | 'file' | 'line-end' | 'keyword' | 'operator' | 'number' | 'start' | 'continuation'
  | 'string-open' | 'string-text' | 'string-end' | 'unknown';

/** Pieces that every vocabulary has, at these indices. */
export const PIECE = {
  /** Begin of file, and begin of text where a context was cut. */
  file: 0,
  /** A line end of which it is not known (or not told) what follows. */
  line: 1,
  /** At the same depth, or inside brackets. */
  lineSame: 2,
  lineIndent: 3,
  lineDedent: 4,
  lineDedent2: 5,
  /** Three levels or more. */
  lineDedent3: 6,
  /** Content of a string that is long or odd. */
  string: 7,
  stringEnd: 8,
  /** A number outside the vocabulary. */
  number: 9,
  /** A name outside the alphabet. */
  unknown: 10,
} as const;
const SPECIAL_COUNT = 11;

const PREFIXES = ['', 'r', 'b', 'u', 'f', 'rb', 'br', 'fr', 'rf', 'R', 'B', 'U', 'F', 'ur', 't'];
const QUOTES = ["'", '"', "'''", '"""'];
const OPENERS = PREFIXES.flatMap((prefix) => QUOTES.map((quote) => prefix + quote));

const KEYWORDS = [
  'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except',
  'exec', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass',
  'print', 'raise', 'return', 'try', 'while', 'with', 'yield', 'True', 'False', 'None',
];
const OPERATORS = [
  '!=', '%', '%=', '&', '&=', '(', ')', '*', '**', '**=', '*=', '+', '+=', ',', '-', '-=', '->', '.', '..', '...', '/',
  '//', '//=', '/=', ':', ':=', ';', '<', '<<', '<<=', '<=', '<>', '=', '==', '>', '>=', '>>', '>>=', '@', '@=', '[',
  ']', '^', '^=', '`', '{', '|', '|=', '}', '~', '!', '?', '$',
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';
const DIGITS = '0123456789';
/** What may stand in the content of a string beside letters and digits. */
const MARKS = ' !#$%&()*+,-./:;<=>?@[]^`{|}~';


/** Longest string content that is spelled out, in characters. */
const LONGEST_CONTENT = 24;
const CONTENT = /^[A-Za-z0-9_ !#$%&()*+,\-./:;<=>?@[\]^`{|}~]*$/;
const STRING_TEXT = /^([A-Za-z]{0,2})("""|'''|"|')([^]*)$/;

/** What a vocabulary is made of; plain JSON. */
export interface PieceList {
  /** Numbers with a piece of their own. */
  readonly numbers: readonly string[];
  /** Byte-pair merges, most frequent first; a leading `#` marks a continuation. */
  readonly merges: readonly string[];
  /** Contents of strings that are spelled out in text with normalised literals. */
  readonly commonStrings: readonly string[];
}

/** More characters than any piece has. */
const LONGEST_PIECE = 1000;

/** What a file says of its pieces, checked. `refuse` throws. */
export function checkedPieces(value: unknown, refuse: (reason: string) => never): PieceList {
  const list = readMetadata(value, 'its list of pieces', refuse);
  const texts = (name: string, shortest = 1): readonly string[] => {
    const found = list.texts(name);
    return found.every((text) => text.length >= shortest && text.length <= LONGEST_PIECE)
      ? found
      : refuse(`its list of pieces has impossible ${name}`);
  };
  return { numbers: texts('numbers'), merges: texts('merges'), commonStrings: texts('commonStrings', 0) };
}

/** How much of a token its pieces tell. */
export interface EncodeOptions {
  /**
   * As texts with normalised literals and without layout show it (PY150): line ends plain,
   * uncommon strings as `<str>`.
   */
  readonly normalised?: boolean;
}

/** A token spelled by pieces. */
export interface SpelledToken {
  /** Placeholders (`<str>`, `<num>`, `<unk>`) stand as such in the text; '\n' for a line end. */
  readonly text: string;
  readonly role: PieceRole;
  /** Index of its first piece in the decoded sequence, and behind its last. */
  readonly first: number;
  readonly last: number;
}

export class PieceVocabulary {
  /** Number of pieces. */
  readonly size: number;
  private readonly texts: string[] = [];
  private readonly roles: PieceRole[] = [];
  private readonly keyword = new Map<string, number>();
  private readonly opener = new Map<string, number>();
  private readonly number = new Map<string, number>();
  private readonly start = new Map<string, number>();
  private readonly continuation = new Map<string, number>();
  private readonly common: ReadonlySet<string>;
  /** Pieces of names, and of words in strings, that were cut already. */
  private readonly words = new Map<string, readonly number[]>();
  private readonly inner = new Map<string, readonly number[]>();

  constructor(readonly list: PieceList) {
    const add = (text: string, role: PieceRole): number => {
      this.texts.push(text);
      this.roles.push(role);
      return this.texts.length - 1;
    };
    add('', 'file');
    for (let k = PIECE.line; k <= PIECE.lineDedent3; k++) add('\n', 'line-end');
    add('<str>', 'string-text');
    add('', 'string-end');
    add('<num>', 'number');
    add('<unk>', 'unknown');
    if (this.texts.length !== SPECIAL_COUNT) throw new Error('the list of special pieces does not fit its indices');
    for (const text of OPENERS) this.opener.set(text, add(text, 'string-open'));
    for (const text of OPERATORS) this.keyword.set(text, add(text, 'operator'));
    for (const text of KEYWORDS) this.keyword.set(text, add(text, 'keyword'));
    for (const text of list.numbers) this.number.set(text, add(text, 'number'));
    for (const text of LETTERS) this.start.set(text, add(text, 'start'));
    for (const text of LETTERS + DIGITS + MARKS) this.continuation.set(text, add(text, 'continuation'));
    for (const merge of list.merges) {
      if (merge.startsWith('#')) this.continuation.set(merge.slice(1), add(merge.slice(1), 'continuation'));
      else this.start.set(merge, add(merge, 'start'));
    }
    this.common = new Set(list.commonStrings);
    this.size = this.texts.length;
  }

  /** Characters that the piece stands for; a placeholder's name in angle brackets. */
  text(piece: number): string {
    return this.texts[piece]!;
  }

  role(piece: number): PieceRole {
    return this.roles[piece]!;
  }

  /** True for a piece that belongs to the token of the piece before it. */
  continues(piece: number): boolean {
    const role = this.roles[piece]!;
    return role === 'continuation' || role === 'string-text' || role === 'string-end';
  }

  /** Pieces of one token; comments have none. */
  encode(token: LexicalToken, options: EncodeOptions = {}): readonly number[] {
    const { kind, text } = token;
    if (kind === LINE_END) return [options.normalised ? PIECE.line : linePiece(token.depthChange)];
    if (kind === STRING) return this.encodeString(text, options.normalised ?? false);
    if (kind === INTEGER || kind === FLOAT) return [this.number.get(text) ?? PIECE.number];
    if (kind === IMPORT_PREFIX && text.length > 3) return [this.keyword.get('...')!];
    const whole = this.keyword.get(text);
    if (whole !== undefined) return [whole];
    return this.encodeName(text);
  }

  /** Pieces of a name, whole or begun. */
  encodeName(text: string): readonly number[] {
    return remembered(this.words, text, () =>
      (/^[A-Za-z_]\w*$/.test(text) ? this.merge(text, true) : [PIECE.unknown]));
  }

  /** Joins pieces to tokens. A sequence may begin inside a token: its continuations then form a token of their own. */
  decode(pieces: ArrayLike<number>): SpelledToken[] {
    const tokens: { text: string; role: PieceRole; first: number; last: number }[] = [];
    let quote = '';
    for (let k = 0; k < pieces.length; k++) {
      const piece = pieces[k]!;
      const role = this.roles[piece]!;
      const text = role === 'string-end' ? quote : this.texts[piece]!;
      const open = tokens[tokens.length - 1];
      if (open !== undefined && this.continues(piece)) {
        open.text += text;
        open.last = k + 1;
      } else {
        tokens.push({ text, role, first: k, last: k + 1 });
      }
      if (role === 'string-open') quote = text.replace(/^[A-Za-z]+/, '');
      else if (!this.continues(piece)) quote = '';
    }
    return tokens;
  }

  private encodeString(text: string, normalised: boolean): readonly number[] {
    const found = STRING_TEXT.exec(text);
    if (found === null) return [PIECE.unknown];
    const [, prefix, quote, rest] = found as unknown as [string, string, string, string];
    const opener =
      this.opener.get(prefix + quote) ?? this.opener.get(prefix.toLowerCase() + quote) ?? this.opener.get(quote)!;
    const closed = rest.endsWith(quote);
    const content = closed ? rest.slice(0, -quote.length) : rest;
    const spelled = normalised
      ? content === '' || this.common.has(content)
      : content.length <= LONGEST_CONTENT && CONTENT.test(content);
    const pieces = [opener, ...(spelled ? this.encodeContent(content) : [PIECE.string])];
    return closed ? [...pieces, PIECE.stringEnd] : pieces;
  }

  /** Pieces of a string's content; all of them continuations, because the quote begins the token. */
  encodeContent(content: string): readonly number[] {
    const pieces: number[] = [];
    for (const part of content.match(/\w+|\W/g) ?? []) {
      if (/\w/.test(part)) pieces.push(...remembered(this.inner, part, () => this.merge(part, false)));
      else pieces.push(this.continuation.get(part) ?? PIECE.string);
    }
    return pieces;
  }

  /** Cuts letters and digits by the merges, the earliest merge first. */
  private merge(text: string, begins: boolean): readonly number[] {
    const parts =
      [...text].map((c, k) => ({ text: c, piece: (k === 0 && begins ? this.start : this.continuation).get(c)! }));
    for (;;) {
      let best = -1;
      let bestPiece = Infinity;
      for (let k = 0; k + 1 < parts.length; k++) {
        const map = k === 0 && begins ? this.start : this.continuation;
        const joined = map.get(parts[k]!.text + parts[k + 1]!.text);
        if (joined !== undefined && joined < bestPiece) {
          best = k;
          bestPiece = joined;
        }
      }
      if (best < 0) return parts.map(({ piece }) => piece);
      parts.splice(best, 2, { text: parts[best]!.text + parts[best + 1]!.text, piece: bestPiece });
    }
  }
}

/** Bounded, because a server sees no end of names. */
const MOST_WORDS = 200_000;

function remembered(
  known: Map<string, readonly number[]>, text: string, make: () => readonly number[],
): readonly number[] {
  let pieces = known.get(text);
  if (pieces === undefined) {
    pieces = make();
    if (known.size > MOST_WORDS) known.clear();
    known.set(text, pieces);
  }
  return pieces;
}

function linePiece(change: number | null): number {
  if (change === null) return PIECE.line;
  if (change > 0) return PIECE.lineIndent;
  return change === 0
    ? PIECE.lineSame
    : change === -1 ? PIECE.lineDedent : change === -2 ? PIECE.lineDedent2 : PIECE.lineDedent3;
}

/** Pieces that a vocabulary has before any merge or number. */
export const FIXED_PIECES = new PieceVocabulary({ numbers: [], merges: [], commonStrings: [] }).size;
