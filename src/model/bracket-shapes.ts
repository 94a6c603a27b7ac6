import { COMMA, NODE_KINDS, tokenKind } from '../tokenize/index.js';
import { Arrangement, NO_ARRANGEMENT } from './bracket-arrangement.js';
import { visualColumn, visualWidth } from './layout-widths.js';
import { measureLines } from './line-measure.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

/** How a bracket is laid out, as somebody who types it decides: arrangements, those of a clinging closer apart. */
export const enum Shape {
  Flat,
  /** Break after the opener, contents on one line, closer on a line of its own; and so on. */
  Hanging, Exploded, HangingFill,
  /** The same with the closer behind the contents. */
  Clinging, ClingingFill, ClingingExploded,
  VisualFill, VisualExploded,
  Other,
}
export const SHAPES = 10;

const SHAPE_OF_ARRANGEMENT: Readonly<Record<number, Shape>> = {
  [NO_ARRANGEMENT]: Shape.Flat,
  [Arrangement.Hanging]: Shape.Hanging,
  [Arrangement.Exploded]: Shape.Exploded,
  [Arrangement.HangingFill]: Shape.HangingFill,
  [Arrangement.VisualFill]: Shape.VisualFill,
  [Arrangement.VisualExploded]: Shape.VisualExploded,
  [Arrangement.Other]: Shape.Other,
};

/** The shape of the bracket that a token opens. */
export function shapeOf(context: SourceContext, { arrangement, lineBreaks }: BrokenLayout, open: number): Shape {
  if (arrangement[open] !== (Arrangement.ClingingCloser as number)) return SHAPE_OF_ARRANGEMENT[arrangement[open]];
  const { source, structure: { openBracket, partner } } = context.structured;
  let broken = 0;
  let commas = 0;
  let brokenCommas = 0;
  for (let i = open + 2; i < partner[open]; i++) {
    if (openBracket[i] !== open) continue;
    if (lineBreaks[i] > 0) broken++;
    if (source.kind[i - 1] !== COMMA) continue;
    commas++;
    if (lineBreaks[i] > 0) brokenCommas++;
  }
  return broken === 0 ? Shape.Clinging : brokenCommas === commas ? Shape.ClingingExploded : Shape.ClingingFill;
}

type BrokenLayout = Pick<ObservedLayout, 'arrangement' | 'lineBreaks'>;

/** Numbers of a bracket as `describeBrackets` tells them, in this order. */
const enum Field {
  Shape, Node, NodeAround, Commas, TrailingComma, Marks, IsNested, Later, Earlier, Tail, IsForced,
  /** Columns at which lines would end: whole, contents alone, contents with what follows, the widest element. */
  Whole, Contents, Clinging, Element,
  /** Column behind the opener, and of its line's beginning. */
  Column, Lead,
}
export const BRACKET_FIELDS = 17;

const EQUALS = tokenKind('=');
const COLON = tokenKind(':');
const WIDEST = 999;

/**
 * Describes brackets that hold something and no comment, by what is known of one when all that is further out and
 * to its left stands: `[brackets, BRACKET_FIELDS]`.
 *
 * @param opens the opening brackets; all where none are given
 */
export function describeBrackets(
  context: SourceContext, layout: ObservedLayout, opens?: readonly number[],
): { readonly opens: readonly number[]; readonly fields: Int16Array } {
  const { source, structure } = context.structured;
  const { partner, openBracket } = structure;
  const described = (opens ?? Array.from({ length: source.tokenCount }, (_, i) => i))
    .filter((open) => partner[open] > open + 1 && context.holdsComment[open] === 0);
  const marks = new Uint8Array(source.tokenCount);
  for (let i = 0; i < source.tokenCount; i++) {
    if (openBracket[i] < 0) continue;
    if (source.kind[i] === EQUALS) marks[openBracket[i]] |= 1;
    if (source.kind[i] === COLON) marks[openBracket[i]] |= 2;
  }
  const measure = measureLines(context, layout);
  const fields = new Int16Array(described.length * BRACKET_FIELDS);
  described.forEach((open, k) => {
    const row = fields.subarray(k * BRACKET_FIELDS, (k + 1) * BRACKET_FIELDS);
    const close = partner[open];
    const last = measure.segmentEnd[open + 1];
    const column = visualColumn(layout.walker, open) + 1;
    const lead = visualWidth(layout.walker.lineIndent[open]);
    const { start, end, forcedBefore } = measure;
    const { kind, parent } = source.tree;
    const node = source.parent[open];
    const clamped = (width: number): number => Math.min(WIDEST, Math.round(width));
    row[Field.Shape] = shapeOf(context, layout, open);
    row[Field.Node] = kind[node];
    row[Field.NodeAround] = parent[node] < 0 ? NODE_KINDS.length : kind[parent[node]];
    row[Field.Commas] = context.commas[open] - context.trailingComma[open];
    row[Field.TrailingComma] = context.trailingComma[open];
    row[Field.Marks] = marks[open];
    row[Field.IsNested] = structure.bracketDepth[open] > 0 ? 1 : 0;
    row[Field.Later] = Math.min(1, measure.laterBrackets[open]);
    row[Field.Earlier] = Math.min(1, measure.earlierBrackets[open]);
    row[Field.Tail] = Math.min(2, last - close);
    row[Field.IsForced] = forcedBefore[close] > forcedBefore[open] ? 1 : 0;
    row[Field.Whole] = clamped(column + end[last] - end[open]);
    row[Field.Contents] = clamped(lead + visualWidth(layout.unit) + start[close] - start[open + 1]);
    row[Field.Clinging] = clamped(lead + visualWidth(layout.hang) + end[last] - start[open + 1]);
    row[Field.Element] = clamped(column + measure.widestElement[open]);
    row[Field.Column] = clamped(column);
    row[Field.Lead] = clamped(lead);
  });
  return { opens: described, fields };
}

/** Columns from the beginning of a line within which an opener stands at its beginning. */
const SHORT_HEAD = 8;
/** Commas, and columns of an element in the mean, up to which they are told apart. */
const COMMAS = [0, 1, 2, 4, 8];
const WIDTHS = [6, 20];

const bucket = (value: number, ends: readonly number[]): number => {
  const found = ends.findIndex((end) => value <= end);
  return found < 0 ? ends.length : found;
};

/** The contexts of a described bracket, from the narrowest to the widest, where lines are kept within a limit. */
export function bracketContexts(row: Int16Array, limit: number): readonly (readonly number[])[] {
  const passes = (field: Field): number => (row[field] > limit ? 1 : 0);
  const fits = passes(Field.Whole) * 8 + passes(Field.Contents) * 4 + passes(Field.Clinging) * 2 +
    passes(Field.Element);
  const column = row[Field.Column];
  const head = column - row[Field.Lead] <= SHORT_HEAD ? 0 : column > limit / 2 ? 2 : 1;
  const of = (...taken: readonly Field[]): number[] => taken.map((field) => row[field]);
  const isList = Math.min(1, row[Field.Commas]);
  const comma = row[Field.TrailingComma];
  const commas = bucket(row[Field.Commas], COMMAS);
  const width = bucket((row[Field.Contents] - row[Field.Lead]) / (row[Field.Commas] + 1), WIDTHS);
  return [
    [
      0, fits, head, commas, width, ...of(
        Field.Node, Field.NodeAround, Field.TrailingComma, Field.Marks, Field.IsNested, Field.Later,
        Field.Earlier, Field.Tail, Field.IsForced,
      ),
    ],
    [
      1, fits, commas, width, ...of(
        Field.Node, Field.TrailingComma, Field.Marks, Field.Later, Field.Earlier, Field.IsForced,
      ),
    ],
    [2, fits, isList, ...of(Field.Node, Field.TrailingComma, Field.Marks)],
    [3, fits, isList, comma, row[Field.Marks]],
    [4, passes(Field.Whole), comma],
  ];
}

/** The shape of a described bracket. */
export const shapeIn = (row: Int16Array): Shape => row[Field.Shape];

/** True where a line that holds the bracket whole passes a limit, and no bracket behind it may be broken instead. */
export const mustBreakWithin = (row: Int16Array, limit: number): boolean =>
  row[Field.Whole] > limit && row[Field.Later] === 0;
