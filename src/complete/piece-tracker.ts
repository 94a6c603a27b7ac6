import type { BackboneStream } from '../model/backbone-stream.js';
import { LINE_END, tokenKind, type LexicalToken } from '../tokenize/index.js';
import { PIECE, type PieceVocabulary } from './pieces.js';

/**
 * Follows a text piece by piece while it is generated: joins pieces to tokens, keeps brackets
 * and blocks, and gives the backbone the layout that such tokens usually have. How a completion
 * is really laid out is the format head's business, later and with a view of the whole line.
 */
export interface TrackerStart {
  readonly stream: BackboneStream;
  /** Tokens of the text so far, comments included or not. */
  readonly tokens: readonly LexicalToken[];
  /** One step of indentation. */
  readonly unit: string;
  /** Without layout, see `EncodeOptions`. */
  readonly normalised: boolean;
}

const HEADERS = new Set(
  ['if', 'elif', 'else', 'for', 'while', 'try', 'except', 'finally', 'with', 'def', 'class', 'async', 'match', 'case'].map(tokenKind),
);
const OPENERS = new Set(['(', '[', '{'].map(tokenKind));
const CLOSERS = new Set([')', ']', '}'].map(tokenKind));
const OPERAND_ENDS = new Set([...CLOSERS, ...['identifier', 'string', 'integer', 'float', 'true', 'false', 'none', 'ellipsis'].map(tokenKind)]);
const TIGHT_AFTER = new Set([...OPENERS, ...['.', '~', '@', 'import_prefix'].map(tokenKind)]);
const TIGHT_BEFORE = new Set([...CLOSERS, ...[',', ':', ';', '.'].map(tokenKind)]);
const CALLS = new Set(['(', '['].map(tokenKind));
const SIGNS = new Set(['-', '+', '*', '**'].map(tokenKind));
const COLON = tokenKind(':');
const SEMICOLON = tokenKind(';');
const EQUALS = tokenKind('=');
const LAMBDA = tokenKind('lambda');
const COMMENT = tokenKind('comment');
const FROM = tokenKind('from');
const IDENTIFIER = tokenKind('identifier');
const NAMED_KINDS = new Map([
  ['True', 'true'], ['False', 'false'], ['None', 'none'], ['...', 'ellipsis'], ['print', 'identifier'], ['exec', 'identifier'],
]);
const NO_KIND = -1;

export class PieceTracker {
  private readonly stream: BackboneStream;
  private readonly vocabulary: PieceVocabulary;
  private readonly unit: string;
  private readonly normalised: boolean;
  /** Blocks around the next statement, without an inline suite. */
  private blockDepth = 0;
  private inline = 0;
  private bracketDepth = 0;
  private startsStatement = true;
  private header = false;
  private lambdas = 0;
  private left = NO_KIND;
  /** The left token is a sign or a star before an operand. */
  private isUnary = false;
  private pendingBreak = false;
  /** Text of the token in the making. */
  private token = '';

  constructor(vocabulary: PieceVocabulary, start: TrackerStart) {
    this.vocabulary = vocabulary;
    this.stream = start.stream.clone();
    this.unit = start.unit;
    this.normalised = start.normalised;
    const tokens = start.tokens.filter(({ kind }) => kind !== COMMENT);
    // From the line's first statement on, so that an inline suite is met behind its header.
    let first = Math.max(0, tokens.length - 1);
    while (first > 0 && !(tokens[first]!.startsStatement && tokens[first - 1]!.kind === LINE_END)) first--;
    this.blockDepth = tokens[first]?.blockDepth ?? 0;
    for (const { kind, text, depthChange } of tokens.slice(first)) {
      if (kind === LINE_END) this.endLine(depthChange);
      else this.follow(kind, text);
    }
  }

  clone(): PieceTracker {
    const copy = Object.create(PieceTracker.prototype) as PieceTracker;
    return Object.assign(copy, this, { stream: this.stream.clone() });
  }

  /** Moves past a piece; returns what it adds to the text, in the usual layout. */
  push(piece: number): string {
    const { vocabulary } = this;
    const role = vocabulary.role(piece);
    if (role === 'file') return '';
    if (role === 'line-end') {
      this.endLine(depthChangeOf(piece));
      return '';
    }
    if (vocabulary.continues(piece)) {
      const added = role === 'string-end' ? this.token.replace(/^[A-Za-z]*("""|'''|"|')[^]*$/, '$1') : vocabulary.text(piece);
      this.token += added;
      this.stream.extend(this.token);
      return added;
    }
    const text = vocabulary.text(piece);
    const kind = this.kindOf(piece, text);
    const gap = this.gapBefore(kind);
    this.token = text;
    this.stream.push({ kind, text, gap, startsStatement: this.startsStatement, blockDepth: this.blockDepth + this.inline });
    this.follow(kind, text);
    return gap + text;
  }

  /** The backbone's row after the latest piece; see `BackboneStream.describe`. */
  describe(slots: Int16Array, slotAt: number, numbers: Float32Array, numberAt: number): void {
    this.stream.describe(slots, slotAt, numbers, numberAt, !this.normalised);
  }

  private follow(kind: number, text: string): void {
    if (this.startsStatement) {
      this.header = HEADERS.has(kind);
      this.lambdas = 0;
    }
    this.isUnary = SIGNS.has(kind) && !OPERAND_ENDS.has(this.left);
    this.startsStatement = false;
    this.pendingBreak = false;
    this.token = text;
    this.left = kind;
    if (OPENERS.has(kind)) this.bracketDepth++;
    else if (CLOSERS.has(kind)) this.bracketDepth = Math.max(0, this.bracketDepth - 1);
    else if (this.bracketDepth > 0) return;
    else if (kind === LAMBDA) this.lambdas++;
    else if (kind === SEMICOLON) this.startsStatement = true;
    else if (kind === COLON && this.lambdas > 0) this.lambdas--;
    else if (kind === COLON && this.header) {
      this.header = false;
      this.inline++;
      this.startsStatement = true;
    }
  }

  private endLine(depthChange: number | null): void {
    this.pendingBreak = true;
    if (this.bracketDepth > 0) return;
    // A header whose colon ends the line opens a block, whatever else is known.
    const opens = this.inline > 0 && this.startsStatement ? 1 : 0;
    this.blockDepth = Math.max(0, this.blockDepth + (depthChange ?? opens));
    this.inline = 0;
    this.header = false;
    this.startsStatement = true;
  }

  private kindOf(piece: number, text: string): number {
    switch (this.vocabulary.role(piece)) {
      case 'string-open':
        return tokenKind('string');
      case 'number':
        return tokenKind(/[.eEjJ]/.test(text) && !text.startsWith('0x') ? 'float' : 'integer');
      case 'keyword':
        return tokenKind(NAMED_KINDS.get(text) ?? text);
      case 'operator':
        return tokenKind(text[0] === '.' && this.left === FROM ? 'import_prefix' : (NAMED_KINDS.get(text) ?? text));
      default:
        return IDENTIFIER;
    }
  }

  private gapBefore(kind: number): string {
    if (this.pendingBreak) {
      const depth = this.blockDepth + (this.bracketDepth > 0 ? 1 : 0);
      return `\n${this.unit.repeat(depth)}`;
    }
    const { left } = this;
    if (left === NO_KIND || TIGHT_AFTER.has(left) || TIGHT_BEFORE.has(kind) || this.isUnary) return '';
    if (CALLS.has(kind) && (OPERAND_ENDS.has(left))) return '';
    if (this.bracketDepth > 0 && (kind === EQUALS || left === EQUALS)) return '';
    return ' ';
  }
}

function depthChangeOf(piece: number): number | null {
  switch (piece) {
    case PIECE.lineSame:
      return 0;
    case PIECE.lineIndent:
      return 1;
    case PIECE.lineDedent:
      return -1;
    case PIECE.lineDedent2:
      return -2;
    case PIECE.lineDedent3:
      return -3;
    default:
      return null;
  }
}
