import {
  FLOAT, INTEGER, STRING, GapRole, hasLineBreak, lastLineStart, needsSeparatorAt, type StructuredSource,
} from '../tokenize/index.js';
import type { BlockIndents } from './block-indents.js';
import type { GapAncestry } from './gap-ancestry.js';
import { Anchor, CLASSES_OF_ROLE, CLASS_COUNT, CLASS_ROWS, KEEP, NONE, breaks } from './layout-classes.js';

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
  isLegal(i: number, classIndex: number): boolean {
    const { structure, source } = this.structured;
    if (classIndex === KEEP) return true;
    const role = structure.role[i] as GapRole;
    if (!breaks(classIndex)) {
      if (structure.mustBreak[i]) return false;
      if (role === GapRole.BlockStart) return structure.mayInline[i] === 1;
      if (classIndex === NONE && role !== GapRole.TrailingComment && i > 0) {
        const { kind, start, end } = source;
        const isNumber = kind[i - 1] === INTEGER || kind[i - 1] === FLOAT;
        return !needsSeparatorAt(source.text, { start: start[i - 1], end: end[i - 1], next: start[i], isNumber });
      }
    }
    if (role === GapRole.FileEnd) return hasLineBreak(this.input.gaps[i]);
    return true;
  }

  /** Marks in `mask` (`[classes]` from `at` on) the classes of the gap's role that `isLegal` allows. */
  markLegal(i: number, mask: Uint8Array, at: number): void {
    const role = this.structured.structure.role[i];
    mask.set(MASK_OF_ROLE[role], at);
    for (const candidate of CONDITIONAL_OF_ROLE[role]) if (!this.isLegal(i, candidate)) mask[at + candidate] = 0;
  }

  /** Text of a class in gap `i`, with LF line ends; null where it has no meaning. */
  render(i: number, classIndex: number): string | null {
    const lead = LEADS[classIndex];
    if (lead === null) return this.renderKeep(i);
    const rest = this.measure(i, ANCHORS[classIndex], STEPS[classIndex]);
    return rest === null ? null : lead + rest;
  }

  /** Marks in `mask` (`[classes]`, cleared by the caller) every legal class that renders `text`. */
  match(i: number, text: string, mask: Uint8Array): void {
    const lead = text.slice(0, text.lastIndexOf('\n') + 1);
    const own = text.slice(lead.length);
    this.wantedIndent = lead === '' ? -1 : own.length;
    const classes = CLASSES_OF_ROLE[this.structured.structure.role[i]];
    for (let c = 0; c < classes.length; c++) {
      const candidate = classes[c];
      if (candidate === KEEP) {
        if (this.renderKeep(i) === text) mask[KEEP] = 1;
        continue;
      }
      // As `render` has it, without joining what need not be.
      if (LEADS[candidate] !== lead || !this.isLegal(i, candidate)) continue;
      if (this.measure(i, ANCHORS[candidate], STEPS[candidate]) === own) mask[candidate] = 1;
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

  /**
   * The blanks that lead from the last line break of gap `i`, or the token to its left, to where a class puts the next
   * token.
   */
  private measure(i: number, anchor: Anchor, steps: number): string | null {
    const opener = this.structured.structure.openBracket[i];
    switch (anchor) {
      case Anchor.LeftToken:
        return BLANKS[steps];
      case Anchor.CommentAbove: {
        const width = this.commentColumn + steps - this.endColumn;
        return width > 0 && this.line - this.commentLine <= 2 ? blanks(width) : null;
      }
      case Anchor.Block:
      case Anchor.BlockWithOwnStep:
        // Which step a block has is settled for all its gaps, before any of them is rendered.
        return this.levelIndent(i);
      case Anchor.PreviousBlock:
        return this.previousLevelIndent(i);
      case Anchor.Margin:
        return '';
      case Anchor.Bracket:
        return opener < 0 ? null : this.toColumn(opener, steps);
      case Anchor.OuterBracket: {
        const outer = opener < 0 ? -1 : this.structured.structure.openBracket[opener];
        return outer < 0 ? null : this.toColumn(outer, steps);
      }
      case Anchor.FirstElement:
        return opener < 0 || opener + 1 >= i ? null : this.toColumn(opener + 1, steps);
      case Anchor.OpenerLine:
        return opener < 0 ? null : this.indented(this.lineIndent[opener], steps);
      case Anchor.OpenerLineHanging:
        return opener < 0 ? null : this.indented(this.lineIndent[opener] + this.hang, steps);
      case Anchor.Statement:
        return this.indented(this.statementIndent, steps);
      case Anchor.PreviousLine:
        return this.indented(this.indent, steps);
      case Anchor.Sibling:
        return this.toToken(this.ancestry.siblingToken[i], i, steps);
      case Anchor.Ancestor1:
        return this.toToken(this.ancestry.ancestorToken(i, 0), i, steps);
      case Anchor.Ancestor2:
        return this.toToken(this.ancestry.ancestorToken(i, 1), i, steps);
      case Anchor.Ancestor3:
        return this.toToken(this.ancestry.ancestorToken(i, 2), i, steps);
      case Anchor.Input:
        return null;
    }
  }

  /** An indentation and so many units more, or less; null where it has not as many. */
  private indented(from: string, steps: number): string | null {
    if (steps === 0) return from;
    if (steps > 0) {
      const isOther = this.wantedIndent >= 0 && from.length + steps * this.unit.length !== this.wantedIndent;
      return isOther ? null : from + this.unit.repeat(steps);
    }
    const less = this.unit.repeat(-steps);
    return from.endsWith(less) ? from.slice(0, -less.length) : null;
  }

  private toToken(token: number, before: number, offset: number): string | null {
    return token < 0 || token >= before ? null : this.toColumn(token, offset);
  }

  /** Whitespace that leads to a token's column plus an offset: its line's own, then spaces. */
  private toColumn(token: number, offset: number): string | null {
    const lead = this.lineIndent[token];
    if (this.wantedIndent >= 0 && Math.max(lead.length, this.column[token] + offset) !== this.wantedIndent) return null;
    return lead + blanks(Math.max(0, this.column[token] + offset - lead.length));
  }
}

/** Per class, from its row. */
const LEADS = CLASS_ROWS.map(({ lead }) => lead);
const ANCHORS = Uint8Array.from(CLASS_ROWS, ({ anchor }) => anchor);
const STEPS = Int8Array.from(CLASS_ROWS, ({ steps }) => steps);
/** Blanks by their number, up to what most lines begin with. */
const BLANKS = Array.from({ length: 121 }, (_, count) => ' '.repeat(count));
const blanks = (count: number): string => (count < BLANKS.length ? BLANKS[count] : ' '.repeat(count));

/** Per role: 1 for its classes; and those of them that `isLegal` may refuse. */
const MASK_OF_ROLE = CLASSES_OF_ROLE.map((classes) =>
  Uint8Array.from({ length: CLASS_COUNT }, (_, k) => (classes.includes(k) ? 1 : 0)),
);
const CONDITIONAL_OF_ROLE = CLASSES_OF_ROLE.map((classes, role) =>
  classes.filter((k) => k !== KEEP && (role === GapRole.FileEnd || !breaks(k))),
);

function countBreaks(text: string): number {
  let count = 0;
  for (let k = 0; k < text.length; k++) if (text.charCodeAt(k) === 10) count++;
  return count;
}
