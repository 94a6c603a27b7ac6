import { type KernelFunctions } from './kernel.js';
import { type ByteMatrix, type Matrix, type Panels, type ShortMatrix } from './matrix.js';

/** The activations of some rows of an LSTM layer. */
export interface LstmRows {
  /** `[rows, 4 * units]`: sums of the input, forget, cell and output gates; then what the gates gave. */
  readonly gates: Matrix;
  /** `[rows, units]`, of the cells one step earlier. */
  readonly before: Matrix;
  readonly tangents: Matrix;
}

/**
 * The kernel's functions on matrices. Shapes that do not fit throw a RangeError where a product or a sum would
 * read or write elsewhere.
 */
export interface MatrixOperations {
  /** Every row of `out` becomes the bias `[1, columns]`. */
  fillRows(out: Matrix, bias: Matrix): void;
  /** out = bias + the rows of the table `[pieces, columns]` that each row of slots names; -1 names none. */
  embeddingSum(out: Matrix, table: Matrix, bias: Matrix, slots: ShortMatrix): void;
  /** The reverse: adds each row of `delta` to the rows of the table that its slots name. */
  embeddingScatter(table: Matrix, delta: Matrix, slots: ShortMatrix): void;
  /** out += input * weights. */
  addProduct(out: Matrix, input: Matrix, weights: Matrix): void;
  /**
   * The same for inputs of which many are zero, or below the floor, which they are raised to; the list has `listLength`
   * numbers.
   */
  addSparseProduct(out: Matrix, input: Matrix, weights: Matrix, list: Matrix, floor?: number): void;
  /**
   * The same where only the columns of legal labels count: of four columns without one, nothing in `out` is of use.
   * `out` has as many columns as there are labels, or up to three more.
   */
  addLegalProduct(
    out: Matrix, input: Matrix, weights: Matrix, list: Matrix, legal: ByteMatrix, floor?: number,
  ): void;
  /** Weights `[depth, width]` in panels, which lie in `into`. */
  pack(weights: Matrix, into: Matrix): Panels;
  /** Weights `[width, depth]` in panels: for a product with their transpose. */
  packTransposed(weights: Matrix, into: Matrix): Panels;
  /** out += input * weights. */
  addPacked(out: Matrix, input: Matrix, weights: Panels): void;
  /** out = values transposed. */
  transpose(out: Matrix, values: Matrix): void;
  /** One step of an LSTM layer: fills gates, cells, tangents and states. */
  lstmStep(rows: LstmRows, after: { readonly cells: Matrix; readonly states: Matrix }): void;
  /** Its gradient: gates become the gradients of their sums, `cells` that of the cells before. */
  lstmStepGradient(rows: LstmRows, delta: { readonly states: Matrix; readonly cells: Matrix }): void;
  relu(values: Matrix): void;
  /** Over all numbers of one row. */
  softmax(row: Matrix): void;
  /** Softmax of each row over its legal labels, each in the column that is said of it; the list has as many numbers. */
  foldedSoftmax(out: Matrix, logits: Matrix, legal: ByteMatrix, columnOf: ByteMatrix, list: Matrix): void;
  /** values *= factor. */
  scale(values: Matrix, factor: number): void;
  /** out += factor * values. */
  addScaled(out: Matrix, values: Matrix, factor: number): void;
  /** out `[1, columns]` += the sums of the columns of values. */
  addColumnSums(out: Matrix, values: Matrix): void;
  /** values *= factors, number by number. */
  multiply(values: Matrix, factors: Matrix): void;
  dot(left: Matrix, right: Matrix): number;
  /** Sum of the weights `[1, count]` whose piece is `wanted`. */
  massOf(weights: Matrix, pieces: ShortMatrix, wanted: number): number;
  /** totals[piece] += weight * factor, for every piece that is not negative. */
  scatterMass(totals: Matrix, weights: Matrix, pieces: ShortMatrix, factor: number): void;
  /** Weights become the gradient of their logits: weight * factor, and for the wanted piece weight * wantedFactor. */
  attentionGradient(
    weights: Matrix, pieces: ShortMatrix,
    of: { readonly wanted: number; readonly factor: number; readonly wantedFactor: number },
  ): void;
}

export function matrixOperations(run: KernelFunctions): MatrixOperations {
  const addScaled = (out: Matrix, values: Matrix, factor: number): void => {
    run.addScaled(out.address, values.address, needEqual(out.length, values.length), factor);
  };
  return {
    fillRows: (out, bias) => run.fillRows(out.address, needEqual(out.columns, bias.columns), bias.address, out.rows),
    embeddingSum(out, table, bias, slots) {
      run.embeddingSum(
        out.address, needEqual(out.columns, table.columns), table.address, bias.address, slots.address, slots.stride,
        slots.columns,
        needEqual(out.rows, slots.rows),
      );
    },
    embeddingScatter(table, delta, slots) {
      run.embeddingScatter(
        table.address, needEqual(table.columns, delta.columns), delta.address, slots.address, slots.stride,
        slots.columns,
        needEqual(delta.rows, slots.rows),
      );
    },
    addProduct(out, input, weights) {
      run.addProduct(
        out.address, needEqual(out.columns, weights.columns), input.address, input.stride,
        needEqual(input.columns, weights.rows),
        weights.address, needEqual(out.rows, input.rows),
      );
    },
    addSparseProduct(out, input, weights, list, floor = -Infinity) {
      run.addSparseProduct(
        out.address, needEqual(out.columns, weights.columns), input.address, input.stride,
        needEqual(input.columns, weights.rows),
        weights.address, needEqual(out.rows, input.rows), needList(list, input).address, floor,
      );
    },
    addLegalProduct(out, input, weights, list, legal, floor = -Infinity) {
      run.addLegalProduct(
        out.address, needEqual(out.columns, weights.columns), input.address, input.stride,
        needEqual(input.columns, weights.rows),
        weights.address, needEqual(out.rows, input.rows), needList(list, input, out).address, floor,
        legal.address, legal.columns,
      );
    },
    pack(weights, into) {
      run.packPanels(needRoom(into, weights).address, weights.address, weights.rows, weights.columns);
      return { address: into.address, depth: weights.rows, width: weights.columns };
    },
    packTransposed(weights, into) {
      run.packTransposed(needRoom(into, weights).address, weights.address, weights.columns, weights.rows);
      return { address: into.address, depth: weights.columns, width: weights.rows };
    },
    addPacked(out, input, weights) {
      run.addPackedProduct(
        out.address, needEqual(out.columns, weights.width), input.address, input.stride,
        needEqual(input.columns, weights.depth),
        weights.address, needEqual(out.rows, input.rows),
      );
    },
    transpose: (out, values) =>
      run.transpose(needRoom(out, values).address, values.address, values.stride, values.rows, values.columns),
    lstmStep({ gates, before, tangents }, { cells, states }) {
      run.lstmStep(
        gates.address, before.address, cells.address, tangents.address, states.address,
        needEqual(4 * states.columns, gates.columns) / 4, needEqual(states.rows, gates.rows),
      );
    },
    lstmStepGradient({ gates, before, tangents }, { states, cells }) {
      run.lstmStepGradient(
        gates.address, before.address, tangents.address, states.address, cells.address,
        needEqual(4 * states.columns, gates.columns) / 4, needEqual(states.rows, gates.rows),
      );
    },
    relu: (values) => run.relu(values.address, values.length),
    softmax: (row) => run.softmax(row.address, row.columns),
    foldedSoftmax(out, logits, legal, columnOf, list) {
      if (list.length < legal.columns) throw new RangeError(`a list of ${list.length} for ${legal.columns} labels`);
      run.foldedSoftmax(
        out.address, out.columns, logits.address, logits.stride, legal.address, columnOf.address,
        needEqual(legal.columns, columnOf.columns), needEqual(out.rows, legal.rows), list.address,
      );
    },
    scale: (values, factor) => run.scaleValues(values.address, values.length, factor),
    addScaled,
    addColumnSums(out, values) {
      for (let row = 0; row < values.rows; row++) addScaled(out, values.from(row, 1), 1);
    },
    multiply: (values, factors) =>
      run.multiplyValues(values.address, factors.address, needEqual(values.length, factors.length)),
    dot: (left, right) => run.dotProduct(left.address, right.address, needEqual(left.length, right.length)),
    massOf: (weights, pieces, wanted) =>
      run.massOf(weights.address, pieces.address, needEqual(weights.columns, pieces.columns), wanted),
    scatterMass(totals, weights, pieces, factor) {
      run.scatterMass(
        totals.address, weights.address, pieces.address, needEqual(weights.columns, pieces.columns), factor,
      );
    },
    attentionGradient(weights, pieces, { wanted, factor, wantedFactor }) {
      run.attentionGradient(
        weights.address, pieces.address, needEqual(weights.columns, pieces.columns), wanted, factor, wantedFactor,
      );
    },
  };
}

/** Numbers of the list that a product with an input of so many columns takes; a legal one with so many columns. */
export const listLength = (depth: number, width = 0): number => 2 * (depth + 4) + width / 4 + 4;

function needList(list: Matrix, { columns }: Matrix, out?: Matrix): Matrix {
  const needed = listLength(columns, out?.columns);
  if (list.length < needed) throw new RangeError(`a list of ${list.length} where ${needed} are needed`);
  return list;
}

/** @throws RangeError where they differ */
export function needEqual(left: number, right: number): number {
  if (left !== right) throw new RangeError(`a matrix of ${left} meets one of ${right}`);
  return left;
}

function needRoom(into: Matrix, values: Matrix): Matrix {
  if (into.length < values.length) {
    throw new RangeError(`${values.rows} x ${values.columns} do not fit into ${into.length} numbers`);
  }
  return into;
}
