import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { ModelFileError } from '../../src/errors.js';
import type { TrainingBatch } from '../../src/model/feature-batch.js';
import { FEATURE_SHAPE } from '../../src/model/features.js';
import { initialWeights, networkLayout, parameterOf, type NetworkWeights } from '../../src/model/network-weights.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { applyDelta, weightsDelta } from '../../src/model/weights-delta.js';
import { createRandom } from '../../src/shared/random.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { DEFAULT_FINE_TUNING, fineTune, type FineTuned } from '../../src/train/fine-tune.js';
import { ProjectFiles } from '../../src/train/example-files.js';
import { DEFAULT_GAP_BATCHES, GapBatches } from '../../src/train/gap-batches.js';
import { decodeReplay, encodeReplay } from '../../src/train/replay.js';
import { loadReplay } from '../../src/learn/index.js';
import { folderWith } from '../support/folder-with.js';
import { largestDifference } from '../support/largest-difference.js';

const sizes = { backbone: 8, hidden1: 16, hidden2: 8 };
const layout = networkLayout(FEATURE_SHAPE, sizes);
const start: NetworkWeights = { shape: FEATURE_SHAPE, sizes, values: initialWeights(layout, createRandom(1)) };
const SOURCE = 'import os\n\n\ndef f(a, b=1):\n    if a:\n        return os.path.join(a, b)\n    return [a, b]\n'.repeat(8);

let root: string;
let tokenizer: Tokenizer;
let files: string[];
let examples: TrainingBatch;
beforeAll(async () => {
  root = folderWith();
  tokenizer = await createTokenizer();
  files = [0, 1, 2].map((k) => join(root, `m${k}.py`));
  for (const file of files) writeFileSync(file, SOURCE);
  examples = (await batchesOf(files).next())!;
});

const batchesOf = (list: readonly string[]): GapBatches =>
  new GapBatches(
    tokenizer, new ProjectFiles(tokenizer, [{ name: 'p', files: list }], DEFAULT_GAP_BATCHES), { ...DEFAULT_GAP_BATCHES, batchSize: 200 });

const tune = (signal = new AbortController().signal, plannedGaps = 4000): Promise<FineTuned | null> =>
  fineTune({
    tokenizer, start, files, countsFor: () => new StyleCounts(), replay: examples,
    config: { ...DEFAULT_FINE_TUNING, projectRows: 100, replayRows: 50, plannedGaps },
    seed: 1, onProgress: () => undefined, signal,
  });

describe('replayed examples', () => {
  it('come back as they were, numbers to the precision of halves', () => {
    const bytes = encodeReplay(examples);
    const back = decodeReplay(bytes, 'r');
    expect(back.size).toBe(examples.size);
    expect(back.slots).toEqual(examples.slots);
    expect(back.legal).toEqual(examples.legal);
    expect(back.target).toEqual(examples.target);
    expect(back.weight).toEqual(examples.weight);
    const tooFar = back.numbers.findIndex((value, k) => !(Math.abs(value - examples.numbers[k]) <= 1e-3 + Math.abs(value) / 1024));
    expect(tooFar).toBe(-1);
    expect(bytes.byteLength).toBeLessThan(examples.size * 150);
  });

  it('are refused when they are damaged', () => {
    const bytes = encodeReplay(examples);
    expect(() => decodeReplay(bytes.subarray(0, bytes.length - 9), 'r')).toThrow(ModelFileError);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 40]! ^= 1;
    expect(() => decodeReplay(flipped, 'r')).toThrow(/checksum/u);
    const headed = (header: string): Uint8Array => Buffer.from(`${header}\n`);
    expect(() => decodeReplay(headed('{"magic":"nnfmt replay 2","features":"other","size":1}'), 'r')).toThrow(/other features/u);
    expect(() => decodeReplay(headed('{"magic":"nnfmt replay 1","features":"other","size":1}'), 'r')).toThrow(/another version/u);
    expect(() => decodeReplay(headed('{"magic":"else"}'), 'r')).toThrow(/no replay examples/u);
    expect(() => decodeReplay(headed('else'), 'r')).toThrow(ModelFileError);
  });

  it('ship with a checksum', () => {
    expect(loadReplay().size).toBe(24_000);
  });
});

describe('fine-tuning', () => {
  it('lowers the loss, leaves the backbone alone, and gives the same weights again', async () => {
    const tuned = (await tune())!;
    expect(tuned.curve.length).toBeGreaterThan(1);
    expect(tuned.curve.at(-1)!.lossNats).toBeLessThan(tuned.curve[0]!.lossNats);
    for (const name of ['backbone.embedding', 'backbone.numbers', 'backbone.bias'] as const) {
      expect(parameterOf(tuned.weights.values, layout.places[name])).toEqual(parameterOf(start.values, layout.places[name]));
    }
    const tensors = tf.memory().numTensors;
    expect((await tune())!.weights.values).toEqual(tuned.weights.values);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('ends without a result when it is interrupted, or has nothing to learn from', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await tune(controller.signal)).toBeNull();
    const [first] = files;
    writeFileSync(first!, 'x = 1\n');
    const nothing = fineTune({
      tokenizer, start, files: [first!], countsFor: () => new StyleCounts(), replay: examples,
      config: { ...DEFAULT_FINE_TUNING, plannedGaps: 4000 }, seed: 1, onProgress: () => undefined, signal: new AbortController().signal,
    });
    expect(await nothing).toBeNull();
    writeFileSync(first!, SOURCE);
  });
});

describe('the difference of two networks', () => {
  const moved: NetworkWeights = { ...start, values: start.values.slice() };
  const { offset, columns } = layout.places['head.embedding'];
  for (let k = 0; k < columns; k++) {
    moved.values[offset + 5 * columns + k]! += k / 100;
    moved.values[offset + 9 * columns + k]! += k / 10_000;
  }
  moved.values[layout.places['output.bias'].offset + 2]! += 1;

  it('leads from one to the other, in 255 steps a row', () => {
    const delta = weightsDelta(start, moved, 1e6);
    expect(delta.map(({ name, rows }) => [name, [...rows]])).toEqual([['head.embedding', [5, 9]], ['output.bias', [0]]]);
    const back = applyDelta(start, delta);
    expect(largestDifference(back.values, moved.values)).toBeLessThan(1 / 127);
    expect(back.values[offset + 9 * columns + 3]).toBeCloseTo(moved.values[offset + 9 * columns + 3]!, 5);
  });

  it('keeps what moved most when it may not be large', () => {
    const delta = weightsDelta(start, moved, 90);
    expect(delta.map(({ name, rows }) => [name, [...rows]])).toEqual([['head.embedding', [5]], ['output.bias', [0]]]);
    expect(applyDelta(start, weightsDelta(start, start, 1e6)).values).toEqual(start.values);
  });
});
