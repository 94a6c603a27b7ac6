import { indexLines } from '../shared/positions.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole } from '../tokenize/index.js';
import { editClass } from './confidence.js';
import { describeDeviation } from './describe-gap.js';
import type { Deviation } from './deviation.js';
import type { FormatPolicy } from './format-policy.js';
import { judgeAnew, judgeGaps, type Judgement } from './judge-gaps.js';
import type { Pins } from './pins.js';

/**
 * The gaps that differ between a layout and the one proposed for it, in source order.
 *
 * @param original the input's gaps and
 * @param proposed the settled ones, both with LF line ends
 */
export function listDeviations(options: {
  readonly context: SourceContext;
  readonly original: readonly string[];
  readonly proposed: readonly string[];
  readonly pins: Pins;
  readonly policy: FormatPolicy;
  /** Whether the source, or its lines, were laid out anew. */
  readonly isAnew: boolean;
}): Deviation[] {
  const { context, original, proposed, pins, policy, isAnew } = options;
  const judge = isAnew ? judgeAnew : judgeGaps;
  const { source, structure } = context.structured;
  const differs = (i: number): boolean => original[i] !== proposed[i];
  const first = judge({ context, gaps: original, pins, policy, wanted: differs });
  // What only a later pass brought forward is judged where it holds.
  let last: Map<number, Judgement> | undefined;
  const index = indexLines(source.text);
  const deviations: Deviation[] = [];
  for (let i = 0; i <= source.tokenCount; i++) {
    if (!differs(i)) continue;
    const [before, after] = [original[i], proposed[i]];
    const judgement = first.get(i);
    let probability = probabilityOf(judgement, after);
    if (probability === 0) {
      last ??= judge({ context, gaps: proposed, pins, policy, wanted: differs });
      probability = probabilityOf(last.get(i), after);
    }
    const stay = probabilityOf(judgement, before);
    const change = judgement?.change ?? null;
    const role = structure.role[i] as GapRole;
    const from = i > 0 ? source.end[i - 1] : 0;
    const to = i < source.tokenCount ? source.start[i] : source.text.length;
    const at = showsAtToken(role, before, after) ? to : from;
    deviations.push({
      gap: i,
      line: index.lineOf(at),
      column: index.columnOf(at),
      endLine: index.lineOf(to),
      endColumn: index.columnOf(to),
      before,
      after,
      edit: editClass(role, before, after),
      probability,
      // What moves along with its block, or came about in a later pass, is as sure as the network is of it there.
      confidence: change?.text === after
        ? change.certainty
        : probability === 0 ? 0 : probability / (probability + stay),
      message: describeDeviation(role, before, after),
    });
  }
  return deviations;
}

function probabilityOf(judgement: Judgement | undefined, text: string): number {
  return judgement?.alternatives.find((alternative) => alternative.text === text)?.probability ?? 0;
}

/** True where the fault is that of the line that follows: its indentation or the blank lines above it. */
function showsAtToken(role: GapRole, before: string, after: string): boolean {
  if (role === GapRole.FileEnd || !before.includes('\n') || !after.includes('\n')) return false;
  const firstLine = (text: string): string => text.slice(0, text.indexOf('\n'));
  return firstLine(before) === firstLine(after) && before !== after;
}
