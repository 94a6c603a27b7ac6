import { type Random } from '../../shared/random.js';
import { createKernel, type Kernel } from '../kernel/kernel.js';
import { type Matrix } from '../kernel/matrix.js';
import { type BatchResult } from '../network.js';
import { type Bags } from './bags.js';
import { type ReaderRegion, readerRegions } from './readers/reader.js';
import { createTextReader, type TextReader } from './readers/text-reader.js';
import { initialSearchWeights, type SearchLayout, type SearchSizes, type Side, SIDES } from './search-layout.js';

/** Pairs that are learned from at once: each function is the wrong answer to the others' questions. */
export interface SearchBatch {
  /** Pairs. */
  readonly size: number;
  readonly queries: Bags;
  readonly codes: Bags;
  /** Of each pair; two of one group are not held against each other, because they ask or are the same. */
  readonly groups: Int32Array;
}

type Floats =
  | 'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average'
  | 'sums' | 'units' | 'hidden' | 'vectors' | 'deltas' | 'inner' | 'scores' | 'inverted' | 'turned'
  | 'panels' | 'lengths';

/** Rows of texts that a reader has at once, for its products to be worth their while. */
const readRows = ({ reader }: SearchSizes): number =>
  Math.max(4096, 2 * Math.max(reader?.queryLength ?? 0, reader?.codeLength ?? 0));

/** The search network while it learns, with its own gradients, in the memory of one kernel. */
export class SearchTrainer {
  readonly kernel: Kernel<Floats | ReaderRegion, never, never>;
  private readonly scale: number;
  private readonly readers: Readonly<Record<Side, TextReader | null>>;

  /**
   * @param options.batch most pairs of a batch, a multiple of 8
   * @param options.temperature by which similarities are divided before the softmax
   * @param options.readRows rows that a reader has at once; one text of full length has to fit
   */
  constructor(readonly layout: SearchLayout, options: {
    readonly batch: number;
    readonly temperature: number;
    readonly importances: Float32Array;
    readonly random: Random;
    readonly readRows?: number;
  }) {
    const { batch, random, importances } = options;
    const { width, hidden } = layout.sizes;
    this.scale = 1 / options.temperature;
    const rows = 2 * batch;
    this.kernel = createKernel<Floats | ReaderRegion>({
      floats: {
        ...readerRegions(layout, { rows: options.readRows ?? readRows(layout.sizes), texts: rows, learns: true }),
        values: layout.total, gradient: layout.total, firstMoment: layout.total, secondMoment: layout.total,
        average: layout.total,
        sums: [rows, width], units: [rows, width], hidden: [rows, Math.max(8, hidden)], vectors: [rows, width],
        deltas: [rows, width], inner: [rows, Math.max(8, hidden)], scores: [batch, batch], inverted: [batch, batch],
        turned: [rows, Math.max(batch, width, hidden)],
        panels: Math.max(batch, hidden) * Math.max(width, batch), lengths: [2, rows],
      },
    });
    this.kernel.floats.values.set(initialSearchWeights(layout, importances, random));
    this.kernel.floats.average.set(this.kernel.floats.values);
    this.readers = {
      query: createTextReader(this.kernel, layout, 'query'), code: createTextReader(this.kernel, layout, 'code'),
    };
  }

  /** Mean loss of a batch, and its gradient in the memory. */
  lossAndGradient(batch: SearchBatch): Promise<BatchResult> {
    this.kernel.floats.gradient.fill(0);
    this.forward(batch, this.kernel.floats.values);
    const result = this.compare(batch);
    this.backward(batch);
    return Promise.resolve(result);
  }

  /** The same without a gradient, of other weights than those that learn. */
  loss(batch: SearchBatch, values: Float32Array): Promise<BatchResult> {
    this.forward(batch, values);
    return Promise.resolve(this.compare(batch));
  }

  private weights(values: Float32Array, name: string): Matrix {
    const { offset, rows, columns } = this.layout.places[name]!;
    const { values: own, average, gradient } = this.kernel.matrices;
    const from = values === this.kernel.floats.values
      ? own
      : values === this.kernel.floats.gradient ? gradient : average;
    return from.columnsFrom(offset, rows * columns).as(rows, columns);
  }

  private rowsOf(side: Side, size: number): number {
    return side === 'query' ? 0 : size;
  }

  private forward(batch: SearchBatch, values: Float32Array): void {
    const { kernel, layout } = this;
    const { width, hidden, fields } = layout.sizes;
    const { run, operations } = kernel;
    const { sums, units, vectors } = kernel.matrices;
    const embedding = layout.places['piece.embedding']!.offset;
    const importance = layout.places['importance.bias']!.offset;
    const tableAt = values.byteOffset + 4 * embedding;
    kernel.floats.sums.fill(0, 0, 2 * batch.size * width);
    for (const side of SIDES) {
      const first = this.rowsOf(side, batch.size);
      const bags = side === 'query' ? batch.queries : batch.codes;
      for (let row = 0; row < bags.count; row++) {
        const out = sums.address + 4 * width * (first + row);
        for (let k = bags.starts[row]!; k < bags.starts[row + 1]!; k++) {
          const piece = bags.pieces[k]!;
          const amount = bags.amounts[k]! * Math.exp(values[importance + piece * fields + bags.fields[k]!]!);
          run.addScaled(out, tableAt + 4 * width * piece, width, amount);
        }
      }
      this.readers[side]?.read(bags, (name) => this.weights(values, name), sums.from(first, bags.count), first);
      this.normalise(sums, units, 0, first, batch.size);
      const own = vectors.from(first, batch.size);
      own.values.set(units.from(first, batch.size).values);
      if (hidden > 0) {
        const inner = kernel.matrices.hidden.from(first, batch.size);
        operations.fillRows(inner, this.weights(values, `${side}.hidden.bias`));
        operations.addPacked(
          inner, units.from(first, batch.size),
          operations.pack(this.weights(values, `${side}.hidden`), kernel.matrices.panels),
        );
        operations.relu(inner);
        operations.addPacked(
          own, inner, operations.pack(this.weights(values, `${side}.output`), kernel.matrices.panels),
        );
      }
      this.normalise(vectors, vectors, 1, first, batch.size);
    }
  }

  /** Rows of length 1; their lengths are kept. */
  private normalise(from: Matrix, to: Matrix, which: number, first: number, count: number): void {
    const { width } = this.layout.sizes;
    const { lengths } = this.kernel.floats;
    for (let row = first; row < first + count; row++) {
      const length = Math.sqrt(this.kernel.run.squaredNorm(from.address + 4 * width * row, width)) + 1e-12;
      lengths[which * lengths.length / 2 + row] = length;
      if (from.address !== to.address) {
        to.from(row, 1).values.set(from.from(row, 1).values);
      }
      this.kernel.run.scaleValues(to.address + 4 * width * row, width, 1 / length);
    }
  }

  /** Softmax losses of both directions; leaves the gradient of the similarities in `scores`. */
  private compare({ size, groups }: SearchBatch): BatchResult {
    const { operations, matrices } = this.kernel;
    const scores = matrices.scores.as(size, size);
    const values = scores.values;
    values.fill(0);
    const { vectors } = matrices;
    operations.addPacked(
      scores, vectors.from(0, size), operations.packTransposed(vectors.from(size, size), matrices.panels),
    );
    let lossNats = 0;
    let right = 0;
    const { scale } = this;
    operations.scale(scores, scale);
    for (const members of membersOf(groups)) {
      for (const row of members) for (const column of members) if (row !== column) values[row * size + column] = -1e4;
    }
    const turned = matrices.turned.as(size, size);
    operations.transpose(turned, scores);
    for (const table of [scores, turned]) {
      const all = table.values;
      for (let row = 0; row < size; row++) {
        this.kernel.run.softmax(table.address + 4 * size * row, size);
        const own = all[row * size + row]!;
        lossNats -= Math.log(own + 1e-30) / (2 * size);
        // Half of the mass: nothing else can have more.
        if (table === scores && (own >= 0.5 || isLargest(all, row * size, size, own))) right++;
        all[row * size + row] = own - 1;
      }
    }
    const factor = scale / (2 * size);
    const back = matrices.inverted.as(size, size);
    operations.transpose(back, turned);
    operations.addScaled(scores, back, 1);
    operations.scale(scores, factor);
    return { lossNats, accuracy: right / size, weight: size };
  }

  private backward(batch: SearchBatch): void {
    const { kernel, layout } = this;
    const { operations, run, floats, matrices } = kernel;
    const { size } = batch;
    const { width, hidden, fields } = layout.sizes;
    const { vectors, deltas, units, turned } = matrices;
    const scores = matrices.scores.as(size, size);
    floats.deltas.fill(0, 0, 2 * size * width);
    operations.addPacked(deltas.from(0, size), scores, operations.pack(vectors.from(size, size), matrices.panels));
    const over = turned.as(size, size);
    operations.transpose(over, scores);
    operations.addPacked(deltas.from(size, size), over, operations.pack(vectors.from(0, size), matrices.panels));
    this.normaliseGradient(vectors, 1, 2 * size);

    const tableAt = floats.values.byteOffset + 4 * layout.places['piece.embedding']!.offset;
    const tableDelta = floats.gradient.byteOffset + 4 * layout.places['piece.embedding']!.offset;
    const importance = layout.places['importance.bias']!.offset;
    for (const side of SIDES) {
      const first = this.rowsOf(side, size);
      if (hidden > 0) {
        const own = deltas.from(first, size);
        const states = matrices.hidden.from(first, size);
        const inner = matrices.inner.from(first, size);
        const flat = turned.as(Math.max(width, hidden), size);
        inner.values.fill(0);
        operations.addPacked(
          inner, own, operations.packTransposed(this.weights(floats.values, `${side}.output`), matrices.panels),
        );
        const [a, b] = [inner.values, states.values];
        for (let k = 0; k < a.length; k++) if (b[k]! <= 0) a[k] = 0;
        operations.transpose(flat.as(hidden, size), states);
        operations.addProduct(this.weights(floats.gradient, `${side}.output`), flat.as(hidden, size), own);
        operations.transpose(flat.as(width, size), units.from(first, size));
        operations.addProduct(this.weights(floats.gradient, `${side}.hidden`), flat.as(width, size), inner);
        operations.addColumnSums(this.weights(floats.gradient, `${side}.hidden.bias`), inner);
        operations.addPacked(
          own, inner, operations.packTransposed(this.weights(floats.values, `${side}.hidden`), matrices.panels),
        );
      }
    }
    this.normaliseGradient(units, 0, 2 * size);
    for (const side of SIDES) {
      const first = this.rowsOf(side, size);
      const bags = side === 'query' ? batch.queries : batch.codes;
      this.readers[side]?.backward(
        bags, (name) => this.weights(floats.values, name), (name) => this.weights(floats.gradient, name),
        deltas.from(first, bags.count), first,
      );
      for (let row = 0; row < bags.count; row++) {
        const delta = deltas.address + 4 * width * (first + row);
        for (let k = bags.starts[row]!; k < bags.starts[row + 1]!; k++) {
          const piece = bags.pieces[k]!;
          const at = importance + piece * fields + bags.fields[k]!;
          const amount = bags.amounts[k]! * Math.exp(floats.values[at]!);
          run.addScaled(tableDelta + 4 * width * piece, delta, width, amount);
          floats.gradient[at]! += amount * run.dotProduct(tableAt + 4 * width * piece, delta, width);
        }
      }
    }
  }

  /** From gradients of rows of length 1 to those of the rows that they were made of. */
  private normaliseGradient(rows: Matrix, which: number, count: number): void {
    const { width } = this.layout.sizes;
    const { run, floats, matrices } = this.kernel;
    for (let row = 0; row < count; row++) {
      const delta = matrices.deltas.address + 4 * width * row;
      const unit = rows.address + 4 * width * row;
      run.addScaled(delta, unit, width, -run.dotProduct(delta, unit, width));
      run.scaleValues(delta, width, 1 / floats.lengths[which * floats.lengths.length / 2 + row]!);
    }
  }

  /** Vectors of bags, `[count, width]`, by the given weights (the memory's own, or the averages). At most a batch. */
  vectorsOf(side: Side, bags: Bags, values: Float32Array): Float32Array {
    const empty: Bags = {
      count: 0, starts: new Int32Array(1), pieces: new Int32Array(), fields: new Uint8Array(),
      amounts: new Float32Array(),
    };
    this.forward({
      size: bags.count, queries: side === 'query' ? bags : empty, codes: side === 'code' ? bags : empty,
      groups: new Int32Array(bags.count),
    }, values);
    return this.kernel.matrices.vectors.from(this.rowsOf(side, bags.count), bags.count).values.slice();
  }
}

function isLargest(values: Float32Array, from: number, count: number, own: number): boolean {
  for (let k = from; k < from + count; k++) if (values[k]! > own) return false;
  return true;
}

/** Rows that share a group with others. */
function membersOf(groups: Int32Array): number[][] {
  const rows = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const members = rows.get(group);
    if (members === undefined) rows.set(group, [row]);
    else members.push(row);
  });
  return [...rows.values()].filter(({ length }) => length > 1);
}
