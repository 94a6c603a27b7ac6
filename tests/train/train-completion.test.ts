import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error no declarations
import { buildBundles } from '../../scripts/bundle-options.js';
import { loadCharHead, loadHead } from '../../src/complete/load-head.js';
import { decodeCompletionModel, encodeCompletionModel } from '../../src/model/completion/completion-file.js';
import { decodeTensorFile } from '../../src/model/tensor-file.js';
import { collect, startCli } from '../cli/support/run-fake.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';
import { largestDifference } from '../support/largest-difference.js';

const scratch = folderWith(Object.fromEntries(layoutFixtures().slice(0, 6).map(({ name, text }, k) => [`corpus/p${k}/${basename(name)}`, text])));
const at = (...names: string[]): string => join(scratch, ...names);
const small = ['--hold-out', '0.3', '--units', '16', '--embedding', '8', '--context', '16', '--texts', '2', '--learning-rate', '0.02'];
const train = (run: string, ...more: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['train', '--task', 'complete', at('corpus'), '--out', at(run), ...small, ...more]);

interface Line { type: string; gaps: number; lossNats: number }
const metricsOf = (run: string): Line[] =>
  readFileSync(at(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line);
const valuesOf = (run: string): Float32Array => decodeCompletionModel(readFileSync(at(run, 'model.bin')), { path: run }).values;

describe('nnfmt train --task complete', () => {
  test('learns, leaves its records, and continues as if nothing had happened', async () => {
    expect(await train('whole', '--pieces', '3200', '--schedule', 'constant', '--hold-out', '0', '-q')).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(at('whole')).sort()).toEqual([
      'checkpoint.bin', 'events.out.tfevents.nnfmt', 'experiment.json', 'metrics.jsonl', 'model.bin', 'run.json',
    ]);
    expect(await train('parts', '--pieces', '1600', '--schedule', 'constant', '--hold-out', '0')).toMatchObject({ code: 0 });
    const refused = await train('parts', '--pieces', '3200', '--resume', '--units', '8', '--hold-out', '0');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('another sizes');
    expect(await train('parts', '--pieces', '3200', '--resume', '--schedule', 'constant', '--hold-out', '0')).toMatchObject({ code: 0 });
    expect(valuesOf('parts')).toEqual(valuesOf('whole'));
    expect(readFileSync(at('whole', 'run.json'), 'utf8')).not.toContain(scratch);
  });

  test('measures on projects put aside, and its model loads with the shipped backbone', async () => {
    expect(await train('token', '--pieces', '20000', '--window', '32')).toMatchObject({ code: 0 });
    const lines = metricsOf('token');
    const validation = lines.filter(({ type }) => type === 'validation');
    expect(validation.at(-1)).toMatchObject({ normalisedLossNats: expect.any(Number) as number });
    // Below an even guess among the pieces, by far.
    expect(validation.at(-1)!.lossNats).toBeLessThan(Math.log(2048) - 2);
    expect(readFileSync(at('token', 'curve.svg'), 'utf8')).toContain('<svg');
    const head = loadHead({ modelPath: at('token', 'model.bin') });
    expect(head.backbone).not.toBeNull();
    expect(() => loadCharHead(at('token', 'model.bin'))).toThrow('trained on tokens');
  });

  test.each(['neural-complete', 'pycodecomplete', 'exploring-rnns'])('trains and runs the preset %s', async (preset) => {
    // Its layers, unit and rates; narrow, because this is a test.
    expect(await train(preset, '--preset', preset, '--pieces', '600')).toMatchObject({ code: 0 });
    const { network, vocabulary } = loadCharHead(at(preset, 'model.bin'));
    const state = network.start();
    const text = vocabulary.encode('import os\n');
    network.read(state, { pieces: text, slots: new Int16Array(), numbers: new Float32Array() }, 0, text.length);
    const { probabilities } = network.predict([state]);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
  });

  test('gives the same curve on wasm and cpu', async () => {
    const losses: number[][] = [];
    for (const backend of ['wasm', 'cpu']) {
      expect(await train(backend, '--backend', backend, '--pieces', '800', '--window', '32', '-q')).toMatchObject({ code: 0 });
      losses.push(metricsOf(backend).map(({ lossNats }) => lossNats));
    }
    expect(largestDifference(losses[0], losses[1])).toBeLessThan(5e-4);
  });

  test('an experiment as a file is what the command line would say, and what a run writes down repeats it', async () => {
    writeFileSync(at('small.toml'), `task = "complete"
hold-out = 0.3
units = 16
embedding = 8
context = 16
texts = 2
learning-rate = 0.02
pieces = 800
corpora = "corpus"
`);
    writeFileSync(at('experiment.toml'), 'extends = "small.toml"\nwindow = 32\npieces = 8000\n');
    const byFile = (...more: string[]): ReturnType<typeof runInProcess> => runInProcess(['train', '--config', at('experiment.toml'), '-q', ...more]);
    expect(await byFile('--out', at('by-file'), '--pieces', '800')).toMatchObject({ code: 0, stderr: '' });
    expect(await train('by-flags', '--pieces', '800', '--window', '32', '-q')).toMatchObject({ code: 0 });
    expect(valuesOf('by-file')).toEqual(valuesOf('by-flags'));
    expect(await runInProcess(['train', '--config', at('by-file', 'experiment.json'), '--out', at('again'), '-q'])).toMatchObject({ code: 0 });
    expect(valuesOf('again')).toEqual(valuesOf('by-file'));
    expect(JSON.parse(readFileSync(at('by-file', 'experiment.json'), 'utf8'))).toMatchObject({
      task: 'complete', corpora: ['../corpus'], layers: 1, pieces: 800,
      record: { seed: 1, corpusDigest: expect.any(String) as string, codeRevision: expect.any(String) as string },
    });
    for (const [args, words] of [
      [['--task', 'caches'], 'does not go with'], [['--units', '12'], 'multiple of 8'], [['--batch', '3'], '--batch: is of no use with --task complete'],
    ] as const) {
      const { code, stderr } = await byFile('--out', at('refused'), ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(words);
    }
    writeFileSync(at('bad.toml'), 'extends = "small.toml"\nlayrs = 1\n');
    const bad = await runInProcess(['train', '--config', at('bad.toml')]);
    expect(bad).toMatchObject({ code: 2, stdout: '' });
    expect(bad.stderr).toContain('bad.toml:2:1: layrs: there is no such key for the task complete. Did you mean layers?');
    expect(existsSync(at('refused'))).toBe(false);
  });

  test('a checkpoint of another run is refused, with its model untouched', async () => {
    expect(await train('mine', '--pieces', '400', '-q')).toMatchObject({ code: 0 });
    expect(await train('theirs', '--pieces', '400', '--seed', '2', '-q')).toMatchObject({ code: 0 });
    copyFileSync(at('theirs', 'checkpoint.bin'), at('mine', 'checkpoint.bin'));
    const before = readFileSync(at('mine', 'model.bin'));
    const refused = await train('mine', '--pieces', '800', '--resume');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('of a run with another configuration');
    expect(readFileSync(at('mine', 'model.bin'))).toEqual(before);
  });

  test('Ctrl-C leaves a checkpoint to continue from, and a model', async () => {
    const controller = new AbortController();
    let calls = 0;
    const run = await runInProcess(['train', '--task', 'complete', at('corpus'), '--out', at('stopped'), ...small, '--pieces', '100000000'], {
      interruption: () => controller.signal,
      now: () => {
        if (++calls === 40) controller.abort();
        return calls;
      },
    });
    expect(run.code).toBe(130);
    expect(run.stderr).toContain('continue with --resume');
    expect(existsSync(at('stopped', 'model.bin'))).toBe(true);
    expect(await train('stopped', '--pieces', '2000', '--resume')).toMatchObject({ code: 0 });
  });

  test('threads give the curve of one, and either continues what the other began', async () => {
    const plan = ['--schedule', 'constant', '--hold-out', '0', '--window', '32', '-q'];
    for (const [run, threads] of [['one', '1'], ['two', '2']] as const) {
      expect(await train(run, '--pieces', '1600', '--threads', threads, ...plan)).toMatchObject({ code: 0, stderr: '' });
    }
    const [one, two] = ['one', 'two'].map((run) => metricsOf(run).map(({ lossNats }) => lossNats));
    expect(largestDifference(one, two)).toBeLessThan(5e-4);
    for (const [run, threads] of [['one', '2'], ['two', '1']] as const) {
      expect(await train(run, '--pieces', '3200', '--resume', '--threads', threads, ...plan)).toMatchObject({ code: 0, stderr: '' });
    }
    expect(metricsOf('two').at(-1)!.lossNats).toBeCloseTo(metricsOf('one').at(-1)!.lossNats, 2);
    expect(metricsOf('two').at(-1)!.lossNats).toBeLessThan(metricsOf('two')[0]!.lossNats);
  }, 60_000);

  test('refuses what does not fit', async () => {
    for (const [args, message] of [
      [['--threads', '3'], 'at most one thread for each of the 2 texts'],
      [['--threads', '2', '--backend', 'cpu'], 'needs --backend wasm'],
      [['--units', '12'], 'multiple of 8'],
      [['--context', '20'], 'multiple of 8, with a pointer'],
      [['--unit', 'char', '--shared-backbone', 'yes'], 'about tokens'],
    ] as const) {
      const { code, stderr } = await train('refused', ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
  });
});

describe('nnfmt train --task complete --init', () => {
  const plan = ['--schedule', 'constant', '--hold-out', '0', '-q'];
  const file = at('older', 'model.bin');
  beforeAll(async () => {
    expect(await train('older', '--pieces', '6400', '--window', '32', ...plan)).toMatchObject({ code: 0, stderr: '' });
  });
  // Without the sizes of `small`: those of the file stand for them.
  const begin = (run: string, ...more: string[]): ReturnType<typeof runInProcess> =>
    runInProcess(['train', '--task', 'complete', at('corpus'), '--out', at(run), '--context', '16', '--texts', '2', ...plan, '--init', file, ...more]);
  const modelOf = (path: string): ReturnType<typeof decodeCompletionModel> => decodeCompletionModel(readFileSync(path), { path });

  test('goes on from a model, also grown, in threads, and after a pause', async () => {
    const start = modelOf(file);
    expect(await begin('same', '--pieces', '32', '--learning-rate', '0.0000001')).toMatchObject({ code: 0, stderr: '' });
    const same = modelOf(at('same', 'model.bin'));
    expect(same.sizes).toEqual(start.sizes);
    expect(same.vocabulary).toEqual(start.vocabulary);
    expect(largestDifference(same.values, start.values)).toBeLessThan(1e-3);

    expect(await begin('grown', '--pieces', '32', '--units', '24', '--learning-rate', '0.0000001')).toMatchObject({ code: 0, stderr: '' });
    expect(modelOf(at('grown', 'model.bin')).sizes).toEqual({ ...start.sizes, units: 24 });
    expect(metricsOf('grown')[0]!.lossNats).toBeCloseTo(metricsOf('same')[0]!.lossNats, 5);
    // A network that begins anew knows less.
    expect(metricsOf('grown')[0]!.lossNats).toBeLessThan(Math.log(2048) - 1);

    const rest = ['--units', '24', '--learning-rate', '0.02', '--threads', '2'];
    expect(await begin('further', '--pieces', '1600', ...rest)).toMatchObject({ code: 0, stderr: '' });
    expect(await begin('further', '--pieces', '6400', '--resume', ...rest)).toMatchObject({ code: 0, stderr: '' });
    const lines = metricsOf('further').map(({ lossNats }) => lossNats);
    expect(lines.at(-1)).toBeLessThan(lines[0]!);
    const { code, stderr } = await train('further', '--pieces', '6400', '--resume', '--window', '32', '--units', '24', ...plan);
    expect(code).toBe(2);
    expect(stderr).toContain('another init');
  }, 60_000);

  test('refuses what does not fit', async () => {
    expect(await train('chars', '--unit', 'char', '--pieces', '32', ...plan)).toMatchObject({ code: 0 });
    for (const [args, message] of [
      [['--units', '8'], 'has 16 units and cannot shrink to the 8 of --units'],
      [['--embedding', '16'], 'has --embedding 8, and this run has 16; only --units may grow'],
      [['--window', '0'], 'pointer keys of width 64, and this run has 0'],
      [['--shared-backbone', 'no'], 'a backbone of width 64, and this run has 0'],
      [['--unit', 'char'], 'was trained with --unit token, and this run has --unit char'],
      [['--init', at('chars', 'model.bin')], 'was trained with --unit char, and this run has --unit token'],
      [['--init', at('older', 'checkpoint.bin')], 'checkpoint.bin'],
      [['--init', at('nowhere.bin')], 'there is no such file'],
    ] as const) {
      const { code, stderr } = await begin('refused', ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    const foreign = modelOf(file);
    writeFileSync(at('foreign.bin'), encodeCompletionModel({ ...foreign, backboneDigest: 'another' }));
    const { code, stderr } = await begin('refused', '--init', at('foreign.bin'));
    expect(code).toBe(2);
    expect(stderr).toContain('the backbone of another base model');
    expect(existsSync(at('refused', 'checkpoint.bin'))).toBe(false);

    // Characters go on as well.
    expect(await begin('more-chars', '--unit', 'char', '--init', at('chars', 'model.bin'), '--pieces', '64')).toMatchObject({ code: 0, stderr: '' });
    expect(modelOf(at('more-chars', 'model.bin')).vocabulary).toBe(modelOf(at('chars', 'model.bin')).vocabulary);
  });
});

describe('the built command', () => {
  const built = folderWith({ 'package.json': '{"type":"module"}' });
  beforeAll(async () => {
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    await buildBundles(repository, built);
    const wasm = 'tfjs-backend-wasm-simd.wasm';
    copyFileSync(join(repository, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', wasm), join(built, wasm));
  });

  test('trains in threads, and Ctrl-C ends all of them with a checkpoint', async () => {
    const args = ['train', '--task', 'complete', at('corpus'), '--out', at('built'), ...small, '--shared-backbone', 'no', '--threads', '2'];
    const child = startCli(join(built, 'nnfmt.js'), [...args, '--minutes', '10'], scratch);
    const ended = collect(child);
    while (!existsSync(at('built', 'run.json')) && child.exitCode === null) await sleep(20);
    // On a free machine, some steps; on a busy one perhaps none, and it ends the same way.
    await sleep(500);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('continue with --resume') as string });
    const checkpoint = decodeTensorFile(readFileSync(at('built', 'checkpoint.bin')), { kind: 'checkpoint', path: 'built' });
    const { steps } = (checkpoint.metadata as { parts: { progress: { steps: number } } }).parts.progress;
    const pieces = String((steps + 20) * 32);
    const again = startCli(join(built, 'nnfmt.js'), [...args, '--pieces', pieces, '--resume'], scratch);
    expect(await collect(again)).toMatchObject({ code: 0 });
  }, 60_000);
});
