import { ARRANGEMENTS, NO_ARRANGEMENT } from '../model/bracket-arrangement.js';
import { mayHoldBlankLines } from '../model/features/buckets.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { areStrict, isLongText, type BracketRules } from './bracket-rules.js';

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
const enum Aspect { Brackets, BlankLines, Spaces }
const ASPECTS = [Aspect.Brackets, Aspect.BlankLines, Aspect.Spaces];

/**
 * Share of the new layout against the input's that is needed in a source of the project's style, where its brackets are
 * laid out by hand and in all else, and in a source of another style.
 */
const NEEDED = { ownByHand: 0.85, own: 0.97, foreign: 0.5 };
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
/** Beside no chance at all. */
const LEAST_CHANCE = 1e-4;

/** What is known of a source that is compared with its project. */
export interface Comparison {
  readonly context: SourceContext;
  readonly input: ObservedLayout;
  readonly rules: BracketRules;
  /** Whether the input's lines of a statement are such as the project could hold. */
  readonly isAdmitted: (line: number) => boolean;
}

/** The gaps that stay as they are. The line breaks of a statement stay or go together, everything else alone. */
export function ownGaps(comparison: Comparison, judged: readonly JudgedGap[]): number[] {
  const { context, isAdmitted } = comparison;
  const { role } = context.structured.structure;
  const aspectOf = ({ gap, text, kept }: JudgedGap): Aspect =>
    mayHoldBlankLines(role[gap]) ? Aspect.BlankLines
    : text.includes('\n') || kept.includes('\n') ? Aspect.Brackets : Aspect.Spaces;
  return ASPECTS.flatMap((aspect) => {
    const all = judged.filter((gap) => aspectOf(gap) === aspect);
    const differing = all.filter(({ text, kept }) => text !== kept);
    if (differing.length === 0) return [];
    const foreign = foreignness(comparison, aspect, all, differing.length);
    const own = aspect === Aspect.Brackets && !comparison.rules.isStrict ? NEEDED.ownByHand : NEEDED.own;
    const needed = own + (NEEDED.foreign - own) * foreign;
    const odds = Math.log(needed / (1 - needed));
    if (aspect !== Aspect.Brackets) return differing.filter((gap) => logOdds(gap) < odds).map(({ gap }) => gap);
    const statements = new Map<number, JudgedGap[]>();
    for (const gap of differing) {
      const line = context.lineFirst[gap.gap];
      const known = statements.get(line);
      if (known === undefined) statements.set(line, [gap]);
      else known.push(gap);
    }
    return [...statements].flatMap(([line, gaps]) => {
      const mean = gaps.reduce((sum, gap) => sum + logOdds(gap), 0) / gaps.length;
      return (mean < odds || holdsLongText(context, line)) && isAdmitted(line) ? gaps.map(({ gap }) => gap) : [];
    });
  });
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
function holdsLongText({ lineLast, structured }: SourceContext, line: number): boolean {
  for (let i = line; i <= lineLast[line]; i++) if (isLongText(structured, i)) return true;
  return false;
}

const logOdds = ({ chosen, stays }: JudgedGap): number => Math.log((chosen + LEAST_CHANCE) / (stays + LEAST_CHANCE));

const clamp = (value: number): number => Math.max(0, Math.min(1, value));

/** 0 for a source that deviates in an aspect no more than its project's own files do, 1 for somebody else's. */
function foreignness(
  { input, rules: { isStrict } }: Comparison, aspect: Aspect, all: readonly JudgedGap[], differing: number,
): number {
  const expected = all.reduce((sum, { chosen }) => sum + 1 - chosen, 0);
  if (aspect !== Aspect.Brackets) {
    return clamp((differing - SLIPS - EXPECTED * expected) / ((FOREIGN - EXPECTED) * expected + SLIPS));
  }
  // A formatter's hand shows in what it never does.
  if (!isStrict && areAllHanging(input, all)) return 1;
  const { from, range } = isStrict ? STRICT : HAND_LAID;
  const least = isStrict ? Math.max(from, EXPECTED * expected / all.length) : from;
  return clamp(((differing - SLIPS) / all.length - least) / range);
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
