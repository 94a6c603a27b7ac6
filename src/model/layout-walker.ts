import {
  FLOAT, INTEGER, STRING, GapRole, hasLineBreak, lastLineStart, needsSeparatorAt, type StructuredSource,
} from '../tokenize/index.js';
import type { BlockIndents } from './block-indents.js';
import {
  ALIGN_COMMENT, COLUMN_0_1, FIRST_BACKSLASH, FIRST_BRACKET_BREAK, KEEP, LABEL_COUNT, LABELS_OF_ROLE, LINES_1, NONE, OWN_STEP_1,
  PREVIOUS_LEVEL_1, SPACE, TWO_SPACES, breaks, label,
} from './labels.js';
import type { GapAncestry } from './gap-ancestry.js';

const AFTER_BRACKET = label('after-bracket');
const FIRST_ELEMENT = label('first-element');
const OPENER = label('opener');
const OPENER_1 = label('opener+1');
const OPENER_2 = label('opener+2');
const OPENER_HANG = label('opener+hang');
const STATEMENT = label('statement');
const STATEMENT_1 = label('statement+1');
const STATEMENT_2 = label('statement+2');
const PREVIOUS = label('previous');
const PREVIOUS_1 = label('previous+1');
const PREVIOUS_MINUS_1 = label('previous-1');
const BRACKET = label('bracket');
const OUTER_BRACKET = label('outer-bracket');
const SIBLING = label('sibling');
const ANCESTOR_1 = label('ancestor-1');
const ANCESTOR_2 = label('ancestor-2');
const ANCESTOR_3 = label('ancestor-3');
const BLANK_PREVIOUS = label('blank-previous');
const BLANK_OPENER_1 = label('blank-opener+1');
const BACKSLASH_STATEMENT = label('backslash-statement');
const BACKSLASH_STATEMENT_1 = label('backslash-statement+1');
const BACKSLASH_STATEMENT_2 = label('backslash-statement+2');
const BACKSLASH_PREVIOUS = label('backslash-previous');
const BACKSLASH_PREVIOUS_1 = label('backslash-previous+1');
const BACKSLASH_ANCESTOR_1 = label('backslash-ancestor-1');
const BACKSLASH_ANCESTOR_2 = label('backslash-ancestor-2');
const BACKSLASH_SIBLING = label('backslash-sibling');

/** The layout that is read: its gaps with LF line ends, and the indentation of its blocks. */
export interface InputLayout {
  readonly gaps: readonly string[];
  readonly blocks: BlockIndents;
}

/**
 * Walks a layout from left to right and says, at each gap, what text each layout class
 * stands for there. The same walk encodes (which classes render this text?) and decodes
 * (what text does this class render?), so the two cannot drift apart.
 */
export class LayoutWalker {
  /** Per token: column in UTF-16 units at which it starts. */
  readonly column: Int32Array;
  /** Per token: leading whitespace of the physical line on which it starts. */
  readonly lineIndent: string[];
  private endColumn = 0;
  private indent = '';
  private statementIndent = '';
  private inputStatementIndent = '';
  private line = 0;
  private commentColumn = -1;
  private commentLine = -9;
  /** While a text is matched: length of its indentation, so that others need not be built; else -1. */
  private wantedIndent = -1;

  /**
   * @param input the layout that `keep` refers to
   * @param blocks block indentation of the layout being walked
   * @param unit one indentation step of the file
   * @param hang what most brackets that break at once add to the indentation of their line
   */
  constructor(
    private readonly structured: StructuredSource,
    private readonly ancestry: GapAncestry,
    private readonly input: InputLayout,
    private readonly blocks: BlockIndents,
    private readonly unit: string,
    private readonly hang: string,
  ) {
    this.column = new Int32Array(structured.source.tokenCount);
    this.lineIndent = new Array<string>(structured.source.tokenCount);
  }

  /** True when the class may stand in gap `i`, whatever the layout around it. */
  isLegal(i: number, labelIndex: number): boolean {
    const { structure, source } = this.structured;
    if (labelIndex === KEEP) return true;
    const role = structure.role[i] as GapRole;
    if (!breaks(labelIndex)) {
      if (structure.mustBreak[i]) return false;
      if (role === GapRole.BlockStart) return structure.mayInline[i] === 1;
      if (labelIndex === NONE && role !== GapRole.TrailingComment && i > 0) {
        const { kind, start, end } = source;
        const isNumber = kind[i - 1] === INTEGER || kind[i - 1] === FLOAT;
        return !needsSeparatorAt(source.text, { start: start[i - 1], end: end[i - 1], next: start[i], isNumber });
      }
    }
    if (role === GapRole.FileEnd) return hasLineBreak(this.input.gaps[i]);
    return true;
  }

  /** Marks in `mask` (`[labels]` from `at` on) the classes of the gap's role that `isLegal` allows. */
  markLegal(i: number, mask: Uint8Array, at: number): void {
    const role = this.structured.structure.role[i];
    mask.set(MASK_OF_ROLE[role], at);
    for (const candidate of CONDITIONAL_OF_ROLE[role]) if (!this.isLegal(i, candidate)) mask[at + candidate] = 0;
  }

  /** Text of a class in gap `i`, with LF line ends; null where it has no meaning. */
  render(i: number, labelIndex: number): string | null {
    if (labelIndex === NONE) return '';
    if (labelIndex === SPACE) return ' ';
    if (labelIndex === TWO_SPACES) return '  ';
    if (labelIndex === KEEP) return this.renderKeep(i);
    if (labelIndex === ALIGN_COMMENT) {
      const width = this.commentColumn - this.endColumn;
      return width > 0 && this.line - this.commentLine <= 2 ? ' '.repeat(width) : null;
    }
    if (labelIndex < OWN_STEP_1) return '\n'.repeat(labelIndex - LINES_1 + 1) + this.levelIndent(i);
    if (labelIndex < PREVIOUS_LEVEL_1) return '\n'.repeat(labelIndex - OWN_STEP_1 + 1) + this.levelIndent(i);
    if (labelIndex < COLUMN_0_1) {
      return '\n'.repeat(labelIndex - PREVIOUS_LEVEL_1 + 1) + this.previousLevelIndent(i);
    }
    if (labelIndex < COLUMN_0_1 + 3) return '\n'.repeat(labelIndex - COLUMN_0_1 + 1);
    const indent = this.breakIndent(i, labelIndex);
    if (indent === null) return null;
    if (labelIndex === BLANK_PREVIOUS || labelIndex === BLANK_OPENER_1) return '\n\n' + indent;
    return (labelIndex < FIRST_BACKSLASH ? '\n' : ' \\\n') + indent;
  }

  /** Marks in `mask` (`[labels]`, cleared by the caller) every legal class that renders `text`. */
  match(i: number, text: string, mask: Uint8Array): void {
    const lead = text.slice(0, text.lastIndexOf('\n') + 1);
    this.wantedIndent = lead === '' ? -1 : text.length - lead.length;
    for (const candidate of LABELS_OF_ROLE[this.structured.structure.role[i]]) {
      if (candidate !== KEEP && LEAD_OF_LABEL[candidate] !== lead) continue;
      if (this.isLegal(i, candidate) && this.render(i, candidate) === text) mask[candidate] = 1;
    }
    this.wantedIndent = -1;
  }

  /** Takes `text` for gap `i` and moves past token `i`. */
  advance(i: number, text: string): void {
    const { source, structure } = this.structured;
    const lineStart = text === '' || text === ' ' ? 0 : text.lastIndexOf('\n') + 1;
    if (lineStart > 0) {
      this.line += text.length > 1 ? countBreaks(text) : 1;
      this.indent = text.slice(lineStart);
      this.endColumn = this.indent.length;
    } else {
      if (i === 0) this.indent = text;
      this.endColumn += text.length;
    }
    if (i >= source.tokenCount) return;
    this.column[i] = this.endColumn;
    this.lineIndent[i] = this.indent;
    if (structure.startsLine[i]) {
      // A statement that shares its line with what is before it hangs on that line's indentation.
      if (lineStart > 0 || i === 0) this.statementIndent = this.indent;
      const inputGap = this.input.gaps[i];
      if (i === 0 || hasLineBreak(inputGap)) this.inputStatementIndent = inputGap.slice(lastLineStart(inputGap));
    }
    if (structure.role[i] === GapRole.TrailingComment) {
      this.commentColumn = this.endColumn;
      this.commentLine = this.line;
    }
    const from = source.start[i];
    const to = source.end[i];
    this.endColumn += to - from;
    // Only strings span lines.
    if (to - from > 6 && source.kind[i] === STRING) {
      // Only within the token: on a line of many strings the search would go back to its start each time.
      const lastBreak = source.text.slice(from, to).lastIndexOf('\n');
      if (lastBreak >= 0) {
        this.endColumn = to - from - lastBreak - 1;
        this.line++;
      }
    }
  }

  /** Column at which the text so far ends. */
  get currentColumn(): number {
    return this.endColumn;
  }

  /** Indentation of the logical line that gap `i` leads to. */
  private levelIndent(i: number): string {
    const { structure, source } = this.structured;
    if (i >= source.tokenCount) return '';
    const code = structure.nextCode[i];
    if (code >= source.tokenCount) return '';
    return this.blocks.indent[structure.blockNode[code]];
  }

  private previousLevelIndent(i: number): string {
    const { structure } = this.structured;
    const code = i > 0 ? structure.previousCode[i - 1] : -1;
    return code < 0 ? '' : this.blocks.indent[structure.blockNode[code]];
  }

  private renderKeep(i: number): string {
    const gap = this.input.gaps[i];
    if (!hasLineBreak(gap)) return gap;
    const lineStart = lastLineStart(gap);
    const inputIndent = gap.slice(lineStart);
    const kept = gap.slice(0, lineStart);
    switch (this.structured.structure.role[i] as GapRole) {
      case GapRole.Statement:
      case GapRole.BlockStart:
      case GapRole.AfterSemicolon:
        return kept + this.levelIndent(i);
      case GapRole.OwnLineComment:
        return kept + this.mapCommentIndent(i, inputIndent);
      case GapRole.FileStart:
      case GapRole.FileEnd:
        return gap;
      default:
        return inputIndent.startsWith(this.inputStatementIndent)
          ? kept + this.statementIndent + inputIndent.slice(this.inputStatementIndent.length)
          : gap;
    }
  }

  /** The indentation that an own-line comment's block has in this layout. */
  private mapCommentIndent(i: number, inputIndent: string): string {
    const { structure, source } = this.structured;
    const following = structure.nextCode[i];
    const preceding = i > 0 ? structure.previousCode[i - 1] : -1;
    for (const token of [following, preceding]) {
      if (token < 0 || token >= source.tokenCount) continue;
      for (let node = structure.blockNode[token]; node >= 0; node = source.tree.parent[node]) {
        const isLevel = node === 0 || this.input.blocks.indent[node] !== '';
        if (isLevel && this.input.blocks.indent[node] === inputIndent) return this.blocks.indent[node];
      }
    }
    return inputIndent;
  }

  private breakIndent(i: number, labelIndex: number): string | null {
    const { structure } = this.structured;
    const opener = structure.openBracket[i];
    switch (labelIndex) {
      case AFTER_BRACKET:
        return opener < 0 ? null : this.toColumn(opener, 1);
      case FIRST_ELEMENT: {
        if (opener < 0) return null;
        const first = opener + 1;
        return first < i ? this.toColumn(first, 0) : null;
      }
      case OPENER:
        return opener < 0 ? null : this.lineIndent[opener];
      case OPENER_1:
      case BLANK_OPENER_1:
        return opener < 0 ? null : this.lineIndent[opener] + this.unit;
      case OPENER_2:
        return opener < 0 ? null : this.lineIndent[opener] + this.unit + this.unit;
      case OPENER_HANG:
        return opener < 0 ? null : this.lineIndent[opener] + this.hang;
      case STATEMENT:
      case BACKSLASH_STATEMENT:
        return this.statementIndent;
      case STATEMENT_1:
      case BACKSLASH_STATEMENT_1:
        return this.statementIndent + this.unit;
      case STATEMENT_2:
      case BACKSLASH_STATEMENT_2:
        return this.statementIndent + this.unit + this.unit;
      case PREVIOUS:
      case BLANK_PREVIOUS:
      case BACKSLASH_PREVIOUS:
        return this.indent;
      case PREVIOUS_1:
      case BACKSLASH_PREVIOUS_1:
        return this.indent + this.unit;
      case PREVIOUS_MINUS_1:
        return this.indent.endsWith(this.unit) ? this.indent.slice(0, -this.unit.length) : null;
      case BRACKET:
        return opener < 0 ? null : this.toColumn(opener, 0);
      case OUTER_BRACKET: {
        const outer = opener < 0 ? -1 : structure.openBracket[opener];
        return outer < 0 ? null : this.toColumn(outer, 1);
      }
      case SIBLING:
      case BACKSLASH_SIBLING:
        return this.toToken(this.ancestry.siblingToken[i], i);
      case ANCESTOR_1:
      case BACKSLASH_ANCESTOR_1:
        return this.toToken(this.ancestry.ancestorToken(i, 0), i);
      case ANCESTOR_2:
      case BACKSLASH_ANCESTOR_2:
        return this.toToken(this.ancestry.ancestorToken(i, 1), i);
      case ANCESTOR_3:
        return this.toToken(this.ancestry.ancestorToken(i, 2), i);
      default:
        return null;
    }
  }

  private toToken(token: number, before: number): string | null {
    return token < 0 || token >= before ? null : this.toColumn(token, 0);
  }

  /** Whitespace that leads to a token's column plus an offset: its line's own, then spaces. */
  private toColumn(token: number, offset: number): string | null {
    const lead = this.lineIndent[token];
    if (this.wantedIndent >= 0 && Math.max(lead.length, this.column[token] + offset) !== this.wantedIndent) return null;
    return lead + ' '.repeat(Math.max(0, this.column[token] + offset - lead.length));
  }
}

/** Per role: 1 for its classes; and those of them that `isLegal` may refuse. */
const MASK_OF_ROLE = LABELS_OF_ROLE.map((labels) =>
  Uint8Array.from({ length: LABEL_COUNT }, (_, k) => (labels.includes(k) ? 1 : 0)),
);
const CONDITIONAL_OF_ROLE = LABELS_OF_ROLE.map((labels, role) =>
  labels.filter((k) => k !== KEEP && (role === GapRole.FileEnd || !breaks(k))),
);

/** Per class: what its text has up to its last line break; null for `keep`. */
const LEAD_OF_LABEL = Array.from({ length: LABEL_COUNT }, (_, k) => {
  if (k === KEEP) return null;
  if (!breaks(k)) return '';
  if (k === BLANK_PREVIOUS || k === BLANK_OPENER_1) return '\n\n';
  if (k >= FIRST_BRACKET_BREAK) return k < FIRST_BACKSLASH ? '\n' : ' \\\n';
  const group = [COLUMN_0_1, PREVIOUS_LEVEL_1, OWN_STEP_1, LINES_1].find((first) => k >= first)!;
  return '\n'.repeat(k - group + 1);
});

function countBreaks(text: string): number {
  let count = 0;
  for (let k = 0; k < text.length; k++) if (text.charCodeAt(k) === 10) count++;
  return count;
}
