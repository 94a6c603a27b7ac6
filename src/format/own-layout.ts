import { Arrangement, ARRANGEMENTS, NO_ARRANGEMENT } from '../model/bracket-arrangement.js';
import { countLayout } from '../model/count-layout.js';
import { mayHoldBlankLines } from '../model/features/buckets.js';
import { visualColumns } from '../model/layout-widths.js';
import { lineLimit } from '../model/line-limit.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { COLON, GapRole, tokenKind } from '../tokenize/index.js';
import { groupedGaps } from './groups/decide-groups.js';
import { isBehindDefinition } from './author-lines.js';
import { areStrict, isLongText, shortRows, type BracketRules } from './bracket-rules.js';

/**
 * A source that is laid out anew may be one of the project's own, or follow its style in all but one respect. What the
 * project's files admit is evidence: it stays, the more the less the source deviates in that respect elsewhere.
 */

/** A gap that the project decides, as the network last saw it. */
export interface JudgedGap {
  readonly gap: number;
  /** What was chosen, and what stands for leaving the gap as it is. */
  readonly text: string;
  readonly kept: string;
  /** What the network gives to either. */
  readonly chosen: number;
  readonly stays: number;
}

/** What a source is compared with its project in, each by itself. */
const enum Aspect { Brackets, BlankLines, Spaces, Comments }
const ASPECTS = [Aspect.Brackets, Aspect.BlankLines, Aspect.Spaces, Aspect.Comments];

/**
 * Share of the new layout against the input's that is needed in a source of the project's style, where its brackets are
 * laid out by hand, in lists of many rows, and in all else, and in a source of another style.
 */
const NEEDED = { ownByHand: 0.99, inRows: 0.999, own: 0.97, byRules: 0.9, foreign: 0.5 };
/** What is needed behind a definition, in projects that a formatter keeps: formatters of late leave no choice there. */
const FORMATTERS_ODDS = Math.log(0.8 / 0.2);
/** Lists in rows, from which on a source is laid out by hand throughout. */
const MANY_ROWS = 3;
const NO_ROWS: ReturnType<typeof shortRows> = new Map();
/** Differences, in what the network expects of the project's own files, that say nothing, and that say all. */
const EXPECTED = 1.5;
const FOREIGN = 4;
/** Differences that no source is blamed for. */
const SLIPS = 2;
/**
 * Share of the breaks in brackets that differ from which on they are somebody else's, and how far beyond it they surely
 * are: where brackets always hang, and where people lay them out, who differ among themselves.
 */
const STRICT = { from: 0.04, range: 0.1 };
const HAND_LAID = { from: 0.7, range: 0.2 };
/** The same of statements whose breaks differ where the network is sure, in projects laid out by hand. */
const STATEMENTS = { from: 0.65, range: 0.05 };
const SURE_LOG_ODDS = 1.7;
/** Share of the gaps of a source that hold something, below which breaks that would change are rather its author's. */
const FEW_BREAKS = 0.02;
/** Trust in a source's limit that it keeps to, and columns from which on it is another than the project's. */
const LIMIT_KEPT = { foreign: 2, own: 3 };
const OTHER_LIMIT = 7;
/** Lines between the two that show it. */
const LEAST_BETWEEN = 2;
/** Beside no chance at all. */
const LEAST_CHANCE = 1e-4;
const SUBSCRIPT = tokenKind('[');
const OPENERS = new Set([tokenKind('('), SUBSCRIPT, tokenKind('{')]);
/** Brackets that open side by side, in the rest of a source, from which on they are usual there. */
const USUAL_HUGS = 3;

/** What is known of a source that is compared with its project. */
export interface Comparison {
  readonly context: SourceContext;
  readonly input: ObservedLayout;
  readonly rules: BracketRules;
  /** Per token: its column in the new layout. */
  readonly column: Int32Array;
  /** Whether a rule has changed what the network would have made of a statement. */
  readonly isMended: (line: number) => boolean;
  /** Whether the input's lines of a statement are such as the project could hold. */
  readonly isAdmitted: (line: number) => boolean;
}

/** The gaps that stay as they are. The line breaks of a statement stay or go together, everything else alone. */
export function ownGaps(comparison: Comparison, judged: readonly JudgedGap[], leavesFew = false): number[] {
  const { context, isAdmitted } = comparison;
  const { role } = context.structured.structure;
  const pairOf = pairGroups(context);
  const aspectOf = (judgedGap: JudgedGap): Aspect =>
    mayHoldBlankLines(role[judgedGap.gap]) ? Aspect.BlankLines
    : isBreak(judgedGap) ? Aspect.Brackets
    : role[judgedGap.gap] === (GapRole.TrailingComment as number) ? Aspect.Comments : Aspect.Spaces;
  const { rules: { isStrict } } = comparison;
  const aligned = isStrict ? new Set<number>() : alignedComments(comparison);
  const rows = isStrict ? NO_ROWS : inputRows(comparison);
  const isSomebodyElses = areBracketsForeign(comparison, judged);
  return ASPECTS.flatMap((aspect) => {
    const all = judged.filter((gap) => aspectOf(gap) === aspect);
    const differing = all.filter(({ text, kept }) => text !== kept);
    if (differing.length === 0) return [];
    const foreign = isSomebodyElses ? 1 : foreignness(comparison, aspect, all);
    const own = neededOf(aspect, isStrict, rows.size);
    const needed = own + (NEEDED.foreign - own) * foreign;
    const odds = Math.log(needed / (1 - needed));
    if (aspect !== Aspect.Brackets) {
      return groupBy(differing, ({ gap }) => (aspect === Aspect.Spaces ? pairOf(gap) : gap))
        .flatMap(([, gaps]) => {
          const least = isStrict && isBehindDefinition(context, gaps[0].gap) ? Math.min(odds, FORMATTERS_ODDS) : odds;
          return meanLogOdds(gaps) < least || aligned.has(gaps[0].gap) ? gaps.map(({ gap }) => gap) : [];
        });
    }
    const isMeant = isStrict ? () => false : meantBreaks(comparison, foreign, rows);
    const areUsual = usualHugs(comparison, judged);
    const left = groupBy(differing, ({ gap }) => context.lineFirst[gap]).flatMap(([line, gaps]) => {
      const least = isStrict && breaksRules(comparison, line) ? 0 : odds;
      const isLeft = meanLogOdds(gaps) < least || isMeant(line, gaps) || areUsual(line) ||
        gaps.some(({ gap }) => holdsLongText(context, gap));
      const isOwn = isLeft && isAdmitted(line) && !(foreign === 1 && comparison.isMended(line));
      return isOwn ? gaps.map(({ gap }) => gap) : [];
    });
    const areAuthors = leavesFew && !isStrict && foreign < 1 && areFew(differing.length - left.length, judged);
    return areAuthors ? differing.map(({ gap }) => gap) : left;
  });
}

const isBreak = ({ text, kept }: JudgedGap): boolean => text.includes('\n') || kept.includes('\n');

/**
 * Whether the brackets of a source are surely somebody else's, in a project whose people lay them out: then nothing
 * that it does is a whim of the project's author.
 */
export function areBracketsForeign(comparison: Comparison, judged: readonly JudgedGap[]): boolean {
  const { context: { structured: { structure: { role } } }, rules: { isStrict } } = comparison;
  if (isStrict) return false;
  const breaks = judged.filter((gap) => !mayHoldBlankLines(role[gap.gap]) && isBreak(gap));
  return breaks.some(({ text, kept }) => text !== kept) && foreignness(comparison, Aspect.Brackets, breaks) === 1;
}

/** True where that many breaks in brackets, of all that a source has, are no more than its author's whims. */
const areFew = (breaks: number, judged: readonly JudgedGap[]): boolean =>
  breaks < FEW_BREAKS * judged.reduce((sum, { text, kept }) => sum + (text === '' && kept === '' ? 0 : 1), 0);

/** Lists of the input in rows, see `shortRows`. */
function inputRows({ context, input, rules: { usual } }: Comparison): ReturnType<typeof shortRows> {
  return shortRows(context, {
    usual, column: visualColumns(input.walker), isBroken: (gap) => input.lineBreaks[gap] > 0,
  });
}

/** Gaps before comments at the ends of lines that follow each other, which somebody put below each other. */
function alignedComments({ context, input }: Comparison): Set<number> {
  const { role } = context.structured.structure;
  const column = visualColumns(input.walker);
  const aligned = new Set<number>();
  let line = 0;
  let above: { readonly gap: number; readonly line: number } | null = null;
  for (let gap = 0; gap < role.length; gap++) {
    line += input.lineBreaks[gap];
    if (role[gap] !== (GapRole.TrailingComment as number)) continue;
    if (above !== null && above.line + 1 === line && column[gap] === column[above.gap] &&
      input.gaps[gap].length !== input.gaps[above.gap].length) {
      aligned.add(gap).add(above.gap);
    }
    above = { gap, line };
  }
  return aligned;
}

/**
 * Share that is needed in a source of the project's style; a formatter that follows rules leaves no space to its
 * author.
 */
function neededOf(aspect: Aspect, isStrict: boolean, rows: number): number {
  if (!isStrict) return aspect !== Aspect.Brackets ? NEEDED.own : rows >= MANY_ROWS ? NEEDED.inRows : NEEDED.ownByHand;
  return aspect === Aspect.Spaces ? NEEDED.byRules : aspect === Aspect.Comments ? NEEDED.foreign : NEEDED.own;
}

/** Column at which the longest line of a statement ends, by the columns of its tokens. */
export function widest({ lineLast, structured }: SourceContext, line: number, column: Int32Array): number {
  const { start, end } = structured.source;
  let most = 0;
  for (let i = line; i <= lineLast[line]; i++) {
    if (!isLongText(structured, i)) most = Math.max(most, column[i] + end[i] - start[i]);
  }
  return most;
}

/** Formatters of one name, a year apart, treat texts of several lines in brackets in different ways. */
function holdsLongText({ structured }: SourceContext, gap: number): boolean {
  const { openBracket, partner } = structured.structure;
  const open = openBracket[gap];
  for (let i = open + 1; open >= 0 && i < partner[open]; i++) if (isLongText(structured, i)) return true;
  return false;
}

/** True where a statement of the input has a bracket as no formatter that follows rules leaves it. */
function breaksRules({ context, input: { arrangement } }: Comparison, line: number): boolean {
  return arrangement.subarray(line, context.lineLast[line] + 1).some((arranged) =>
    arranged !== NO_ARRANGEMENT && arranged !== Arrangement.Hanging && arranged !== Arrangement.Exploded);
}

/**
 * Whether the breaks of a statement in a source laid out by hand are meant, whatever the project mostly does. Lists in
 * rows are: some elements begin a line that would have fitted on the one before, while others share one, as no
 * formatter leaves them. In a source that deviates nowhere else, so is a line within the limit that it keeps to itself.
 */
function meantBreaks(
  comparison: Comparison, foreign: number, rows: ReturnType<typeof shortRows>,
): (line: number, gaps: readonly JudgedGap[]) => boolean {
  const { context, column } = comparison;
  const { openBracket } = context.structured.structure;
  const limit = foreign === 0 ? limitKept(comparison, LIMIT_KEPT.own)?.column ?? Infinity : Infinity;
  return (line, gaps) =>
    (foreign < 1 && gaps.some(({ gap }) => rows.has(openBracket[gap]))) || widest(context, line, column) > limit;
}

/**
 * Whether a statement holds two brackets that open side by side at a line's end, as the rest of the source, beside what
 * is judged, has them too; never where all of it is judged.
 */
function usualHugs(
  { context, input: { lineBreaks, gaps } }: Comparison, judged: readonly JudgedGap[],
): (line: number) => boolean {
  const { lineFirst, structured: { source: { kind } } } = context;
  const own = new Set(judged.map(({ gap }) => gap));
  const lines = new Set<number>();
  let others = 0;
  for (let i = 2; i < kind.length; i++) {
    if (lineBreaks[i] === 0 || gaps[i - 1] !== '' || !OPENERS.has(kind[i - 1]) || !OPENERS.has(kind[i - 2])) continue;
    if (own.has(i)) lines.add(lineFirst[i]);
    else others++;
  }
  return (line) => others >= USUAL_HUGS && lines.has(line);
}

const logOdds = ({ chosen, stays }: JudgedGap): number => Math.log((chosen + LEAST_CHANCE) / (stays + LEAST_CHANCE));

const meanLogOdds = (gaps: readonly JudgedGap[]): number =>
  gaps.reduce((sum, gap) => sum + logOdds(gap), 0) / gaps.length;

/**
 * What stands for the gaps whose spaces go together (around the colons of one slice, both sides of an operator, both
 * pads of a bracket); any other gap for itself.
 */
function pairGroups({ structured }: SourceContext): (gap: number) => number {
  const { source: { kind }, structure: { openBracket } } = structured;
  const lefts = new Map(groupedGaps(structured).pairs.map(({ left, right }) => [right, left]));
  return (gap) => {
    const open = openBracket[gap] ?? -1;
    const isSlice = open >= 0 && kind[open] === SUBSCRIPT && (kind[gap] === COLON || kind[gap - 1] === COLON);
    return isSlice ? -1 - open : lefts.get(gap) ?? gap;
  };
}

function groupBy(gaps: readonly JudgedGap[], keyOf: (gap: JudgedGap) => number): [number, JudgedGap[]][] {
  const groups = new Map<number, JudgedGap[]>();
  for (const gap of gaps) {
    const key = keyOf(gap);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [gap]);
    else known.push(gap);
  }
  return [...groups];
}

const clamp = (value: number): number => Math.max(0, Math.min(1, value));

/** 0 for a source that deviates in an aspect no more than its project's own files do, 1 for somebody else's. */
function foreignness(comparison: Comparison, aspect: Aspect, all: readonly JudgedGap[]): number {
  const { input, rules: { isStrict } } = comparison;
  const differing = all.reduce((sum, { text, kept }) => sum + (text === kept ? 0 : 1), 0);
  const expected = all.reduce((sum, { chosen }) => sum + 1 - chosen, 0);
  if (aspect !== Aspect.Brackets) {
    return clamp((differing - SLIPS - EXPECTED * expected) / ((FOREIGN - EXPECTED) * expected + SLIPS));
  }
  // A formatter's hand shows in what it never does.
  if (!isStrict && (areAllHanging(input, all) || keepsAnotherLimit(comparison))) return 1;
  const { from, range } = isStrict ? STRICT : HAND_LAID;
  const least = isStrict ? Math.max(from, EXPECTED * expected / all.length) : from;
  const byBreaks = clamp(((differing - SLIPS) / all.length - least) / range);
  if (isStrict) return byBreaks;
  const statements = groupBy(all, ({ gap }) => comparison.context.lineFirst[gap]);
  const sure = statements.filter(([, gaps]) => {
    const changed = gaps.filter(({ text, kept }) => text !== kept);
    return changed.length > 0 && meanLogOdds(changed) > SURE_LOG_ODDS;
  });
  return Math.max(byBreaks, clamp(((sure.length - SLIPS) / statements.length - STATEMENTS.from) / STATEMENTS.range));
}

/** The limit that the source keeps to, if with so few exceptions; null where it shows none. */
function limitKept(
  { context, input }: Comparison, leastTrust: number,
): { readonly column: number; readonly counts: StyleCounts } | null {
  const counts = new StyleCounts();
  countLayout(context, input, counts);
  const { column, trust } = lineLimit(counts);
  return trust > 0 && trust <= leastTrust ? { column, counts } : null;
}

/** True where the source keeps to a limit, as formatters do, that is clearly not the project's. */
function keepsAnotherLimit(comparison: Comparison): boolean {
  const { limit } = comparison.rules;
  const kept = limit === Infinity ? null : limitKept(comparison, LIMIT_KEPT.foreign);
  if (kept === null || Math.abs(kept.column - limit) < OTHER_LIMIT) return false;
  const { column, counts } = kept;
  const sum = (counted: Float32Array): number => counted.reduce((total, count) => total + count, 0);
  // Brackets split that the project would have left whole, or lines that it would have split.
  return column < limit
    ? sum(counts.splitColumns.subarray(column + 1, limit + 1)) >= LEAST_BETWEEN
    : sum(counts.wholeColumns.subarray(limit + 1)) >= LEAST_BETWEEN;
}

/** True where all of the broken brackets among the gaps hang, and they are enough to tell. */
function areAllHanging(input: ObservedLayout, gaps: readonly JudgedGap[]): boolean {
  const arranged = new Float32Array(ARRANGEMENTS);
  for (const { gap } of gaps) {
    const kind = gap > 0 ? input.arrangement[gap - 1] : NO_ARRANGEMENT;
    if (kind !== NO_ARRANGEMENT) arranged[kind]++;
  }
  return areStrict(arranged);
}
