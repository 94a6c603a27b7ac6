import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ModelFileError } from '../../src/errors.js';
import { decodeTensorFile, encodeTensorFile } from '../../src/model/tensor-file.js';
import { createRandom } from '../../src/shared/random.js';
import { randomPart, runParts } from '../../src/train/run-parts.js';
import { INITIAL_STATE, type LoopState } from '../../src/train/train-loop.js';
import {
  arrayPart, fieldsOf, fixedPart, readTrainingContext, trainingPart, writeTrainingContext, type TrainingContext,
} from '../../src/train/training-context.js';
import { folderWith } from '../support/folder-with.js';

const path = join(folderWith(), 'checkpoint.bin');
const refusal = (context: TrainingContext, file = path): ModelFileError => {
  try {
    readTrainingContext(file, context);
  } catch (fault) {
    return fault as ModelFileError;
  }
  throw new Error('nothing was refused');
};

/** A training in miniature: a scale beside its weights, which none of the others has. */
function training(seed: string, { size = 4, scale = 1 } = {}) {
  const random = createRandom(seed);
  const weights = Float32Array.from({ length: size }, () => random.next());
  const held = { scale };
  const context = {
    weights: arrayPart(weights),
    random: randomPart(random),
    scale: trainingPart({
      kind: fieldsOf((fields) => ({ scale: fields.number('scale') })), get: () => held,
      set: ({ scale: restored }) => { held.scale = restored; },
    }),
  };
  return { random, weights, held, context };
}

describe('a training context', () => {
  test('brings back parts of every kind', () => {
    const before = training('a', { scale: 7 });
    writeTrainingContext(path, before.context);
    const after = training('b');
    readTrainingContext(path, after.context);
    expect(after.weights).toEqual(before.weights);
    expect(after.held.scale).toBe(7);
    expect(after.random.next()).toBe(before.random.next());
  });

  test('refuses a file with a part that this training lacks, by name, and restores nothing of it', () => {
    writeTrainingContext(path, training('a').context);
    const { context: { scale: _scale, ...less }, weights } = training('b');
    const untouched = weights.slice();
    expect(refusal(less).message).toContain('holds what this training has no part for: scale');
    expect(weights).toEqual(untouched);
  });

  test('refuses a file without a part that this training has, unless that may be missing', () => {
    const { context: { scale: _scale, ...less } } = training('a');
    writeTrainingContext(path, less);
    const { context } = training('b');
    expect(refusal(context).message).toContain('lacks a part of this training: scale');
    readTrainingContext(path, { ...context, scale: { ...context.scale, mayBeMissing: true } });
  });

  test('refuses another size, another tokenizer, and what is no number, and restores nothing', () => {
    writeTrainingContext(path, training('a', { scale: 3 }).context);
    const larger = training('b', { size: 5 });
    expect(refusal(larger.context).message).toContain('network of another size');
    expect(larger.held.scale).toBe(1);
    const { weights } = training('a');
    writeTrainingContext(path, { weights: arrayPart(weights), tokenizer: fixedPart({ pieces: 2 }, 'another tokenizer') });
    readTrainingContext(path, { weights: arrayPart(weights), tokenizer: fixedPart({ pieces: 2 }, 'another tokenizer') });
    expect(refusal({ weights: arrayPart(weights), tokenizer: fixedPart({ pieces: 3 }, 'another tokenizer') }).message)
      .toContain('the checkpoint is of another tokenizer');
    writeTrainingContext(path, { ...training('a').context, scale: fixedPart('x', 'nothing') });
    expect(refusal(training('b').context)).toMatchObject({ code: 'MODEL_FILE' });
  });
});

const memoryOf = (seed: string) => {
  const random = createRandom(seed);
  const floats = Object.fromEntries(['values', 'gradient', 'firstMoment', 'secondMoment', 'average'].map((name) =>
    [name, Float32Array.from({ length: 8 }, () => random.next())])) as Record<'values' | 'gradient' | 'firstMoment' | 'secondMoment' | 'average', Float32Array>;
  return { layout: { places: {}, total: 8 }, kernel: { run: {} as never, floats } };
};

/** The parts of a run, all of whose state can be looked at. */
function runOf(seed: string) {
  const memory = memoryOf(seed);
  const state: LoopState = { ...INITIAL_STATE };
  const held = { steps: 0, source: null as unknown, best: { values: null as Float32Array | null }, metrics: { lines: null as readonly unknown[] | null } };
  const parts = runParts({
    memory, state, best: held.best, metrics: held.metrics, carried: undefined, tokenizer: 'pieces', configuration: { seed: 1 }, more: {},
    optimizer: { step: () => 0, get steps() { return held.steps; }, setSteps: (steps) => { held.steps = steps; } },
    source: { state: () => held.source, restore: (saved) => { held.source = saved; } },
  });
  return { memory, state, held, parts };
}

describe('the parts of every run', () => {
  test('a checkpoint from before there were parts is still read', () => {
    const { floats } = memoryOf('old').kernel;
    const file = join(folderWith(), 'old.bin');
    writeFileSync(file, encodeTensorFile({
      kind: 'checkpoint',
      metadata: { state: { steps: 3, gaps: 300, epochs: 1, elapsedMs: 9, bestLossNats: 0.5, staleEvaluations: 0 }, optimizerSteps: 3, source: { queue: [1] } },
      tensors: (['values', 'firstMoment', 'secondMoment', 'average'] as const).map((name) =>
        ({ name, values: floats[name], rows: 1, columns: 8, precision: 'f32' as const })),
    }));
    const run = runOf('new');
    readTrainingContext(file, run.parts);
    for (const name of ['values', 'firstMoment', 'secondMoment', 'average'] as const) expect(run.memory.kernel.floats[name]).toEqual(floats[name]);
    expect(run.state).toMatchObject({ examples: 300, steps: 3, bestLossNats: 0.5 });
    expect(run.held).toMatchObject({ steps: 3, source: { queue: [1] }, best: { values: null }, metrics: { lines: null } });
  });

  test('one of another configuration, or that stands nowhere, is refused', () => {
    const run = runOf('a');
    const file = join(folderWith(), 'x.bin');
    writeTrainingContext(file, { ...run.parts, configuration: fixedPart({ seed: 2 }, 'x') });
    expect(refusal(runOf('b').parts, file).message).toContain('of a run with another configuration');
    writeTrainingContext(file, run.parts);
    const content = decodeTensorFile(readFileSync(file), { kind: 'checkpoint', path: file });
    const { parts } = content.metadata as { parts: Record<string, unknown> };
    for (const [progress, words] of [[{ steps: 1 }, 'stands nowhere'], [{ ...INITIAL_STATE, steps: -1 }, 'stands nowhere'], [null, 'stands nowhere']] as const) {
      writeFileSync(file, encodeTensorFile({ ...content, metadata: { parts: { ...parts, progress } } }));
      expect(refusal(runOf('b').parts, file).message).toContain(words);
    }
    writeFileSync(file, encodeTensorFile({ ...content, metadata: { parts: { ...parts, optimizer: { steps: 0.5 } } } }));
    expect(refusal(runOf('b').parts, file).message).toContain('steps');
    writeFileSync(file, encodeTensorFile({ ...content, tensors: content.tensors.filter(({ name }) => name !== 'optimizer.firstMoment') }));
    expect(refusal(runOf('b').parts, file).message).toContain('another size');
  });
});
