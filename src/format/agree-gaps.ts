import { NONE, SPACE } from '../model/layout-classes.js';
import { LayoutWalker } from '../model/layout-walker.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { COMMENT, GapRole, isClause } from '../tokenize/index.js';
import { editClass } from './confidence.js';
import type { EditClass } from './edit-classes.js';
import { mostProbableText, staysAsItIs } from './most-probable-text.js';
import { isBinaryOperator } from './operator-gaps.js';
import type { Pins } from './pins.js';

/**
 * What gaps have to agree on that are decided one by one: the lines of a bracket, the sides of an operator, what shares
 * a line. Gaps that are decided as a group are the matter of `groups/`.
 */

/** Edits that move lines within brackets. */
export const ARRANGING: ReadonlySet<EditClass> = new Set<EditClass>(['break', 'join', 'continuation']);

/**
 * Per opening bracket: the least share among the changes that the model would make to the lines in it; 1 without any.
 */
export function bracketAgreement(
  context: SourceContext,
  observed: ObservedLayout,
  probabilities: Float32Array,
): Float32Array {
  const { structured, ancestry } = context;
  const { source, structure } = structured;
  const least = new Float32Array(source.tokenCount).fill(1);
  let last = source.tokenCount - 1;
  while (last >= 0 && (structure.openBracket[last] < 0 || staysAsItIs(observed, probabilities, last))) last--;
  if (last < 0) return least;
  const walker = new LayoutWalker(
    structured, ancestry, { gaps: observed.gaps, blocks: observed.blocks }, observed.blocks, observed.unit,
    observed.hang,
  );
  for (let i = 0; i <= last; i++) {
    const kept = observed.gaps[i];
    const open = structure.openBracket[i];
    if (open >= 0 && !staysAsItIs(observed, probabilities, i)) {
      const role = structure.role[i] as GapRole;
      const best = mostProbableText(walker, probabilities, { gap: i, role, kept });
      if (best.text !== kept && ARRANGING.has(editClass(role, kept, best.text))) {
        least[open] = Math.min(least[open], best.share);
      }
    }
    walker.advance(i, kept);
  }
  return least;
}

export const isInlineText = (text: string): boolean => !text.includes('\n');

/** True for an operator between operands that has no comment beside it. */
export function standsBetween(context: SourceContext, i: number): boolean {
  const { role } = context.structured.structure;
  const isWithinLine = (gap: number): boolean =>
    role[gap] === (GapRole.Line as number) || role[gap] === (GapRole.Bracket as number);
  return i + 1 < context.structured.source.tokenCount && isWithinLine(i) && isWithinLine(i + 1) &&
    isBinaryOperator(context, i);
}

/**
 * The right side of an operator whose left side was decided alone: where one of them changes within the line, they
 * become alike.
 */
export function likeLeftSide(
  walker: LayoutWalker, i: number,
  { left, wasLeft, kept, text }: { left: string; wasLeft: string; kept: string; text: string },
): string {
  if (![left, kept, text].every(isInlineText) || (left === '') === (text === '') ||
    (left === wasLeft && text === kept)) return text;
  const like = left === '' ? '' : ' ';
  return walker.isLegal(i, like === '' ? NONE : SPACE) ? like : text;
}

/**
 * True when a line break between the statements of the block that starts at gap `i` has to stay, so that they cannot
 * share a line.
 */
export function holdsBoundBreak({ structured: {
  source, structure,
} }: SourceContext, gaps: readonly string[], pins: Pins, i: number): boolean {
  const last = source.tree.lastToken[structure.blockNode[i]];
  for (let k = i + 1; k <= last; k++) {
    if (structure.role[k] === (GapRole.AfterSemicolon as number) && (pins.gap[k] || pins.breaks[k]) &&
      gaps[k].includes('\n')) return true;
  }
  return false;
}

/**
 * Gaps before suites on the lines of their colons, where another clause of the same statement has its suite there, too:
 * their author meant it. In a wreck that takes all clauses, of which there are three or more.
 */
export function likeClauses(
  { structured: { source, structure }, blocks }: SourceContext, observed: ObservedLayout, isWreck = false,
): Set<number> {
  const { parent, kind } = source.tree;
  /** Per statement: its clauses, and the gaps before those of their suites that stand on the lines of their colons. */
  const statements = new Map<number, { clauses: number; gaps: number[] }>();
  for (const { node, gap } of blocks) {
    if (structure.role[gap] !== (GapRole.BlockStart as number)) continue;
    const owner = parent[node];
    const statement = isClause(kind[owner]) ? parent[owner] : owner;
    const known = statements.get(statement) ?? { clauses: 0, gaps: [] };
    known.clauses++;
    if (observed.lineBreaks[gap] === 0) known.gaps.push(gap);
    statements.set(statement, known);
  }
  return new Set([...statements.values()].flatMap(({ clauses, gaps }) =>
    (gaps.length > 1 && (!isWreck || (gaps.length > 2 && gaps.length === clauses)) ? gaps : [])));
}

/** Blank lines in a gap's text; below zero without a line break. */
export const blankLines = (text: string): number => text.split('\n').length - 2;

/** True where a text takes the blank lines out between two comments, each on lines of its own: they say two things. */
export function joinsComments({ structured }: SourceContext, i: number, kept: string, text: string): boolean {
  const { source: { kind }, structure: { role } } = structured;
  return i > 0 && role[i] === (GapRole.OwnLineComment as number) && kind[i - 1] === COMMENT &&
    role[i - 1] !== (GapRole.TrailingComment as number) && blankLines(kept) > 0 && blankLines(text) < 1;
}

/** True when `text` in gap `i` makes a line longer than every line of the input, as far as its other gaps stay. */
export function overflows({ structured: {
  source,
} }: SourceContext, observed: ObservedLayout, walker: LayoutWalker, i: number, text: string): boolean {
  const widest = observed.lineLengths.at(-1) ?? 0;
  let column = walker.currentColumn + text.length;
  for (let token = i; token < source.tokenCount; token++) {
    if (token > i && observed.lineBreaks[token] > 0) break;
    if (token > i) column += observed.gaps[token].length;
    const width = source.text.slice(source.start[token], source.end[token]).indexOf('\n');
    if (width >= 0) return column + width > widest;
    column += source.end[token] - source.start[token];
  }
  return column > widest;
}
