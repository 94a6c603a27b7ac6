import { type Random } from '../../shared/random.js';

/**
 * The parameters of the search network as one flat array, as for the other networks. A question and a function are
 * bags: pieces p with the place f where they stand, and an amount m that grows with the logarithm of how often.
 *
 *     s = sum of m * exp(importance[f, p]) * E[p]          [width]       attention that looks at piece and place alone
 *     u = s / |s|
 *     z = u + relu(u * A + a) * B                          [width]       of each side; left out where hidden is 0
 *     v = z / |z|                                          [width]
 *
 * How well a function answers a question is the product of their two vectors.
 */
export interface SearchSizes {
  readonly pieces: number;
  /** Places that importances are kept apart by. */
  readonly fields: number;
  /** Of all vectors; a multiple of 8. */
  readonly width: number;
  /** Of the hidden layer of each side; a multiple of 8. */
  readonly hidden: number;
}

export interface SearchPlace {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** In floats, a multiple of 4. */
  readonly offset: number;
  /** rows * columns. */
  readonly length: number;
}

export interface SearchLayout {
  readonly sizes: SearchSizes;
  readonly places: Readonly<Record<string, SearchPlace>>;
  /** Length of the flat array. */
  readonly total: number;
}

export const SIDES = ['query', 'code'] as const;
export type Side = (typeof SIDES)[number];

/** @throws RangeError for a width that is not a multiple of 8 */
export function searchLayout(sizes: SearchSizes): SearchLayout {
  const { pieces, fields, width, hidden } = sizes;
  for (const [name, value] of Object.entries({ width, hidden })) {
    if (value % 8 !== 0 || value < 0) throw new RangeError(`search network size ${name} must be a multiple of 8`);
  }
  const places: Record<string, SearchPlace> = {};
  let total = 0;
  const place = (name: string, rows: number, columns: number): void => {
    const length = rows * columns;
    places[name] = { name, rows, columns, offset: total, length };
    total += (length + 3) & ~3;
  };
  place('piece.embedding', pieces, width);
  // A bias to the optimizer: what was never seen keeps the importance that it began with.
  place('importance.bias', pieces, fields);
  for (const side of hidden > 0 ? SIDES : []) {
    place(`${side}.hidden`, width, hidden);
    place(`${side}.hidden.bias`, 1, hidden);
    place(`${side}.output`, hidden, width);
  }
  return { sizes, places, total };
}

/**
 * Random weights.
 *
 * @param importances `[pieces, fields]`, to begin with
 */
export function initialSearchWeights(layout: SearchLayout, importances: Float32Array, random: Random): Float32Array {
  const values = new Float32Array(layout.total);
  for (const { name, rows, offset, length } of Object.values(layout.places)) {
    if (name === 'importance.bias') values.set(importances, offset);
    if (name.endsWith('.bias')) continue;
    const scale = name === 'piece.embedding' ? 1 / Math.sqrt(layout.sizes.width) : 1 / Math.sqrt(rows);
    // The output begins at nothing, so that a side is its bag at first.
    if (!name.endsWith('.output')) {
      for (let k = offset; k < offset + length; k++) values[k] = scale * random.gaussian();
    }
  }
  return values;
}
