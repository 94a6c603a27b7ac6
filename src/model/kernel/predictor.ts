/**
 * The gap network's forward pass without TensorFlow.js, for formatting: nothing to load
 * but some KB of WebAssembly, a fixed amount of memory, and the same bits on every machine.
 */
import { type FeatureBatch } from '../feature-batch.js';
import { COLUMNS, COLUMN_OF_CLASS } from '../layout-classes.js';
import { networkLayout, type NetworkWeights, parameterOf, type ParameterName } from '../network-weights.js';
import { createKernel } from './kernel.js';
import { listLength } from './matrix-operations.js';
import { matrixOver, type Matrix } from './matrix.js';

/** What the network expects of described gaps. */
export interface Predictor {
  /**
   * Writes `[size, labels]`, the softmax over the legal labels of each gap and 0 for the
   * others; all 0 for a gap without a legal label. A gap's figures do not depend on its
   * neighbours in the batch.
   */
  probabilities(batch: FeatureBatch, out: Float32Array): void;
  /** The same as `[size, COLUMNS]`, each label in the column that `COLUMN_OF_CLASS` gives it. */
  folded(batch: FeatureBatch, out: Float32Array): void;
  /** Writes the backbone's vectors, `[size, sizes.backbone]`; head features are not looked at. */
  backbone(batch: FeatureBatch, out: Float32Array): void;
}

/** Gaps computed at a time: their activations stay in the processor's cache. */
const CHUNK = 256;

/** Copies the weights; the caller may change or drop its own. */
export function createPredictor(weights: NetworkWeights): Predictor {
  const { shape, sizes, values } = weights;
  const layout = networkLayout(shape, sizes);
  const { labels } = shape;
  const slotCount = shape.backboneSlots + shape.headSlots;
  const numberCount = shape.backboneNumbers + shape.headNumbers;
  // The kernel wants widths that are multiples of 4: the output layer is padded.
  const outputWidth = (labels + 3) & ~3;
  const widest = Math.max(numberCount, sizes.backbone, sizes.hidden1, sizes.hidden2);
  const { floats, shorts, bytes, matrices, shortMatrices, byteMatrices, operations } = createKernel({
    floats: {
      values: layout.total,
      outputWeights: [sizes.hidden2, outputWidth],
      outputBias: outputWidth,
      numbers: [CHUNK, numberCount],
      backbone: [CHUNK, sizes.backbone],
      hidden1: [CHUNK, sizes.hidden1],
      hidden2: [CHUNK, sizes.hidden2],
      logits: [CHUNK, outputWidth],
      probabilities: [CHUNK, labels],
      folded: [CHUNK, COLUMNS],
      list: listLength(widest, outputWidth),
    },
    shorts: { slots: [CHUNK, slotCount] },
    bytes: { legal: [CHUNK, labels], columnOf: labels, ownColumn: labels },
  });
  floats.values.set(values);
  bytes.columnOf.set(COLUMN_OF_CLASS.subarray(0, labels));
  for (let label = 0; label < labels; label++) bytes.ownColumn[label] = label;
  const output = parameterOf(values, layout.places['output.weights']);
  for (let row = 0; row < sizes.hidden2; row++) {
    floats.outputWeights.set(output.subarray(row * labels, (row + 1) * labels), row * outputWidth);
  }
  floats.outputBias.set(parameterOf(values, layout.places['output.bias']));
  const parameters = Object.fromEntries(Object.entries(layout.places).map(([name, place]) => [
    name, matrixOver(parameterOf(floats.values, place), place.rows, place.columns),
  ])) as Record<ParameterName, Matrix>;
  const { outputWeights, outputBias, list } = matrices;

  /** What depends on how many rows are computed. */
  const partsOf = (rows: number) => {
    const numbers = matrices.numbers.from(0, rows);
    const slots = shortMatrices.slots.from(0, rows);
    return {
      backboneSlots: slots.columnsFrom(0, shape.backboneSlots),
      headSlots: slots.columnsFrom(shape.backboneSlots, shape.headSlots),
      backboneNumbers: numbers.columnsFrom(0, shape.backboneNumbers),
      headNumbers: numbers.columnsFrom(shape.backboneNumbers, shape.headNumbers),
      backbone: matrices.backbone.from(0, rows),
      hidden1: matrices.hidden1.from(0, rows),
      hidden2: matrices.hidden2.from(0, rows),
      logits: matrices.logits.from(0, rows),
      probabilities: matrices.probabilities.from(0, rows),
      folded: matrices.folded.from(0, rows),
      legal: byteMatrices.legal.from(0, rows),
    };
  };
  type Parts = ReturnType<typeof partsOf>;

  /** Fills `backbone` for the gaps from `first` on; relu is left to whoever reads it, as of all layers here. */
  const runBackbone = (batch: FeatureBatch, first: number, rows: number, parts: Parts): void => {
    shorts.slots.set(batch.slots.subarray(first * slotCount, (first + rows) * slotCount));
    floats.numbers.set(batch.numbers.subarray(first * numberCount, (first + rows) * numberCount));
    const { backbone, backboneSlots, backboneNumbers } = parts;
    operations.embeddingSum(backbone, parameters['backbone.embedding'], parameters['backbone.bias'], backboneSlots);
    operations.addProduct(backbone, backboneNumbers, parameters['backbone.numbers']);
  };

  /** Fills `logits`; the backbone has run. */
  const runHead = (batch: FeatureBatch, first: number, rows: number, parts: Parts): void => {
    const { backbone, headSlots, headNumbers, hidden1, hidden2, logits, legal } = parts;
    operations.embeddingSum(hidden1, parameters['head.embedding'], parameters['head.bias'], headSlots);
    // Most numbers are zero, and so is much of what relu leaves, which is what is above 0.
    operations.addSparseProduct(hidden1, headNumbers, parameters['head.numbers'], list);
    operations.addSparseProduct(hidden1, backbone, parameters['head.backbone'], list, 0);

    operations.fillRows(hidden2, parameters['hidden.bias']);
    operations.addSparseProduct(hidden2, hidden1, parameters['hidden.weights'], list, 0);

    bytes.legal.set(batch.legal.subarray(first * labels, (first + rows) * labels));
    operations.fillRows(logits, outputBias);
    operations.addLegalProduct(logits, hidden2, outputWeights, list, legal, 0);
  };

  /** Runs the network on so many rows at a time, and hands out what each run has left in the kernel's memory. */
  const forChunks = (
    batch: FeatureBatch, take: (first: number, rows: number, parts: ReturnType<typeof partsOf>) => void,
  ): void => {
    for (let first = 0; first < batch.size; first += CHUNK) {
      const rows = Math.min(CHUNK, batch.size - first);
      const parts = partsOf(rows);
      runBackbone(batch, first, rows, parts);
      runHead(batch, first, rows, parts);
      take(first, rows, parts);
    }
  };

  return {
    probabilities(batch, out) {
      forChunks(batch, (first, rows, { probabilities: likely, logits, legal }) => {
        operations.foldedSoftmax(likely, logits, legal, byteMatrices.ownColumn, list);
        out.set(floats.probabilities.subarray(0, rows * labels), first * labels);
      });
    },
    folded(batch, out) {
      forChunks(batch, (first, rows, parts) => {
        operations.foldedSoftmax(parts.folded, parts.logits, parts.legal, byteMatrices.columnOf, list);
        out.set(floats.folded.subarray(0, rows * COLUMNS), first * COLUMNS);
      });
    },
    backbone(batch, out) {
      for (let first = 0; first < batch.size; first += CHUNK) {
        const rows = Math.min(CHUNK, batch.size - first);
        const parts = partsOf(rows);
        runBackbone(batch, first, rows, parts);
        operations.relu(parts.backbone);
        out.set(floats.backbone.subarray(0, rows * sizes.backbone), first * sizes.backbone);
      }
    },
  };
}
