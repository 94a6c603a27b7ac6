import { GapPosition, positionOf } from '../model/gap-position.js';
import { ownerKind } from '../model/statement-kinds.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole, nodeKind } from '../tokenize/index.js';

/**
 * Habits that a person would name, for the report alone: the formatter reads style counts,
 * which see far more. Each habit is a question with a few answers, counted over a project.
 */
export const HABITS = [
  'indentation', 'broken brackets', 'closing bracket', 'broken operators', 'after commas', 'inside brackets',
  'keyword arguments', 'before comments', 'between functions', 'between methods',
] as const;
export type Habit = (typeof HABITS)[number];

const FUNCTION = nodeKind('function_definition');
const CLASS = nodeKind('class_definition');
const DECORATED = nodeKind('decorated_definition');
const KEYWORD_ARGUMENT = nodeKind('keyword_argument');
const DEFINITIONS = new Set([FUNCTION, CLASS, DECORATED]);

/** Columns of the histogram of line lengths: what is beyond the largest usual limit. */
const HISTOGRAM_COLUMNS = 170;

export class HabitTally {
  private readonly answers = new Map<Habit, Map<string, number>>(HABITS.map((habit) => [habit, new Map()]));
  /** Lines by length, as far as the histogram goes. */
  private readonly lineLengths = new Float64Array(HISTOGRAM_COLUMNS + 1);
  private lines = 0;
  private longest = 0;

  private vote(habit: Habit, answer: string): void {
    const votes = this.answers.get(habit)!;
    votes.set(answer, (votes.get(answer) ?? 0) + 1);
  }

  /** Adds the habits of one file. */
  add(context: SourceContext, layout: ObservedLayout, unit: string | null): void {
    if (unit !== null) this.vote('indentation', unitName(unit));
    for (const length of layout.lineLengths) {
      if (length <= HISTOGRAM_COLUMNS) this.lineLengths[length]++;
      this.longest = Math.max(this.longest, length);
    }
    this.lines += layout.lineLengths.length;
    const { source, structure } = context.structured;
    for (let i = 1; i < source.tokenCount; i++) {
      const text = layout.gaps[i];
      const role = structure.role[i] as GapRole;
      const broken = layout.lineBreaks[i] > 0;
      if (role === GapRole.Bracket) this.addBracketGap(context, layout, i, text, broken);
      else if (role === GapRole.TrailingComment) {
        this.vote(
          'before comments',
          text === '  ' ? 'two spaces' : text === ' ' ? 'one space' : text === '' ? 'nothing' : 'more',
        );
      } else if (role === GapRole.Statement && structure.nextCode[i] === i && structure.previousCode[i - 1] === i - 1) {
        this.addStatementGap(context, layout, i);
      }
    }
  }

  private addBracketGap(
    context: SourceContext,
    layout: ObservedLayout,
    i: number,
    text: string,
    broken: boolean,
  ): void {
    const { source, structure } = context.structured;
    const position = positionOf(source.kind[i - 1], source.kind[i]);
    if (broken && position === GapPosition.BeforeOperator) this.vote('broken operators', 'break before');
    if (broken && position === GapPosition.AfterOperator) this.vote('broken operators', 'break after');
    if (!broken && position === GapPosition.AfterComma) this.vote('after commas', spaces(text));
    if (!broken && source.tree.kind[context.ancestry.node[i]] === KEYWORD_ARGUMENT) {
      this.vote('keyword arguments', text === '' ? 'name=value' : 'name = value');
    }
    const open = structure.openBracket[i];
    if (open !== i - 1) return;
    const close = structure.partner[open];
    if (close === i) return;
    if (!broken) this.vote('inside brackets', spaces(text));
    let first = -1;
    for (let g = i; g <= close && first < 0; g++) {
      if (structure.openBracket[g] === open && layout.lineBreaks[g] > 0) first = g;
    }
    if (first < 0) return;
    if (first === close) return;
    const aligned = (layout.anchorBits[first] & 3) !== 0;
    this.vote(
      'broken brackets', broken ? 'hanging' : aligned ? 'aligned with the first element' : 'otherwise indented',
    );
    if (broken) {
      this.vote('closing bracket', layout.lineBreaks[close] > 0 ? 'on a line of its own' : 'after the last element');
    }
  }

  private addStatementGap(context: SourceContext, layout: ObservedLayout, i: number): void {
    const { structure } = context.structured;
    const previous = context.previousSibling[i];
    if (previous < 0 || layout.lineBreaks[i] === 0) return;
    const next = context.lineKind[i];
    if (!DEFINITIONS.has(next) || !DEFINITIONS.has(context.lineKind[previous])) return;
    const blanks = layout.lineBreaks[i] - 1;
    const answer = `${blanks} blank line${blanks === 1 ? '' : 's'}`;
    if (structure.blockDepth[i] === 0) this.vote('between functions', answer);
    else if (ownerKind(context, i) === CLASS) this.vote('between methods', answer);
  }

  /** Answers of a habit, most frequent first. */
  of(habit: Habit): { answer: string; share: number; count: number }[] {
    const votes = [...this.answers.get(habit)!];
    const total = votes.reduce((sum, [, count]) => sum + count, 0);
    return votes
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([answer, count]) => ({ answer, share: count / total, count }));
  }

  /** Lines by length, and how many are longer than the histogram goes. */
  lengthHistogram(): { readonly columns: readonly number[]; readonly longer: number } {
    const columns = [...this.lineLengths];
    return { columns, longer: this.lines - columns.reduce((sum, count) => sum + count, 0) };
  }

  /** The line length that the project seems to keep to, and how many of its lines do; null without lines. */
  lineLimit(): { columns: number; withinShare: number; longest: number } | null {
    if (this.lines === 0) return null;
    const within = (columns: number): number =>
      this.lineLengths.subarray(0, columns + 1).reduce((sum, count) => sum + count, 0) / this.lines;
    const { longest } = this;
    const columns = USUAL_LIMITS.find((limit) => within(limit) >= KEPT);
    return columns === undefined
      ? { columns: longest, withinShare: 1, longest }
      : { columns, withinShare: within(columns), longest };
  }
}

const USUAL_LIMITS = [60, 72, 79, 80, 88, 90, 95, 99, 100, 110, 119, 120, 130, 132, 140, 150, 160];
/** Share of lines within a limit at which the project is said to keep it. */
const KEPT = 0.99;

const spaces = (text: string): string => (text === '' ? 'no space' : text === ' ' ? 'one space' : 'more');

/** "4 spaces", "tabs". */
export function unitName(unit: string): string {
  if (unit === '\t') return 'tabs';
  return /^ +$/u.test(unit) ? `${unit.length} space${unit.length === 1 ? '' : 's'}` : 'a mixture of tabs and spaces';
}
