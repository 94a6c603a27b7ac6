import { type Random } from '../../shared/random.js';

/**
 * The parameters of the completion network as one flat array, as for the gap network:
 *
 *     x_t    = E[piece_t] + b_t * P                        [embedding]   b: the frozen backbone's vector
 *     h_t    = LSTM layers over x                          [units]
 *     v_t    = softmax(h_t * O * E^T + bias)               [pieces]      tied with the input
 *     q_t    = h_t * Q;  k_i = h_(i-1) * Ka + h_i * Kb     [key]
 *     a_t,i  = softmax over the last pieces i and a sentinel of q_t * k_i + distance bias
 *     p_t    = a_t,sentinel * v_t + sum of a_t,i at the pieces that stand at i
 *
 * The pointer is Merity and others' sentinel mixture (2016), with a key that knows both the
 * piece and what led to it.
 */
export interface CompletionSizes {
  /** Pieces (or characters) of the vocabulary; padded to a multiple of 8. */
  readonly pieces: number;
  readonly embedding: number;
  readonly units: number;
  readonly layers: number;
  /** Width of the backbone's vectors; 0 without a backbone. */
  readonly backbone: number;
  /** Width of the pointer's keys; 0 without a pointer. */
  readonly key: number;
  /** Pieces that the pointer looks back over; a multiple of 8. */
  readonly window: number;
}

/** Buckets of the distance between two pieces, by its logarithm; padded to a multiple of 4. */
export const DISTANCE_BUCKETS = 12;

export interface CompletionPlace {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** In floats, a multiple of 4. */
  readonly offset: number;
  /** rows * columns. */
  readonly length: number;
}

export interface CompletionLayout {
  readonly sizes: CompletionSizes;
  readonly places: Readonly<Record<string, CompletionPlace>>;
  /** Length of the flat array. */
  readonly total: number;
}

/** Throws RangeError for a width that is not a multiple of 8 (layers: not positive). */
export function completionLayout(sizes: CompletionSizes): CompletionLayout {
  for (const [name, width] of Object.entries(sizes)) {
    if (name === 'layers' ? !(width >= 1) : !(width >= 0 && width % 8 === 0)) {
      throw new RangeError(`completion network size ${name} must be a multiple of 8, not ${width}`);
    }
  }
  const { pieces, embedding, units, layers, backbone, key } = sizes;
  const places: Record<string, CompletionPlace> = {};
  let total = 0;
  const place = (name: string, rows: number, columns: number): void => {
    const length = rows * columns;
    places[name] = { name, rows, columns, offset: total, length };
    total += (length + 3) & ~3;
  };
  place('piece.embedding', pieces, embedding);
  if (backbone > 0) place('backbone.projection', backbone, embedding);
  for (let layer = 0; layer < layers; layer++) {
    place(`lstm${layer}.input`, layer === 0 ? embedding : units, 4 * units);
    place(`lstm${layer}.recurrent`, units, 4 * units);
    place(`lstm${layer}.bias`, 1, 4 * units);
  }
  place('output.projection', units, embedding);
  place('output.bias', 1, pieces);
  if (key > 0) {
    place('pointer.query', units, key);
    place('pointer.before', units, key);
    place('pointer.after', units, key);
    place('pointer.sentinel', 1, units);
    place('pointer.sentinel.bias', 1, 4);
    place('pointer.distance.bias', 1, DISTANCE_BUCKETS);
  }
  return { sizes, places, total };
}

/** Bucket of a distance in pieces, 0 for the piece just read. */
export const distanceBucket = (distance: number): number =>
  Math.min(DISTANCE_BUCKETS - 1, 31 - Math.clz32(distance + 1));

/** Starting weights: small and Gaussian, forget gates open. */
export function initialCompletionWeights(layout: CompletionLayout, random: Random): Float32Array {
  const { units, embedding, key } = layout.sizes;
  const deviationOf = (name: string, rows: number): number => {
    // About what training makes of it; with much less, the first hundred steps learn how frequent pieces are and
    // nothing else.
    if (name === 'piece.embedding') return 0.25;
    if (name === 'pointer.sentinel') return 0;
    if (name.startsWith('pointer.')) return 0.5 / Math.sqrt(Math.sqrt(key) * units);
    if (name === 'output.projection') return Math.sqrt(1 / units) * Math.sqrt(8 / embedding);
    return 0.7 / Math.sqrt(rows);
  };
  const values = new Float32Array(layout.total);
  for (const { name, rows, offset, length } of Object.values(layout.places)) {
    if (name.endsWith('bias')) {
      if (name.startsWith('lstm')) values.fill(1, offset + units, offset + 2 * units);
      continue;
    }
    const deviation = deviationOf(name, rows);
    for (let at = offset; at < offset + length; at++) values[at] = deviation * random.gaussian();
  }
  return values;
}
