import { createKernel } from '../kernel/kernel.js';
import { type Matrix } from '../kernel/matrix.js';
import { type Bag, joinBags } from './bags.js';
import { LEADING_ROWS, blockSize, type ReaderRegion, readerRegions } from './readers/reader.js';
import { createTextReader, type TextReader } from './readers/text-reader.js';
import { readLength, searchLayout, type SearchLayout, type SearchSizes, type Side, SIDES } from './search-layout.js';

/**
 * The trained search network. What a bag costs is the reading of its pieces' rows, so plain loops do: a function takes
 * some hundredths of a millisecond, and nothing has to be compiled first. What reads in order has a kernel.
 */
export class SearchNetwork {
  readonly layout: SearchLayout;
  private readonly importances: Float32Array;
  private readonly reading: Reading | null;

  /** @param values `[searchLayout(sizes).total]`, which nobody may change afterwards */
  constructor(sizes: SearchSizes, private readonly values: Float32Array) {
    this.layout = searchLayout(sizes);
    const { offset, length } = this.layout.places['importance.bias']!;
    this.importances = values.subarray(offset, offset + length).map(Math.exp);
    this.reading = sizes.reader === undefined ? null : readingOf(this.layout, values);
  }

  /** The vector of a bag, `[width]`, of length 1; zeros for an empty bag. */
  vectorOf(side: Side, bag: Bag): Float32Array {
    const { width, hidden, fields } = this.layout.sizes;
    const { values } = this;
    const vector = new Float32Array(width);
    const table = this.layout.places['piece.embedding']!.offset;
    for (let k = 0; k < bag.pieces.length; k++) {
      const piece = bag.pieces[k]!;
      const amount = bag.amounts[k]! * this.importances[piece * fields + bag.fields[k]!]!;
      const row = table + piece * width;
      for (let d = 0; d < width; d++) vector[d]! += amount * values[row + d]!;
    }
    this.reading?.addTo(vector, side, bag);
    toUnit(vector);
    if (hidden === 0) return vector;
    const inner = this.weights(`${side}.hidden.bias`).slice();
    addProduct(inner, vector, this.weights(`${side}.hidden`));
    for (let k = 0; k < hidden; k++) if (inner[k]! < 0) inner[k] = 0;
    addProduct(vector, inner, this.weights(`${side}.output`));
    toUnit(vector);
    return vector;
  }

  private weights(name: string): Float32Array {
    const { offset, length } = this.layout.places[name]!;
    return this.values.subarray(offset, offset + length);
  }
}

/** What is read in order, a text at a time. */
interface Reading {
  addTo(vector: Float32Array, side: Side, text: Bag): void;
}

function readingOf(layout: SearchLayout, values: Float32Array): Reading {
  const { width, reader } = layout.sizes;
  const rows = LEADING_ROWS + blockSize(Math.max(...SIDES.map((side) => readLength(reader!, side))));
  const kernel = createKernel<ReaderRegion | 'values' | 'sum'>({
    floats: {
      ...readerRegions(layout, { rows, texts: 1, learns: false }), values: layout.total, sum: [1, width],
    },
  });
  kernel.floats.values.set(values);
  const weights = (name: string): Matrix => {
    const { offset, rows: height, columns } = layout.places[name]!;
    return kernel.matrices.values.columnsFrom(offset, height * columns).as(height, columns);
  };
  const readers: Readonly<Record<Side, TextReader | null>> = {
    query: createTextReader(kernel, layout, 'query'), code: createTextReader(kernel, layout, 'code'),
  };
  return {
    addTo(vector, side, text) {
      kernel.floats.sum.set(vector);
      readers[side]?.read(joinBags([text]), weights, kernel.matrices.sum, 0);
      vector.set(kernel.floats.sum);
    },
  };
}

/** out += input * weights, `[input, out]`. */
function addProduct(out: Float32Array, input: Float32Array, weights: Float32Array): void {
  for (let k = 0, at = 0; k < input.length; k++) {
    const factor = input[k]!;
    for (let d = 0; d < out.length; d++, at++) out[d]! += factor * weights[at]!;
  }
}

function toUnit(vector: Float32Array): void {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (sum === 0) return;
  const factor = 1 / Math.sqrt(sum);
  for (let d = 0; d < vector.length; d++) vector[d]! *= factor;
}
