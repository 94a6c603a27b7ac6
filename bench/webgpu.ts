/**
 * What a GPU does: whether its gradients are those of the kernel, pieces a second by size of the completion network in
 * float32 and in mixed precision, the largest network that is still useful, gaps a second of the layout network, and
 * whether both precisions learn alike. Everything it needs but the package `webgpu` fits one file:
 *
 *     npx esbuild bench/webgpu.ts --bundle --platform=node --format=esm --external:webgpu --outfile=webgpu-bench.mjs
 *     npm install webgpu && node webgpu-bench.mjs [--seconds 3] [--small] [--wasm] [--largest] [--json FILE]
 *
 * `--small` takes networks for a software GPU, `--wasm` measures the kernel of the processor beside, `--largest` doubles
 * the units until the network does not fit or takes more than two seconds a step.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { completionLayout, type CompletionSizes } from '../src/model/completion/completion-layout.js';
import { createCompletionTrainer } from '../src/model/completion/completion-trainer.js';
import { createDeviceTrainer, type DeviceTrainer } from '../src/model/completion/device-trainer.js';
import { type PieceBatch } from '../src/model/completion/trainer/training-workspace.js';
import { createDeviceGapNetwork } from '../src/model/device-gap-network.js';
import { openDevice } from '../src/model/device/device.js';
import { type DevicePrecision } from '../src/model/device/device-weights.js';
import { type TrainingBatch } from '../src/model/feature-batch.js';
import { DEFAULT_NETWORK_SIZES, initialWeights, networkLayout } from '../src/model/network-weights.js';
import { createRandom } from '../src/shared/random.js';
import { createOptimizer, DEFAULT_OPTIMIZER } from '../src/train/optimizer.js';

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' }, small: { type: 'boolean', default: false },
    wasm: { type: 'boolean', default: false }, largest: { type: 'boolean', default: false }, json: { type: 'string' },
  },
});
const MOST_MS = 1000 * Number(given.seconds);

interface Shape {
  readonly units: number;
  readonly layers: number;
  readonly embedding: number;
  readonly context: number;
  readonly sequences: number;
}

const sizesOf = ({ units, layers, embedding }: Shape): CompletionSizes =>
  ({ pieces: 2048, embedding, units, layers, backbone: 64, key: 64, window: given.small ? 96 : 384 });

/** Text that can be learned: each piece follows from the two before it, most of the time. */
function batchOf({ context: steps, sequences }: Shape, seed: number, pieces = 2048): PieceBatch {
  const random = createRandom(`batch ${seed}`);
  const size = steps * sequences;
  const read = new Int16Array(size);
  const targets = new Int16Array(size);
  for (let b = 0; b < sequences; b++) {
    let [before, now] = [random.int(64), random.int(64)];
    for (let t = 0; t < steps; t++) {
      read[t * sequences + b] = now;
      const next = random.next() < 0.9 ? (before * 7 + now * 13 + 5) % Math.min(64, pieces) : random.int(Math.min(64, pieces));
      [before, now] = [now, next];
      targets[t * sequences + b] = now;
    }
  }
  return {
    size, steps, sequences, pieces: read, targets, begins: new Uint8Array(sequences).fill(seed === 0 ? 1 : 0),
    backbone: Float32Array.from({ length: size * 64 }, () => 0.1 * Math.abs(random.gaussian())),
  };
}

const device = await openDevice();
const faults: string[] = [];
device.gpu.onuncapturederror = ({ error }) => faults.push(error.message);
const results: Record<string, unknown> = { device: device.description, float16: device.hasHalf };
const say = (line: string): void => console.log(line);
say(`device: ${device.description}; float16 ${device.hasHalf ? 'yes' : 'no'}`);
const precisions: readonly DevicePrecision[] = device.hasHalf ? ['f32', 'mixed'] : ['f32'];

const trainerOf = (shape: Shape, precision: DevicePrecision): Promise<DeviceTrainer> => createDeviceTrainer({
  device, precision, layout: completionLayout(sizesOf(shape)), steps: shape.context, sequences: shape.sequences,
  random: createRandom('weights'), optimizer: DEFAULT_OPTIMIZER,
});

/** Milliseconds of a step: the median, after two to warm up. */
async function stepTime(step: (k: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + MOST_MS;
  for (let k = 0; k < 3 || (performance.now() < end && k < 500); k++) {
    const from = performance.now();
    await step(k);
    if (k >= 2) times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

async function gradients(): Promise<void> {
  const shape: Shape = { units: 72, layers: 2, embedding: 40, context: 16, sequences: 5 };
  const options = { layout: completionLayout(sizesOf(shape)), steps: 16, sequences: 5 };
  const cpu = createCompletionTrainer({ ...options, random: createRandom('weights') });
  for (const precision of precisions) {
    const gpu = await trainerOf(shape, precision);
    cpu.kernel.floats.values.set(gpu.kernel.floats.values);
    const batch = batchOf(shape, 0);
    const [wanted, found] = [await cpu.lossAndGradient(batch), await gpu.lossAndGradient(batch)];
    const gradient = await gpu.fetchGradient();
    let [largest, off] = [0, 0];
    cpu.kernel.floats.gradient.forEach((value, k) => {
      largest = Math.max(largest, Math.abs(value));
      off = Math.max(off, Math.abs(value - gradient[k]));
    });
    const line = { precision, loss: found.lossNats, kernelLoss: wanted.lossNats, largest, off };
    (results['gradients'] ??= [] as unknown[] as never);
    (results['gradients'] as unknown[]).push(line);
    say(`gradient, ${precision}: off by at most ${off.toExponential(1)} of ${largest.toExponential(1)}; loss ${found.lossNats.toFixed(5)}, the kernel's ${wanted.lossNats.toFixed(5)}`);
    await gpu.close();
  }
}

const SHAPES: readonly Shape[] = given.small
  ? [{ units: 64, layers: 1, embedding: 32, context: 16, sequences: 4 }]
  : [
      { units: 256, layers: 1, embedding: 128, context: 96, sequences: 24 },
      { units: 256, layers: 1, embedding: 128, context: 96, sequences: 96 },
      { units: 512, layers: 1, embedding: 192, context: 96, sequences: 64 },
      { units: 1024, layers: 1, embedding: 256, context: 96, sequences: 64 },
      { units: 1024, layers: 2, embedding: 256, context: 96, sequences: 64 },
      { units: 2048, layers: 2, embedding: 512, context: 96, sequences: 64 },
    ];

async function measure(shape: Shape, precision: DevicePrecision): Promise<{ ms: number; megabytes: number }> {
  const trainer = await trainerOf(shape, precision);
  try {
    const ms = await stepTime(async (k) => {
      await trainer.lossAndGradient(batchOf(shape, k));
      trainer.optimizer.step(1e-3);
    });
    return { ms, megabytes: trainer.deviceBytes / 1e6 };
  } finally {
    await trainer.close();
  }
}

const nameOf = ({ units, layers, embedding, context, sequences }: Shape): string =>
  `${layers} x ${units} units, embedding ${embedding}, ${sequences} texts of ${context}`;

async function speed(): Promise<void> {
  const lines: unknown[] = [];
  for (const shape of SHAPES) {
    const size = shape.context * shape.sequences;
    for (const precision of precisions) {
      const { ms, megabytes } = await measure(shape, precision);
      lines.push({ ...shape, precision, ms, piecesPerSecond: (1000 * size) / ms, megabytes });
      say(`${nameOf(shape)}, ${precision}: ${ms.toFixed(1)} ms a step, ${Math.round((1000 * size) / ms)} pieces/s, ${megabytes.toFixed(0)} MB`);
    }
    if (!given.wasm) continue;
    const cpu = createCompletionTrainer({
      layout: completionLayout(sizesOf(shape)), steps: shape.context, sequences: shape.sequences, random: createRandom('weights'),
    });
    const optimizer = createOptimizer(cpu, DEFAULT_OPTIMIZER);
    const ms = await stepTime(async (k) => {
      await cpu.lossAndGradient(batchOf(shape, k));
      optimizer.step(1e-3);
    });
    lines.push({ ...shape, precision: 'kernel', ms, piecesPerSecond: (1000 * size) / ms });
    say(`${nameOf(shape)}, the kernel in one thread: ${ms.toFixed(1)} ms a step, ${Math.round((1000 * size) / ms)} pieces/s`);
  }
  results['speed'] = lines;
}

async function curves(): Promise<void> {
  const shape: Shape = given.small
    ? { units: 32, layers: 1, embedding: 16, context: 16, sequences: 4 }
    : { units: 256, layers: 1, embedding: 128, context: 96, sequences: 24 };
  const steps = given.small ? 30 : 300;
  const lines: unknown[] = [];
  for (const precision of precisions) {
    const trainer = await trainerOf(shape, precision);
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      losses.push((await trainer.lossAndGradient(batchOf(shape, step))).lossNats);
      trainer.optimizer.step(3e-3 * Math.min(1, (step + 1) / 20));
    }
    const at = [0, 0.1, 0.25, 0.5, 1].map((share) => losses[Math.min(steps - 1, Math.round(share * steps))]);
    lines.push({ precision, losses: at, scale: trainer.lossScale.get().scale });
    say(`loss, ${precision}: ${at.map((loss) => loss.toFixed(4)).join(' ')} (scale ${trainer.lossScale.get().scale})`);
    await trainer.close();
  }
  results['curves'] = lines;
}

async function gaps(): Promise<void> {
  const shape = { backboneSlots: 15, backboneColumns: 840, backboneNumbers: 3, headSlots: 60, headColumns: 2628, headNumbers: 168, labels: 45 };
  const size = given.small ? 128 : 1024;
  const random = createRandom('gaps');
  const layout = networkLayout(shape, DEFAULT_NETWORK_SIZES);
  const batch: TrainingBatch = {
    size,
    slots: Int16Array.from({ length: size * 75 }, (_, at) => random.int(at % 75 < 15 ? 840 : 2628)),
    numbers: Float32Array.from({ length: size * 171 }, () => random.next()),
    legal: new Uint8Array(size * 45).fill(1),
    target: Uint8Array.from({ length: size * 45 }, (_, at) => (at % 45 === Math.floor(at / 45) % 45 ? 1 : 0)),
    weight: new Float32Array(size).fill(1),
  };
  const lines: unknown[] = [];
  for (const precision of precisions) {
    const network = createDeviceGapNetwork({
      device, precision, layout, maxBatch: size, values: initialWeights(layout, random), optimizer: DEFAULT_OPTIMIZER,
    });
    const ms = await stepTime(async () => {
      await network.lossAndGradient(batch);
      network.optimizer.step(1e-3);
    });
    network.close();
    lines.push({ precision, ms, gapsPerSecond: (1000 * size) / ms });
    say(`layout network, ${precision}: ${ms.toFixed(1)} ms for ${size} gaps, ${Math.round((1000 * size) / ms)} gaps/s`);
  }
  results['gaps'] = lines;
}

async function largest(): Promise<void> {
  const lines: unknown[] = [];
  for (let units = 1024; units <= 16_384; units *= 2) {
    const shape: Shape = { units, layers: 2, embedding: units / 4, context: 96, sequences: 64 };
    const precision = precisions[precisions.length - 1];
    try {
      const { ms, megabytes } = await measure(shape, precision);
      const weights = completionLayout(sizesOf(shape)).total;
      lines.push({ ...shape, precision, weights, ms, megabytes });
      say(`${nameOf(shape)} (${(weights / 1e6).toFixed(0)} M weights), ${precision}: ${ms.toFixed(0)} ms a step, ${megabytes.toFixed(0)} MB`);
      if (ms > 2000) break;
    } catch (fault) {
      say(`${nameOf(shape)}: ${(fault as Error).message}`);
      break;
    }
  }
  results['largest'] = lines;
}

await gradients();
await curves();
await speed();
await gaps();
if (given.largest) await largest();
for (const fault of new Set(faults)) say(`fault of the device: ${fault}`);
results['faults'] = faults;
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(results, null, 2)}\n`);
device.close();
process.exit(faults.length > 0 ? 1 : 0);
