/**
 * Time of a training step of the nnfmt preset's network with one thread and with several, on
 * random pieces: `npx tsx bench/training-threads.ts [threads [steps]]`. Steps take turns, so that
 * what else the machine does falls on both; the fastest step is what a free machine would give.
 */
import { completionLayout } from '../src/model/completion/completion-layout.js';
import { createParallelTrainer } from '../src/model/completion/parallel-trainer.js';
import { type PieceBatch } from '../src/model/completion/trainer/training-workspace.js';
import { createRandom } from '../src/shared/random.js';
import { PRESETS } from '../src/train/completion/presets.js';

const threads = Number(process.argv[2] ?? 2);
const count = Number(process.argv[3] ?? 20);
const { context: steps, sequences, embedding, units, layers, window } = PRESETS.nnfmt;
const layout = completionLayout({ pieces: 2048, embedding, units, layers, backbone: 64, key: 64, window });
const random = createRandom(1);
const size = steps * sequences;
const pieces = (): Int16Array => Int16Array.from({ length: size }, () => random.int(2048));
const batch: PieceBatch = {
  size, steps, sequences, pieces: pieces(), targets: pieces(),
  backbone: Float32Array.from({ length: size * 64 }, () => Math.abs(random.gaussian())), begins: new Uint8Array(sequences),
};

const runs = [1, threads].map((n) => ({
  n, wallMs: [] as number[], cpuMs: [] as number[],
  trainer: createParallelTrainer({ layout, steps, sequences, random: createRandom(1), threads: n }),
}));
for (let step = -3; step < count; step++) {
  for (const { trainer, wallMs, cpuMs } of runs) {
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    await trainer.lossAndGradient(batch);
    if (step < 0) continue;
    wallMs.push(performance.now() - startMs);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
  }
}
for (const { n, wallMs, cpuMs, trainer } of runs) {
  await trainer.close();
  const [wall, cpu] = [wallMs, cpuMs].map((values) => values.sort((a, b) => a - b)) as [number[], number[]];
  const of = (values: number[]): string => `fastest ${values[0]!.toFixed(0)}, median ${values[values.length >> 1]!.toFixed(0)} ms`;
  console.log(`${n} thread${n > 1 ? 's' : ''}: a step of ${size} pieces ${of(wall)}; processor time ${of(cpu)}`);
}
