import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '../../src/corpus/index.js';
import { FEATURE_SHAPE } from '../../src/model/features.js';
import type { TrainingBatch } from '../../src/model/feature-batch.js';
import { CLASS_COUNT } from '../../src/model/layout-classes.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { ProjectFiles, readContext } from '../../src/train/example-files.js';
import { DEFAULT_GAP_BATCHES, GapBatches, type GapBatchOptions } from '../../src/train/gap-batches.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';

const scratch = folderWith();
let tokenizer: Tokenizer;
let projects: Project[];
beforeAll(async () => {
  tokenizer = await createTokenizer();
  const sources = layoutFixtures().slice(0, 7);
  projects = ['one', 'two'].map((name, half) => {
    mkdirSync(path.join(scratch, name));
    const files = sources.filter((_, k) => k % 2 === half).map(({ name: file, text }) => {
      const at = path.join(scratch, name, file);
      writeFileSync(at, text);
      return at;
    });
    return { name, files };
  });
});

const options: GapBatchOptions = { ...DEFAULT_GAP_BATCHES, batchSize: 64, poolSize: 600, seed: 5 };
function source(changes: Partial<GapBatchOptions> = {}, list = projects): GapBatches {
  const all = { ...options, ...changes };
  return new GapBatches(tokenizer, new ProjectFiles(tokenizer, list, all), all);
}

async function epochOf(batches: GapBatches): Promise<TrainingBatch[]> {
  const all: TrainingBatch[] = [];
  for (let batch = await batches.next(); batch !== null; batch = await batches.next()) all.push(batch);
  return all;
}

/** Comparing whole arrays takes seconds. */
function digestOf(batch: TrainingBatch | null): string {
  if (batch === null) return 'end of the epoch';
  const hash = createHash('sha256');
  for (const part of [batch.slots, batch.numbers, batch.legal, batch.target, batch.weight]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex');
}
const digestsOf = async (batches: GapBatches): Promise<string[]> => (await epochOf(batches)).map(digestOf);

describe('batches of gaps', () => {
  test('follow from the seed', async () => {
    const first = await digestsOf(source());
    expect(first.length).toBeGreaterThan(10);
    expect(new Set(first).size).toBe(first.length);
    expect(await digestsOf(source())).toEqual(first);
    expect(await digestsOf(source({ seed: 6 }))).not.toEqual(first);
  });

  test('continue after a restore with exactly the next ones, wherever the run stopped', async () => {
    const whole = source();
    const end = digestOf(null);
    const expected = [...(await digestsOf(whole)), end, ...(await digestsOf(whole)), end];
    for (const stop of [0, 1, 7, 11, expected.indexOf(end), expected.indexOf(end) + 1, expected.length - 2]) {
      const before = source();
      for (let k = 0; k < stop; k++) await before.next();
      const state = JSON.parse(JSON.stringify(before.state())) as unknown;
      const after = source();
      // A restored source forgets what it has served.
      await after.next();
      after.restore(state);
      for (let k = stop; k < expected.length; k++) expect(digestOf(await after.next()), `batch ${k} after ${stop}`).toBe(expected[k]);
    }
  });

  test('leave no gap out where figures are made of them, however few there are', async () => {
    const gaps = async (changes: Partial<GapBatchOptions>): Promise<number[]> => (await epochOf(source(changes))).map(({ size }) => size);
    const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
    const single = await gaps({ batchSize: 1, poolSize: 600 });
    const whole = await gaps({ yieldsRest: true });
    expect(sum(whole)).toBe(single.length);
    expect(sum(await gaps({}))).toBeLessThan(single.length);
    expect(await gaps({ batchSize: 4096, poolSize: 1e5 })).toEqual([]);
    expect(await gaps({ batchSize: 4096, poolSize: 1e5, yieldsRest: true })).toEqual([(await gaps({ batchSize: 1, poolSize: 1e5 })).length]);
  });

  test('end every epoch, and differ between epochs', async () => {
    const batches = source();
    const first = await digestsOf(batches);
    const second = await digestsOf(batches);
    expect(Math.abs(first.length - second.length)).toBeLessThan(first.length / 2);
    expect(second).not.toEqual(first);
    expect(await digestsOf(source({}, []))).toEqual([]);
    expect(source({}, []).progress()).toBe(1);
  });

  test.each([
    ['repairs', { rates: [0, 1] }],
    ['hidden files', { restyleShare: 1 }],
    ['hidden lines', { foreignLinesShare: 1 }],
  ])('hold legal answers, whole rows and sensible weights: %s', async (_, given) => {
    const { backboneSlots, backboneColumns, headSlots, headColumns, backboneNumbers, headNumbers } = FEATURE_SHAPE;
    for (const batch of await epochOf(source(given))) {
      expect(batch.size).toBe(64);
      expect(batch.slots).toHaveLength(64 * (backboneSlots + headSlots));
      expect(batch.numbers).toHaveLength(64 * (backboneNumbers + headNumbers));
      batch.slots.forEach((column, k) => {
        const columns = k % (backboneSlots + headSlots) < backboneSlots ? backboneColumns : headColumns;
        if (column < -1 || column >= columns) expect.fail(`slot ${k}: ${column}`);
      });
      for (let row = 0; row < batch.size; row++) {
        const target = batch.target.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
        const legal = batch.legal.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
        expect(target).toContain(1);
        target.forEach((answer, k) => {
          if (answer && !legal[k]) expect.fail(`row ${row}: class ${k} is an answer, but not legal`);
        });
        expect([1, 1.5, 2, 3, 4, 6]).toContain(batch.weight[row]);
      }
    }
  });

  test('take no more files of a project than asked, and no others', async () => {
    const most = source({ filesPerProject: 1, trivialShare: 1, rates: [0] });
    const gaps = (await epochOf(most)).length * 64;
    const all = (await epochOf(source({ trivialShare: 1, rates: [0] }))).length * 64;
    expect(gaps).toBeLessThan(all * 0.8);
    expect(gaps).toBeGreaterThan(0);
  });

  test('skip what cannot be read or does not parse', async () => {
    const broken = path.join(scratch, 'broken.py');
    writeFileSync(broken, 'def f(:\n');
    expect(readContext(tokenizer, broken)).toBeNull();
    expect(readContext(tokenizer, path.join(scratch, 'missing.py'))).toBeNull();
    const odd = { name: 'odd', files: [broken, path.join(scratch, 'missing.py'), ...projects[0]!.files] };
    expect((await epochOf(source({}, [odd]))).length).toBeGreaterThan(3);
  });
});
