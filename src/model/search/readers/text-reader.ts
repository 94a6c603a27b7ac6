import { type Matrix } from '../../kernel/matrix.js';
import { type Bags } from '../bags.js';
import { encoderOf, type EncoderKind, readLength, type SearchLayout, type Side } from '../search-layout.js';
import { createAttentionReader } from './attention-reader.js';
import { createCnnReader } from './cnn-reader.js';
import { createLstmReader } from './lstm-reader.js';
import {
  addBack, addWeighed, addWeightGradient, LEADING_ROWS, type Reader, type ReaderMemory, type Rows, type TextSpan,
} from './reader.js';

const READERS: Readonly<Record<Exclude<EncoderKind, 'bag'>, (memory: ReaderMemory) => Reader>> = {
  cnn: createCnnReader, lstm: createLstmReader, attention: createAttentionReader,
};

/** Gives a matrix of some flat weights by its name in the layout. */
export type LayoutWeights = (name: string) => Matrix;

/**
 * One side's texts, read in order: adds to the sum of each text what its reader's states give. Texts are read a chunk
 * at a time, so that memory depends on neither the batch nor the length of texts; for the gradient a chunk is read
 * again.
 */
export interface TextReader {
  /**
   * Adds to each text's sum.
   *
   * @param sums `[texts, width]`
   * @param firstText where the texts' own sums are kept, in the memory that both sides share
   */
  read(bags: Bags, weights: LayoutWeights, sums: Matrix, firstText: number): void;
  /**
   * Adds to the gradient, right after `read` of the same texts.
   *
   * @param delta `[texts, width]`, the gradient of the sums
   */
  backward(bags: Bags, weights: LayoutWeights, gradient: LayoutWeights, delta: Matrix, firstText: number): void;
}

/** The reader of one side; null for a bag. */
export function createTextReader(memory: ReaderMemory, layout: SearchLayout, side: Side): TextReader | null {
  const kind = encoderOf(layout.sizes, side);
  const sizes = layout.sizes.reader;
  if (kind === 'bag' || sizes === undefined) return null;
  const { width, fields } = layout.sizes;
  const { run, matrices: { rowInput, rowStates, rowInputDelta, rowStatesDelta, pooled, pooledDelta } } = memory;
  const { units } = sizes;
  const reader = READERS[kind](memory);
  const longest = readLength(sizes, side);
  /** So that a vector's numbers are about 1 each. */
  const factor = Math.sqrt(width);
  const own = (weights: LayoutWeights) => (name: string): Matrix => weights(`${side}.${name}`);

  const chunks = function* (bags: Bags): Generator<Rows> {
    let spans: TextSpan[] = [];
    let rows = LEADING_ROWS;
    for (let text = 0; text < bags.count; text++) {
      const first = bags.starts[text]!;
      const length = Math.min(longest, bags.starts[text + 1]! - first);
      if (length === 0) continue;
      const more = reader.rowsFor(length);
      if (rows + more > rowInput.rows) {
        yield reader.arrange(spans);
        spans = [];
        rows = LEADING_ROWS;
      }
      spans.push({ text, first, length });
      rows += more;
    }
    if (spans.length > 0) yield reader.arrange(spans);
  };

  /** The reader's input, from the vectors of pieces and their places. */
  const gather = ({ count, entries }: Rows, bags: Bags, weights: LayoutWeights): void => {
    const [table, places] = [weights('piece.embedding').address, weights('reader.place').address];
    rowInput.from(0, count).values.fill(0);
    for (let row = 0; row < count; row++) {
      const entry = entries[row]!;
      if (entry < 0) continue;
      const at = rowInput.address + 4 * width * row;
      run.addScaled(at, table + 4 * width * bags.pieces[entry]!, width, factor);
      run.addScaled(at, places + 4 * width * bags.fields[entry]!, width, 1);
    }
  };

  return {
    read(bags, weights, sums, firstText) {
      const texts = pooled.from(firstText, bags.count);
      texts.values.fill(0);
      const importances = weights('importance.bias').values;
      for (const rows of chunks(bags)) {
        gather(rows, bags, weights);
        reader.forward(rows, own(weights));
        for (let row = 0; row < rows.count; row++) {
          const entry = rows.entries[row]!;
          if (entry < 0) continue;
          const amount =
            bags.amounts[entry]! * Math.exp(importances[bags.pieces[entry]! * fields + bags.fields[entry]!]!);
          run.addScaled(
            texts.address + 4 * units * rows.texts[row]!, rowStates.address + 4 * units * row, units, amount,
          );
        }
      }
      addWeighed(memory, sums, texts, weights(`${side}.reader.output`));
    },

    backward(bags, weights, gradient, delta, firstText) {
      const texts = pooled.from(firstText, bags.count);
      const textsDelta = pooledDelta.from(firstText, bags.count);
      addWeightGradient(memory, gradient(`${side}.reader.output`), texts, delta);
      textsDelta.values.fill(0);
      addBack(memory, textsDelta, delta, weights(`${side}.reader.output`));
      const importances = weights('importance.bias').values;
      const importancesDelta = gradient('importance.bias').values;
      const [tableDelta, placesDelta] = [gradient('piece.embedding').address, gradient('reader.place').address];
      for (const rows of chunks(bags)) {
        gather(rows, bags, weights);
        reader.forward(rows, own(weights));
        rowStatesDelta.from(0, rows.count).values.fill(0);
        for (let row = 0; row < rows.count; row++) {
          const entry = rows.entries[row]!;
          if (entry < 0) continue;
          const place = bags.pieces[entry]! * fields + bags.fields[entry]!;
          const amount = bags.amounts[entry]! * Math.exp(importances[place]!);
          const from = textsDelta.address + 4 * units * rows.texts[row]!;
          run.addScaled(rowStatesDelta.address + 4 * units * row, from, units, amount);
          importancesDelta[place]! += amount * run.dotProduct(rowStates.address + 4 * units * row, from, units);
        }
        rowInputDelta.from(0, rows.count).values.fill(0);
        reader.backward(rows, own(weights), own(gradient));
        for (let row = 0; row < rows.count; row++) {
          const entry = rows.entries[row]!;
          if (entry < 0) continue;
          const at = rowInputDelta.address + 4 * width * row;
          run.addScaled(tableDelta + 4 * width * bags.pieces[entry]!, at, width, factor);
          run.addScaled(placesDelta + 4 * width * bags.fields[entry]!, at, width, 1);
        }
      }
    },
  };
}
