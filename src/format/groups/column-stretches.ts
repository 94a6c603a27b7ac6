import { evidenceFor, isUsual, type RowEvidence } from './column-evidence.js';
import type { Pivot } from './row-pivots.js';

/** A row as one of its pivots sees it. */
export interface Row extends RowEvidence {
  readonly pivot: Pivot;
}

/** A column stands where its longest row makes it stand, as a rule. */
const TIGHT = 1.5;
const LOOSE = -1;
/** Least rows of a column. */
const LEAST = 3;
/** What speaks against a column that a single row shows. */
const ALONE = -1.5;
/** A blank line between two rows, or another row between them, speaks against one column. */
const APART = -1.5;
/** Rows between two that stand in the column, at most. */
const MOST_BETWEEN = 8;
/** Lines without a comment, between those of a column: so many at most, and what each speaks against it. */
const MOST_WITHOUT = 4;
const WITHOUT = -0.4;
/** What an end of a column within a run speaks against it. */
const CUT = -3.5;

/** Rows that such an end is looked for in, at most. */
const FARTHEST_END = 60;

/** A column and its rows. */
export interface Found {
  readonly members: readonly Row[];
  readonly offset: number;
}

/** The stretches of rows that stand in a column, the best attested first; no row is in two. Linear in rows. */
export function columnsAmong(rows: readonly Row[], { spoilt, needed }: { spoilt: number; needed: number }): Found[] {
  /** Rows whose pivot was put somewhere by blanks, by that place. */
  const voters = new Map<number, number[]>();
  rows.forEach(({ before, natural, blanks }, at) => {
    if (blanks <= natural) return;
    const known = voters.get(before + blanks);
    if (known === undefined) voters.set(before + blanks, [at]);
    else known.push(at);
  });
  const stretches = [...voters].flatMap(([offset, all]) => stretchesOf(all, rows, offset, spoilt))
    .filter(({ score }) => score >= needed).sort((a, b) => b.score - a.score);
  const columns: Found[] = [];
  const taken = new Uint8Array(rows.length);
  for (const stretch of stretches) {
    const { from, to, offset } = stretch;
    if (taken[from] === 1 || taken[to] === 1) continue;
    const members: Row[] = [];
    for (let at = stretch.first; at <= stretch.last; at++) {
      if (taken[at] === 1) continue;
      taken[at] = 1;
      if (rows[at].before < offset) members.push(rows[at]);
    }
    columns.push({ members, offset });
  }
  return columns;
}

/** Rows from the first to the last that stand in a column, and how much they speak for it. */
interface Stretch {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

/** The same, and the rows on both sides that belong to it. */
interface WholeStretch extends Stretch {
  readonly first: number;
  readonly last: number;
}

/** The stretches around the rows that stand at a place, as long as what lies between does not outweigh them. */
function stretchesOf(
  voters: readonly number[], rows: readonly Row[], offset: number, spoilt: number,
): WholeStretch[] {
  const found: WholeStretch[] = [];
  let current: Stretch | null = null;
  let best: Stretch | null = null;
  const close = (): void => {
    if (best !== null) found.push(wholeOf(best, rows, voters.length, spoilt));
    best = null;
  };
  for (const voter of voters) {
    const own = evidenceFor(rows[voter], offset, spoilt);
    let score = own;
    let from = voter;
    if (current !== null) {
      const joined: number = current.score + between(current.to, voter, rows, offset, spoilt);
      if (joined > 0) [score, from] = [joined + own, current.from];
      else close();
    }
    current = { offset, from, to: voter, score };
    if (best === null || score > (best as Stretch).score) best = current;
  }
  close();
  return found;
}

/** What the rows between two speak for or against a column. */
function between(from: number, to: number, rows: readonly Row[], offset: number, spoilt: number): number {
  if (to - from > MOST_BETWEEN + 1) return Number.NEGATIVE_INFINITY;
  let sum = distance(rows[to - 1], rows[to]);
  for (let at = from + 1; at < to; at++) {
    sum += distance(rows[at - 1], rows[at]) + evidenceFor(rows[at], offset, spoilt);
  }
  return sum;
}

/**
 * A stretch with the rows beside it, and weighed by what they say. Authors put all of a run into a column or nothing,
 * so that rows which damage left alone at the usual distance speak against it. A row as long as the column suggests
 * speaks for it, as do other rows of the container that stand there; a single row is put somewhere by chance.
 */
function wholeOf(stretch: Stretch, rows: readonly Row[], voters: number, spoilt: number): WholeStretch {
  const { from, to, offset } = stretch;
  const [above, below] = [endOf(stretch, rows, -1, spoilt), endOf(stretch, rows, 1, spoilt)];
  const isTight = rows.slice(above.at, below.at + 1).some((row) => isUsual(row, offset - row.before));
  const standing = rows.slice(above.at, below.at + 1)
    .filter(({ before, natural, blanks }) => before + blanks === offset || before + natural === offset);
  // Names of one length stand under one another by themselves.
  const isPut = new Set(standing.map(({ before }) => before)).size > 1;
  if (below.at - above.at + 1 < LEAST || !isPut || (from === to && !isTight)) {
    return { ...stretch, score: 0, first: from, last: to };
  }
  const score = stretch.score + above.evidence + below.evidence + (isTight ? TIGHT : LOOSE) +
    (from === to ? ALONE : 0) + (voters > to - from + 1 ? Math.log(voters / (to - from + 1)) : 0);
  return { ...stretch, score, first: above.at, last: below.at };
}

/** What lies between two rows that follow one another speaks against one column. */
function distance(above: Row, row: Row): number {
  const others = Math.max(0, row.pivot.place - above.pivot.place - 1);
  if (row.isComment && others > MOST_WITHOUT) return Number.NEGATIVE_INFINITY;
  return (row.pivot.isApart ? APART : 0) + (row.isComment ? WITHOUT : APART) * others;
}

/**
 * The end of a stretch, upwards (`step` -1) or downwards (1), and what the rows there speak for or against the column.
 * It goes on over rows that follow directly and that damage put where no author does, neither in the column nor at the
 * usual distance, and to the end of the run where no more than one stands at that.
 */
function endOf(
  { from, to, offset }: Stretch, rows: readonly Row[], step: -1 | 1, spoilt: number,
): { readonly at: number; readonly evidence: number } {
  const start = step < 0 ? from : to;
  let at = start;
  let cut = start;
  let evidence = 0;
  let against = 0;
  for (let more = 0; more < FARTHEST_END; more++) {
    const next = rows[at + step] as Row | undefined;
    if (next === undefined || (step < 0 ? distance(next, rows[at]) : distance(rows[at], next)) < 0) break;
    const own = Math.min(0, evidenceFor(next, offset, spoilt));
    if (offset - next.before < next.natural) break;
    if (own < 0) against++;
    if (against > 1) return { at: cut, evidence: CUT };
    at += step;
    evidence += own;
    if (against === 0) cut = at;
  }
  return { at, evidence: Math.max(CUT, evidence) };
}
