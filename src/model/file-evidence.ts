import { GapRole } from '../tokenize/index.js';
import { KEEP } from './layout-classes.js';
import { positionOf, type ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

/**
 * What a layout says as a whole, once a file: how damaged it looks, how its brackets hang, where
 * its blank lines are. The features of every gap draw on it.
 */

/** Whether a gap holds a tab, a backslash, trailing blanks, a form feed; as bits. */
export function textFlags(text: string): number {
  return (text.includes('\t') ? 1 : 0) + (text.includes('\\') ? 2 : 0) +
    (hasTrailingBlanks(text) ? 4 : 0) + (text.includes('\f') ? 8 : 0);
}

function hasTrailingBlanks(text: string): boolean {
  for (let at = text.indexOf('\n', 1); at > 0; at = text.indexOf('\n', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === 32 || before === 9) return true;
  }
  return false;
}

/** none, space, two, keep/odd, break by outcome, one to three or more lines. */
export function coarseClass(layout: ObservedLayout, i: number): number {
  const breaks = layout.lineBreaks[i];
  if (breaks === 0) return layout.label[i] < 3 ? layout.label[i] : 3;
  if (layout.linesOutcome[i] !== 255) return 9 + Math.min(2, layout.linesOutcome[i]);
  const outcome = layout.breakOutcome[i];
  return outcome === 255 ? 8 : outcome === 0 ? 4 : outcome < 4 ? 5 : outcome === 4 ? 6 : outcome < 7 ? 7 : 8;
}

/** Unit (four, two spaces, a tab, another) and hanging step (one unit, two units, four columns, another) as one value. */
export function hangKindOf({ unit, hang }: ObservedLayout): number {
  const unitKind = Math.max(0, ['    ', '  ', '\t'].indexOf(unit) + 1);
  const hangKind = hang === unit ? 0 : hang === unit + unit ? 1 : hang === '    ' ? 2 : 3;
  return unitKind * 4 + hangKind;
}

/** Shares of odd gaps in a layout: how damaged it looks, as square roots so that small shares show. */
export function damageOf(context: SourceContext, layout: ObservedLayout): Float32Array {
  const { source, structure } = context.structured;
  const odd = new Float64Array(8);
  const all = new Float64Array(8).fill(1);
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    const text = layout.gaps[i];
    const label = layout.label[i];
    if (role === GapRole.Line || role === GapRole.Bracket) {
      const broken = layout.lineBreaks[i] > 0;
      const kind = broken ? 1 : 0;
      all[kind]++;
      if (label === KEEP || (!broken && text.length > 1)) odd[kind]++;
      const position = positionOf(source.kind[i - 1], source.kind[i]);
      if (!broken && (position === 1 || position === 2 || position === 4)) {
        all[2]++;
        if (text !== '') odd[2]++;
      }
      if (!broken && position === 3) {
        all[3]++;
        if (text !== ' ') odd[3]++;
      }
      if (text.includes('\\')) odd[4]++;
      all[4]++;
    } else if (layout.lineBreaks[i] > 0) {
      all[5]++;
      if (hasTrailingBlanks(text)) odd[5]++;
      if (layout.lineBreaks[i] > 3) odd[6]++;
      all[6]++;
    }
  }
  for (const step of layout.steps) {
    all[7]++;
    if (step !== null && step !== layout.unit) odd[7]++;
  }
  return Float32Array.from(odd, (value, k) => Math.sqrt(value / all[k]));
}

/** Per token that starts a statement: the most line breaks in the gaps between it and the code before. */
export function statementBreaks(context: SourceContext, layout: ObservedLayout): Int16Array {
  const { source, structure } = context.structured;
  const result = new Int16Array(source.tokenCount);
  for (let i = 0; i < source.tokenCount; i++) {
    if (!structure.startsLine[i]) continue;
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    for (let g = before + 1; g <= i; g++) result[i] = Math.max(result[i], layout.lineBreaks[g]);
  }
  return result;
}

/** log(1 + sum)/6 of a histogram up to (or from) each bucket, with the neighbouring bucket included. */
export function cumulate(histogram: Float32Array, upTo: boolean): Float32Array {
  const sums = new Float32Array(histogram.length);
  let total = 0;
  for (let k = 0; k < histogram.length; k++) {
    const at = upTo ? k : histogram.length - 1 - k;
    total += histogram[at];
    sums[at] = LOG_TABLE[Math.min(LOG_TABLE.length - 1, total | 0)];
  }
  return sums;
}
const LOG_TABLE = Float32Array.from({ length: 4096 }, (_, n) => Math.log1p(n) / 6);
