import {
  COMMA, GapRole, hasLineBreak, lastLineStart, nodeKind, pragmaGaps, isCloser, isOpener, type StructuredSource,
} from '../tokenize/index.js';
import type { BlockIndentation } from './block-indentation.js';

/**
 * A layout under mutation. Of a line break that starts a statement only the head is seen, because
 * the indentation after it is rendered from the block.
 */
export class LayoutDraft {
  readonly program: StructuredSource;
  readonly blocks: BlockIndentation;
  private readonly written: (string | undefined)[];
  private readonly protectedUpTo: number;
  /** Per gap: 1 where a pragma speaks of the line, so that its breaks are part of the meaning. */
  private readonly keepsBreaks: Uint8Array;

  constructor(program: StructuredSource, blocks: BlockIndentation) {
    this.program = program;
    this.blocks = blocks;
    this.written = new Array<string | undefined>(program.source.tokenCount + 1).fill(undefined);
    this.protectedUpTo = lastProtectedGap(program);
    this.keepsBreaks = pragmaGaps(program);
  }

  /** True for gaps that mutation leaves alone. */
  isFixed(i: number): boolean {
    if (i <= this.protectedUpTo) return true;
    const gap = this.program.source.gaps[i];
    if (gap === '' || gap === ' ') return false;
    if (gap.includes('\f')) return true;
    const role = this.program.structure.role[i] as GapRole;
    return role !== GapRole.Line && role !== GapRole.Bracket && gap.includes('\\');
  }

  read(i: number): string {
    const written = this.written[i];
    if (written !== undefined) return written;
    const text = this.carried(i);
    return this.startsStatement(i, text) ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  }

  /** Takes a text for gap `i`; not one that would break or join a line that a pragma speaks of. */
  write(i: number, text: string): void {
    if (this.keepsBreaks[i] && text.includes('\n') !== this.read(i).includes('\n')) return;
    this.written[i] = this.raised(i, text);
  }

  /** Indentation that the statement around gap `i` has in the mutant. */
  indentationAt(i: number): string {
    const { structure, source } = this.program;
    const code = Math.min(structure.nextCode[i], source.tokenCount - 1);
    const block = structure.blockNode[code];
    return block < 0 ? '' : this.blocks.after[block];
  }

  /** The texts of all gaps, with every block's indentation. */
  render(): string[] {
    const { source } = this.program;
    const gaps = source.gaps.slice();
    if (!this.blocks.isUnchanged) {
      for (let i = 0; i <= source.tokenCount; i++) gaps[i] = this.carried(i);
    }
    for (let i = 0; i <= source.tokenCount; i++) {
      const text = this.written[i];
      if (text === undefined) continue;
      gaps[i] = this.startsStatement(i, text) ? text + this.indentationAt(i) : text;
    }
    return gaps;
  }

  private startsStatement(i: number, text: string): boolean {
    const role = this.program.structure.role[i] as GapRole;
    if (role === GapRole.Statement) return true;
    return (role === GapRole.BlockStart || role === GapRole.AfterSemicolon) && text.includes('\n');
  }

  /** The source's gap, moved along with its block. */
  private carried(i: number): string {
    const { source, structure } = this.program;
    const gap = source.gaps[i];
    if (this.blocks.isUnchanged || gap === '' || gap === ' ' || !hasLineBreak(gap)) return gap;
    const { before, after, carriesBrackets } = this.blocks;
    const lineStart = lastLineStart(gap);
    const line = gap.slice(lineStart);
    switch (structure.role[i] as GapRole) {
      case GapRole.Statement:
      case GapRole.BlockStart:
      case GapRole.AfterSemicolon: {
        const block = structure.blockNode[i];
        return before[block] === after[block] ? gap : gap.slice(0, lineStart) + after[block];
      }
      case GapRole.OwnLineComment:
        return this.raised(i, gap.slice(0, lineStart) + this.carriedComment(i, line));
      case GapRole.Line:
      case GapRole.Bracket:
      case GapRole.BracketComment: {
        const block = structure.blockNode[Math.min(structure.nextCode[i], source.tokenCount - 1)];
        if (block < 0 || !carriesBrackets[block] || !line.startsWith(before[block])) return this.raised(i, gap);
        return this.raised(i, gap.slice(0, lineStart) + after[block] + line.slice(before[block].length));
      }
      default:
        return gap;
    }
  }

  /**
   * Moves a line inside brackets at least as far in as its block, and a comment between
   * decorators. Python does not mind, but tree-sitter-python ends the block at a shallower
   * line there, wherever no closing bracket may come.
   */
  private raised(i: number, text: string): string {
    const role = this.program.structure.role[i] as GapRole;
    if (role === GapRole.OwnLineComment) {
      if (!followsDecorator(this.program, i)) return text;
    } else {
      if (role !== GapRole.Bracket && role !== GapRole.BracketComment) return text;
      if (!hasLineBreak(text) || mayClose(this.program, i)) return text;
    }
    const base = this.indentationAt(i);
    const lineStart = lastLineStart(text);
    if (scannerWidth(text, lineStart) >= scannerWidth(base, 0)) return text;
    return text.slice(0, lineStart) + base;
  }

  /** A comment goes with the block, of those around its neighbours, that it was aligned to. */
  private carriedComment(i: number, line: string): string {
    const { source, structure } = this.program;
    const { before, after, outer } = this.blocks;
    for (const neighbour of [structure.nextCode[i], structure.previousCode[i]]) {
      if (neighbour < 0 || neighbour >= source.tokenCount) continue;
      for (let block = structure.blockNode[neighbour]; block >= 0; block = outer[block]) {
        if (before[block] === line) return after[block];
      }
    }
    return line;
  }
}

const LISTS = new Set(['argument_list', 'parameters', 'list', 'tuple', 'dictionary', 'set'].map(nodeKind));
/** Brackets that might also be empty. */
const GROUPS = new Set([
  ...LISTS,
  ...[
    'parenthesized_expression', 'generator_expression', 'list_comprehension', 'set_comprehension',
    'dictionary_comprehension',
  ].map(nodeKind),
]);

/** True where tree-sitter's parser would accept a closing bracket at gap `i`; errs towards false. */
function mayClose({ source, structure }: StructuredSource, i: number): boolean {
  const left = structure.previousCode[i - 1];
  const right = structure.nextCode[i];
  if (right < source.tokenCount && isCloser(source.kind[right])) return true;
  if (left < 0) return false;
  const around = source.tree.kind[source.parent[left]];
  if (isOpener(source.kind[left])) return GROUPS.has(around);
  return source.kind[left] === COMMA && LISTS.has(around);
}

/** True for a comment between a decorator and the next one, or what they decorate. */
function followsDecorator({ source: { tree, parent, tokenCount }, structure }: StructuredSource, i: number): boolean {
  const next = structure.nextCode[i];
  if (next >= tokenCount) return false;
  let node = parent[next];
  while (node > 0 && tree.firstToken[node] === next) node = tree.parent[node];
  return tree.kind[node] === DECORATED;
}
const DECORATED = nodeKind('decorated_definition');

/** Indentation as tree-sitter-python's scanner counts it: a tab is always 8. */
function scannerWidth(text: string, from: number): number {
  let width = 0;
  for (let at = from; at < text.length; at++) {
    const c = text.charCodeAt(at);
    width = c === 9 ? width + 8 : c === 12 ? 0 : width + 1;
  }
  return width;
}

/** Comments at the top of a file that mean something by the line they stand on. */
const PLACED_COMMENT = /^#!|coding[:=]/;

function lastProtectedGap({ source, structure }: StructuredSource): number {
  let last = -1;
  const firstCode = source.tokenCount > 0 ? structure.nextCode[0] : 0;
  for (let i = 0; i < firstCode; i++) {
    if (PLACED_COMMENT.test(source.text.slice(source.start[i], source.end[i]))) last = i;
  }
  return last;
}
