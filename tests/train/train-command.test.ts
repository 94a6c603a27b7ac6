import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import { encodeModel, decodeModel } from '../../src/model/weights-file.js';
import { mutateSource } from '../../src/mutate/index.js';
import { createTokenizer, findDifference, withStructure } from '../../src/tokenize/index.js';
import { folderWith } from '../support/folder-with.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';

/** A corpus of eight one-file projects; a run takes seconds. */
const scratch = folderWith({
  ...Object.fromEntries(layoutFixtures().slice(0, 7).map(({ name, text }, k) => [`corpus/p${k}/${name}`, text])),
  'corpus/p7/again.py': layoutFixtures()[3]!.text.replaceAll('self', 'this'),
});
const at = (...names: string[]): string => join(scratch, ...names);
const small = ['--batch', '128', '--backbone-size', '8', '--hidden-sizes', '16,8', '--hold-out', '0.3', '--learning-rate', '0.01'];
const train = (run: string, ...more: string[]): ReturnType<typeof runInProcess> =>
  runInProcess(['train', '--base', at('corpus'), '--out', at(run), ...small, ...more], { createFormatter });

interface Line { type: string; gaps: number; lossNats: number }
const metricsOf = (run: string): Line[] =>
  readFileSync(at(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line);

describe('nnfmt train', () => {
  test('learns, leaves its records, and continues', async () => {
    expect(await train('run', '--gaps', '2000')).toMatchObject({ code: 0 });
    expect(readdirSync(at('run')).sort()).toEqual([
      'checkpoint.bin', 'curve.svg', 'events.out.tfevents.nnfmt', 'experiment.json', 'metrics.jsonl', 'model.bin', 'run.json',
    ]);
    const record = JSON.parse(readFileSync(at('run', 'run.json'), 'utf8')) as Record<string, unknown>;
    expect(record).toMatchObject({ seed: 1, sizes: { backbone: 8, hidden1: 16, hidden2: 8 } });
    expect(JSON.stringify(record)).not.toContain(scratch);
    expect(readFileSync(at('run', 'curve.svg'), 'utf8')).toContain('<svg');

    const refused = await train('run', '--gaps', '2000');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--resume');
    const other = await train('run', '--gaps', '2000', '--resume', '--seed', '2');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('another seed');

    expect(await train('run', '--gaps', '48000', '--resume', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
    const lines = metricsOf('run');
    const losses = lines.filter(({ type }) => type === 'train').map(({ lossNats }) => lossNats);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.75);
    const validation = lines.filter(({ type }) => type === 'validation').map(({ lossNats }) => lossNats);
    expect(validation.at(-1)).toBeLessThan(validation[0]!);
    expect(lines.at(-1)!.gaps).toBeGreaterThanOrEqual(48000);
  });

  test('Ctrl-C leaves a checkpoint to continue from, and a model', async () => {
    const controller = new AbortController();
    let calls = 0;
    const run = await runInProcess(['train', '--base', at('corpus'), '--out', at('stopped'), ...small, '--gaps', '100000000'], {
      interruption: () => controller.signal,
      now: () => {
        if (++calls === 60) controller.abort();
        return calls;
      },
    });
    expect(run.code).toBe(130);
    expect(run.stderr).toContain('continue with --resume');
    expect(existsSync(at('stopped', 'model.bin'))).toBe(true);
    expect(await train('stopped', '--gaps', '4000', '--resume')).toMatchObject({ code: 0 });
    expect(metricsOf('stopped').at(-1)!.gaps).toBeGreaterThanOrEqual(4000);
  });

  test('says what is wrong with a corpus', async () => {
    mkdirSync(at('nothing'), { recursive: true });
    mkdirSync(at('tiny', 'p'), { recursive: true });
    writeFileSync(at('tiny', 'p', 'a.py'), 'x = f(1, 2) + g(3)\n');
    const run = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['train', '--base', '-q', ...small, '--hold-out', '0', ...args]);
    for (const [corpus, message] of [['nothing', 'no project'], ['missing', 'there is no such folder'], ['tiny', 'less than one batch']] as const) {
      const { code, stderr } = await run(at(corpus), '--out', at(`out-${corpus}`));
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('bug');
    }
    const mistyped = await run(at('corpus'), '--out', at('out-mistyped'), '--exclude-corpus', at('valdiation'));
    expect(mistyped).toMatchObject({ code: 2 });
    expect(mistyped.stderr).toContain('valdiation: there is no such folder');
  });
});

describe('a model that was trained', () => {
  let scrambled: string;
  beforeAll(async () => {
    if (!existsSync(at('run', 'model.bin'))) await train('run', '--gaps', '48000', '-q');
    scrambled = mutateSource(await createTokenizer(), layoutFixtures()[3]!.text, { rate: 0.5, seed: 1 });
    writeFileSync(at('in.py'), scrambled);
  });
  const format = (model: string, ...more: string[]): ReturnType<typeof runInProcess> =>
    runInProcess(['format', '--confidence', '0.3', '--model', model, at('in.py'), ...more], { createFormatter });

  test('formats', async () => {
    const run = await format(at('run', 'model.bin'));
    expect(run.code).toBe(0);
    const output = readFileSync(at('in.py'), 'utf8');
    expect(output).not.toBe(scrambled);
    const tokenizer = await createTokenizer();
    const program = (text: string): ReturnType<typeof withStructure> => withStructure(tokenizer.tokenize(text));
    expect(findDifference(program(scrambled), program(output))).toBeNull();
    expect((await format(at('run', 'model.bin'), '--check')).code).toBe(0);
    writeFileSync(at('in.py'), scrambled);
  });

  test('is refused when it is damaged, foreign or of another version; nothing is written', async () => {
    const good = readFileSync(at('run', 'model.bin'));
    const bytes = (change: (copy: Buffer) => Buffer | void): Buffer => {
      const copy = Buffer.from(good);
      return change(copy) ?? copy;
    };
    const decoded = decodeModel(good, { path: 'model.bin' });
    const cases: [name: string, content: Uint8Array | null, message: RegExp][] = [
      ['missing', null, /there is no such model file/],
      ['empty', new Uint8Array(), /not a file written by nnfmt/],
      ['truncated', bytes((copy) => copy.subarray(0, copy.length - 100)), /bytes instead of/],
      ['short', bytes((copy) => copy.subarray(0, 20)), /ends after 20 bytes/],
      ['flipped', bytes((copy) => void (copy[copy.length >> 1]! ^= 4)), /checksum/],
      ['foreign', Buffer.from('\x89PNG\r\n\x1a\n' + 'x'.repeat(5000), 'latin1'), /not a file written by nnfmt/],
      ['newer', bytes((copy) => void copy.writeUInt32LE(99, 8)), /format version 99.*Update nnfmt/],
      ['checkpoint', readFileSync(at('run', 'checkpoint.bin')), /a checkpoint, not a model/],
      ['other features', encodeModel({ ...decoded, vocabularyDigest: 'another' }), /trained with other features/],
      ['other classes', encodeModel({ ...decoded, labelNames: [...decoded.labelNames].reverse() }), /other layout classes/],
    ];
    for (const [name, content, message] of cases) {
      const path = at(`${name}.bin`);
      if (content !== null) writeFileSync(path, content);
      const run = await format(path);
      expect(run.code, name).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr).toMatch(message);
      expect(run.stderr).toContain(basename(path));
      expect(run.stderr).not.toMatch(/bug|reinstall/i);
      expect(readFileSync(at('in.py'), 'utf8')).toBe(scrambled);
      expect((await runInProcess(['eval', at('corpus', 'p0'), '--model', path])).stderr).toMatch(message);
    }
    copyFileSync(at('run', 'model.bin'), at('good.bin'));
    expect((await format(at('good.bin'), '--check')).code).toBe(1);
  });
});
