import { GapRole } from '../tokenize/index.js';
import { KEEP } from './layout-classes.js';
import { GapPosition, positionOf } from './gap-position.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

/**
 * What a layout says as a whole, once a file: how damaged it looks, how its brackets hang. The features of every gap
 * draw on it.
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

/**
 * Unit (four, two spaces, a tab, another) and hanging step (one unit, two units, four columns, another) as one value.
 */
export function hangKindOf({ unit, hang }: ObservedLayout): number {
  const unitKind = Math.max(0, ['    ', '  ', '\t'].indexOf(unit) + 1);
  const hangKind = hang === unit ? 0 : hang === unit + unit ? 1 : hang === '    ' ? 2 : 3;
  return unitKind * 4 + hangKind;
}

/** Where damage shows: which gaps are compared with what is usual. */
const enum Damage {
  /** Gaps within lines, and broken ones: odd are texts of no layout class, and several blanks. */
  Inline, Broken,
  /** Gaps in which nothing stands, usually, and those after commas. */
  Touching, AfterComma,
  /** Gaps of code: odd are backslashes. */
  Backslash,
  /** Gaps between logical lines: odd are blanks at the ends of lines, and many blank lines. */
  TrailingBlanks, ManyLines,
  /** Blocks: odd are steps that are not the file's unit. */
  Step,
}
export const DAMAGE_SHARES = 8;

/** Shares of odd gaps in a layout (`Damage`): how damaged it looks, as square roots so that small shares show. */
export function damageOf(context: SourceContext, layout: ObservedLayout): Float32Array {
  const { source, structure } = context.structured;
  const odd = new Float64Array(DAMAGE_SHARES);
  const all = new Float64Array(DAMAGE_SHARES).fill(1);
  const count = (damage: Damage, isOdd: boolean): void => {
    all[damage]++;
    if (isOdd) odd[damage]++;
  };
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    const text = layout.gaps[i];
    const isBroken = layout.lineBreaks[i] > 0;
    if (role === GapRole.Line || role === GapRole.Bracket) {
      const isUnclassed = layout.classOf[i] === KEEP;
      if (isBroken) count(Damage.Broken, isUnclassed);
      else {
        count(Damage.Inline, isUnclassed || text.length > 1);
        const position = positionOf(source.kind[i - 1], source.kind[i]);
        if (touches(position)) count(Damage.Touching, text !== '');
        else if (position === GapPosition.AfterComma) count(Damage.AfterComma, text !== ' ');
      }
      count(Damage.Backslash, (layout.textFlags[i] & 2) > 0);
    } else if (isBroken) {
      count(Damage.TrailingBlanks, (layout.textFlags[i] & 4) > 0);
      count(Damage.ManyLines, layout.lineBreaks[i] > 3);
    }
  }
  for (const step of layout.steps) count(Damage.Step, step !== null && step !== layout.unit);
  return Float32Array.from(odd, (value, k) => Math.sqrt(value / all[k]));
}

/** Where usually nothing stands. */
const touches = (position: GapPosition): boolean =>
  position === GapPosition.AfterOpener || position === GapPosition.BeforeCloser || position === GapPosition.BeforeComma;

/** log(1 + sum)/6 of a histogram up to (or from) each bucket, with the neighbouring bucket included. */
export function cumulate(histogram: Float32Array, upTo: boolean): Float32Array {
  const sums = new Float32Array(histogram.length);
  let total = 0;
  for (let k = 0; k < histogram.length; k++) {
    const at = upTo ? k : histogram.length - 1 - k;
    total += histogram[at];
    sums[at] = Math.log1p(Math.min(MOST_LINES, total | 0)) / 6;
  }
  return sums;
}
/** More lines than these say no more. */
const MOST_LINES = 4095;
