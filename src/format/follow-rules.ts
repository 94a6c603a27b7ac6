import { DEEPEST_LEVEL, levelOf } from '../model/assumed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole } from '../tokenize/index.js';
import { brokenRules, needlessBackslashes, wholeLines, type BracketRules, type DraftLayout } from './bracket-rules.js';

/** A layout that is mended where it breaks a project's rules. */
export interface RuledPass {
  readonly context: SourceContext;
  readonly rules: BracketRules;
  /** Per gap: 1 where a rule asks for a line break, -1 where it asks for none. */
  readonly forced: Int8Array;
  readonly draft: () => DraftLayout;
  /** Makes gaps inside brackets that change whole again; gives those that are laid out anew. */
  readonly open: (gaps: readonly number[], deeper: readonly number[]) => readonly number[];
  /** Lays out gaps of one level, in the given logical lines. */
  readonly lay: (gaps: readonly number[], level: number, lines: ReadonlySet<number>) => void;
}

/** Times that lines are mended. */
const MOST_MENDS = 8;

/** Breaks what the rules break and joins what they join; what hangs on it is laid out anew. */
export function followRules({ context, rules, forced, draft, open, lay }: RuledPass): void {
  const { lineFirst, lineLast, structured: { source } } = context;
  /** No gap is ruled over twice, so that rules which contradict each other come to an end. */
  const ruled = new Set<number>();
  for (let round = 0; round < MOST_MENDS; round++) {
    const found = brokenRules(context, rules, draft())
      .flatMap(({ gaps, breaks: asked }) => gaps.map((gap) => ({ gap, demand: asked ? 1 : -1 })))
      .filter(({ gap }) => !ruled.has(gap));
    if (found.length === 0) return;
    const from = new Map<number, { gap: number; level: number }>();
    for (const { gap, demand } of found) {
      ruled.add(gap);
      forced[gap] = demand;
      const line = lineFirst[gap];
      const known = from.get(line);
      const level = levelOf(context, gap);
      from.set(line, { gap: Math.min(gap, known?.gap ?? gap), level: Math.min(level, known?.level ?? level) });
    }
    const changed: number[] = [];
    const deeper: number[] = [];
    for (const [line, { gap, level }] of from) {
      for (let i = gap; i <= lineLast[line] && i < source.tokenCount; i++) {
        if (levelOf(context, i) >= level) changed.push(i);
        if (levelOf(context, i) > level) deeper.push(i);
      }
    }
    const anew = open(changed, deeper);
    const lines = new Set(from.keys());
    for (let level = 1; level <= DEEPEST_LEVEL; level++) {
      lay(anew.filter((gap) => levelOf(context, gap) === level), level, lines);
    }
  }
}

/**
 * What rules ask for before anything is decided, and the gaps whose backslash they take away.
 *
 * @param indent column at which a logical line begins
 */
export function demandsOfRules(
  context: SourceContext, rules: BracketRules, gaps: readonly string[], indent: (line: number) => number,
): { readonly forced: Int8Array; readonly joined: readonly number[] } {
  const { role } = context.structured.structure;
  const forced = new Int8Array(gaps.length);
  const joined: number[] = [];
  wholeLines(context, rules, indent).forEach((bit, i) => {
    if (bit === 0) return;
    if (role[i] === (GapRole.Bracket as number)) forced[i] = -1;
    if (role[i] === (GapRole.Line as number) && gaps[i].includes('\\')) joined.push(i);
  });
  joined.push(...needlessBackslashes(context, rules, gaps, indent));
  for (const gap of joined) forced[gap] = -1;
  return { forced, joined };
}

/** First tokens of the logical lines that rules changed of what an input has. */
export function mendedLines(
  { lineFirst }: SourceContext, { isStrict }: BracketRules, input: readonly string[],
  { forced, joined }: { readonly forced: Int8Array; readonly joined: readonly number[] },
): Set<number> {
  const mended = new Set(joined.map((gap) => lineFirst[gap]));
  forced.forEach((demand, i) => {
    const isAsked = demand === 1 || (demand === -1 && !isStrict);
    if (isAsked && (demand === 1) !== input[i].includes('\n')) mended.add(lineFirst[i]);
  });
  return mended;
}
