import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSearchEncoder, queryWords } from '../../src/search/index.js';
import { ENCODERS } from '../../src/model/search/search-layout.js';
import { createRandom } from '../../src/shared/random.js';
import { PairCollection } from '../../src/train/search/packed-pairs.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { folderWith } from '../support/folder-with.js';
import { makeShards } from './support/make-shards.js';

const VERBS = ['load', 'save', 'count', 'remove', 'merge', 'print', 'sort', 'check'];
const THINGS = ['order', 'user', 'price', 'image', 'letter', 'window', 'garden', 'river'];

/** A module with a function for each thing. */
const moduleOf = (verb: string): string => THINGS.map((thing) =>
  `def ${verb}_${thing}(self, path):\n    """${verb}s the ${thing} of a shop."""\n    found = self.${thing}s.${verb}(path)\n    return found\n\n\n` +
  `def ${thing}_${verb}er(self, value, other, third):\n    found = self.${verb}(value, other)\n    return self.${thing}(found, third, value)\n`).join('\n\n');

let corpus: string;
beforeAll(() => {
  corpus = folderWith();
  for (const verb of VERBS) {
    mkdirSync(join(corpus, verb));
    writeFileSync(join(corpus, verb, 'a.py'), moduleOf(verb));
  }
});

const train = (args: readonly string[], replaced = {}) =>
  runInProcess(['train', '--task', 'search', '-q', '--batch', '16', '--width', '16', '--pieces', '200', '--hold-out', '0.2', ...args], replaced);

describe('nnfmt train --task search', () => {
  it('learns a network that finds what it was shown, and says in its folder how', async () => {
    const out = join(folderWith(), 'run');
    const { code, stderr } = await train(['--pairs', '6000', '--learning-rate', '0.02', '--out', out, corpus]);
    expect([code, stderr]).toEqual([0, '']);
    const record = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { task: string; sizes: { width: number } };
    expect(record).toMatchObject({ task: 'search', batch: 16, sizes: { width: 16 } });
    const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { type: string; pairs: number; lossNats: number });
    const trained = lines.filter(({ type }) => type === 'train');
    expect(trained.at(-1)).toMatchObject({ pairs: 6000 });
    expect(trained.at(-1)!.lossNats).toBeLessThan(1.5);
    const encoder = loadSearchEncoder(join(out, 'model.bin'));
    const near = (query: string, code: string): number => {
      const [a, b] = [encoder.query(queryWords(query)), encoder.code(queryWords(code).map(({ word }) => ({ word, field: 1 as const })))];
      return a.reduce((sum, value, k) => sum + value * b[k], 0);
    };
    expect(near('saves the river', 'save_river')).toBeGreaterThan(near('saves the river', 'load_garden'));
  });

  it('reads shards and rows of other data sets as the files that they hold', async () => {
    const shards = await makeShards(VERBS.map((verb) => ({ project: verb, path: 'a.py', text: moduleOf(verb) })), 2);
    const folder = folderWith({ 'rows.jsonl': VERBS.map((verb) => JSON.stringify({ repo: verb, body: moduleOf(verb) })).join('\n') });
    const env = { NNFMT_CACHE_DIR: join(folder, 'cache') };
    for (const [k, source] of [[shards], [join(folder, 'rows.jsonl'), '--columns', 'text=body,project=repo']].entries()) {
      const out = join(folder, `run${k}`);
      expect(await train(['--pairs', '160', '--out', out, ...source], { env })).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(join(out, 'model.bin'))).toBe(true);
    }
  });

  it.each(ENCODERS)('goes on where it was interrupted, as if nothing had been: %s', async (encoder) => {
    const folder = folderWith();
    const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
    const args = ['--pairs', '320', '--encoder', encoder, '--units', '16', '--length', '24'];
    expect((await train([...args, '--out', whole, corpus])).code).toBe(0);
    let asked = 0;
    const signal = { get aborted() { return ++asked > 7; } } as AbortSignal;
    expect((await train([...args, '--out', parts, corpus], { interruption: () => signal })).code).toBe(130);
    expect((await train([...args, '--out', parts, '--resume', corpus])).code).toBe(0);
    expect(readFileSync(join(parts, 'model.bin')).equals(readFileSync(join(whole, 'model.bin')))).toBe(true);
    const other = encoder === 'cnn' ? 'lstm' : 'cnn';
    const refused = await train([...args, '--encoder', other, '--out', parts, '--resume', corpus]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('sizes') as string]);
  });

  it.each(ENCODERS.slice(1))('learns a network that reads by %s, which evaluation, index and search take', async (encoder) => {
    const folder = folderWith();
    const [out, index] = [join(folder, 'run'), join(folder, 'search.index')];
    const args = ['--pairs', '2400', '--encoder', encoder, '--query-encoder', 'bag', '--units', '16', '--length', '24', '--name-share', '0'];
    expect(await train([...args, '--learning-rate', '0.02', '--out', out, corpus])).toMatchObject({ code: 0, stderr: '' });
    const record = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { sizes: object };
    expect(record.sizes).toMatchObject({ reader: { code: encoder, query: 'bag', units: 16, codeLength: 24, queryLength: 24 } });
    const network = join(out, 'model.bin');
    const evaluated = await runInProcess(['eval', '--task', 'search', '--json', '-q', '--network', network, corpus]);
    const { meanReciprocalRank } = JSON.parse(evaluated.stdout) as { meanReciprocalRank: { network: number } };
    // By chance it would be .075.
    expect(meanReciprocalRank.network).toBeGreaterThan(0.5);
    const asked = ['search', 'merges the window', corpus, '--json', '-q', '-n', '1', '--network', network, '--index', index];
    const found = JSON.parse((await runInProcess(asked)).stdout) as { results: { name: string }[] };
    expect(found.results[0].name).toBe('merge_window');
    // Another network's index is made anew.
    const own = JSON.parse((await runInProcess(asked.filter((arg) => arg !== '--network' && arg !== network))).stdout) as { index: object };
    expect(own.index).toMatchObject({ added: 8, kept: 0 });
  });

  it("learns from CodeSearchNet's files, and refuses broken ones and too few pairs", async () => {
    const folder = folderWith();
    const records = VERBS.flatMap((verb) => THINGS.map((thing) => JSON.stringify({
      repo: `owner/${verb}`, func_name: thing, language: 'python', docstring: `${verb}s the ${thing} of a shop.`,
      code: `def ${verb}_${thing}(self):\n    found = self.${thing}.${verb}()\n    return found\n`,
    })));
    const packed = gzipSync(records.join('\n'));
    const path = join(folder, 'python_train_0.jsonl.gz');
    writeFileSync(path, packed);
    expect((await train(['--pairs', '64', '--out', join(folder, 'run'), path])).code).toBe(0);
    writeFileSync(path, packed.subarray(0, packed.length - 30));
    const broken = await train(['--pairs', '64', '--out', join(folder, 'broken'), path]);
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('compressed data is broken') as string]);
    writeFileSync(path, gzipSync(records.slice(0, 5).join('\n')));
    const few = await train(['--pairs', '64', '--out', join(folder, 'few'), path]);
    expect([few.code, few.stderr]).toEqual([2, expect.stringMatching(/hold \d pairs .* fewer than the 16 of a batch/u) as string]);
  });

  it('leaves no folder where there is nothing to continue', async () => {
    const out = join(folderWith(), 'none');
    const { code, stderr } = await train(['--pairs', '64', '--resume', '--out', out, corpus]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds no checkpoint to continue from') as string]);
    expect(existsSync(out)).toBe(false);
  });

  it.each([[['--width', '12'], '--width: has to be a multiple of 8'], [['--units', '24'], '--units: has to be a multiple of 16'], [['--encoder', 'rnn'], '--encoder'], [[], 'needs corpora']])('exits with 2 for %j', async (args, words) => {
    const { code, stderr } = await runInProcess(['train', '--task', 'search', ...args, ...(args.length > 0 ? [corpus] : [])]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

it('of more pairs than fit, a sample is kept in which all are as likely', () => {
  const counts = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 400; seed++) {
    const collection = new PairCollection(5, createRandom(seed));
    for (let k = 0; k < 20; k++) {
      collection.add({ project: `p${k}`, from: 'docstring', query: queryWords('a b'), code: queryWords('c') });
    }
    expect([collection.size, collection.given]).toEqual([5, 20]);
    for (const project of collection.kept()) counts[Number(project.slice(1))]++;
  }
  // Each is kept by a quarter of 400 draws.
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(45);
});
