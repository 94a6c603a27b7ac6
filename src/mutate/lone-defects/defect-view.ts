import {
  CONVENTIONS, GapRole, gapConventions, gapPairs, hasLineBreak, lastLineStart, NODE_KINDS, tokenText,
  type Convention, type GapPair, type StructuredSource,
} from '../../tokenize/index.js';
import { commonUnit } from './common-unit.js';

/** What finding places for defects asks of a clean program. */
export class DefectView {
  readonly gaps: readonly string[];
  readonly count: number;
  readonly unit: string;
  readonly pairs: readonly GapPair[];
  /** Columns at which tokens begin, in UTF-16 units. */
  readonly column: Int32Array;
  /** Indentation of the line that a token stands on. */
  readonly indentation: readonly string[];
  private readonly conventions: ReturnType<typeof gapConventions>;

  constructor(readonly program: StructuredSource) {
    const { source } = program;
    this.gaps = source.gaps;
    this.count = source.tokenCount;
    this.unit = commonUnit(program);
    this.conventions = gapConventions(program);
    this.pairs = gapPairs(program, this.conventions);
    this.column = new Int32Array(this.count);
    const indentation: string[] = [];
    let line = '';
    const append = (text: string): void => {
      line = hasLineBreak(text) ? text.slice(lastLineStart(text)) : line + text;
    };
    for (let i = 0; i < this.count; i++) {
      append(this.gaps[i]);
      this.column[i] = line.length;
      indentation.push(/^[ \t]*/u.exec(line)![0]);
      append(tokenText(source, i));
    }
    this.indentation = indentation;
  }

  /** Text of a token; empty where there is none. */
  text(token: number): string {
    return token < 0 || token >= this.count ? '' : tokenText(this.program.source, token);
  }
  /** Name of the node that holds a token. */
  node(token: number): string {
    const { parent, tree } = this.program.source;
    return token < 0 || token >= this.count || parent[token] < 0 ? '' : NODE_KINDS[tree.kind[parent[token]]];
  }
  isComment(token: number): boolean {
    return this.text(token).startsWith('#');
  }
  role(gap: number): GapRole {
    return this.program.structure.role[gap] as GapRole;
  }
  /** True for a gap within a line of the source, between two tokens of code. */
  isInline(gap: number): boolean {
    if (gap <= 0 || gap >= this.count || this.isComment(gap) || this.isComment(gap - 1)) return false;
    return (this.role(gap) === GapRole.Line || this.role(gap) === GapRole.Bracket) && /^[ \t]*$/u.test(this.gaps[gap]);
  }
  convention(gap: number): Convention {
    return CONVENTIONS[this.conventions.convention[gap]];
  }
  pivot(gap: number): number {
    return this.conventions.pivot[gap];
  }
  /** Opening bracket around a gap; -1 outside. */
  opener(gap: number): number {
    return this.program.structure.openBracket[gap];
  }
  partner(token: number): number {
    return this.program.structure.partner[token];
  }
  /** Text of the last line of a gap: an indentation, where the gap breaks the line. */
  lineOf(gap: number): string {
    return this.gaps[gap].slice(lastLineStart(this.gaps[gap]));
  }
  /** Line breaks in a gap. */
  breaks(gap: number): number {
    return this.gaps[gap].split('\n').length - 1;
  }
  /** All gaps that satisfy a condition. */
  gapsWhere(test: (gap: number) => boolean): number[] {
    return Array.from({ length: this.count + 1 }, (_, i) => i).filter(test);
  }
  /** Opening brackets that satisfy a condition. */
  openersWhere(test: (open: number, close: number) => boolean): number[] {
    return this.gapsWhere((i) => i < this.count && this.partner(i) > i && test(i, this.partner(i)));
  }
  /** Broken gaps directly in a bracket, without the one before the closing bracket. */
  linesIn(open: number): number[] {
    return this.gapsWhere((i) =>
      i > open && i < this.partner(open) && this.opener(i) === open && !this.isComment(i) && !this.isComment(i - 1) &&
        hasLineBreak(this.gaps[i]));
  }
}
