import { COMMA, COMMENT, isCloser, isOpener } from '../tokenize/index.js';
import { CoarseClass } from './coarse-class.js';
import { BACKBONE } from './features.js';
import { BackboneFacts, leaveOutLayout, writeBackbone } from './features/backbone.js';
import { coarseLines } from './features/gap-facts.js';
import { NO_TOKEN } from './features/feature-values.js';
import { visualWidth } from './layout-widths.js';
import { RowWriter } from './features/row-writer.js';

/**
 * The backbone's features on code that is being typed: tokens come one at a time, without
 * tree and without a look ahead. On complete files the rows equal those of `GapDescriber`
 * (tests/model/backbone-stream.test.ts), but for what cannot be known here:
 *
 * - a file's indentation unit is that of its first block, not the vote of the whole file;
 * - a broken line that hangs on a node of the tree counts as "other";
 * - the gap after an open bracket is not known before the token behind it;
 * - a comment has the depth of the code before it, not of the code behind it.
 */

/** A token as the stream takes it. */
export interface StreamToken {
  /** Index in TOKEN_KINDS. */
  readonly kind: number;
  readonly text: string;
  /** What stands between it and the token before: whitespace and backslash continuations, with LF line ends. */
  readonly gap: string;
  readonly startsStatement: boolean;
  readonly blockDepth: number;
}

interface OpenBracket {
  readonly kind: number;
  /** Kind of the token before it. */
  readonly before: number;
  readonly commas: number;
  /** Coarse class of the gap behind it; `None` until the next token has come. */
  readonly gap: CoarseClass;
  readonly column: number;
  /** Leading whitespace of its line, and of the line of its first element. */
  readonly lineIndent: string;
  readonly firstIndent: string;
  /** Column of its first element; -1 until that has come. */
  readonly firstColumn: number;
  readonly outer: OpenBracket | null;
}

interface Owner {
  readonly depth: number;
  readonly kind: number;
  readonly outer: Owner | null;
}

const DEFAULT_UNIT = '    ';

/** Copying is cheap: what a copy shares is never changed. */
export class BackboneStream {
  private left = NO_TOKEN;
  private left2 = NO_TOKEN;
  private left3 = NO_TOKEN;
  private gapBefore: CoarseClass = CoarseClass.None;
  private gapBefore2: CoarseClass = CoarseClass.None;
  private lineStart = NO_TOKEN;
  private previousLineStart = NO_TOKEN;
  private tokensInLine = -1;
  private blockDepth = 0;
  private bracket: OpenBracket | null = null;
  private bracketDepth = 0;
  private commas = 0;
  private owner: Owner | null = null;
  private column = 0;
  private startColumn = 0;
  private indent = '';
  private statementIndent = '';
  private unit = '';
  private count = 0;

  /** Indentation of the first block seen; '' before that. */
  get indentUnit(): string {
    return this.unit;
  }

  clone(): BackboneStream {
    return Object.assign(new BackboneStream(), this);
  }

  /** Moves past a token. */
  push(token: StreamToken): void {
    const { kind, gap } = token;
    const coarse = this.coarseClass(token, gap);
    this.gapBefore2 = this.count > 0 ? this.gapBefore : CoarseClass.None;
    this.gapBefore = coarse;
    this.moveOver(gap, token);
    if (this.bracket !== null && this.bracket.firstColumn < 0) {
      this.bracket = { ...this.bracket, gap: coarse, firstColumn: this.startColumn, firstIndent: this.indent };
    }
    if (token.startsStatement) this.startStatement(token);
    else if (this.count === 0) this.lineStart = kind;
    this.tokensInLine++;
    this.commas = this.bracket?.commas ?? 0;
    if (isOpener(kind)) {
      this.bracket = {
        kind, before: this.left, commas: 0, gap: CoarseClass.None, column: this.startColumn, lineIndent: this.indent,
        firstIndent: '',
        firstColumn: -1, outer: this.bracket,
      };
      this.bracketDepth++;
      this.commas = 0;
    } else if (isCloser(kind) && this.bracket !== null) {
      this.bracket = this.bracket.outer;
      this.bracketDepth--;
    } else if (kind === COMMA && this.bracket !== null) {
      this.commas++;
      this.bracket = { ...this.bracket, commas: this.commas };
    }
    this.left3 = this.left2;
    this.left2 = this.left;
    this.left = kind;
    this.count++;
    this.extend(token.text);
  }

  /** Replaces the text of the latest token, of which only a part had come. */
  extend(text: string): void {
    const lastBreak = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    this.column = lastBreak >= 0 ? text.length - lastBreak - 1 : this.startColumn + text.length;
  }

  /**
   * Writes the row of the gap behind the latest token.
   *
   * @param slots `[backboneSlots]` from `slotAt` on
   * @param numbers `[backboneNumbers]` from `numberAt` on
   * @param layout false leaves out everything that needs the layout: of text without any
   */
  describe(slots: Int16Array, slotAt: number, numbers: Float32Array, numberAt: number, layout = true): void {
    const { bracket } = this;
    facts.left = this.left;
    facts.left2 = this.left2;
    facts.left3 = this.left3;
    facts.lineStart = this.lineStart;
    facts.previousLineStart = this.previousLineStart;
    facts.tokensInLine = Math.max(0, this.tokensInLine);
    facts.opener = bracket?.kind ?? NO_TOKEN;
    facts.beforeOpener = bracket?.before ?? NO_TOKEN;
    facts.bracketDepth = this.bracketDepth;
    facts.commasBefore = bracket === null ? 0 : this.commas;
    facts.blockDepth = this.blockDepth;
    facts.blockOwner = this.owner?.kind ?? NO_TOKEN;
    facts.gapBefore = this.gapBefore;
    facts.gapBefore2 = this.gapBefore2;
    facts.openerGap = bracket?.gap ?? CoarseClass.None;
    facts.column = this.column;
    facts.openerColumn = bracket?.column ?? 0;
    facts.indentWidth = visualWidth(this.indent);
    row.moveTo(slots, slotAt, numbers, numberAt);
    writeBackbone(BACKBONE, facts, row);
    if (!layout) leaveOutLayout(BACKBONE, row);
  }

  private startStatement({ kind, blockDepth }: StreamToken): void {
    while (this.owner !== null && this.owner.depth > blockDepth) this.owner = this.owner.outer;
    if (blockDepth > 0 && (this.owner?.depth ?? 0) < blockDepth) {
      this.owner = { depth: blockDepth, kind: this.lineStart, outer: this.owner };
    }
    this.previousLineStart = this.count > 0 ? this.lineStart : NO_TOKEN;
    this.lineStart = kind;
    this.tokensInLine = -1;
    this.blockDepth = blockDepth;
  }

  /** Follows the gap to the token's start column. */
  private moveOver(gap: string, { startsStatement, blockDepth }: StreamToken): void {
    const lineAt = gap === '' || gap === ' ' ? 0 : gap.lastIndexOf('\n') + 1;
    if (lineAt > 0 || this.count === 0) {
      this.indent = gap.slice(lineAt);
      this.column = this.indent.length;
      if (startsStatement) {
        if (this.unit === '' && blockDepth === 1) this.unit = this.indent;
        this.statementIndent = this.indent;
      }
    } else {
      this.column += gap.length;
    }
    this.startColumn = this.column;
  }

  /** As `coarseOf` has it where the tree is known. */
  private coarseClass(token: StreamToken, gap: string): CoarseClass {
    if (!gap.includes('\n')) {
      if (this.count === 0) return CoarseClass.OtherInline;
      if (gap === '') return CoarseClass.None;
      if (gap === ' ') return CoarseClass.Space;
      return gap === '  ' && !token.startsStatement ? CoarseClass.TwoSpaces : CoarseClass.OtherInline;
    }
    if (this.count === 0) return CoarseClass.OtherBreak;
    const { bracket } = this;
    if (bracket === null) {
      const isLine = !token.startsStatement && (token.kind !== COMMENT || !breaksLine(gap));
      if (isLine) return token.kind === COMMENT ? CoarseClass.OtherInline : CoarseClass.OtherBreak;
      return coarseLines(gap.split('\n').length - 1);
    }
    if (gap.lastIndexOf('\n') > 0 || gap[0] !== '\n') return CoarseClass.OtherBreak;
    const indent = gap.slice(1);
    const unit = this.unit === '' ? DEFAULT_UNIT : this.unit;
    const at = (lead: string, column: number): boolean =>
      indent === lead + ' '.repeat(Math.max(0, column - lead.length));
    if (at(bracket.lineIndent, bracket.column + 1)) return CoarseClass.ToBracket;
    if (bracket.firstColumn >= 0 && at(bracket.firstIndent, bracket.firstColumn)) return CoarseClass.ToBracket;
    if (indent === bracket.lineIndent) return CoarseClass.ToOpenerLine;
    if ([unit, unit + unit, DEFAULT_UNIT].some((step) => indent === bracket.lineIndent + step)) {
      return CoarseClass.ToOpenerLine;
    }
    if (['', unit, unit + unit].some((step) => indent === this.statementIndent + step)) {
      return CoarseClass.ToStatementOrTree;
    }
    return indent === this.indent ? CoarseClass.AsPreviousLine : CoarseClass.OtherBreak;
  }
}

/** What `describe` writes from and with: nothing of it outlives a call. */
const facts = new BackboneFacts();
const row = new RowWriter();

const breaksLine = (gap: string): boolean => gap.replace(/\\\n/g, ' ').includes('\n');
