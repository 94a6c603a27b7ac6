import { expect, it } from 'vitest';
import { bandsOf, minHash } from '../../src/shards/signature.js';
import { doubtfulFiles, keepDistinct, type ComparedFile } from '../../src/shards/similar-files.js';
import { createRandom } from '../../src/shared/random.js';

const random = createRandom('similar files');
const draw = (count: number): number[] => Array.from({ length: count }, () => random.int(2 ** 32));
let number = 0;

/** A file with this set of shingles. */
function fileOf(shingles: readonly number[], words: Partial<ComparedFile> = {}): ComparedFile {
  const signature = minHash(Uint32Array.from(shingles));
  number++;
  // Spread, so that the smallest is not the first.
  const digest = ((number * 7919) % 10_007).toString(16).padStart(8, '0');
  return { digest, project: `p${number % 3}`, path: `${number}.py`, signature, bands: bandsOf(signature), ...words };
}

const smallest = (files: readonly ComparedFile[]): string => files.map(({ digest }) => digest).sort()[0];

it('of planted copies one stays of each cluster, whatever the order of the files; strangers all stay', () => {
  const clusters = Array.from({ length: 60 }, () => {
    const own = draw(300);
    return Array.from({ length: 2 + random.int(4) }, () => fileOf([...own.slice(0, 296), ...draw(4)]));
  });
  const strangers = Array.from({ length: 200 }, () => fileOf(draw(300)));
  const files = [...clusters.flat(), ...strangers];
  const expected = new Set([...clusters.map(smallest), ...strangers.map(({ digest }) => digest)]);
  for (const list of [files, [...files].reverse(), random.shuffle([...files])]) {
    const kept = keepDistinct(list, 0.8);
    expect(new Set(list.filter((_, k) => kept[k]).map(({ digest }) => digest))).toEqual(expected);
  }
});

it('a chain hangs together, by pairs that are similar enough', () => {
  const common = draw(400);
  // Each shares 360 of 400 with the next (.82), the first and the last 240 (.43).
  const chain = Array.from({ length: 5 }, (_, k) => fileOf([...common.slice(40 * k), ...draw(0), ...chainEnd(k)]));
  expect(keepDistinct(chain, 0.7).filter(Boolean)).toHaveLength(1);
  expect(keepDistinct([chain[0], chain[4]], 0.7)).toEqual([true, true]);
});

const ends = draw(400);
const chainEnd = (k: number): number[] => ends.slice(0, 40 * k);

it('the threshold is heeded', () => {
  const common = draw(300);
  // .75 alike.
  const pair = [0, 1].map(() => fileOf([...common.slice(0, 257), ...draw(43)]));
  expect(keepDistinct(pair, 0.6).filter(Boolean)).toHaveLength(1);
  expect(keepDistinct(pair, 0.9)).toEqual([true, true]);
});

it('of equal texts the first by project and path stays, however many there are', () => {
  const shingles = draw(50);
  const copies = Array.from({ length: 3000 }, (_, k) => fileOf(shingles, { digest: 'aa', project: `p${k % 7}`, path: `${k}.py` }));
  const kept = keepDistinct(copies, 0.8);
  expect(copies.filter((_, k) => kept[k]).map(({ project, path }) => `${project}/${path}`)).toEqual(['p0/0.py']);
  expect(keepDistinct([], 0.8)).toEqual([]);
});

it('where an estimate is near the threshold the texts decide, and only there', () => {
  const common = draw(300);
  // .85 alike: an estimate of that may come out on either side of .8.
  const near = [0, 1].map(() => fileOf([...common.slice(0, 276), ...draw(24)]));
  const far = draw(300);
  const same = [0, 1].map((k) => fileOf([...far.slice(0, 299), k]));
  const files = [...near, ...same];
  expect(doubtfulFiles(files, 0.8)).toEqual(new Set([0, 1]));
  for (const exact of [0.79, 0.8]) {
    const asked: (readonly [number, number])[] = [];
    const kept = keepDistinct(files, 0.8, (a, b) => {
      asked.push([a, b]);
      return exact;
    });
    expect(kept.slice(0, 2).filter(Boolean)).toHaveLength(exact < 0.8 ? 2 : 1);
    expect(kept.slice(2).filter(Boolean)).toHaveLength(1);
    expect(new Set(asked.flat())).toEqual(new Set([0, 1]));
  }
});

it('a band of very many is not compared with itself as a whole, and hangs together all the same', () => {
  const own = draw(60);
  const files = Array.from({ length: 600 }, () => fileOf([...own, ...draw(1)]));
  const asked = new Set<number>();
  keepDistinct(files, 0.95, (a, b) => {
    asked.add(Math.max(a, b) * 600 + Math.min(a, b));
    return 0;
  });
  expect(asked.size).toBeGreaterThan(0);
  expect(asked.size).toBeLessThan(0.75 * (600 * 599) / 2);
  expect(keepDistinct(files, 0.8).filter(Boolean)).toHaveLength(1);
});
