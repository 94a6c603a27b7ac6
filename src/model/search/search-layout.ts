import { type Random } from '../../shared/random.js';

/**
 * The parameters of the search network as one flat array, as for the other networks. A question and a function are
 * bags: pieces p with the place f where they stand, and an amount m that grows with the logarithm of how often. A side
 * that is read in order has an amount for each time that a piece stands there, and a reader besides (readers/), whose
 * state h at a piece knows those around it.
 *
 *     a = m * exp(importance[f, p])                                      attention that looks at piece and place alone
 *     s = sum of a * E[p]                                  [width]
 *     s += (sum of a * h) * O                              [width]       of a side that is read; the first pieces alone
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
  /** Where a side is read in order; nothing where both are bags. */
  readonly reader?: ReaderSizes;
}

/** How texts become vectors: as bags, or also read in order, by a convolution, an LSTM layer or self-attention. */
export const ENCODERS = ['bag', 'cnn', 'lstm', 'attention'] as const;
export type EncoderKind = (typeof ENCODERS)[number];

export interface ReaderSizes {
  readonly query: EncoderKind;
  readonly code: EncoderKind;
  /** Of a reader's state; a multiple of 16. */
  readonly units: number;
  /** Pieces that are read of a question; what follows counts as in a bag. */
  readonly queryLength: number;
  /** The same of a function. */
  readonly codeLength: number;
}

export const encoderOf = ({ reader }: Pick<SearchSizes, 'reader'>, side: Side): EncoderKind => reader?.[side] ?? 'bag';

/** Pieces that are read of a text of one side. */
export const readLength = ({ queryLength, codeLength }: ReaderSizes, side: Side): number =>
  (side === 'query' ? queryLength : codeLength);

/** Neighbours on each side that a convolution sees. */
export const CNN_REACH = 2;
export const ATTENTION_HEADS = 2;

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
  const { reader } = sizes;
  if (reader !== undefined && (reader.units % 16 !== 0 || reader.units <= 0)) {
    throw new RangeError('search network size units must be a multiple of 16');
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
  if (reader !== undefined) {
    place('reader.place', fields, width);
    for (const side of SIDES) {
      for (const [name, rows, columns] of readerPlaces(reader, side, width)) place(`${side}.${name}`, rows, columns);
    }
  }
  return { sizes, places, total };
}

/** Names and shapes of what one side's reader learns. */
function readerPlaces(
  reader: ReaderSizes, side: Side, width: number,
): readonly (readonly [name: string, rows: number, columns: number])[] {
  const { units } = reader;
  const output = ['reader.output', units, width] as const;
  switch (reader[side]) {
    case 'bag':
      return [];
    case 'cnn':
      return [
        ...Array.from({ length: 2 * CNN_REACH + 1 }, (_, k) => [`cnn.${k}`, width, units] as const),
        ['cnn.bias', 1, units], output,
      ];
    case 'lstm':
      return [
        ['lstm.input', width, 4 * units], ['lstm.recurrent', units, 4 * units], ['lstm.bias', 1, 4 * units], output,
      ];
    case 'attention': {
      const head = units / ATTENTION_HEADS;
      return [
        ['attention.position', readLength(reader, side), width],
        ...Array.from({ length: ATTENTION_HEADS }, (_, k) => [
          [`attention.query${k}`, width, head], [`attention.key${k}`, width, head],
          [`attention.value${k}`, width, head], [`attention.mixed${k}`, head, units],
        ] as const).flat(),
        ['attention.own', width, units], ['attention.bias', 1, units], output,
      ];
    }
  }
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
    // Forget gates begin open.
    if (name.endsWith('lstm.bias')) values.fill(1, offset + length / 4, offset + length / 2);
    if (name.endsWith('.bias')) continue;
    const scale = name === 'piece.embedding' ? 1 / Math.sqrt(layout.sizes.width) : 1 / Math.sqrt(rows);
    // The output begins at nothing, so that a side is its bag at first.
    if (!name.endsWith('.output')) {
      for (let k = offset; k < offset + length; k++) values[k] = scale * random.gaussian();
    }
  }
  return values;
}
