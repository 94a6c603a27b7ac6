import type { BackboneStream } from '../model/backbone-stream.js';
import {
  COMMENT, EQUALS, IDENTIFIER, IMPORT_PREFIX, LINE_END, STRING, StatementTracker, endsOperand, isCallBracket, isSign,
  namedKind,
  tokenKind, usuallyTouch, type LexicalToken,
} from '../tokenize/index.js';
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

const FROM = tokenKind('from');
/** Keywords of Python 2 that are names as often as not. */
const NAME_KEYWORDS = new Set(['print', 'exec']);
const NO_KIND = -1;

export class PieceTracker {
  private readonly stream: BackboneStream;
  private readonly vocabulary: PieceVocabulary;
  private readonly unit: string;
  private readonly normalised: boolean;
  /** Blocks around the next statement, without an inline suite. */
  private blockDepth = 0;
  private statements = new StatementTracker();
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
    return Object.assign(copy, this, { stream: this.stream.clone(), statements: this.statements.clone() });
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
      const added =
        role === 'string-end' ? this.token.replace(/^[A-Za-z]*("""|'''|"|')[^]*$/, '$1') : vocabulary.text(piece);
      this.token += added;
      this.stream.extend(this.token);
      return added;
    }
    const text = vocabulary.text(piece);
    const kind = this.kindOf(piece, text);
    const gap = this.gapBefore(kind);
    this.token = text;
    const { startsStatement, inline } = this.statements;
    this.stream.push({ kind, text, gap, startsStatement, blockDepth: this.blockDepth + inline });
    this.follow(kind, text);
    return gap + text;
  }

  /** The backbone's row after the latest piece; see `BackboneStream.describe`. */
  describe(slots: Int16Array, slotAt: number, numbers: Float32Array, numberAt: number): void {
    this.stream.describe(slots, slotAt, numbers, numberAt, !this.normalised);
  }

  private follow(kind: number, text: string): void {
    this.isUnary = isSign(kind) && !endsOperand(this.left);
    this.pendingBreak = false;
    this.token = text;
    this.left = kind;
    this.statements.push(kind);
  }

  private endLine(depthChange: number | null): void {
    const { statements } = this;
    this.pendingBreak = true;
    if (statements.bracketDepth > 0) return;
    // A header whose colon ends the line opens a block, whatever else is known.
    const opens = statements.inline > 0 && statements.startsStatement ? 1 : 0;
    this.blockDepth = Math.max(0, this.blockDepth + (depthChange ?? opens));
    statements.endLine();
  }

  private kindOf(piece: number, text: string): number {
    switch (this.vocabulary.role(piece)) {
      case 'string-open':
        return STRING;
      case 'number':
        return tokenKind(/[.eEjJ]/.test(text) && !text.startsWith('0x') ? 'float' : 'integer');
      case 'keyword':
        return NAME_KEYWORDS.has(text) ? IDENTIFIER : tokenKind(namedKind(text) ?? text);
      case 'operator':
        return text[0] === '.' && this.left === FROM ? IMPORT_PREFIX : tokenKind(namedKind(text) ?? text);
      default:
        return IDENTIFIER;
    }
  }

  private gapBefore(kind: number): string {
    const { bracketDepth } = this.statements;
    if (this.pendingBreak) {
      const depth = this.blockDepth + (bracketDepth > 0 ? 1 : 0);
      return `\n${this.unit.repeat(depth)}`;
    }
    const { left } = this;
    if (left === NO_KIND || left === IMPORT_PREFIX || usuallyTouch(left, kind) || this.isUnary) return '';
    if (isCallBracket(kind) && endsOperand(left)) return '';
    if (bracketDepth > 0 && (kind === EQUALS || left === EQUALS)) return '';
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
