import type { BracketHabits } from '../model/bracket-habits.js';
import { BRACKET_FIELDS, describeBrackets, mustBreakWithin, Shape, shapeOf } from '../model/bracket-shapes.js';
import { levelOf, DEEPEST_LEVEL } from '../model/assumed-layout.js';
import { visualColumn, visualWidth } from '../model/layout-widths.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { COMMA, GapRole } from '../tokenize/index.js';
import { filledGaps } from './bracket-rules.js';

/**
 * Whole brackets, decided by two who know of them: the network, which sees what stands in the bracket, and the
 * project's habits, which know how its brackets are shaped where they fit so. The network's own choice gap by
 * gap stands unless the habits find another shape clearly likelier; then their likeliest shapes are laid out, and the
 * network is asked what it thinks of each.
 */

/** A layout in the making, one level of brackets at a time. */
export interface ShapedPass {
  readonly context: SourceContext;
  /** Per gap: 1 where a shape asks for a line break, -1 where it asks for none, 0 where the network decides. */
  readonly shaped: Int8Array;
  /** The layout under the choices so far. */
  readonly observed: () => ObservedLayout;
  readonly isFree: (gap: number) => boolean;
  /** Lays gaps out again, as `shaped` asks for and else as the network finds likeliest; and asks what it thinks. */
  readonly lay: (gaps: readonly number[], isTrial: boolean) => void;
  /** Logarithms of the shares that the network gives to what stands in gaps. */
  readonly judge: (gaps: readonly number[]) => Map<number, number>;
}

/** Shapes that are tried of one bracket beside the network's. */
const MOST_TRIED = 3;
/** Brackets of one level and logical line that are looked at. */
const MOST_ROUNDS = 6;
/** Weight of the habits beside the network. */
const HABITS = 1.5;
/** How much likelier the habits have to find another shape, for any to be tried. */
const LIKELIER = 2;
/** How much what speaks for a way is trusted: the network and the habits know of the same. */
const SHARPNESS = 0.5;
/** Beside no share at all. */
const LEAST_MASS = 1e-3;
/** A shape that a project hardly ever takes is not tried. */
const LEAST_SHARE = 0.05;

/** Shapes the brackets of one level. */
export function shapeBrackets(pass: ShapedPass, habits: BracketHabits, level: number): void {
  if (level === DEEPEST_LEVEL) return;
  const { context } = pass;
  const inner = directGaps(context, level);
  const opens = [...inner.keys()].filter((open) => inner.get(open)!.every(pass.isFree));
  const done = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const tried = nextBrackets(pass, habits, opens.filter((open) => !done.has(open)), inner);
    if (tried.length === 0) return;
    const now = pass.observed();
    const before = pass.judge(tried.flatMap(({ gaps }) => gaps));
    for (const one of tried) {
      note(one, now, { demands: one.now, odds: total(before, one.gaps) + HABITS * Math.log(one.shareNow) });
      // What stands to its left is settled.
      for (const open of opens) {
        if (open <= one.open && context.lineFirst[one.open] === context.lineFirst[open]) done.add(open);
      }
    }
    for (let k = 0; k < MOST_TRIED; k++) {
      const given = tried.filter(({ shapes }) => shapes.length > k);
      if (given.length === 0) break;
      for (const one of given) demand(pass, one.shapes[k].demands);
      pass.lay(given.flatMap(({ gaps }) => gaps), true);
      const after = pass.judge(given.flatMap(({ gaps }) => gaps));
      const laid = pass.observed();
      for (const one of given) {
        const { shape, demands, share } = one.shapes[k];
        if (shapeOf(context, laid, one.open) !== shape) continue;
        note(one, laid, { demands, odds: total(after, one.gaps) + HABITS * Math.log(share) });
      }
    }
    for (const one of tried) demand(pass, leastDiffering(one.laid).demands);
    pass.lay(tried.flatMap(({ open }) => restOf(context, open, level)), false);
  }
}

/** A way to lay a bracket out, and what it looks like. */
interface LaidShape {
  readonly demands: Demands;
  /** Logarithm of what speaks for it, up to a number that all of the bracket share. */
  readonly odds: number;
  /** Per gap of the bracket: 0 where it does not break, else 1 below the opener's line or 2 behind the opener. */
  readonly breaks: readonly number[];
}

function note(one: TriedBracket, { lineBreaks }: ObservedLayout, way: Omit<LaidShape, 'breaks'>): void {
  const kind = lineBreaks[one.open + 1] > 0 ? 1 : 2;
  one.laid.push({ ...way, breaks: one.gaps.map((gap) => (lineBreaks[gap] > 0 ? kind : 0)) });
}

/**
 * The way that differs from all in the fewest gaps, each counted by what speaks for it: where nothing is sure, what
 * would be wrong in few places is better than what is likeliest by a hair and wrong in many.
 */
function leastDiffering(laid: readonly LaidShape[]): LaidShape {
  const most = laid.reduce((max, { odds }) => Math.max(max, odds), -Infinity);
  const weights = laid.map(({ odds }) => Math.exp(SHARPNESS * (odds - most)));
  const costs = laid.map(({ breaks }) => laid.reduce((sum, other, k) =>
    sum + weights[k] * breaks.filter((kind, at) => kind !== other.breaks[at]).length, 0));
  return laid[costs.indexOf(Math.min(...costs))];
}

/** What a shape asks for by gap: 1 for a line break, -1 for none, 0 where the network decides. */
type Demands = ReadonlyMap<number, number>;

interface TriedShape {
  readonly shape: Shape;
  readonly demands: Demands;
  readonly share: number;
}

interface TriedBracket {
  readonly open: number;
  /** Gaps directly inside, that before the closer too. */
  readonly gaps: readonly number[];
  readonly now: Demands;
  readonly shareNow: number;
  /** Others to try, the likeliest first. */
  readonly shapes: readonly TriedShape[];
  /** What was tried. */
  readonly laid: LaidShape[];
}

/** Of each logical line the first bracket of which the habits find another shape likelier than the one it has. */
function nextBrackets(
  pass: ShapedPass, habits: BracketHabits, opens: readonly number[], inner: ReadonlyMap<number, readonly number[]>,
): TriedBracket[] {
  const { context } = pass;
  const layout = pass.observed();
  const found = new Map<number, TriedBracket>();
  const { opens: described, fields } = describeBrackets(context, layout, opens);
  described.forEach((open, k) => {
    const line = context.lineFirst[open];
    if (found.has(line)) return;
    const row = fields.subarray(k * BRACKET_FIELDS, (k + 1) * BRACKET_FIELDS);
    const shares = habits.shares(row);
    if (mustBreakWithin(row, habits.limit) && !holdsBracket(context, open)) shares[Shape.Flat] = 0;
    const shapeNow = shapeOf(context, layout, open);
    const shareNow = Math.max(LEAST_MASS, shares[shapeNow]);
    const gaps = inner.get(open)!;
    const likeliest = [...shares.keys()].filter((shape) => shape !== shapeNow && shares[shape] >= LEAST_SHARE)
      .sort((a, b) => shares[b] - shares[a]);
    if (likeliest.length === 0 || shares[likeliest[0]] <= LIKELIER * shareNow) return;
    const shapes = likeliest.flatMap((shape): TriedShape[] => {
      const demands = demandsOf(context, layout, { open, gaps, shape, limit: habits.limit });
      return demands === null ? [] : [{ shape, demands, share: shares[shape] }];
    }).slice(0, MOST_TRIED);
    if (shapes.length === 0) return;
    const now = new Map(gaps.map((gap) => [gap, layout.lineBreaks[gap] > 0 ? 1 : -1]));
    found.set(line, { open, gaps, now, shareNow, shapes, laid: [] });
  });
  return [...found.values()];
}

/** What a shape asks for; null where the bracket cannot have it. Without commas the network says where it splits. */
function demandsOf(
  context: SourceContext, layout: ObservedLayout,
  { open, gaps, shape, limit }: { open: number; gaps: readonly number[]; shape: Shape; limit: number },
): Demands | null {
  const { source: { kind }, structure: { partner } } = context.structured;
  const closer = partner[open];
  const isHanging = shape === Shape.Hanging || shape === Shape.Exploded || shape === Shape.HangingFill;
  const isVisual = shape === Shape.VisualFill || shape === Shape.VisualExploded;
  const ends = isHanging ? [open + 1, closer] : isVisual || shape === Shape.Flat ? [] : [open + 1];
  const breaking = (inner: Iterable<number>): Demands => {
    const broken = new Set([...ends, ...inner]);
    return new Map(gaps.map((gap) => [gap, broken.has(gap) ? 1 : -1]));
  };
  if (shape === Shape.Other) return null;
  if (shape === Shape.Flat || shape === Shape.Hanging || shape === Shape.Clinging) return breaking([]);
  const commas = gaps.filter((gap) => kind[gap - 1] === COMMA && gap !== closer);
  const isFilled = shape === Shape.HangingFill || shape === Shape.ClingingFill || shape === Shape.VisualFill;
  if (commas.length === 0) {
    if (isFilled) return null;
    return new Map([...breaking([])].map(([gap, demand]) => [gap, gap === open + 1 || gap === closer ? demand : 0]));
  }
  if (!isFilled) return breaking(commas);
  const from = isVisual
    ? visualColumn(layout.walker, open) + 1
    : visualWidth(layout.walker.lineIndent[open]) + visualWidth(layout.hang);
  const first = from + context.flatStart[commas[0] - 1] - context.flatStart[open + 1];
  const filled = filledGaps(context, commas, { usual: limit, first, from });
  // All of them or none is another shape.
  return filled.size === 0 || filled.size === commas.length ? null : breaking(filled);
}

/** By opening bracket, the gaps directly inside of brackets whose contents are of a level. */
function directGaps(context: SourceContext, level: number): Map<number, number[]> {
  const { source: { tokenCount }, structure: { openBracket, partner, role } } = context.structured;
  const found = new Map<number, number[]>();
  for (let i = 1; i < tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0 || levelOf(context, i) !== level || partner[open] === open + 1 || context.holdsComment[open] === 1 ||
      role[i] !== (GapRole.Bracket as number)) continue;
    const gaps = found.get(open);
    if (gaps === undefined) found.set(open, [i]);
    else gaps.push(i);
  }
  return found;
}

/** The gaps of a level from a bracket to the end of its logical line. */
function restOf(context: SourceContext, open: number, level: number): number[] {
  const found: number[] = [];
  for (let i = open + 1; i <= context.lineLast[open]; i++) if (levelOf(context, i) === level) found.push(i);
  return found;
}

/** True where a bracket that holds something stands in another one. */
function holdsBracket({ structured: { structure: { partner } } }: SourceContext, open: number): boolean {
  for (let i = open + 1; i < partner[open]; i++) if (partner[i] > i + 1) return true;
  return false;
}

function demand({ shaped }: ShapedPass, demands: Demands): void {
  for (const [gap, asked] of demands) shaped[gap] = asked;
}

const total = (logs: ReadonlyMap<number, number>, gaps: readonly number[]): number =>
  gaps.reduce((sum, gap) => sum + (logs.get(gap) ?? 0), 0);
