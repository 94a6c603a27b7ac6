import { COLUMNS, KEEP, NONE, SPACE, TWO_SPACES } from '../../model/layout-classes.js';
import { COMMENT, GapRole } from '../../tokenize/index.js';
import { massOf } from './pairs.js';
import type { GroupInput } from './verdict.js';

/** The lines of a spoilt file as the network would have them, without columns. */
export interface ExpectedLines {
  /** Per token: 1 where it starts a line, or does in the layout at hand. */
  readonly starts: Uint8Array;
  /** Per gap: blanks that it would hold within a line. */
  readonly blanks: Uint8Array;
  /** Where each token would begin were the file one line with those blanks. */
  readonly place: Float64Array;
  /** Blanks before a comment at the end of a line: one or two. */
  readonly commentLead: number;
}

/** Stands for the width of a token of several lines: no column is as far to the right. */
export const MANY_LINES = 1e6;

/** Gaps between the same symbols, and the share of them that are alike, that say how one is filled. */
const SOME = 4;
const MOST = 0.75;

/** Reads them off the probabilities; linear in tokens. */
export function expectedLines(
  { context, observed, probabilities }: Pick<GroupInput, 'context' | 'observed' | 'probabilities'>,
): ExpectedLines {
  const { source, structure } = context.structured;
  const { tokenCount, start, end, kind } = source;
  const starts = new Uint8Array(tokenCount + 1);
  const blanks = new Uint8Array(tokenCount + 1);
  const place = new Float64Array(tokenCount + 1);
  const customs = countCustoms();
  const commentLead = usualLead();
  for (let i = 0; i < tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    const isBroken = observed.lineBreaks[i] > 0;
    const mayJoin = role === GapRole.Line || role === GapRole.Bracket;
    starts[i] = i === 0 || (mayJoin ? chanceOfBreak(i, isBroken) > 0.5 : isBroken) ? 1 : 0;
    if (i === 0) continue;
    blanks[i] = blanksOf(i);
    const isMany = end[i - 1] - start[i - 1] >= 8 && source.text.slice(start[i - 1], end[i - 1]).includes('\n');
    place[i] = place[i - 1] + end[i - 1] - start[i - 1] + blanks[i] + (isMany ? MANY_LINES : 0);
  }
  return { starts, blanks, place, commentLead };

  function chanceOfBreak(i: number, isBroken: boolean): number {
    const at = i * COLUMNS;
    const inline = probabilities[at + NONE] + probabilities[at + SPACE] + probabilities[at + TWO_SPACES];
    return 1 - inline - (isBroken ? 0 : probabilities[at + KEEP]);
  }

  /** By the symbols around a gap: how many of them hold no blank, and how many one. */
  function countCustoms(): Map<number, [tight: number, spaced: number]> {
    const counts = new Map<number, [number, number]>();
    for (let i = 1; i < tokenCount; i++) {
      const { length } = observed.gaps[i];
      if (length > 1 || (length === 1 && observed.gaps[i] !== ' ')) continue;
      const count = counts.get(customOf(i)) ?? [0, 0];
      count[length]++;
      counts.set(customOf(i), count);
    }
    return counts;
  }

  /** Damage leaves one blank oftener than two. */
  function usualLead(): number {
    let surplus = 0;
    for (let i = 1; i < tokenCount; i++) {
      if (structure.role[i] !== (GapRole.TrailingComment as number)) continue;
      surplus += observed.gaps[i] === '  ' ? 1 : observed.gaps[i] === ' ' ? -1 : 0;
    }
    return surplus < -1 ? 1 : 2;
  }

  function customOf(i: number): number {
    return (kind[i - 1] * 256 + kind[i]) * 256 + (source.parent[i] < 0 ? 0 : source.tree.kind[source.parent[i]]);
  }

  function blanksOf(i: number): number {
    const text = observed.gaps[i];
    const [tight, spaced] = customs.get(customOf(i)) ?? [0, 0];
    // Beside a column the network takes damage for another one.
    if (kind[i] === COMMENT) return commentLead;
    if (tight + spaced >= SOME && Math.max(tight, spaced) >= MOST * (tight + spaced)) {
      return spaced > tight ? 1 : 0;
    }
    return massOf(probabilities, i, ' ', text) > massOf(probabilities, i, '', text) ? 1 : 0;
  }
}
