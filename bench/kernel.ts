/**
 * Gaps per second of the inference kernel and of a training step, at the default sizes
 * with random features, per second of processor time: `npx tsx bench/kernel.ts [wasm|cpu|webgpu|node]`.
 */
import { type FeatureShape, type TrainingBatch } from '../src/model/feature-batch.js';
import { createPredictor } from '../src/model/kernel/predictor.js';
import { createGapNetwork } from '../src/model/network.js';
import { DEFAULT_NETWORK_SIZES, networkLayout } from '../src/model/network-weights.js';
import { denseEmbedding, kernelEmbedding } from '../src/model/slot-embedding.js';
import { createTrainingMemory } from '../src/model/training-memory.js';
import { createRandom } from '../src/shared/random.js';
import { type TensorBackend, selectBackend } from '../src/train/backends.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../src/train/optimizer.js';

const shape: FeatureShape = {
  backboneSlots: 15, backboneColumns: 840, backboneNumbers: 3,
  headSlots: 60, headColumns: 2628, headNumbers: 168,
  labels: 45,
};
const SIZE = 1024;
const random = createRandom('bench');
const layout = networkLayout(shape, DEFAULT_NETWORK_SIZES);
const memory = createTrainingMemory({ layout, maxBatch: SIZE, random });
const batch = randomBatch();

const predictor = createPredictor({ shape, sizes: DEFAULT_NETWORK_SIZES, values: memory.kernel.floats.values });
const out = new Float32Array(SIZE * shape.labels);
await report('inference', 200, () => predictor.probabilities(batch, out));
const vectors = new Float32Array(SIZE * DEFAULT_NETWORK_SIZES.backbone);
await report('backbone alone', 200, () => predictor.backbone(batch, vectors));

const backend = (process.argv[2] ?? 'wasm') as TensorBackend;
await selectBackend(backend);
for (const [name, embedding] of [['kernel', kernelEmbedding], ['dense', denseEmbedding]] as const) {
  const network = createGapNetwork(memory, embedding(memory));
  const optimizer = createOptimizer(memory, DEFAULT_OPTIMIZER);
  await report(`training, ${backend}, ${name} embedding`, 20, async () => {
    await network.lossAndGradient(batch);
    optimizer.step(1e-3);
  });
}

async function report(name: string, times: number, work: () => void | Promise<void>): Promise<void> {
  for (let k = 0; k < 3; k++) await work();
  // Processor time, so that a busy machine gives the same figures.
  const start = process.cpuUsage();
  for (let k = 0; k < times; k++) await work();
  const { user, system } = process.cpuUsage(start);
  const elapsedMs = (user + system) / 1000;
  console.log(`${name}: ${Math.round((1000 * times * SIZE) / elapsedMs)} gaps/s, ${(elapsedMs / times).toFixed(2)} ms a batch of ${SIZE}`);
}

function randomBatch(): TrainingBatch {
  const slotCount = shape.backboneSlots + shape.headSlots;
  const numberCount = shape.backboneNumbers + shape.headNumbers;
  const result = {
    size: SIZE,
    slots: Int16Array.from({ length: SIZE * slotCount }, (_, at) =>
      random.int(at % slotCount < shape.backboneSlots ? shape.backboneColumns : shape.headColumns)),
    numbers: Float32Array.from({ length: SIZE * numberCount }, () => (random.next() < 0.5 ? 0 : random.next())),
    legal: Uint8Array.from({ length: SIZE * shape.labels }, () => random.int(2)),
    target: new Uint8Array(SIZE * shape.labels),
    weight: new Float32Array(SIZE).fill(1),
  };
  for (let row = 0; row < SIZE; row++) {
    const answer = row * shape.labels + random.int(shape.labels);
    result.legal[answer] = result.target[answer] = 1;
  }
  return result;
}
