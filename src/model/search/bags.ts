import { type EncoderKind } from './search-layout.js';

/** Bags of pieces, or their sequences, one behind the other. */
export interface Bags {
  readonly count: number;
  /** `[count + 1]`: where each bag begins in the arrays below, and where the last one ends. */
  readonly starts: Int32Array;
  readonly pieces: Int32Array;
  /** Of each piece, where it stands. */
  readonly fields: Uint8Array;
  /** Of each piece. */
  readonly amounts: Float32Array;
}

/** One bag; or a sequence, where pieces stand in order, as often as they occur. */
export interface Bag {
  readonly pieces: Int32Array;
  readonly fields: Uint8Array;
  readonly amounts: Float32Array;
}

/** A text in pieces as an encoder of this kind takes it. */
export const textFor = (kind: EncoderKind): typeof bagOf => (kind === 'bag' ? bagOf : sequenceOf);

/** Counts the pieces of a text: each stands once for each place, with 1 + ln(how often) as its amount. */
export function bagOf(sequence: Pick<Bag, 'pieces' | 'fields'>): Bag {
  const counts = countsOf(sequence);
  const pieces = new Int32Array(counts.size);
  const fields = new Uint8Array(counts.size);
  const amounts = new Float32Array(counts.size);
  let k = 0;
  for (const [key, count] of counts) {
    pieces[k] = Math.floor(key / 256);
    fields[k] = key % 256;
    amounts[k++] = 1 + Math.log(count);
  }
  return { pieces, fields, amounts };
}

/** The same in order, as often as pieces occur: the amounts of those that are one in a bag add up to its amount. */
export function sequenceOf(sequence: Pick<Bag, 'pieces' | 'fields'>): Bag {
  const { pieces, fields } = sequence;
  const counts = countsOf(sequence);
  const amounts = Float32Array.from(pieces, (piece, k) => {
    const count = counts.get(piece * 256 + fields[k]!)!;
    return (1 + Math.log(count)) / count;
  });
  return { pieces, fields, amounts };
}

/** How often each piece stands in each place, by piece * 256 + place, in the order in which they come. */
function countsOf({ pieces, fields }: Pick<Bag, 'pieces' | 'fields'>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let k = 0; k < pieces.length; k++) {
    const key = pieces[k]! * 256 + fields[k]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function joinBags(bags: readonly Bag[]): Bags {
  const starts = new Int32Array(bags.length + 1);
  bags.forEach(({ pieces }, k) => (starts[k + 1] = starts[k]! + pieces.length));
  const total = starts[bags.length]!;
  const joined = { pieces: new Int32Array(total), fields: new Uint8Array(total), amounts: new Float32Array(total) };
  bags.forEach(({ pieces, fields, amounts }, k) => {
    joined.pieces.set(pieces, starts[k]!);
    joined.fields.set(fields, starts[k]!);
    joined.amounts.set(amounts, starts[k]!);
  });
  return { count: bags.length, starts, ...joined };
}
