import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFormatter } from '../../src/format/index.js';
import type { TrainingBatch } from '../../src/model/feature-batch.js';
import { StyleCounts } from '../../src/model/style-counts.js';
import { ShardSet } from '../../src/shards/shard-set.js';
import { createRandom } from '../../src/shared/random.js';
import { joinGaps } from '../../src/tokenize/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import type { ExampleFile } from '../../src/train/example-files.js';
import { DEFAULT_GAP_BATCHES, GapBatches, type GapBatchOptions } from '../../src/train/gap-batches.js';
import { ShardFiles, type ShardFilesOptions } from '../../src/train/shard-files.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';
import { makeShards } from './support/make-shards.js';

/** Files that differ, in nine projects of four. */
const files = Array.from({ length: 36 }, (_, k) => {
  const { text } = layoutFixtures()[k % 6]!;
  return { project: `p${k % 9}`, path: `m${k}.py`, text: `VALUE_${k} = ${k}\n${text}` };
});

let tokenizer: Tokenizer;
let shards: string;
let set: ShardSet;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shards = await makeShards(files, 3);
  set = ShardSet.open([shards]);
});

const open = (changes: Partial<ShardFilesOptions> = {}): Promise<ShardFiles> =>
  ShardFiles.open(tokenizer, set, { split: 'train', seed: 1, filesPerProject: 60, ...changes });
const textOf = ({ context }: ExampleFile): string => joinGaps(context!.structured.source, context!.structured.source.gaps);

async function epochOf(from: ShardFiles, epoch: number): Promise<string[]> {
  const texts: string[] = [];
  const count = from.begin(epoch);
  for (let k = 0; k < count; k++) texts.push(textOf(await from.read(k)));
  return texts;
}

describe('files of shards', () => {
  it('come in their order first, then in orders drawn, each once an epoch, and those held out never', async () => {
    const train = await open();
    const [first, second, third] = [await epochOf(train, 0), await epochOf(train, 1), await epochOf(train, 2)];
    const held = await epochOf(await open({ split: 'held' }), 0);
    expect([...first, ...held].sort()).toEqual(files.map(({ text }) => text).sort());
    expect(held.length % 4).toBe(0);
    expect(held.length).toBeGreaterThan(0);
    expect([...second].sort()).toEqual([...first].sort());
    expect(second).not.toEqual(first);
    expect(third).not.toEqual(second);
    const rows = (await Promise.all([0, 1, 2].map((shard) => set.read(shard, ['text', 'order', 'split'])))).flat();
    expect(first).toEqual(rows.filter(({ split }) => split === 'train').map(({ text }) => text));
    // Asked again, and by another reader, an epoch is the same.
    expect(await epochOf(train, 1)).toEqual(second);
    expect(await epochOf(await open(), 2)).toEqual(third);
    expect(await epochOf(await open({ seed: 2 }), 1)).not.toEqual(second);
  });

  it('shares have no file in common, and all together', async () => {
    const shares = await Promise.all([0, 1, 2, 3, 4].map(async (index) => epochOf(await open({ share: { index, of: 5 } }), 0)));
    expect(shares.flat()).toEqual(await epochOf(await open(), 0));
    for (const share of shares) expect(share.length).toBeGreaterThan(0);
  });

  it('a project gives no more than so many in an epoch, others in the next', async () => {
    const few = await open({ filesPerProject: 1 });
    expect(await epochOf(few, 0)).toHaveLength(few.projects);
    const seen = new Set((await Promise.all([0, 1, 2, 3, 4, 5].map((epoch) => epochOf(few, epoch)))).flat());
    expect(seen.size).toBeGreaterThan(few.projects);
  });

  it('what is kept for figures is the same in every epoch, and is no more than asked for', async () => {
    const some = await open({ most: 5 });
    expect(await epochOf(some, 0)).toHaveLength(5);
    expect(await epochOf(some, 0)).toEqual((await epochOf(await open(), 0)).slice(0, 5));
  });

  it('show the counts of other files of their project, and none of their own', async () => {
    const alone = await makeShards([
      { project: 'p', path: 'a.py', text: 'x  =  1\n'.repeat(9) }, { project: 'p', path: 'b.py', text: 'y = 2\n'.repeat(9) },
      { project: 'q', path: 'c.py', text: 'z=3\n'.repeat(9) },
    ], 1, { holdOut: 0 });
    const from = await ShardFiles.open(tokenizer, ShardSet.open([alone]), { split: 'train', seed: 1, filesPerProject: 9 });
    const sums = new Map<string, number>();
    for (let k = from.begin(0) - 1; k >= 0; k--) {
      const file = await from.read(k);
      sums.set(textOf(file)[0], (file.projectCounts() ?? new StyleCounts()).table.reduce((sum, n) => sum + n, 0));
    }
    // Halves go by path: of two files, both see the other or neither does.
    expect(sums.get('x')! > 0).toBe(sums.get('y')! > 0);
    expect(sums.get('z')).toBe(0);
    const neighbours = [...(await from.read(0)).neighbours(createRandom(1), 20)];
    expect(neighbours.some((context) => context === null)).toBe(true);
    expect(neighbours.filter((context) => context !== null).length).toBeGreaterThan(5);
  });
});

function digestOf(batch: TrainingBatch | null): string {
  if (batch === null) return 'end';
  const hash = createHash('sha256');
  for (const part of [batch.slots, batch.numbers, batch.target, batch.weight]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex');
}

it('batches of shards go on after a restore as if nothing had been, within a pool and past the end of an epoch', async () => {
  const options: GapBatchOptions = { ...DEFAULT_GAP_BATCHES, batchSize: 64, poolSize: 700, seed: 4, authorStyleShare: 0.3, restyleShare: 0.2 };
  const make = async (): Promise<GapBatches> => new GapBatches(tokenizer, await open(), options);
  const whole = await make();
  const digests: string[] = [];
  const states: string[] = [];
  for (let k = 0; !(digests.filter((digest) => digest === 'end').length === 1 && k % 9 === 8) && k < 400; k++) {
    states.push(JSON.stringify(whole.state()));
    digests.push(digestOf(await whole.next()));
  }
  expect(digests).toContain('end');
  for (const at of [0, 1, 17, digests.indexOf('end'), digests.length - 3]) {
    const again = await make();
    again.restore(JSON.parse(states[at]));
    expect(JSON.stringify(again.state())).toBe(states[at]);
    for (let k = at; k < Math.min(at + 4, digests.length); k++) expect(digestOf(await again.next())).toBe(digests[k]);
  }
});

describe('nnfmt train --base SHARDS', () => {
  const small = ['--batch', '128', '--backbone-size', '8', '--hidden-sizes', '16,8', '--learning-rate', '0.01', '-q'];
  const runs = folderWith({});
  const train = (run: string, ...more: string[]): ReturnType<typeof runInProcess> =>
    runInProcess(['train', '--base', shards, '--out', join(runs, run), ...small, ...more], { createFormatter });
  const model = (run: string): Buffer => readFileSync(join(runs, run, 'model.bin'));

  it('learns, and a run that was stopped and continued ends with the same bytes', async () => {
    expect(await train('whole', '--gaps', '6000')).toEqual({ code: 0, stdout: '', stderr: '' });
    const losses = readFileSync(join(runs, 'whole', 'metrics.jsonl'), 'utf8').trim().split('\n')
      .map((line) => JSON.parse(line) as { type: string; lossNats: number });
    expect(losses.some(({ type, lossNats }) => type === 'validation' && lossNats > 0)).toBe(true);
    const controller = new AbortController();
    let calls = 0;
    const stopped = await runInProcess(['train', '--base', shards, '--out', join(runs, 'parts'), ...small, '--gaps', '6000'], {
      interruption: () => controller.signal,
      now: () => {
        if (++calls === 40) controller.abort();
        return calls;
      },
    });
    expect(stopped.code).toBe(130);
    expect(await train('parts', '--gaps', '6000', '--resume')).toMatchObject({ code: 0 });
    expect(model('parts').equals(model('whole'))).toBe(true);
    // Another corpus is no continuation.
    const other = await makeShards(files.slice(1), 3);
    expect(await runInProcess(['train', '--base', other, '--out', join(runs, 'parts'), ...small, '--resume'])).toMatchObject({
      code: 2, stderr: expect.stringContaining('another corpusDigest') as string,
    });
  });

  it('refuses shards that were changed, that are not whole, that others count by, and what they have settled', async () => {
    const copy = join(folderWith({}), 'copy');
    const run = async (...more: string[]): Promise<string> => {
      const { code, stderr } = await runInProcess(['train', '--base', copy, '--out', join(runs, 'refused'), ...small, '--gaps', '1000', ...more]);
      expect(code).toBe(2);
      return stderr;
    };
    const anew = (): void => cpSync(shards, copy, { recursive: true });
    anew();
    const bytes = readFileSync(join(copy, 'part-00001.parquet'));
    bytes[100] ^= 1;
    writeFileSync(join(copy, 'part-00001.parquet'), bytes);
    expect(await run()).toContain('its bytes are others');
    rmSync(join(copy, 'part-00001.parquet'));
    expect(await run()).toContain('part-00001.parquet: this shard is missing');
    anew();
    const manifest = readFileSync(join(copy, 'manifest.json'), 'utf8');
    writeFileSync(join(copy, 'manifest.json'), manifest.replace(/"features": "[^"]*"/u, '"features": "old"'));
    expect(await run()).toContain('counts styles by other features');
    writeFileSync(join(copy, 'manifest.json'), manifest.replace('"version": 1', '"version": 7'));
    expect(await run()).toContain('of version 7');
    anew();
    expect(await run('--hold-out', '0.2')).toContain('--hold-out: is settled in shards');
    expect(await run(join(shards, '..'))).toContain('shards and corpora do not mix');
    expect(readdirSync(runs)).not.toContain('refused');
    rmSync(join(copy, 'manifest.json'));
    expect(await run()).toContain('no project with Python files');
  });
});
