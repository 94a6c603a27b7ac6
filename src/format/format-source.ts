import { SyntaxRefusedError } from '../errors.js';
import { checkTime } from '../shared/budget.js';
import { isLongLife } from '../shared/engine-flags.js';
import { indexLines } from '../shared/positions.js';
import type { SourceContext } from '../model/source-context.js';
import {
  findDifference, findTokenDifference, joinOverRawText, overRawText, toLf, type StructuredSource, type Tokenizer,
} from '../tokenize/index.js';
import { dropOwnLayout } from './counted-layout.js';
import { listDeviations } from './deviations.js';
import { areForeign, inUnitOfProject, inUnitOfRest } from './foreign-lines.js';
import { formatGaps, type FormattedGaps } from './format-gaps.js';
import type { FormatPolicy } from './format-policy.js';
import type { FormatRequest, FormatResult } from './formatter.js';
import { findOtherStyle } from './other-style.js';
import { findPins, type Pins } from './pins.js';
import { RecentPrograms } from './recent-programs.js';
import { RememberedRows } from './remembered-rows.js';
import { restyleGaps } from './restyle-gaps.js';
import { mayChange } from './restyled-share.js';

/** Formats until nothing changes, proves the result, and reverts what cannot be proven. */
export function formatSource(
  tokenizer: Tokenizer,
  policy: FormatPolicy,
  text: string,
  path: string,
  request: Omit<FormatRequest, 'path'> = {},
): FormatResult {
  const layout = proposeLayout(tokenizer, policy, text, path, request);
  const { context, original, proposed, pins } = layout;
  const isWhole = request.restyle !== true && request.lines === undefined;
  const otherStyle = isWhole ? findOtherStyle(context, original, pins, policy) : null;
  let gapsChanged = 0;
  for (let i = 0; i < original.length; i++) if (proposed[i] !== original[i]) gapsChanged++;
  const deviations = request.deviations === true
    ? { deviations: listDeviations({ context, original, proposed, pins, policy, isAnew: layout.isAnew }) } : {};
  if (!isLongLife()) dropOwnLayout(context);
  return {
    text: layout.text,
    changed: layout.text !== text,
    gaps: original.length,
    gapsChanged,
    passes: layout.passes,
    reverted: layout.reverted,
    notUnderstood: linesNotUnderstood(context),
    ...(otherStyle === null ? {} : { otherStyle }),
    ...(layout.habits.length === 0 ? {} : { habits: layout.habits }),
    ...deviations,
  };
}

/** First lines, from 1, of a source's opaque statements. */
export function linesNotUnderstood({ structured: { source } }: SourceContext): number[] {
  if (source.opaque.length === 0) return [];
  const lines = indexLines(source.text);
  return source.opaque.map((token) => lines.lineOf(source.start[token]));
}

/** A layout that is proven to keep the program and to be stable. */
export interface ProposedLayout {
  readonly context: SourceContext;
  /** Gaps of the input and those proposed, with LF line ends. */
  readonly original: readonly string[];
  readonly proposed: readonly string[];
  readonly text: string;
  readonly pins: Pins;
  readonly passes: number;
  readonly reverted: number;
  /** Whether what may change was laid out anew. */
  readonly isAnew: boolean;
  /** What the file does throughout and the network would not, in words. */
  readonly habits: readonly string[];
}

/** Finds the layout that formatting gives to a source; at worst the source's own. */
export function proposeLayout(
  tokenizer: Tokenizer,
  policy: FormatPolicy,
  text: string,
  path: string,
  { lines, restyle = false, seams }: Pick<FormatRequest, 'lines' | 'restyle' | 'seams'> = {},
): ProposedLayout {
  const context = recent.context(tokenizer, text, path, seams);
  const { source } = context.structured;
  const original = source.gaps;
  const pins = findPins(context, lines);
  // Lines that somebody else laid out are not judged by themselves.
  const startOf = (): readonly string[] =>
    (lines !== undefined ? inUnitOfRest(context, original, pins, policy)
    : restyle ? inUnitOfProject(context, original, pins, policy) : original);
  let start = startOf();
  const isAnew = restyle || (lines !== undefined && areForeign(context, start, pins, policy));
  let reverted = 0;
  for (;;) {
    const { gaps: proposed, passes, habits } = lines !== undefined && isAnew
      ? settleLines(context, start, pins, policy)
      : settle(start, passOf(context, pins, policy, isAnew));
    const output = proposed === original ? text : render(context, text, proposed, pins, policy.assumed?.lineEnd);
    const failure = output === text ? null : findFailure(tokenizer, context.structured, { text, output, path });
    if (failure === null) return { context, original, proposed, text: output, pins, passes, reverted, isAnew, habits };
    reverted++;
    if (!pinStatement(context, pins, failure)) {
      return { context, original, proposed: original, text, pins, passes, reverted, isAnew, habits };
    }
    start = startOf();
  }
}

/** What the passes over the file at hand have asked the network; the next file takes over its memory. */
const remembered = new RememberedRows();
const recent = new RecentPrograms();

/**
 * One pass over a layout: repairs it, or lays all of it out anew, with the spaces and ends of lines in which that would
 * be repaired the next time, when it is one of the project's own.
 */
export function passOf(
  context: SourceContext, pins: Pins, policy: FormatPolicy, isAnew: boolean,
): (gaps: readonly string[]) => FormattedGaps {
  if (!isAnew) {
    let wasWrecked = false;
    const rows = remembered.begin(context.structured.source.tokenCount + 1) ? remembered : null;
    return (gaps) => {
      const formatted = formatGaps(context, gaps, pins, policy, undefined, wasWrecked, rows);
      wasWrecked ||= formatted.isWrecked === true;
      return formatted;
    };
  }
  const hidden = mayChange(pins);
  const repair = (anew: readonly string[]): readonly string[] => formatGaps(context, anew, pins, policy).gaps;
  return (gaps) => restyleGaps(context, gaps, pins, policy, hidden, { leavesOwn: true, leavesFew: true, repair });
}

/**
 * Lays lines out anew, once, and repairs what comes out as it would be repaired the next time, when nobody takes it for
 * somebody else's.
 */
function settleLines(
  context: SourceContext, start: readonly string[], pins: Pins, policy: FormatPolicy,
): ReturnType<typeof settle> {
  const anew = restyleGaps(context, start, pins, policy, mayChange(pins), { leavesOwn: true }).gaps;
  const repaired = settle(anew, passOf(context, pins, policy, false));
  return { ...repaired, passes: repaired.passes + 1 };
}

const MOST_PASSES = 12;

/**
 * Repeats passes to a fixed point, so that formatting the output again changes nothing.
 * Where passes run in a circle, the member of the circle that sorts first is taken: it is
 * the answer from wherever in the circle one starts. Without an end, the input stands.
 */
export function settle(
  original: readonly string[],
  pass: (gaps: readonly string[]) => FormattedGaps,
): { gaps: readonly string[]; passes: number; habits: readonly string[] } {
  let habits: readonly string[] = [];
  const seen = [original];
  for (let passes = 1; passes <= MOST_PASSES; passes++) {
    checkTime();
    const last = seen[seen.length - 1];
    const next = pass(last);
    if (passes === 1) habits = next.habits ?? [];
    if (!next.changed) return { gaps: last, passes, habits };
    const start = seen.findIndex((gaps) => areAlike(gaps, next.gaps));
    if (start >= 0) {
      const circle = seen.slice(start).map((gaps) => ({ key: gaps.join('\0'), gaps }));
      circle.sort((a, b) => (a.key < b.key ? -1 : 1));
      return { gaps: circle[0].gaps, passes, habits };
    }
    seen.push(next.gaps);
  }
  return { gaps: original, passes: MOST_PASSES, habits };
}

/** @param gaps as many as the others */
function areAlike(gaps: readonly string[], others: readonly string[]): boolean {
  for (let i = 0; i < gaps.length; i++) if (gaps[i] !== others[i]) return false;
  return true;
}

/**
 * The text of a layout: untouched gaps and all tokens byte for byte, new line breaks in the file's own style. A line
 * that is left alone keeps its own line end.
 */
export function render(
  context: SourceContext, text: string, gaps: readonly string[], pins: Pins, assumedLineEnd: string | null = null,
): string {
  return joinOverRawText(context.structured.source, text, gaps, (i, rawGap) =>
    (pins.tail[i] ? FIRST_LINE.exec(rawGap)![0] : ''), assumedLineEnd);
}

/** What a gap has up to its first line break, and that break; nothing without one. */
const FIRST_LINE = /^(?:[^\r\n]*(?:\r\n|\r|\n))?/u;

/** Gap at which the output is not proven to be the same program; null when it is proven. */
function findFailure(
  tokenizer: Tokenizer,
  before: StructuredSource,
  { text, output, path }: { readonly text: string; readonly output: string; readonly path: string },
): number | null {
  try {
    const after = recent.structured(tokenizer, output, path);
    // The line ends in strings, which Python does not tell apart, stay as well.
    const difference = findDifference(before, after) ??
      (before.source.text === text
        ? null
        : findTokenDifference(overRawText(before.source, text), overRawText(after.source, output)));
    return difference === null ? null : Math.min(difference.index, before.source.tokenCount);
  } catch (error) {
    if (!(error instanceof SyntaxRefusedError)) throw error;
    // The output's tokens are the input's: find the token that stands where the parser stopped.
    return tokenNear(before, toLf(output), error);
  }
}

function tokenNear({ source }: StructuredSource, output: string, error: SyntaxRefusedError): number {
  const index = indexLines(output);
  let at = 0;
  for (let i = 0; i < source.tokenCount; i++) {
    const token = source.text.slice(source.start[i], source.end[i]);
    at = output.indexOf(token, at);
    if (at < 0) return i;
    const line = index.lineOf(at);
    if (line > error.line || (line === error.line && index.columnOf(at) >= error.column)) return i;
    at += token.length;
  }
  return source.tokenCount;
}

/**
 * Pins the logical line around a gap; when it is pinned already, the statement around it,
 * and so on outwards. False when nothing is left to pin.
 */
function pinStatement(context: SourceContext, pins: Pins, failedGap: number): boolean {
  const { source, structure } = context.structured;
  if (source.tokenCount === 0) return false;
  const token = Math.min(failedGap, source.tokenCount - 1);
  const before = token > 0 ? structure.previousCode[token - 1] : -1;
  const anchor = Math.max(0, before);
  if (pinRange(context, pins, context.lineFirst[anchor], Math.max(context.lineLast[anchor], failedGap) + 1)) {
    return true;
  }
  const code = Math.min(structure.nextCode[token], source.tokenCount - 1);
  for (let node = source.parent[code]; node >= 0; node = source.tree.parent[node]) {
    if (pinRange(context, pins, source.tree.firstToken[node], source.tree.lastToken[node] + 1)) return true;
  }
  return pinRange(context, pins, 0, source.tokenCount + 1);
}

function pinRange(context: SourceContext, pins: Pins, from: number, to: number): boolean {
  let pinned = false;
  for (let i = Math.max(0, from); i < Math.min(to, pins.gap.length); i++) {
    if (!pins.gap[i]) pinned = true;
    pins.gap[i] = 1;
  }
  context.blocks.forEach(({ node }, k) => {
    const { firstToken, lastToken } = context.structured.source.tree;
    if (firstToken[node] < to && lastToken[node] >= from) pins.step[k] = 1;
  });
  return pinned;
}
