/**
 * The gap network's forward pass without TensorFlow.js, for formatting: nothing to load
 * but some KB of WebAssembly, a fixed amount of memory, and the same bits on every machine.
 */
import { type FeatureBatch } from '../feature-batch.js';
import { networkLayout, type NetworkWeights, parameterOf, type ParameterName } from '../network-weights.js';
import { createKernel } from './kernel.js';

/** What the network expects of described gaps. */
export interface Predictor {
  /**
   * Writes `[size, labels]`, the softmax over the legal labels of each gap and 0 for the
   * others; all 0 for a gap without a legal label. A gap's figures do not depend on its
   * neighbours in the batch.
   */
  probabilities(batch: FeatureBatch, out: Float32Array): void;
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
  const { run, floats, shorts, bytes } = createKernel({
    floats: {
      values: layout.total,
      outputWeights: sizes.hidden2 * outputWidth,
      outputBias: outputWidth,
      numbers: CHUNK * numberCount,
      backbone: CHUNK * sizes.backbone,
      hidden1: CHUNK * sizes.hidden1,
      hidden2: CHUNK * sizes.hidden2,
      logits: CHUNK * outputWidth,
      probabilities: CHUNK * labels,
      // Of addSparseProduct: a pair for each input of the widest layer, and one more.
      list: 2 + 2 * Math.max(numberCount, sizes.backbone, sizes.hidden1, sizes.hidden2),
    },
    shorts: { slots: CHUNK * slotCount },
    bytes: { legal: CHUNK * labels },
  });
  floats.values.set(values);
  const output = parameterOf(values, layout.places['output.weights']);
  for (let row = 0; row < sizes.hidden2; row++) {
    floats.outputWeights.set(output.subarray(row * labels, (row + 1) * labels), row * outputWidth);
  }
  floats.outputBias.set(parameterOf(values, layout.places['output.bias']));
  const at = (name: ParameterName): number => floats.values.byteOffset + 4 * layout.places[name].offset;

  /** Fills `floats.backbone` for `rows` gaps from `first` on. */
  const runBackbone = (batch: FeatureBatch, first: number, rows: number): void => {
    shorts.slots.set(batch.slots.subarray(first * slotCount, (first + rows) * slotCount));
    floats.numbers.set(batch.numbers.subarray(first * numberCount, (first + rows) * numberCount));
    const out = floats.backbone.byteOffset;
    run.embeddingSum(
      out, sizes.backbone, at('backbone.embedding'), at('backbone.bias'),
      shorts.slots.byteOffset, slotCount, shape.backboneSlots, rows,
    );
    run.addProduct(
      out, sizes.backbone, floats.numbers.byteOffset, numberCount, shape.backboneNumbers, at('backbone.numbers'), rows,
    );
    run.relu(out, rows * sizes.backbone);
  };

  /** Fills `floats.probabilities`; the backbone has run. */
  const runHead = (batch: FeatureBatch, first: number, rows: number): void => {
    const { backbone, hidden1, hidden2, logits, probabilities, list } = floats;
    run.embeddingSum(
      hidden1.byteOffset, sizes.hidden1, at('head.embedding'), at('head.bias'),
      shorts.slots.byteOffset + 2 * shape.backboneSlots, slotCount, shape.headSlots, rows,
    );
    // Most numbers are zero, and so is much of what relu leaves.
    run.addSparseProduct(
      hidden1.byteOffset, sizes.hidden1, floats.numbers.byteOffset + 4 * shape.backboneNumbers, numberCount,
      shape.headNumbers, at('head.numbers'), rows, list.byteOffset,
    );
    run.addSparseProduct(
      hidden1.byteOffset, sizes.hidden1, backbone.byteOffset, sizes.backbone, sizes.backbone, at('head.backbone'), rows,
      list.byteOffset,
    );
    run.relu(hidden1.byteOffset, rows * sizes.hidden1);

    run.fillRows(hidden2.byteOffset, sizes.hidden2, at('hidden.bias'), rows);
    run.addSparseProduct(
      hidden2.byteOffset, sizes.hidden2, hidden1.byteOffset, sizes.hidden1, sizes.hidden1, at('hidden.weights'), rows,
      list.byteOffset,
    );
    run.relu(hidden2.byteOffset, rows * sizes.hidden2);

    run.fillRows(logits.byteOffset, outputWidth, floats.outputBias.byteOffset, rows);
    run.addSparseProduct(
      logits.byteOffset, outputWidth, hidden2.byteOffset, sizes.hidden2, sizes.hidden2,
      floats.outputWeights.byteOffset, rows, list.byteOffset,
    );
    bytes.legal.set(batch.legal.subarray(first * labels, (first + rows) * labels));
    run.maskedSoftmax(
      probabilities.byteOffset, logits.byteOffset, outputWidth, bytes.legal.byteOffset, labels, rows,
    );
  };

  return {
    probabilities(batch, out) {
      for (let first = 0; first < batch.size; first += CHUNK) {
        const rows = Math.min(CHUNK, batch.size - first);
        runBackbone(batch, first, rows);
        runHead(batch, first, rows);
        out.set(floats.probabilities.subarray(0, rows * labels), first * labels);
      }
    },
    backbone(batch, out) {
      for (let first = 0; first < batch.size; first += CHUNK) {
        const rows = Math.min(CHUNK, batch.size - first);
        runBackbone(batch, first, rows);
        out.set(floats.backbone.subarray(0, rows * sizes.backbone), first * sizes.backbone);
      }
    },
  };
}
