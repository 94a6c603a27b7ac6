/**
 * The gap network in TensorFlow.js, for training: loss and all gradients of a batch in one
 * hand-written pass. No tape, because TensorFlow.js's own gradient of matMul multiplies
 * with transposeA, forty times slower on the wasm backend than an explicit transpose.
 * Inference does not come through here: see kernel/predictor.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type FeatureBatch, type TrainingBatch } from './feature-batch.js';
import { parameterOf, type ParameterName } from './network-weights.js';
import { denseEmbedding, forTensor, kernelEmbedding, type SlotEmbedding } from './slot-embedding.js';
import { type TrainingMemory } from './training-memory.js';

/** Sums over the rows of a batch that have a target and a weight. */
export interface BatchResult {
  /** Weighted mean of -log p(target). */
  readonly lossNats: number;
  /** Weighted share of rows whose most probable legal class is in the target. */
  readonly accuracy: number;
  /** What the two means are weighted by. */
  readonly weight: number;
}

export interface GapNetwork {
  /** Leaves the gradient of the mean loss in the memory's `gradient`. */
  lossAndGradient(batch: TrainingBatch): Promise<BatchResult>;
  /** Loss alone, under the given flat weights; they must lie in the kernel's memory. */
  loss(batch: TrainingBatch, values: Float32Array): Promise<BatchResult>;
  /** `[size, labels]` before the softmax. */
  logits(batch: FeatureBatch, values: Float32Array): Promise<Float32Array>;
}

const ILLEGAL = -1e9;
/** What the heads share. */
export const BACKBONE_PARAMETERS: readonly ParameterName[] =
  ['backbone.embedding', 'backbone.numbers', 'backbone.bias'];

/**
 * @param embedding chosen by the backend unless it is given
 * @param options.isBackboneFrozen the backbone does not learn: its gradient is 0 instead of computed
 */
export function createGapNetwork(
  memory: TrainingMemory, embedding?: SlotEmbedding, { isBackboneFrozen = false } = {},
): GapNetwork {
  const { layout, kernel } = memory;
  const { shape } = layout;
  const onCpu = tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';
  const slots = embedding ?? (onCpu ? kernelEmbedding(memory) : denseEmbedding(memory));

  const tensorOf = (values: Float32Array, name: ParameterName): tf.Tensor2D => {
    const place = layout.places[name];
    return tf.tensor2d(forTensor(parameterOf(values, place)), [place.rows, place.columns]);
  };

  /** Run inside tidy. */
  const forward = (batch: FeatureBatch, values: Float32Array) => {
    const [backboneNumbers, headNumbers] =
      splitNumbers(batch, shape.backboneNumbers, shape.headNumbers, slots.numbers === null);
    const parameter = (name: ParameterName): tf.Tensor2D => tensorOf(values, name);
    const withNumbers = (sum: tf.Tensor2D, numbers: tf.Tensor2D | null, name: ParameterName): tf.Tensor2D =>
      numbers === null ? sum : tf.add(sum, tf.matMul(numbers, parameter(name)));

    const backboneSum = withNumbers(slots.sum(values, 'backbone'), backboneNumbers, 'backbone.numbers');
    const backbone = tf.relu(tf.add(backboneSum, parameter('backbone.bias'))); // [size, backbone]
    const headBackbone = parameter('head.backbone');
    const headSlots = slots.sum(values, 'head');
    const headSum = slots.numbers === null
      ? withNumbers(headSlots, headNumbers, 'head.numbers') : tf.add(headSlots, slots.numbers.product(values));
    const hidden1 = tf.relu(
      tf.add(tf.add(headSum, tf.matMul(backbone, headBackbone)), parameter('head.bias')),
    ) as tf.Tensor2D; // [size, hidden1]
    const hiddenWeights = parameter('hidden.weights');
    const hidden2 = tf.relu(tf.add(tf.matMul(hidden1, hiddenWeights), parameter('hidden.bias'))) as tf.Tensor2D;
    const outputWeights = parameter('output.weights');
    const logits = tf.add(tf.matMul(hidden2, outputWeights), parameter('output.bias')) as tf.Tensor2D; // [size, labels]
    return {
      backboneNumbers, headNumbers, backbone: backbone as tf.Tensor2D, hidden1, hidden2, logits,
      headBackbone, hiddenWeights, outputWeights,
    };
  };

  const checkSize = (batch: FeatureBatch): void => {
    if (batch.size > memory.maxBatch) {
      throw new RangeError(`a batch of ${batch.size} gaps does not fit into a memory for ${memory.maxBatch}`);
    }
  };

  return {
    async lossAndGradient(batch) {
      checkSize(batch);
      const rows = lossRows(batch, shape.labels);
      if (rows.weight === 0) {
        kernel.floats.gradient.fill(0);
        return { lossNats: 0, accuracy: 0, weight: 0 };
      }
      slots.load(batch);
      const out = tf.tidy(() => {
        const pass = forward(batch, kernel.floats.values);
        const { figures, delta } = lossOf(pass.logits, rows, batch.size, shape.labels);

        const ones = tf.ones([1, batch.size]) as tf.Tensor2D;
        const columnSums = (matrix: tf.Tensor2D): tf.Tensor2D => tf.matMul(ones, matrix);
        const transposedProduct = (left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor2D =>
          tf.matMul(tf.transpose(left), right);
        const through = (above: tf.Tensor2D, weights: tf.Tensor2D, active: tf.Tensor2D): tf.Tensor2D =>
          tf.mul(tf.matMul(above, tf.transpose(weights)), tf.step(active));

        const delta2 = through(delta, pass.outputWeights, pass.hidden2); // [size, hidden2]
        const delta1 = through(delta2, pass.hiddenWeights, pass.hidden1); // [size, hidden1]
        const deltaBackbone = isBackboneFrozen
          ? null : through(delta1, pass.headBackbone, pass.backbone); // [size, backbone]
        const gradients: Partial<Record<ParameterName, tf.Tensor2D>> = {
          'output.weights': transposedProduct(pass.hidden2, delta),
          'output.bias': columnSums(delta),
          'hidden.weights': transposedProduct(pass.hidden1, delta2),
          'hidden.bias': columnSums(delta2),
          'head.backbone': transposedProduct(pass.backbone, delta1),
          'head.bias': columnSums(delta1),
        };
        if (deltaBackbone !== null) gradients['backbone.bias'] = columnSums(deltaBackbone);
        if (pass.headNumbers !== null) gradients['head.numbers'] = transposedProduct(pass.headNumbers, delta1);
        if (pass.backboneNumbers !== null && deltaBackbone !== null) {
          gradients['backbone.numbers'] = transposedProduct(pass.backboneNumbers, deltaBackbone);
        }
        return { figures, delta1, ofBackbone: deltaBackbone === null ? [] : [deltaBackbone], gradients };
      });
      await slots.scatter(out.delta1, 'head');
      await slots.numbers?.gradient(out.delta1);
      for (const delta of out.ofBackbone) await slots.scatter(delta, 'backbone');
      if (isBackboneFrozen) {
        for (const name of BACKBONE_PARAMETERS) parameterOf(kernel.floats.gradient, layout.places[name]).fill(0);
      }
      for (const [name, gradient] of Object.entries(out.gradients)) {
        const place = layout.places[name as ParameterName];
        parameterOf(kernel.floats.gradient, place).set(await gradient.data<'float32'>());
      }
      const [lossNats, accuracy] = await out.figures.data<'float32'>();
      tf.dispose([out.figures, out.delta1, ...out.ofBackbone]);
      tf.dispose(Object.values(out.gradients));
      slots.unload();
      return { lossNats: lossNats!, accuracy: accuracy!, weight: rows.weight };
    },

    async loss(batch, values) {
      checkSize(batch);
      const rows = lossRows(batch, shape.labels);
      if (rows.weight === 0) return { lossNats: 0, accuracy: 0, weight: 0 };
      slots.load(batch);
      const figures = tf.tidy(() => lossOf(forward(batch, values).logits, rows, batch.size, shape.labels).figures);
      const [lossNats, accuracy] = await figures.data<'float32'>();
      figures.dispose();
      slots.unload();
      return { lossNats: lossNats!, accuracy: accuracy!, weight: rows.weight };
    },

    async logits(batch, values) {
      checkSize(batch);
      slots.load(batch);
      const logits = tf.tidy(() => forward(batch, values).logits);
      const result = await logits.data<'float32'>();
      logits.dispose();
      slots.unload();
      return result;
    },
  };
}

interface LossRows {
  /** `[size, labels]`, 0 where legal, a huge negative number elsewhere. */
  readonly legalMask: Float32Array;
  /** The same for legal targets. */
  readonly targetMask: Float32Array;
  /** `[size]`, sums to 1; 0 for rows without a target. */
  readonly share: Float32Array;
  readonly weight: number;
}

function lossRows(batch: TrainingBatch, labels: number): LossRows {
  const legalMask = new Float32Array(batch.size * labels);
  const targetMask = new Float32Array(batch.size * labels);
  const share = new Float32Array(batch.size);
  let weight = 0;
  for (let row = 0; row < batch.size; row++) {
    let targets = 0;
    for (let at = row * labels; at < (row + 1) * labels; at++) {
      const legal = batch.legal[at] !== 0;
      const target = legal && batch.target[at] !== 0;
      if (target) targets++;
      legalMask[at] = legal ? 0 : ILLEGAL;
      targetMask[at] = target ? 0 : ILLEGAL;
    }
    if (targets > 0) weight += share[row] = batch.weight[row]!;
  }
  if (weight > 0) for (let row = 0; row < batch.size; row++) share[row]! /= weight;
  return { legalMask, targetMask, share, weight };
}

/** Loss, accuracy and the loss's gradient by the logits: p(legal) - p(target), both softmaxes. */
function lossOf(
  logits: tf.Tensor2D,
  rows: LossRows,
  size: number,
  labels: number,
): { figures: tf.Tensor1D; delta: tf.Tensor2D } {
  const share = tf.tensor2d(rows.share, [size, 1]);
  const softmax = (mask: Float32Array) => {
    const masked = tf.add(logits, tf.tensor2d(mask, [size, labels]));
    const top = tf.max(masked, 1, true); // [size, 1]
    const powers = tf.exp(tf.sub(masked, top));
    const sum = tf.sum(powers, 1, true);
    return { top, probabilities: tf.div(powers, sum), logSum: tf.add(tf.log(sum), top) };
  };
  const legal = softmax(rows.legalMask);
  const target = softmax(rows.targetMask);
  const loss = tf.sum(tf.mul(share, tf.sub(legal.logSum, target.logSum)));
  const hits = tf.sum(tf.mul(share, tf.cast(tf.equal(legal.top, target.top), 'float32')));
  const delta = tf.mul(share, tf.sub(legal.probabilities, target.probabilities)) as tf.Tensor2D; // [size, labels]
  return { figures: tf.stack([loss, hits]) as tf.Tensor1D, delta };
}

/** @param needsHead false where something else multiplies the head's numbers */
function splitNumbers(
  batch: FeatureBatch,
  backbone: number,
  head: number,
  needsHead: boolean,
): [tf.Tensor2D | null, tf.Tensor2D | null] {
  const stride = backbone + head;
  const part = (from: number, width: number): tf.Tensor2D | null => {
    if (width === 0) return null;
    const values = new Float32Array(batch.size * width);
    const { numbers } = batch;
    // Number by number: views of short rows cost more.
    for (let row = 0, at = 0; row < batch.size; row++) {
      for (let k = 0, here = row * stride + from; k < width; k++) values[at++] = numbers[here + k]!;
    }
    return tf.tensor2d(values, [batch.size, width]);
  };
  return [part(0, backbone), needsHead ? part(backbone, head) : null];
}
