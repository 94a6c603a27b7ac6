import { breaks, KEEP, LABEL_COUNT, NONE, SPACE, TWO_SPACES } from '../model/labels.js';
import type { SourceContext } from '../model/source-context.js';
import { nodeKind, tokenKind } from '../tokenize/index.js';

/**
 * What holds of the spaces at operators whatever a network says of the single gap: an operator before its
 * operand keeps to it, and the two sides of an operator between operands are one decision.
 */

const SIGNS = new Set(['+', '-', '~'].map(tokenKind));
const PREFIXES = new Set(['+', '-', '~', '*', '**', '@'].map(tokenKind));
const OR = tokenKind('|');
const BETWEEN = new Set(
  [
    '+', '-', '*', '/', '//', '%', '@', '**', '|', '&', '^', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '<>', ':=', '=',
    '+=', '-=', '*=', '/=', '//=', '%=', '@=', '**=', '|=', '&=', '^=', '<<=', '>>=',
  ].map(tokenKind),
);
const OF_TWO = new Set(
  [
    'binary_operator', 'comparison_operator', 'union_pattern', 'union_type', 'complex_pattern', 'keyword_argument', 'keyword_pattern',
    'default_parameter', 'typed_default_parameter', 'assignment', 'augmented_assignment', 'named_expression',
  ].map(nodeKind),
);

/** True for an operator that stands before its operand: a sign, a star of unpacking, the `@` of a decorator. */
export function isPrefixOperator({ structured: { source } }: SourceContext, token: number): boolean {
  if (!PREFIXES.has(source.kind[token])) return false;
  // The grammar has no node for the sign of a number in `case 1 | -2`.
  return source.childIndex[token] === 0 || (SIGNS.has(source.kind[token]) && source.kind[token - 1] === OR);
}

/** True for an operator of symbols between two operands. */
export function isBinaryOperator(context: SourceContext, token: number): boolean {
  const { source } = context.structured;
  return BETWEEN.has(source.kind[token]) && OF_TWO.has(source.tree.kind[source.parent[token]]) && !isPrefixOperator(context, token);
}

/** True when a layout puts blanks behind more than half of its prefix operators. */
export function spacesPrefixes(context: SourceContext, gaps: readonly string[]): boolean {
  let spaced = 0;
  let tight = 0;
  for (let i = 0; i + 1 < context.structured.source.tokenCount; i++) {
    if (!isPrefixOperator(context, i)) continue;
    if (gaps[i + 1] === '') tight++;
    else if (!gaps[i + 1].includes('\n')) spaced++;
  }
  return spaced > tight;
}

/**
 * What a network makes of a gap as long as it stays within the line; null where it may break the line.
 *
 * @param probabilities `[gaps, labels]`
 */
export function chooseInline(probabilities: Float32Array, gap: number, kept: string, threshold: number): string | null {
  const row = probabilities.subarray(gap * LABEL_COUNT, (gap + 1) * LABEL_COUNT);
  const known = [['', row[NONE]], [' ', row[SPACE]], ['  ', row[TWO_SPACES]]] as const;
  const mass = new Map<string, number>(known.map(([text, share]) => [text, share]));
  mass.set(kept, (mass.get(kept) ?? 0) + row[KEEP]);
  const [best, share] = [...mass].reduce((a, b) => (b[1] > a[1] ? b : a));
  let broken = 0;
  for (let k = 0; k < LABEL_COUNT; k++) if (breaks(k)) broken += row[k];
  if (broken > share) return null;
  return share / (share + (best === kept ? 0 : mass.get(kept)!)) >= threshold ? best : kept;
}

/** One side of an operator: the text that stands for leaving it, and least share for another. */
export interface OperatorSide {
  readonly gap: number;
  readonly kept: string;
  readonly threshold: number;
}

/**
 * The texts of both sides of an operator, decided together: both tight or both spaced, whichever is likelier,
 * where each side that this changes is sure enough; else as they were.
 *
 * @param probabilities `[gaps, labels]`
 */
export function decideTogether(sides: readonly [OperatorSide, OperatorSide], probabilities: Float32Array): [string, string] {
  const masses = sides.map(({ gap, kept }) => {
    const at = gap * LABEL_COUNT;
    const keep = probabilities[at + KEEP];
    const tight = probabilities[at + NONE] + (kept === '' ? keep : 0);
    const space = probabilities[at + SPACE] + (kept === ' ' ? keep : 0);
    // A wider gap, as of a table, may stay beside one space.
    const wide = kept === '' || kept === ' ' ? 0 : keep;
    return { tight, spaced: Math.max(space, wide), text: wide > space ? kept : ' ', kept: kept === '' ? tight : kept === ' ' ? space : wide };
  });
  const isTight = masses[0].tight * masses[1].tight > masses[0].spaced * masses[1].spaced;
  const texts = masses.map(({ text }) => (isTight ? '' : text));
  const isSure = sides.every(({ kept, threshold }, k) => {
    const mass = isTight ? masses[k].tight : masses[k].spaced;
    return texts[k] === kept || mass / (mass + masses[k].kept) >= threshold;
  });
  return isSure ? [texts[0], texts[1]] : [sides[0].kept, sides[1].kept];
}
