import { KEEP, COLUMNS, COLUMN_OF_CLASS, CLASSES_OF_ROLE } from '../../model/layout-classes.js';
import type { LayoutWalker } from '../../model/layout-walker.js';
import { COMMENT, GapRole, type StructuredSource } from '../../tokenize/index.js';
import { stays, type GroupInput, type Verdicts } from './verdict.js';

/**
 * Comment runs: comments on lines of their own with no blank line between. They stand at one
 * indentation, or stay where they are: the chances of each level are multiplied over the lines.
 */
export function findCommentRuns({ source, structure }: StructuredSource, gaps: readonly string[]): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  const close = (): void => {
    if (run.length >= 2) runs.push(run);
    run = [];
  };
  for (let i = 0; i < source.tokenCount; i++) {
    if (structure.role[i] !== (GapRole.OwnLineComment as number)) close();
    else {
      if (run.length > 0 && gaps[i].indexOf('\n') !== gaps[i].lastIndexOf('\n')) close();
      run.push(i);
    }
  }
  close();
  return runs;
}

/**
 * A comment that stands under one at the end of a line, in its column, goes on with what that says: it stays. What is
 * below it in that column does, too; and so does a comment that blanks put into the column of the next one at the end
 * of a line, above or below.
 */
export function keepContinuedComments({ context, observed, damage }: GroupInput, verdicts: Verdicts): void {
  const { source, structure } = context.structured;
  const { column } = observed.walker;
  let above = -1;
  /** Line breaks since the last comment at the end of a line, and its column. */
  let breaks = 0;
  let trailing = -1;
  let last = -1;
  const isPadded = (i: number): boolean => observed.gaps[i].length > 2 && damage === 0;
  for (let i = 1; i < source.tokenCount; i++) {
    breaks += observed.lineBreaks[i];
    if (source.kind[i] !== COMMENT) {
      above = -1;
      continue;
    }
    const isTrailing = structure.role[i] === (GapRole.TrailingComment as number);
    const isBelow = above >= 0 && observed.lineBreaks[i] === 1 && column[i] === above;
    const isNext = isTrailing && last >= 0 && breaks <= NEAR && column[i] === trailing;
    if (isBelow || (isNext && isPadded(i))) verdicts[i] ??= stays('comments');
    if (isNext && isPadded(last)) verdicts[last] ??= stays('comments');
    if (!isBelow) above = isTrailing ? column[i] : -1;
    if (isTrailing) [last, trailing, breaks] = [i, column[i], 0];
  }
}

/** Lines between two comments that one look takes in. */
const NEAR = 8;

const indentOf = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
const leadOf = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

/** Chances below this are taken for this, so that no single line has a veto by rounding. */
const LEAST = 1e-4;

/**
 * Decides the runs of a layout.
 *
 * @param walker renders comments on lines of their own, whose text does not depend on where it stands
 */
export function decideCommentRuns(input: GroupInput, walker: LayoutWalker, verdicts: Verdicts): void {
  const { context, observed, probabilities, pins, threshold, damage, judge } = input;
  for (const run of findCommentRuns(context.structured, observed.gaps)) {
    if (run.some((gap) => pins.gap[gap] || verdicts[gap] !== undefined)) continue;
    const kept = run.map((gap) => walker.render(gap, KEEP)!);
    // Damage takes blank lines away, and comments on two things then look like a run.
    if (damage > 0 && new Set(kept.map(indentOf)).size > 1) continue;
    if (damage === 0 && goesDown(run, kept.map(indentOf))) continue;
    const levels = run.map((gap, k) => chances(gap, kept[k]));
    const score = (of: (k: number) => string): number =>
      run.reduce((sum, _, k) => sum + Math.log(Math.max(LEAST, levels[k].get(of(k)) ?? 0)), 0);
    const stay = score((k) => indentOf(kept[k]));
    let best = -Infinity;
    let level = '';
    for (const candidate of new Set(levels.flatMap((known) => [...known.keys()]))) {
      const sum = score(() => candidate);
      if (sum > best) [best, level] = [sum, candidate];
    }
    const isThere = kept.every((text) => indentOf(text) === level);
    if (isThere) continue;
    const says = { share: 1 / (1 + Math.exp(stay - best)), mass: Math.exp(best / run.length) };
    const weight = judge.weigh(says, (file) => file.ofComments(run, kept.map(indentOf), level));
    const moves = (best > stay || judge.consistency !== null) && weight.certainty >= threshold('comment');
    const weighed = { ...weight, gaps: run, texts: kept.map((text) => leadOf(text) + level) };
    run.forEach((gap, k) => (verdicts[gap] = { group: 'comments', text: moves ? weighed.texts[k] : null, weighed }));
  }

  /** True where a run begins at the level of what stands before it and ends further out: it is about two things. */
  function goesDown(run: readonly number[], indents: readonly string[]): boolean {
    const before = context.structured.structure.previousCode[run[0] - 1];
    if (before < 0 || indents[0].length <= indents[indents.length - 1].length) return false;
    const isFalling = indents.every((indent, k) => k === 0 || indent.length <= indents[k - 1].length);
    return isFalling && indents[0] === indentOf(observed.gaps[context.lineFirst[before]]);
  }

  /** Probability of each indentation of a comment. */
  function chances(gap: number, kept: string): Map<string, number> {
    const found = new Map<string, number>();
    for (const candidate of CLASSES_OF_ROLE[GapRole.OwnLineComment]) {
      const text = candidate === KEEP ? kept : walker.render(gap, candidate);
      if (text === null) continue;
      const indent = indentOf(text);
      found.set(indent, (found.get(indent) ?? 0) + probabilities[gap * COLUMNS + COLUMN_OF_CLASS[candidate]]);
    }
    return found;
  }
}
