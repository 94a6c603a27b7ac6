import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadOptionError } from '../../src/errors.js';
import { decodeModel } from '../../src/model/weights-file.js';
import { createProgress } from '../../src/shared/progress.js';
import { type BackendName } from '../../src/train/backends.js';
import { type BatchSource } from '../../src/train/batch-source.js';
import { DEFAULT_TRAINING, runTraining, type TrainingConfig, type TrainingRun } from '../../src/train/train-run.js';
import { TOY_LABELS, TOY_SHAPE, TOY_SIZES, toySource } from '../model/toy-batches.js';
import { makeOlder } from './support/older-checkpoint.js';
import { folderWith } from '../support/folder-with.js';

const scratch = folderWith();

const config: TrainingConfig = {
  ...DEFAULT_TRAINING,
  sizes: TOY_SIZES,
  schedule: { learningRate: 0.01, floor: 0.1, warmupExamples: 64 * 4 },
  plannedExamples: 64 * 60,
  evaluateEvery: 64 * 15,
  checkpointEvery: 64 * 10,
  reportEvery: 64,
};

function run(folder: string, changes: Partial<TrainingRun> = {}): TrainingRun {
  let clock = 0;
  return {
    folder: path.join(scratch, folder),
    config,
    seed: 1,
    shape: TOY_SHAPE,
    labelNames: TOY_LABELS,
    vocabularyDigest: 'vocabulary',
    corpusDigest: 'corpus',
    codeRevision: 'revision',
    source: toySource(1, { size: 64, perEpoch: 25 }),
    validation: toySource(2, { size: 64, perEpoch: 3 }),
    maxBatch: 64,
    resume: false,
    progress: createProgress({ target: process.stderr, quiet: true, now: () => 0 }),
    now: () => (clock += 1),
    ...changes,
  };
}

interface Line { type: string; gaps: number; lossNats: number; accuracy: number; learningRate: number }
const metricsOf = (folder: string): Line[] =>
  readFileSync(path.join(scratch, folder, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line);
const lossesOf = (folder: string): (string | number)[][] =>
  metricsOf(folder).map(({ type, gaps, lossNats, learningRate }) => [type, gaps, lossNats, learningRate]);

/** Aborts when the source has served `batches`. */
function stopAfter(source: BatchSource, batches: number): { source: BatchSource; signal: AbortSignal } {
  const controller = new AbortController();
  let served = 0;
  return {
    signal: controller.signal,
    source: {
      ...source,
      async next() {
        if (++served === batches) controller.abort();
        return source.next();
      },
    },
  };
}

describe('runTraining', () => {
  it('learns, and leaves its records', async () => {
    const outcome = await runTraining(run('whole'));
    expect(outcome.end).toBe('planned');
    const validation = metricsOf('whole').filter(({ type }) => type === 'validation');
    expect(validation.map(({ gaps }) => gaps)).toEqual([15, 30, 45, 60].map((batches) => 64 * batches));
    expect(validation.at(-1)!.lossNats).toBeLessThan(validation[0]!.lossNats);
    expect(outcome.state.bestLossNats).toBe(Math.min(...validation.map(({ lossNats }) => lossNats)));
    expect(readdirSync(path.join(scratch, 'whole')).sort()).toEqual([
      'checkpoint.bin', 'curve.svg', 'events.out.tfevents.nnfmt', 'metrics.jsonl', 'model.bin', 'run.json',
    ]);
    const model = decodeModel(readFileSync(outcome.modelPath), { path: outcome.modelPath });
    expect(model.labelNames).toEqual(TOY_LABELS);
    expect(model.training).toMatchObject({ seed: 1, corpusDigest: 'corpus', codeRevision: 'revision' });
    const record = JSON.parse(readFileSync(path.join(scratch, 'whole/run.json'), 'utf8')) as object;
    expect(record).toMatchObject({ seed: 1, corpusDigest: 'corpus', config });
  });

  it('continues an interrupted run as if nothing had happened', async () => {
    // 37 is neither a checkpoint nor an evaluation nor the end of an epoch.
    const stopped = await runTraining(run('parts', stopAfter(run('').source, 37)));
    expect(stopped.end).toBe('interrupted');
    expect(stopped.state.examples).toBeLessThan(64 * 38);
    await runTraining(run('parts', { resume: true, source: toySource(99, { size: 64, perEpoch: 25 }) }));
    expect(lossesOf('parts')).toEqual(lossesOf('whole'));
    const bytes = (folder: string): Buffer => readFileSync(path.join(scratch, folder, 'model.bin'));
    expect(bytes('parts').equals(bytes('whole'))).toBe(true);
  });

  it('continues runs from before checkpoints had parts, when all that is counted was called gaps', async () => {
    await runTraining(run('older', stopAfter(run('').source, 37)));
    makeOlder(path.join(scratch, 'older', 'checkpoint.bin'));
    await runTraining(run('older', { resume: true, source: toySource(99, { size: 64, perEpoch: 25 }) }));
    expect(lossesOf('older')).toEqual(lossesOf('parts'));
  });

  it('gives the same curve on wasm and cpu', async () => {
    const backend: BackendName = 'cpu';
    await runTraining(run('cpu', { config: { ...config, backend } }));
    const cpu = metricsOf('cpu');
    metricsOf('whole').forEach(({ gaps, lossNats }, index) => {
      expect(cpu[index]!.gaps).toBe(gaps);
      expect(Math.abs(cpu[index]!.lossNats - lossNats)).toBeLessThan(2e-3);
    });
  });

  it('ends early when the validation loss stays bad', async () => {
    const hopeless = { ...config, patience: 2, schedule: { learningRate: 0, floor: 1, warmupExamples: 0 } };
    const outcome = await runTraining(run('patience', { config: hopeless }));
    expect(outcome.end).toBe('patience');
    expect(outcome.state.examples).toBe(64 * 45);
  });

  it('fine-tunes from given weights', async () => {
    const first = await runTraining(run('base'));
    const changes = { ...config, plannedExamples: 64 * 15, schedule: { ...config.schedule, learningRate: 1e-5 } };
    const tuned = await runTraining(run('tuned', { start: first.weights, config: changes }));
    expect(Math.abs(tuned.state.bestLossNats! - first.state.bestLossNats!)).toBeLessThan(0.05);
  });

  it('refuses to overwrite a run, or to continue another', async () => {
    await expect(runTraining(run('whole'))).rejects.toThrow(BadOptionError);
    await expect(runTraining(run('whole', { resume: true, seed: 2 }))).rejects.toThrow(/another seed/u);
    await expect(runTraining(run('nowhere', { resume: true }))).rejects.toThrow(/no checkpoint/u);
  });

  it('reports a source without batches', async () => {
    const source: BatchSource = { next: async () => null, state: () => null, restore() {} };
    await expect(runTraining(run('empty', { source }))).rejects.toThrow(/empty/u);
  });
});
