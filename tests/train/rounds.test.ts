import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import { averagePieces } from '../../src/train/rounds/average-pieces.js';
import { configOfReplica, gapsUpTo } from '../../src/train/rounds/round-plan.js';
import { DEFAULT_TRAINING } from '../../src/train/train-run.js';
import { readStoredParts, writeStoredParts, type StoredPart } from '../../src/train/training-context.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';
import { makeShards } from './support/make-shards.js';

const files = Array.from({ length: 36 }, (_, k) => (
  { project: `p${k % 9}`, path: `m${k}.py`, text: `VALUE_${k} = ${k}\n${layoutFixtures()[k % 6]!.text}` }));
const runs = folderWith({});
const at = (...names: string[]): string => join(runs, ...names);
let shards: string;
beforeAll(async () => {
  shards = await makeShards(files, 3);
});

const small = ['--batch', '128', '--backbone-size', '8', '--hidden-sizes', '16,8', '--learning-rate', '0.01', '-q'];
type Run = ReturnType<typeof runInProcess>;
const train = (out: string, ...more: string[]): Run =>
  runInProcess(['train', '--base', shards, '--out', at(out), ...small, ...more], { createFormatter });
const average = (folders: readonly string[], out: string, ...more: string[]): Run =>
  runInProcess(['train', '--average', ...folders.map((folder) => at(folder)), '--out', at(out), ...more]);
const bytes = (...names: string[]): Buffer => readFileSync(at(...names));

describe('one replica', () => {
  it('in one round, or in three, gives the bytes of plain training', async () => {
    expect(await train('plain', '--gaps', '5000')).toMatchObject({ code: 0, stderr: '' });
    expect(await train('one', '--gaps', '5000', '--rounds', '1')).toMatchObject({ code: 0, stderr: '' });
    expect(await train('three', '--gaps', '5000', '--rounds', '3')).toMatchObject({ code: 0 });
    expect(bytes('one', 'model.bin').equals(bytes('plain', 'model.bin'))).toBe(true);
    expect(bytes('three', 'model.bin').equals(bytes('plain', 'model.bin'))).toBe(true);
  });
});

test('replicas warm up, step and average as if they had learned on all gaps themselves', () => {
  const plan = { rounds: 4, gaps: 1000 };
  expect(configOfReplica(DEFAULT_TRAINING, { ...plan, replicas: 1 }, 1))
    .toEqual({ ...DEFAULT_TRAINING, plannedExamples: 1000, stopAfter: 500 });
  const { schedule, optimizer } = DEFAULT_TRAINING;
  expect(configOfReplica(DEFAULT_TRAINING, { ...plan, replicas: 4 }, 1)).toEqual({
    ...DEFAULT_TRAINING, plannedExamples: 250, stopAfter: 125,
    schedule: { ...schedule, learningRate: 2 * schedule.learningRate, warmupExamples: schedule.warmupExamples / 4 },
    optimizer: { ...optimizer, averageDecay: optimizer.averageDecay ** 4 },
  });
});

describe('two replicas', () => {
  const plan = ['--rounds', '2', '--replicas', '2', '--gaps', '5000'];
  beforeAll(async () => {
    expect(await train('all', ...plan)).toMatchObject({ code: 0, stderr: '' });
  }, 60_000);

  it('come to the same bytes in commands of their own, in whatever order these run', async () => {
    for (const replica of ['1', '0']) {
      expect(await train(`p0-${replica}`, ...plan, '--round', '0', '--replica', replica)).toMatchObject({ code: 0 });
    }
    const first = await average(['p0-1', 'p0-0'], 'c0', '--json', '--held', shards);
    expect(JSON.parse(first.stdout)).toEqual({ finished: 1, gaps: 2560, lossNats: expect.any(Number) as number, accuracy: expect.any(Number) as number });
    expect(bytes('c0', 'common.bin').equals(bytes('all', 'round-0000', 'common.bin'))).toBe(true);
    for (const replica of ['0', '1']) {
      expect(await train(`p1-${replica}`, ...plan, '--round', '1', '--replica', replica, '--common', at('c0', 'common.bin'))).toMatchObject({ code: 0 });
    }
    const last = await average(['p1-0', 'p1-1'], 'c1', '--json', '--held', shards);
    expect(bytes('c1', 'model.bin').equals(bytes('all', 'model.bin'))).toBe(true);
    const lines = bytes('all', 'metrics.jsonl').toString().trim().split('\n').map((line) => JSON.parse(line) as { lossNats: number; gaps: number });
    expect(lines).toMatchObject([{ round: 1, gaps: 2560 }, { round: 2, gaps: 5120, lossNats: (JSON.parse(last.stdout) as { lossNats: number }).lossNats }]);
  });

  it('learn on shares of their own, and their mean is that of each number', () => {
    const [a, b] = [0, 1].map((replica) => readStoredParts(at('all', 'round-0001', `replica-${replica}`, 'checkpoint.bin')));
    const common = averagePieces([1, 0].map((replica) => at('all', 'round-0001', `replica-${replica}`, 'checkpoint.bin')));
    expect(common).toMatchObject({ finished: 2, gaps: 5120 });
    for (const [part, array] of [['weights', 'values'], ['average', 'values'], ['optimizer', 'firstMoment'], ['optimizer', 'secondMoment']] as const) {
      const [left, right, mean] = [a, b, common.parts].map((parts) => parts[part].arrays[array]);
      expect(left).not.toEqual(right);
      expect(mean).toEqual(Float32Array.from(left, (value, k) => (value + right[k]) / 2));
    }
  });

  it('go on after an interruption as if nothing had been', async () => {
    const controller = new AbortController();
    let calls = 0;
    const stopped = await runInProcess(['train', '--base', shards, '--out', at('stopped'), ...small, ...plan], {
      interruption: () => controller.signal,
      now: () => {
        // Some steps into the second replica's part of the first round.
        if (existsSync(at('stopped', 'round-0000', 'replica-1')) && ++calls === 10) controller.abort();
        return 0;
      },
    });
    expect(stopped.code).toBe(130);
    expect(readdirSync(at('stopped', 'round-0000'))).toContain('replica-1');
    expect(existsSync(at('stopped', 'round-0000', 'common.bin'))).toBe(false);
    expect(await train('stopped', ...plan, '--resume')).toMatchObject({ code: 0 });
    expect(bytes('stopped', 'model.bin').equals(bytes('all', 'model.bin'))).toBe(true);
    // All is done; and it is not begun anew by mistake.
    rmSync(at('stopped', 'round-0000', 'replica-0'), { recursive: true });
    expect(await train('stopped', ...plan, '--resume')).toMatchObject({ code: 0 });
    expect(await train('stopped', ...plan)).toMatchObject({ code: 2, stderr: expect.stringContaining('already holds a run') as string });
    expect(await train('stopped', '--rounds', '2', '--replicas', '3', '--gaps', '5000', '--resume')).toMatchObject({ code: 2, stderr: expect.stringContaining('another replicas') as string });
  });

  describe('are not averaged', () => {
    const pieces = (): string[] => [0, 1].map((replica) => at('all', 'round-0001', `replica-${replica}`, 'checkpoint.bin'));
    /** Both checkpoints, the second with something changed. */
    const changed = (change: (parts: Record<string, StoredPart>) => void): string[] => {
      const parts = { ...readStoredParts(pieces()[1]) };
      change(parts);
      writeStoredParts(at('changed.bin'), parts);
      return [pieces()[0], at('changed.bin')];
    };
    const json = (part: StoredPart, more: object): StoredPart => ({ ...part, json: { ...(part.json as object), ...more } });

    it.each<[string, () => string[], RegExp]>([
      ['one twice', () => [pieces()[0], pieces()[0]], /there are 0, 0: each has to be there once/u],
      ['one alone', () => [pieces()[1]], /of 2 replicas, counted from 0, there are 1/u],
      ['of other rounds', () => [pieces()[0], at('all', 'round-0000', 'replica-1', 'checkpoint.bin')], /of round 0, and .* of round 1|of round 1, and .* of round 0/u],
      ['common weights', () => [at('all', 'round-0000', 'common.bin')], /of no replica in a round/u],
      ['plain training', () => [at('plain', 'checkpoint.bin')], /of no replica in a round/u],
      ['of another network', () => changed((parts) => { parts['configuration'] = json(parts['configuration'], { sizes: { backbone: 9 } }); }), /another network or run/u],
      ['of another size', () => changed((parts) => { parts['weights'] = { json: null, arrays: { values: new Float32Array(5) } }; }), /another size/u],
      ['one that was stopped', () => changed((parts) => { parts['progress'] = json(parts['progress'], { examples: 128 }); }), /not over: it was interrupted/u],
      ['one that went on', () => changed((parts) => { parts['progress'] = json(parts['progress'], { examples: 99_999 }); }), /not learned as long/u],
    ])('%s', (_, paths, message) => {
      expect(() => averagePieces(paths())).toThrow(message);
    });
  });

  it('begin no round from the weights of another one, or of another plan', async () => {
    const common = at('all', 'round-0000', 'common.bin');
    const piece = (...more: string[]): Run => train('refused', ...more, '--common', common);
    const three = ['--rounds', '3', '--replicas', '2', '--gaps', '5000'];
    expect(await piece(...three, '--round', '2', '--replica', '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('another configuration') as string });
    rmSync(at('refused'), { recursive: true, force: true });
    cpSync(at('all', 'round-0001', 'common.bin'), at('second.bin'));
    expect(await train('refused', ...plan, '--round', '1', '--replica', '0', '--common', at('second.bin'))).toMatchObject({ code: 2, stderr: expect.stringContaining('after 2 rounds, and this is round 1') as string });
  });
});

it('rounds end where their share of the gaps does, the last one with all of them', () => {
  const plan = { rounds: 3, replicas: 2, gaps: 1001 };
  expect([0, 1, 2].map((round) => gapsUpTo(plan, round))).toEqual([167, 334, 501]);
});

it.each<[string, string[], RegExp]>([
  ['a replica without a round', ['--rounds', '2', '--replica', '0'], /--round: and --replica go together/u],
  ['a round that is none', ['--rounds', '2', '--round', '2', '--replica', '0'], /counts from 0 to 1/u],
  ['a replica that is none', ['--rounds', '2', '--round', '1', '--replica', '1'], /counts from 0 to 0/u],
  ['no common weights', ['--rounds', '2', '--round', '1', '--replica', '0'], /--common: is needed from round 1 on/u],
  ['common weights in round 0', ['--rounds', '2', '--round', '0', '--replica', '0', '--common', 'x'], /of no use in round 0/u],
  ['a plan by the clock', ['--rounds', '2', '--minutes', '1'], /--minutes: does not go with --rounds/u],
  ['replicas without rounds', ['--replicas', '2'], /--replicas: needs --rounds/u],
  ['a round without rounds', ['--round', '0'], /--round: needs --rounds/u],
])('%s is refused', async (_, args, message) => {
  expect(await train('never', ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
  expect(existsSync(at('never'))).toBe(false);
});
