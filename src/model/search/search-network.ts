import { type Bag } from './bags.js';
import { searchLayout, type SearchLayout, type SearchSizes, type Side } from './search-layout.js';

/**
 * The trained search network. What a text costs is the reading of its pieces' rows, so plain loops do: a function takes
 * some hundredths of a millisecond, and nothing has to be compiled first.
 */
export class SearchNetwork {
  readonly layout: SearchLayout;
  private readonly importances: Float32Array;

  /** @param values `[searchLayout(sizes).total]`, which nobody may change afterwards */
  constructor(sizes: SearchSizes, private readonly values: Float32Array) {
    this.layout = searchLayout(sizes);
    const { offset, length } = this.layout.places['importance.bias']!;
    this.importances = values.subarray(offset, offset + length).map(Math.exp);
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
