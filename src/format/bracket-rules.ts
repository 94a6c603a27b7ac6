import { Arrangement, ARRANGEMENTS } from '../model/bracket-arrangement.js';
import { CONTEXT_ROWS, familyIndex } from '../model/count-contexts.js';
import { lineLimit } from '../model/line-limit.js';
import type { SourceContext } from '../model/source-context.js';
import { splitPriorities } from '../model/split-priority.js';
import type { StyleCounts } from '../model/style-counts.js';
import { COMMA, COMMENT, DOT, GapRole, STRING, isOperator } from '../tokenize/index.js';

/**
 * What holds for whole brackets where a project says so by all of its files, whatever the network finds likeliest gap
 * by gap: a formatter's rules where one wrote the project, and the sense of its limit where people did.
 */
export interface BracketRules {
  /** The column that lines do not pass where they can be broken; Infinity where lines pass any. */
  readonly limit: number;
  /** The column that lines mostly stay within; Infinity where the project shows none. */
  readonly usual: number;
  /** Brackets hang or stand whole, as formatters that follow rules leave them; never anything between. */
  readonly isStrict: boolean;
  /** Lines of lists are mostly filled; else every element mostly begins one. */
  readonly fills: boolean;
}

const ARRANGED = familyIndex('arrangement-bracket');
/** Share of a project's broken brackets that hang, and their number, from which on none does otherwise. */
const STRICT_SHARE = 0.95;
const LEAST_BRACKETS = 8;
/** Trust in the limit at which few lines pass it; a formatter that keeps to one leaves hardly an exception. */
const LIMIT_KEPT = { strict: 2, byHand: 3 };

/** Priority of the gaps behind commas, see `splitPriorities`. */
const COMMAS = 9;
/** Priority from which on links are split all or none; attributes are split as the author likes. */
const LEAST_LINK = 2;
/** Below it nobody would break a line there. */
const LEAST_CHANCE = 0.01;

/** The rules that a project's counts show. */
export function bracketRules(project: StyleCounts | null): BracketRules {
  if (project === null) return { limit: Infinity, usual: Infinity, isStrict: false, fills: false };
  const arranged = new Float32Array(ARRANGEMENTS);
  for (let row = 0; row < CONTEXT_ROWS; row++) {
    project.outcomesOf(ARRANGED, row).forEach((count, k) => (arranged[k] += count));
  }
  const { column, trust } = lineLimit(project);
  const isStrict = areStrict(arranged);
  return {
    limit: trust > 0 && trust <= (isStrict ? LIMIT_KEPT.strict : LIMIT_KEPT.byHand) ? column : Infinity,
    usual: trust > 0 ? column : Infinity,
    isStrict,
    fills: arranged[Arrangement.HangingFill] + arranged[Arrangement.VisualFill] >
      arranged[Arrangement.Exploded] + arranged[Arrangement.VisualExploded],
  };
}

/** A layout that is being decided. */
export interface DraftLayout {
  readonly texts: readonly string[];
  /** Per token: the column at which it starts. */
  readonly column: Int32Array;
  /** Whether a gap may be given a line break, or relieved of it. */
  readonly isFree: (gap: number) => boolean;
  /** What the network gives to a line break in a gap. */
  readonly chance: (gap: number) => number;
}

/** True where arrangements (a count for each) are those of a formatter that follows rules. */
export function areStrict(arranged: Float32Array): boolean {
  const all = arranged.reduce((sum, count) => sum + count, 0);
  return all >= LEAST_BRACKETS && arranged[Arrangement.Hanging] + arranged[Arrangement.Exploded] >= STRICT_SHARE * all;
}

/** What a rule asks for: that gaps break, or that they do not. */
export interface RuledGaps {
  readonly gaps: readonly number[];
  readonly breaks: boolean;
}

/** What the rules ask for that the draft does not do; of one bracket in each logical line. */
export function brokenRules(context: SourceContext, rules: BracketRules, draft: DraftLayout): RuledGaps[] {
  const found = new Map<number, RuledGaps[]>();
  const note: Note = (gap, gaps, whole = []) => {
    const line = context.lineFirst[gap];
    if (found.has(line) || gaps.length + whole.length === 0) return;
    found.set(line, [{ gaps, breaks: true }, { gaps: whole, breaks: false }]);
  };
  if (rules.isStrict) {
    notHanging(context, draft, note);
    links(context, draft, note);
  } else {
    lists(context, rules, draft, note);
  }
  if (rules.limit < Infinity) tooWide(context, rules, draft, note);
  return [...found.values()].flat();
}

/** Gaps that are to break, and such that are not, beside any gap of their logical line. */
type Note = (gap: number, gaps: readonly number[], whole?: readonly number[]) => void;

const isBroken = (text: string): boolean => text.includes('\n');

/** Brackets that hold a line break deeper inside, while they do not hang themselves. */
function notHanging(
  { structured: { source, structure } }: SourceContext, { texts, isFree }: DraftLayout, note: Note,
): void {
  const { partner } = structure;
  const breaksBefore = new Int32Array(source.tokenCount + 2);
  for (let i = 0; i <= source.tokenCount; i++) breaksBefore[i + 1] = breaksBefore[i] + (isBroken(texts[i]) ? 1 : 0);
  for (let open = 0; open < source.tokenCount; open++) {
    const close = partner[open];
    if (close <= open + 1 || breaksBefore[close + 1] === breaksBefore[open + 1]) continue;
    const ends = [open + 1, close].filter((gap) => !isBroken(texts[gap]));
    if (ends.every(isFree)) note(open, ends);
  }
}

/**
 * Contents of brackets that are split at some of their weakest links and not at all of them, or at stronger ones alone:
 * from the weakest to the strongest, either all of a kind begin a line or none does.
 */
function links(context: SourceContext, { texts, isFree }: DraftLayout, note: Note): void {
  const { source: { kind, tokenCount, parent }, structure: { openBracket, partner } } = context.structured;
  const { gap: priority } = splitPriorities(context.structured);
  const contents = new Map<number, number[]>();
  // The methods of a chain that follow a call or a subscript; what follows a name belongs to it.
  const isChained = (gap: number): boolean =>
    kind[gap] === DOT && openBracket[gap - 1] >= 0 && partner[openBracket[gap - 1]] === gap - 1;
  for (let i = 1; i < tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0 || i === open + 1 || partner[open] === i || context.holdsComment[open] === 1) continue;
    if (priority[i] < LEAST_LINK && !isChained(i)) continue;
    // Rules break before operators.
    if (priority[i] < COMMAS && isOperator(kind[i - 1]) && !isOperator(kind[i])) continue;
    // Commas of targets and of parameters of lambdas separate nothing that the bracket holds.
    if (priority[i] === COMMAS && parent[i - 1] !== parent[open]) continue;
    const list = contents.get(open);
    if (list === undefined) contents.set(open, [i]);
    else list.push(i);
  }
  const split = (gaps: readonly number[]): void => {
    if (!gaps.some((gap) => isBroken(texts[gap]))) return;
    const weakest = gaps.reduce((most, gap) => Math.max(most, priority[gap]), 0);
    const whole = gaps.filter((gap) => priority[gap] === weakest && !isBroken(texts[gap]));
    if (whole.length > 0) {
      if (whole.every(isFree)) note(whole[0], whole);
      return;
    }
    let from = 0;
    gaps.forEach((gap, k) => {
      if (priority[gap] !== weakest) return;
      split(gaps.slice(from, k));
      from = k + 1;
    });
    split(gaps.slice(from));
  };
  for (const gaps of contents.values()) split(gaps);
}

/**
 * Lists of which some elements begin a line that would have fitted on the line before, while others share one: as the
 * project mostly does, every element begins a line, or lines are filled.
 */
function lists(
  context: SourceContext, { usual, fills }: BracketRules, { texts, column, isFree }: DraftLayout, note: Note,
): void {
  const found = shortRows(context, { usual, column, isBroken: (gap) => isBroken(texts[gap]) });
  for (const [open, { gaps, early }] of found) {
    if (!gaps.every(isFree)) continue;
    if (!fills) {
      note(open, gaps.filter((gap) => !isBroken(texts[gap])));
      continue;
    }
    const isFlat = gaps.every((gap) =>
      texts.slice(gap + 1, context.elementEnd[gap] + 1).every((text) => !isBroken(text)));
    if (!isFlat) {
      note(open, [], [early]);
      continue;
    }
    const broken = filledGaps(context, gaps, {
      usual, first: column[gaps[0] - 1], from: gaps.reduce((least, gap) => Math.min(least, column[gap]), Infinity),
    });
    note(
      open, gaps.filter((gap) => broken.has(gap) && !isBroken(texts[gap])),
      gaps.filter((gap) => !broken.has(gap) && isBroken(texts[gap])),
    );
  }
}

/**
 * The gaps behind commas that break where a list fills its lines up to a limit.
 *
 * @param columns the limit, the column of the first comma, and that of the elements which begin a line
 */
export function filledGaps(
  context: SourceContext, gaps: readonly number[],
  { usual, first, from }: { readonly usual: number; readonly first: number; readonly from: number },
): Set<number> {
  const { source: { start, end } } = context.structured;
  const broken = new Set<number>();
  let at = first + end[gaps[0] - 1] - start[gaps[0] - 1];
  for (const gap of gaps) {
    const width = context.flatEnd[context.elementEnd[gap]] - context.flatStart[gap];
    if (at + 1 + width > usual) broken.add(gap);
    at = (broken.has(gap) ? from : at + 1) + width;
  }
  return broken;
}

/** A list broken behind some of its commas: the gaps behind all of them, and the first that need not be broken. */
interface ShortRows {
  readonly gaps: readonly number[];
  readonly early: number;
}

/**
 * By their opening brackets, the lists of which some elements, though not all, begin a line for no lack of room.
 *
 * @param layout the column at which each token starts, and the limit that lines mostly keep within
 */
export function shortRows(
  context: SourceContext,
  { usual, column, isBroken: breaksAt }: { usual: number; column: Int32Array; isBroken: (gap: number) => boolean },
): Map<number, ShortRows> {
  const { source: { kind, tokenCount, parent, start, end }, structure: { openBracket, partner } } = context.structured;
  const behindCommas = new Map<number, number[]>();
  for (let i = 1; i < tokenCount; i++) {
    const open = openBracket[i];
    if (open < 0 || kind[i - 1] !== COMMA || partner[open] === i || parent[i - 1] !== parent[open]) continue;
    if (context.holdsComment[open] === 1) continue;
    const list = behindCommas.get(open);
    if (list === undefined) behindCommas.set(open, [i]);
    else list.push(i);
  }
  const found = new Map<number, ShortRows>();
  for (const [open, gaps] of behindCommas) {
    const broken = gaps.filter(breaksAt);
    if (broken.length === 0 || broken.length === gaps.length) continue;
    const isEarly = (gap: number): boolean => {
      const last = context.elementEnd[gap];
      for (let k = gap + 1; k <= last; k++) if (breaksAt(k)) return false;
      const width = end[gap - 1] - start[gap - 1] + 1 + context.flatEnd[last] - context.flatStart[gap];
      return column[gap - 1] + width <= usual;
    };
    const early = broken.find(isEarly);
    if (early !== undefined) found.set(open, { gaps, early });
  }
  return found;
}

/**
 * Marks the gaps of logical lines that stand whole where brackets hang only if they must: they fit, and neither a comma
 * before a closer nor a comment nor a text of several lines forces them.
 */
export function wholeLines(
  context: SourceContext, { limit, isStrict }: BracketRules, indent: (line: number) => number,
): Uint8Array {
  const { source, structure } = context.structured;
  const whole = new Uint8Array(source.tokenCount + 1);
  if (!isStrict || limit === Infinity) return whole;
  for (let first = 0; first < source.tokenCount; first++) {
    if (context.lineFirst[first] !== first || source.kind[first] === COMMENT) continue;
    const last = context.lineLast[first];
    if (last <= first || indent(first) + context.flatEnd[last] - context.flatStart[first] > limit) continue;
    let isForced = structure.role[last + 1] === (GapRole.TrailingComment as number);
    for (let i = first; i <= last && !isForced; i++) {
      isForced = source.kind[i] === COMMENT || (structure.partner[i] > i && context.trailingComma[i] === 1) ||
        isLongText(context.structured, i);
    }
    if (!isForced) whole.fill(1, first + 1, last + 1);
  }
  return whole;
}

/**
 * Gaps behind a backslash that a strict project would not have: the line before joined with what follows fits, up to
 * the next bracket that can be opened. Where commas stand outside brackets (`with`, `assert`) only a backslash may
 * help.
 */
export function needlessBackslashes(
  context: SourceContext, { limit, isStrict }: BracketRules, gaps: readonly string[], indent: (line: number) => number,
): number[] {
  const { source: { kind, tokenCount }, structure: { role, bracketDepth, partner } } = context.structured;
  const found: number[] = [];
  for (let gap = 1; gap < tokenCount && isStrict; gap++) {
    if (role[gap] !== (GapRole.Line as number) || !gaps[gap].includes('\\')) continue;
    const first = context.lineFirst[gap];
    const last = context.lineLast[gap];
    let from = gap - 1;
    while (from > first && !closesAt(from)) from--;
    let to = gap;
    while (to < last && !(partner[to] > to + 1 && bracketDepth[to] === 0)) to++;
    let hasComma = false;
    for (let i = first; i <= last; i++) hasComma ||= kind[i] === COMMA && bracketDepth[i] === 0;
    if (hasComma || indent(first) + context.flatEnd[to] - context.flatStart[from] > limit) continue;
    if (to < last || from > first) found.push(gap);
  }
  return found;

  function closesAt(token: number): boolean {
    const open = context.structured.structure.openBracket[token];
    return open >= 0 && partner[open] === token && bracketDepth[open] === 0;
  }
}

/** True for a text of several lines. */
export const isLongText = ({ source }: SourceContext['structured'], token: number): boolean =>
  source.kind[token] === STRING && source.text.slice(source.start[token], source.end[token]).includes('\n');

/** Lines that pass the limit although a bracket on them could be broken: at the likeliest place before it. */
function tooWide(
  context: SourceContext, { limit, isStrict }: BracketRules, { texts, column, isFree, chance }: DraftLayout, note: Note,
): void {
  const { source, structure } = context.structured;
  const { gap: priority } = splitPriorities(context.structured);
  let first = 0;
  for (let i = 0; i < source.tokenCount; i++) {
    if (isBroken(texts[i])) first = i;
    if (!isBroken(texts[i + 1]) && i + 1 < source.tokenCount) continue;
    if (isLongText(context.structured, i) || column[i] + source.end[i] - source.start[i] <= limit) continue;
    let best = -1;
    for (let k = first + 1; k <= i; k++) {
      if (structure.role[k] !== (GapRole.Bracket as number) || !isFree(k) || column[k - 1] >= limit) continue;
      // No operator stands on a line of its own.
      if (isOperator(source.kind[k - 1]) && isBroken(texts[k - 1])) continue;
      const open = structure.openBracket[k];
      if (k === open + 1 ? structure.partner[open] === k : priority[k] < LEAST_LINK) continue;
      if (best < 0 || chance(k) > chance(best)) best = k;
    }
    if (best >= 0 && (isStrict || chance(best) >= LEAST_CHANCE)) note(best, [best]);
  }
}
